# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import Form

from .common import JobCostCommon

CHANGED = "Since you opened this"


class TestSeen(JobCostCommon):
    """What was opened earlier decides on nothing that its user did not see."""

    def setUp(self):
        super().setUp()
        self.make_budget((500,))
        self.over = self.make_order((1, 1000), confirm=False, user=self.users["buyer"])
        self.overrides = self.env["construction.budget.override"].with_user(self.users["cost_controller"])

    def assertNotOverridden(self, wizard):
        with self.assertRaisesRegex(UserError, f"{CHANGED}.*{self.over.name}"), self.cr.savepoint():
            wizard.action_override()
        self.assertFalse(self.over.construction_override_amount)

    def test_an_override_is_for_the_amount_shown(self):
        wizard = self.overrides.create({"order_id": self.over.id, "reason": "500 is agreed"})
        self.assertEqual(wizard.amount, 500)
        self.over.order_line.product_qty = 10
        self.assertNotOverridden(wizard)
        self.over.order_line.product_qty = 1
        wizard.action_override()
        self.assertEqual(self.over.construction_override_amount, 500)

    def test_an_override_is_for_the_order_shown(self):
        wizard = self.overrides.create({"order_id": self.over.id, "reason": "500 is agreed"})
        self.over.order_line.write({"product_qty": 10, "price_unit": 100})
        self.assertNotOverridden(wizard)

    def test_what_takes_the_budget_meanwhile_counts(self):
        wizard = self.overrides.create({"order_id": self.over.id, "reason": "500 is agreed"})
        self.make_order((1, 100))
        self.assertNotOverridden(wizard)

    def test_a_form_is_opened_before_it_is_stored(self):
        with Form(self.overrides.with_context(default_order_id=self.over.id)) as form:
            form.reason = "500 is agreed"
            self.over.order_line.product_qty = 10
        self.assertNotOverridden(form.record)
        opened = self.overrides.with_context(default_order_id=self.over.id).default_get(["order_id"])
        self.over.order_line.product_qty = 11
        self.assertNotOverridden(self.overrides.create({**opened, "reason": "500 is agreed"}))

    def test_what_was_seen_is_not_written(self):
        wizard = self.overrides.create({"order_id": self.over.id, "reason": "500 is agreed"})
        self.over.order_line.product_qty = 10
        other = self.overrides.create({"order_id": self.over.id, "reason": "500 is agreed"})
        with self.assertRaises(UserError), self.cr.savepoint():
            wizard.seen = other.seen
        self.assertNotIn("500", wizard.seen)
        for made_up in ("x", "5", "[1]", '{"no.model,x": 1}', "{}"):
            vals = {"order_id": self.over.id, "reason": "500 is agreed", "seen": made_up}
            self.assertNotOverridden(self.overrides.create(vals))
        self.assertNotOverridden(wizard)

    # --- closing and repairing ------------------------------------------------------------------------

    def test_a_period_closes_on_the_drafts_that_were_named(self):
        closes = self.env["construction.period.close"].with_user(self.users["cost_controller"])
        form = Form(closes)
        form.reason = "Month-end"
        form.date = "2026-03-31"
        wizard = form.save()
        bill = self.make_bill(self.make_order((1, 10)), 1, post=False)
        bill.write({"invoice_date": "2026-03-15", "date": "2026-03-15"})
        with self.assertRaisesRegex(UserError, CHANGED), self.cr.savepoint():
            wizard.action_confirm()
        self.assertFalse(self.company.construction_cost_lock_date)
        closes.create({"date": "2026-03-31", "reason": "Month-end"}).action_confirm()
        self.assertEqual(str(self.company.construction_cost_lock_date), "2026-03-31")
