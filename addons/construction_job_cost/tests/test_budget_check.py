from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from odoo.addons.construction_job_cost.exceptions import BudgetExceeded

from .common import JobCostCommon


class TestBudgetCheck(JobCostCommon):
    def test_stops_with_the_figures(self):
        self._budget((100,))
        self._order((1, 60))
        second = self._order((1, 60), confirm=False)
        with self.assertRaises(BudgetExceeded) as caught, self.cr.savepoint():
            second.button_confirm()
        self.assertEqual(
            caught.exception.figures,
            [
                {
                    "job": self.job.display_name,
                    "cost_code": self.code.display_name,
                    "cost_type": "Material",
                    "budget": 100.0,
                    "actual": 0.0,
                    "committed": 60.0,
                    "pending": 0.0,
                    "available": 40.0,
                    "requested": 60.0,
                }
            ],
        )
        self.assertIn(second.name, str(caught.exception))
        self.assertEqual(second.state, "draft")
        self._assert_sums({"budget": 100, "commitment": 60, "pending": 60})

    def test_exactly_what_is_left_passes(self):
        self._budget((100,))
        self._order((1, 60))
        self.assertEqual(self._order((1, 40)).state, "purchase")

    def test_lines_are_taken_together(self):
        self._budget((100,), (50, self.code_2))
        order = self._order((1, 60), (1, 60), confirm=False)
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.button_confirm()
        order = self._order((1, 120), (1, -30), confirm=False)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_orders_are_taken_together(self):
        self._budget((100,))
        orders = self._order((1, 60), confirm=False) | self._order((1, 60), confirm=False)
        with self.assertRaises(BudgetExceeded) as caught, self.cr.savepoint():
            orders.with_user(self.users["buyer"]).write({"state": "purchase"})
        self.assertIn(orders[1].name, str(caught.exception))
        self.assertEqual(caught.exception.figures[0]["available"], 40)
        self.assertEqual(set(orders.mapped("state")), {"draft"})
        orders.order_line[1].price_unit = 40
        orders.write({"state": "purchase"})
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            orders.order_line.write({"price_unit": 60})

    def test_state_written_past_the_button(self):
        self._budget((100,))
        order = self._order((1, 160), confirm=False)
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.with_user(self.users["buyer"]).write({"state": "purchase"})

    def test_no_control_without_original_budget_or_by_policy(self):
        self.assertEqual(self._order((1, 60)).state, "purchase")
        self._budget((100,), job=self.job_2)
        self.job_2.construction_budget_policy = "none"
        self.assertEqual(self._order((1, 600), job=self.job_2).state, "purchase")

    def test_warning_only(self):
        self._budget((100,))
        self.job.construction_budget_policy = "warn"
        order = self._order((1, 160))
        self.assertEqual(order.state, "purchase")
        self.assertIn("over budget", order.message_ids[0].body)

    def test_policy_is_for_cost_controllers(self):
        with self.assertRaises(AccessError):
            self.job.with_user(self.users["project_manager"]).construction_budget_policy = "none"
        self.job.with_user(self.users["cost_controller"]).construction_budget_policy = "warn"

    def test_code_without_budget_is_stopped(self):
        self._budget((100,))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self._order((1, 1, self.code_2))

    def test_line_without_type_is_controlled_by_code(self):
        self._budget((100, self.code, self.material), (50, self.code, self.labor))
        untyped = {"cost_type_id": False}
        self.assertEqual(self._order((1, 140, None, untyped)).state, "purchase")
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self._order((1, 11, None, untyped))

    def test_awaiting_approval_reserves(self):
        self._budget((100,))
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 10
        waiting = self._order((1, 60), user=self.users["buyer"])
        self.assertEqual(waiting.state, "to approve")
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self._order((1, 60), user=self.users["buyer"])
        self.company.po_double_validation = "one_step"
        waiting.button_approve()
        self.assertEqual(waiting.state, "purchase", "What it has reserved is its own")

    def test_drafts_reserve_nothing(self):
        self._budget((100,))
        self._order((1, 60), confirm=False)
        self._flush_ledger()
        self.assertEqual(self._order((1, 60)).state, "purchase")

    def test_bills_use_budget_up(self):
        self._budget((100,))
        order = self._order((1, 60))
        self._bill(order, 1, price=90)
        with self.assertRaises(BudgetExceeded) as caught, self.cr.savepoint():
            self._order((1, 20))
        self.assertEqual(caught.exception.figures[0]["actual"], 90)

    def test_increase_of_a_released_order(self):
        self._budget((100,))
        order = self._order((1, 60))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.order_line.price_unit = 101
        order.order_line.price_unit = 100
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.write({"order_line": [Command.create(self._order_line(self.job, 1, 1))]})
        order.order_line.price_unit = 10
        self._assert_sums({"budget": 100, "commitment": 10})

    def test_decrease_passes_though_over_budget(self):
        order = self._order((1, 200))
        self._budget((100,))
        order.order_line.price_unit = 150
        self._assert_sums({"budget": 100, "commitment": 150})

    def test_override(self):
        self._budget((100,))
        order = self._order((1, 160), confirm=False, user=self.users["buyer"])
        Wizard = self.env["construction.budget.override"]
        with self.assertRaises(AccessError):
            Wizard.with_user(self.users["buyer"]).create({"order_id": order.id, "reason": "x"})
        wizard = Wizard.with_user(self.users["cost_controller"]).create(
            {"order_id": order.id, "reason": "Pour is tomorrow"}
        )
        self.assertEqual(wizard.amount, 160)
        wizard.action_override()
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        self.assertIn("Pour is tomorrow", str(order.message_ids.mapped("body")))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.order_line.price_unit = 161

    def test_override_of_an_own_order(self):
        self._budget((100,))
        controller = self.users["cost_controller"]
        controller.group_ids += self.env.ref("purchase.group_purchase_user")
        order = self._order((1, 160), confirm=False, user=controller)
        wizard = (
            self.env["construction.budget.override"]
            .with_user(controller)
            .create({"order_id": order.id, "reason": "x"})
        )
        with self.assertRaises(AccessError):
            wizard.action_override()

    def test_override_fields_cannot_be_written(self):
        order = self._order((1, 160), confirm=False, user=self.users["buyer"])
        with self.assertRaises(AccessError):
            order.write({"construction_override_by_id": self.users["buyer"].id})
        with self.assertRaises(AccessError):
            self._order((1, 1), user=self.users["buyer"], construction_override_amount=10)

    def test_in_the_form(self):
        self._budget((100,))
        order = self._order((1, 60), confirm=False)
        with Form(order.with_user(self.users["buyer"])) as form:
            with form.order_line.edit(0) as line:
                line.cost_code_id = self.code_2
        with self.assertRaises(UserError):
            order.button_confirm()
        self.assertEqual(order.order_line.construction_job_id, self.job)
