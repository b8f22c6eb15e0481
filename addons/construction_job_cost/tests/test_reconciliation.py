from odoo.exceptions import AccessError

from odoo.addons.construction_job_cost.exceptions import PeriodLocked

from .common import JobCostCommon


class TestReconciliation(JobCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._budget((20000,))
        cls.order = cls._order((10, 1000))
        cls._receive(cls.order, 5)
        cls._bill(cls.order, 4)
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
        self.assertEqual(self._sums()["commitment"], 8000)

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
