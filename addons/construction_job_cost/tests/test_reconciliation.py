# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError

from odoo.addons.construction_base.tests.fakes import fake_models
from odoo.addons.construction_job_cost.errors import PeriodLocked
from odoo.addons.construction_job_cost.wizards import construction_reconciliation

from .common import JobCostCommon

FAKE = "fake.machine.day"


class TestReconciliation(JobCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_budget((20000,))
        cls.order = cls.make_order((10, 1000))
        cls.receive_by_hand(cls.order, 5)
        cls.make_bill(cls.order, 4)
        cls.env.cr.precommit.run()

    def _compare(self, user=None):
        wizard = (
            self.env["construction.reconciliation"]
            .with_user(user or self.users["cost_controller"])
            .create({"job_ids": [(6, 0, self.job.ids)]})
        )
        wizard.action_compare()
        return wizard

    def test_normally_nothing(self):
        wizard = self._compare()
        self.assertFalse(wizard.line_ids)
        self.assertEqual(wizard.source_count, 3)

    def test_a_line_without_a_company_hides_no_other(self):
        self.cr.execute(
            "UPDATE purchase_order_line SET company_id = NULL WHERE id = %s", self.order.order_line.ids
        )
        self.env.invalidate_all()
        wizard = self._compare()
        self.assertEqual(wizard.source_count, 3)
        self.assertFalse(wizard.line_ids)

    def test_finds_and_repairs(self):
        # Past the ORM, as a data fix gone wrong would.
        self.cr.execute(
            "UPDATE purchase_order_line SET price_subtotal = 12000 WHERE id = %s",
            self.order.order_line.ids,
        )
        self.env.invalidate_all()
        wizard = self._compare()
        self.assertEqual(
            {(l.kind, l.posted, l.expected, l.difference) for l in wizard.line_ids},
            {("commitment", 6000, 8000, 2000), ("accrual", 1000, 1200, 200)},
        )
        before = self.Entry.search_count([])
        wizard.action_repair()
        self.assertFalse(wizard.line_ids)
        self.assertEqual(self.Entry.search_count([]), before + 2, "Repairs are appended")
        self.assertEqual(self.sums()["commitment"], 8000)

    def test_what_differs_otherwise_by_now_is_listed_anew(self):
        spoil = "UPDATE purchase_order_line SET price_subtotal = %s WHERE id = %s"
        self.cr.execute(spoil, [12000, self.order.order_line.id])
        self.env.invalidate_all()
        wizard = self._compare()
        self.cr.execute(spoil, [90000, self.order.order_line.id])
        self.env.invalidate_all()
        before = self.Entry.search_count([])
        wizard.action_repair()
        self.assertEqual(self.Entry.search_count([]), before)
        self.assertGreater(max(wizard.line_ids.mapped("expected")), 12000)
        wizard.action_repair()
        self.assertFalse(wizard.line_ids)

    def _spoil(self, count):
        """Orders whose lines say something else than the ledger, by a data fix gone wrong."""
        orders = [self.make_order((1, 100)) for _number in range(count)]
        self.post_ledger()
        ids = [line_id for order in orders for line_id in order.order_line.ids]
        self.cr.execute("UPDATE purchase_order_line SET price_subtotal = 130 WHERE id = ANY(%s)", [ids])
        self.env.invalidate_all()
        return ids

    def test_in_batches(self):
        """Whatever a batch is, the same is found, of documents that are gone as well; each is forgotten."""
        ids = self._spoil(5)
        self.cr.execute("DELETE FROM stock_move WHERE purchase_line_id = %s", [ids[-1]])
        self.cr.execute("DELETE FROM purchase_order_line WHERE id = %s", [ids[-1]])
        self.env.invalidate_all()
        found = []
        for size in (construction_reconciliation.BATCH, 2):
            with patch.object(construction_reconciliation, "BATCH", size):
                wizard = self._compare()
            names = ("res_model", "res_id", "kind", "posted", "expected", "difference", "reference")
            found.append(
                (wizard.source_count, sorted(tuple(line[n] for n in names) for line in wizard.line_ids))
            )
        self.assertEqual(found[0], found[1])
        self.assertEqual([line[5] for line in found[1][1]], [30, 30, 30, 30, -100])
        lines = self.env["purchase.order.line"].browse(ids[:4])
        with patch.object(construction_reconciliation, "BATCH", 2):
            for batch in wizard._in_batches(lines):
                self.assertEqual(batch.mapped("price_unit"), [100, 100])
                cached = lines._fields["price_unit"]._get_cache(batch.env)
                self.assertLessEqual(set(cached), set(batch.ids), "those of the batch before are forgotten")
        with patch.object(construction_reconciliation, "BATCH", 2):
            wizard.action_repair()
        self.assertFalse(wizard.line_ids)

    def test_no_more_is_listed_than_can_be_read(self):
        self._spoil(3)
        with patch.object(construction_reconciliation, "MOST", 2):
            wizard = self._compare()
            self.assertEqual((len(wizard.line_ids), wizard.more_count), (2, 1))
            wizard.action_repair()
            self.assertEqual((len(wizard.line_ids), wizard.more_count), (1, 0))
            wizard.action_repair()
        self.assertFalse(wizard.line_ids)

    def test_what_inherits_the_mixin_is_found(self):
        """The lines of a later addon are compared, and lead to their document, with no list to be in."""
        from .fake_models import FakeMachineDay

        self.enterContext(fake_models(self.env, FakeMachineDay))
        day = self.env[FAKE].create(
            {"name": "Crane", "job_id": self.job.id, "company_id": self.company.id, "hours": 3}
        )
        self.assertIn(FAKE, day._construction_cost_documents())
        wizard = self._compare()
        [line] = wizard.line_ids
        self.assertEqual((line.res_model, line.expected, line.reference), (FAKE, 30, "Crane"))
        action = line.with_user(self.env.user).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), (FAKE, day.id))

    def test_a_plain_form_is_the_document_s_own_word(self):
        """Who may not read all of a document opens what its model names, whatever the model."""
        supervisor = self.Entry.with_user(self.users["site_supervisor"])
        for document in (self.order, self.order.invoice_ids):
            plain = self.env.ref(document._construction_plain_view).id
            self.assertEqual(supervisor._document_view(document), plain)
            self.assertFalse(self.Entry._document_view(document))
        self.assertFalse(supervisor._document_view(self.job), "one that names none has one form for all")
        said = {
            "_construction_plain_view": "project.edit_project",
            "_construction_full_groups": ("base.group_system",),
        }
        with patch.multiple(type(self.job), create=True, **said):
            self.assertEqual(supervisor._document_view(self.job), self.env.ref("project.edit_project").id)

    def test_entry_of_a_lost_document(self):
        self.Entry.create(
            {
                "date": "2026-03-01",
                "company_id": self.company.id,
                "job_id": self.job.id,
                "cost_code_id": self.code.id,
                "kind": "actual",
                "amount": 5,
                "res_model": "purchase.order.line",
                "res_id": self.order.order_line.id,
                "currency_id": self.company.currency_id.id,
                "amount_currency": 5,
            }
        )
        wizard = self._compare()
        self.assertEqual(wizard.line_ids.mapped("difference"), [-5])

    def test_repair_respects_periods_and_roles(self):
        self.cr.execute(
            "UPDATE purchase_order_line SET price_subtotal = 12000 WHERE id = %s",
            self.order.order_line.ids,
        )
        self.env.invalidate_all()
        wizard = self._compare(self.users["auditor"])
        self.assertTrue(wizard.line_ids)
        with self.assertRaises(AccessError):
            wizard.action_repair()
        wizard = self._compare()
        wizard.date = "2026-01-15"
        self.company.construction_cost_lock_date = "2026-01-31"
        with self.assertRaises(PeriodLocked):
            wizard.action_repair()
