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
        self.assertNotOverridden(wizard)
