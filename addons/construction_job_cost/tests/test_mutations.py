# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo import Command

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_job_cost.lib import amounts, commitment, timeline

from .common import JobCostCommon

changes, line_on, Billed = timeline.changes, timeline.line_on, timeline.Billed


def lumped(expected, posted, since=None):
    """The ledger as it was: what is missing in all is dated by what came last."""
    missing = timeline.difference(expected[max(expected)] if expected else {}, timeline.total(posted))
    return {since: missing} if since and missing else changes(expected, posted, since)


def undated(_day, steps, bills, now):
    """Every fact counts on each day."""
    return line_on(max(timeline.days_of(steps, bills)), steps, bills, now)


def not_shared_out(total, fractions, step):
    return [amounts.rounded(total * fraction, step) for fraction in fractions]


class TestMutations(JobCostCommon):
    """Each rule of the ledger, broken while something is done, shows in the reconciliation afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.po_double_validation_amount = 5
        cls.Classes = {
            name: type(cls.env[model])
            for name, model in (
                ("order", "purchase.order"),
                ("line", "purchase.order.line"),
                ("item", "account.move.line"),
                ("unit", "uom.uom"),
                ("entry", "construction.cost.entry"),
            )
        }

    def _compare(self):
        self.post_ledger()
        self.env.invalidate_all()
        wizards = self.env["construction.reconciliation"].with_user(self.users["cost_controller"])
        wizard = wizards.create({"job_ids": [Command.set(self.job.ids)]})
        wizard.action_compare()
        return wizard.line_ids | wizard.past_line_ids

    # --- what is done ---------------------------------------------------------------------------------

    def _ordered(self, extra=None):
        return self.make_order((10, 100, None, extra), on="2025-10-15")

    def _received(self):
        order = self._ordered()
        self.receive_by_hand(self.dated(order, "2025-10-20"), 5)
        return order

    def _billed(self):
        order = self._received()
        self.make_bill(order, 4, date="2025-10-25")
        return order

    def _credited(self):
        self.make_bill(self._billed(), 1, date="2025-10-28", kind="in_refund")

    def _billed_late(self):
        """Case 5: entered after the receipt, dated before it."""
        order = self._ordered()
        self.receive_by_hand(self.dated(order, "2025-11-03"), 4)
        self.make_bill(order, 4, date="2025-10-30")

    def _billed_early(self):
        self.make_bill(self._ordered(), 4, date="2025-10-10")

    def _billed_twice(self):
        order = self._ordered()
        bills = [self.make_bill(order, 3, date=day, post=False) for day in ("2025-10-20", "2025-11-20")]
        (bills[0] | bills[1]).action_post()

    def _overbilled(self):
        self.make_bill(self._ordered(), 10, price=120)

    def _billed_in_pieces(self):
        order = self._ordered({"product_uom_id": self.dozen.id})
        bill = self.make_bill(order, 24, price=2, post=False)
        bill.invoice_line_ids.write({"product_uom_id": self.product.uom_id.id, "quantity": 24})
        self.receive_by_hand(self.dated(order, "2025-10-20"), 36)
        bill.action_post()

    def _closed_short(self):
        self._received().with_user(self.users["buyer"]).action_construction_close_short()

    def _drafted(self):
        self.make_order((10, 100), confirm=False).order_line._construction_post_cost()

    def _awaiting(self):
        self.company.po_double_validation = "two_step"
        self.make_order((10, 100), user=self.users["buyer"])

    def _taxed(self):
        tax = self.company_data["default_tax_purchase"]
        tax.analytic = True
        self.make_bill(self._ordered({"tax_ids": [Command.set(tax.ids)]}), 4)

    def _taxed_for_good(self):
        kinds = [Command.create({"repartition_type": kind}) for kind in ("base", "tax")]
        vals = {"name": "Lost 10%", "amount": 10, "type_tax_use": "purchase", "company_id": self.company.id}
        tax = self.env["account.tax"].create(
            {**vals, "invoice_repartition_line_ids": kinds, "refund_repartition_line_ids": kinds}
        )
        self._ordered({"tax_ids": [Command.set(tax.ids)]})

    def _shared(self):
        shares = [(self.job, code, self.material) for code in (self.code, self.code_2)]
        keys = [",".join(str(r._construction_analytic_accounts().id) for r in share) for share in shares]
        nothing = dict.fromkeys(("construction_job_id", "cost_code_id", "cost_type_id"), False)
        self.make_order((1, 100.01, None, {"analytic_distribution": dict.fromkeys(keys, 50), **nothing}))

    def _budgeted(self):
        self.make_budget((100,))

    # --- the table ------------------------------------------------------------------------------------

    def _broken_rules(self):
        """(rule, owner, name, what stands in its place, what is done while it does)"""
        order, line, item = (self.Classes[name] for name in ("order", "line", "item"))
        stage = "_construction_pending_stage"
        return [
            ("a bill leaves less open", commitment, "open_amount", lambda l: l.amount, self._billed),
            (
                "nothing is open below zero",
                commitment,
                "open_amount",
                lambda l: l.amount - l.billed_amount,
                self._overbilled,
            ),
            (
                "closed short is not open",
                commitment,
                "open_amount",
                lambda l: max(l.amount - l.billed_amount, 0),
                self._closed_short,
            ),
            (
                "what is billed is not accrued",
                commitment,
                "received_not_billed",
                lambda l: l.received * l.price,
                self._billed,
            ),
            ("an accrual leaves at the later day", timeline, "changes", lumped, self._billed_late),
            ("nothing is open before its order", timeline, "changes", lumped, self._billed_early),
            ("each bill counts from its day", timeline, "changes", lumped, self._billed_twice),
            ("each fact counts from its day", timeline, "line_on", undated, self._billed_early),
            (
                "a credit note gives back",
                timeline,
                "Billed",
                lambda day, quantity, amount, unit: Billed(day, abs(quantity), abs(amount), unit),
                self._credited,
            ),
            (
                "units are converted",
                self.Classes["unit"],
                "_construction_said_in",
                lambda unit, quantity, other: decimal(quantity),
                self._billed_in_pieces,
            ),
            ("a draft counts nowhere", order, stage, lambda o: "draft", self._drafted),
            ("what awaits approval counts", order, stage, lambda o: None, self._awaiting),
            (
                "recoverable tax is no cost",
                item,
                "_construction_is_cost",
                lambda l: l.move_id.state == "posted" and l.display_type in ("product", "tax"),
                self._taxed,
            ),
            ("lost tax is cost", line, "_construction_cost_factor", lambda l: 1, self._taxed_for_good),
            ("shares add up", timeline, "allocate", not_shared_out, self._shared),
        ]

    def _missed_posts(self):
        """(what is done, how): nothing is posted of it."""
        return [
            ("ordered", self._ordered, lambda order: None),
            ("received", self._ordered, lambda order: self.receive_by_hand(order, 5)),
            ("billed", self._ordered, lambda order: self.make_bill(order, 4)),
            ("reset", self._billed, lambda order: order.invoice_ids.button_draft()),
            ("cancelled", self._ordered, lambda order: order.button_cancel()),
            ("changed", self._ordered, lambda order: order.order_line.write({"price_unit": 90})),
            (
                "recoded",
                self._ordered,
                lambda order: order.order_line.write({"cost_code_id": self.code_2.id}),
            ),
            ("closed short", self._received, lambda order: order.order_line._construction_close_short()),
            ("budgeted", lambda: None, lambda order: self._budgeted()),
        ]

    def test_a_broken_rule_is_found(self):
        with self.cr.savepoint() as savepoint:
            for *_rule, done in self._broken_rules():
                done()
            self.company.po_double_validation = "one_step"
            self.assertFalse(self._compare(), "Nothing differs as long as the rules stand")
            savepoint.rollback()
        self.env.invalidate_all()
        for rule, owner, name, broken, done in self._broken_rules():
            with self.subTest(rule), self.cr.savepoint() as savepoint:
                with patch.object(owner, name, broken):
                    done()
                    self.post_ledger()
                self.assertTrue(self._compare())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_is_not_posted_is_found(self):
        silent = patch.object(self.Classes["entry"], "_post_sources", lambda entries, batches: entries)
        for what, prepare, done in self._missed_posts():
            with self.subTest(what), self.cr.savepoint() as savepoint:
                if what == "ordered":
                    with silent:
                        self._ordered()
                        self.post_ledger()
                else:
                    order = prepare()
                    self.post_ledger()
                    with silent:
                        done(order)
                        self.post_ledger()
                self.assertTrue(self._compare())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_is_left_of_a_deleted_line_is_found_and_repaired(self):
        order = self._ordered()
        order.button_cancel()
        order.button_draft()
        line = order.order_line
        self.post_ledger()
        entry = self.Entry.search([("res_id", "=", line.id), ("res_model", "=", line._name)], limit=1)
        self.Entry.create(entry.copy_data({"amount": 70, "amount_currency": 70})[0])
        with patch.object(timeline, "changes", lambda *args: {}):
            line.unlink()
        found = self._compare()
        self.assertEqual((found.reference, found.difference), (order.name, -70))
        found.reconciliation_id.action_repair()
        self.assertFalse(self._compare())
        self.assertSums({})
