# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import contextlib

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import load_script
from odoo.tests import Form

from odoo.addons.construction_job_cost.errors import BelowNothing, BudgetExceeded

from .common import JobCostCommon


class TestBudgetCheck(JobCostCommon):
    def test_stops_with_the_figures(self):
        self.make_budget((100,))
        self.make_order((1, 60))
        second = self.make_order((1, 60), confirm=False)
        with self.assertRaises(BudgetExceeded) as caught, self.cr.savepoint():
            second.button_confirm()
        self.assertEqual(
            caught.exception.shortages,
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
        error = caught.exception
        self.assertEqual((error.category, error.job, error.record), ("budget", self.job, second))
        [(where, figures)] = error.figures.items()
        self.assertEqual(where, f"{self.code.display_name} / Material")
        for amount in ("60.00", "40.00", "100.00"):
            self.assertIn(amount, figures)
        self.assertEqual(second.state, "draft")
        self.assertSums({"budget": 100, "commitment": 60})

    def test_an_order_is_not_below_nothing(self):
        """It would make room for others, which would stand when it is cancelled."""
        self.make_budget((100,))
        below = self.make_order((1, 10), (-1, 20), confirm=False)
        with self.assertRaisesRegex(BelowNothing, "comes? to .*10.00"), self.cr.savepoint():
            below.button_confirm()
        other = self.make_order((1, 60))
        for vals in ({"product_qty": -1}, {"discount": 300}, {"price_unit": -60}):
            with self.subTest(vals), self.assertRaises(BelowNothing), self.cr.savepoint():
                other.order_line.write(vals)
        self.assertSums({"budget": 100, "commitment": 60})
        # it may take off what it orders
        below.order_line[0].price_unit = 20
        below.button_confirm()
        self.assertEqual(below.state, "purchase")

    def test_exactly_what_is_left_passes(self):
        self.make_budget((100,))
        self.make_order((1, 60))
        self.assertEqual(self.make_order((1, 40)).state, "purchase")

    def test_lines_are_taken_together(self):
        self.make_budget((100,), (50, self.code_2))
        order = self.make_order((1, 60), (1, 60), confirm=False)
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.button_confirm()
        order = self.make_order((1, 120), (1, -30), confirm=False)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_orders_are_taken_together(self):
        self.make_budget((100,))
        orders = self.make_order((1, 60), confirm=False) | self.make_order((1, 60), confirm=False)
        with self.assertRaises(BudgetExceeded) as caught, self.cr.savepoint():
            orders.with_user(self.users["buyer"]).write({"state": "purchase"})
        self.assertIn(orders[1].name, str(caught.exception))
        self.assertEqual(caught.exception.shortages[0]["available"], 40)
        self.assertEqual(set(orders.mapped("state")), {"draft"})
        orders.order_line[1].price_unit = 40
        orders.write({"state": "purchase"})
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            orders.order_line.write({"price_unit": 60})

    def test_state_written_past_the_button(self):
        self.make_budget((100,))
        order = self.make_order((1, 160), confirm=False)
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.with_user(self.users["buyer"]).write({"state": "purchase"})

    def test_no_control_without_original_budget_or_by_policy(self):
        self.assertEqual(self.make_order((1, 60)).state, "purchase")
        self.make_budget((100,), job=self.job_2)
        self.job_2.construction_budget_policy = "none"
        self.assertEqual(self.make_order((1, 600), job=self.job_2).state, "purchase")

    def test_warning_only(self):
        self.make_budget((100,))
        self.job.construction_budget_policy = "warn"
        order = self.make_order((1, 160))
        self.assertEqual(order.state, "purchase")
        self.assertIn("over budget", order.message_ids[0].body)

    def test_policy_is_for_cost_controllers(self):
        with self.assertRaises(AccessError):
            self.job.with_user(self.users["project_manager"]).construction_budget_policy = "none"
        self.job.with_user(self.users["cost_controller"]).construction_budget_policy = "warn"

    def test_code_without_budget_is_stopped(self):
        self.make_budget((100,))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self.make_order((1, 1, self.code_2))

    def test_line_without_type_is_controlled_by_code(self):
        self.make_budget((100, self.code, self.material), (50, self.code, self.labor))
        # typed as is usual: its own budget has 100
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self.make_order((1, 140, None, {"cost_type_id": False}))
        accounts = sorted(r._construction_analytic_accounts().id for r in (self.job, self.code))
        untyped = dict.fromkeys(("construction_job_id", "cost_code_id", "cost_type_id"), False)
        untyped["analytic_distribution"] = {",".join(map(str, accounts)): 100}
        self.assertEqual(self.make_order((1, 140, None, untyped)).state, "purchase")
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self.make_order((1, 11, None, untyped))

    def test_awaiting_approval_reserves(self):
        self.make_budget((100,))
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 10
        waiting = self.make_order((1, 60), user=self.users["buyer"])
        self.assertEqual(waiting.state, "to approve")
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            self.make_order((1, 60), user=self.users["buyer"])
        self.company.po_double_validation = "one_step"
        waiting.button_approve()
        self.assertEqual(waiting.state, "purchase", "What it has reserved is its own")

    def test_drafts_reserve_nothing(self):
        self.make_budget((100,))
        self.make_order((1, 60), confirm=False)
        self.post_ledger()
        self.assertEqual(self.make_order((1, 60)).state, "purchase")

    def test_bills_use_budget_up(self):
        self.make_budget((100,))
        order = self.make_order((1, 60))
        self.make_bill(order, 1, price=90)
        with self.assertRaises(BudgetExceeded) as caught, self.cr.savepoint():
            self.make_order((1, 20))
        self.assertEqual(caught.exception.shortages[0]["actual"], 90)

    def test_increase_of_a_released_order(self):
        self.make_budget((100,))
        order = self.make_order((1, 60))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.order_line.price_unit = 101
        order.order_line.price_unit = 100
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.write({"order_line": [Command.create(self.order_line(self.job, 1, 1))]})
        order.order_line.price_unit = 10
        self.assertSums({"budget": 100, "commitment": 10})

    def test_decrease_passes_though_over_budget(self):
        order = self.make_order((1, 200))
        self.make_budget((100,))
        order.order_line.price_unit = 150
        self.assertSums({"budget": 100, "commitment": 150})

    def test_override(self):
        self.make_budget((100,))
        order = self.make_order((1, 160), confirm=False, user=self.users["buyer"])
        Wizard = self.env["construction.budget.override"]
        with self.assertRaises(AccessError):
            Wizard.with_user(self.users["buyer"]).create({"order_id": order.id, "reason": "x"})
        wizard = Wizard.with_user(self.users["cost_controller"]).create(
            {"order_id": order.id, "reason": "Pour is tomorrow"}
        )
        self.assertEqual(wizard.amount, 60, "What it is short of, not what it asks for")
        wizard.action_override()
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        self.assertIn("Pour is tomorrow", str(order.message_ids.mapped("body")))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.order_line.price_unit = 161

    def _override(self, order):
        wizard = self.env["construction.budget.override"].with_user(self.users["cost_controller"])
        wizard.create({"order_id": order.id, "reason": "Pour is tomorrow"}).action_override()

    def test_an_override_does_not_grow_with_billing(self):
        self.make_budget((500,))
        order = self.make_order((10, 100), confirm=False, user=self.users["buyer"])
        self._override(order)
        order.button_confirm()
        self.assertEqual((order.construction_override_amount, order.construction_override_used), (500, 500))
        self.receive_by_hand(order, 6)
        self.make_bill(order, 6)
        for quantity in (16, 11):
            with self.assertRaises(BudgetExceeded), self.cr.savepoint():
                order.order_line.product_qty = quantity
        order.order_line.product_qty = 9
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.order_line.product_qty = 10
        self.assertSums({"budget": 500, "actual": 600, "commitment": 300})

    def test_an_override_covers_what_was_short_on_its_day(self):
        self.make_budget((1000,))
        order = self.make_order((10, 110), confirm=False, user=self.users["buyer"])
        self._override(order)
        other = self.make_order((1, 100))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.button_confirm()
        other.order_line.product_qty = 0
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_migration_of_overrides(self):
        """Those of before covered whatever the order asked for; it is what was short on their day."""
        path = "construction_job_cost/migrations/19.0.1.2.0/post-override.py"
        module = load_script(path, "post_override")
        self.make_budget((100,))
        controller = self.users["cost_controller"]
        told, untold = (self.make_order((1, 160), confirm=False) for _i in range(2))
        for order in told | untold:
            self.Entry.sudo().create(
                {
                    "date": "2026-03-01",
                    "company_id": self.company.id,
                    "job_id": self.job.id,
                    "cost_code_id": self.code.id,
                    "cost_type_id": self.material.id,
                    "kind": "pending",
                    "stage": "draft",
                    "amount": 160,
                    "currency_id": self.company.currency_id.id,
                    "res_model": "purchase.order.line",
                    "res_id": order.order_line.id,
                    "document_model": "purchase.order",
                    "document_id": order.id,
                }
            )
            order.sudo().write(
                {
                    "construction_override_by_id": controller.id,
                    "construction_override_reason": "Pour is tomorrow",
                    "construction_override_amount": 160,
                }
            )
        told.message_post(
            author_id=controller.partner_id.id, body="Budget overridden by Ann up to 160: Pour is tomorrow"
        )
        self.env.flush_all()
        module.migrate(self.cr, "19.0.1.1.1")
        self.assertEqual((told | untold).mapped("construction_override_amount"), [60, 0])
        self.assertEqual((told | untold).mapped("construction_override_used"), [0, 0])
        told.button_confirm()
        self.assertEqual(told.construction_override_used, 60)

    def test_nothing_to_override(self):
        self.make_budget((1000,))
        order = self.make_order((10, 100), confirm=False, user=self.users["buyer"])
        with self.assertRaises(UserError):
            self._override(order)

    # --- a change as a whole --------------------------------------------------------------------------

    def test_a_change_is_checked_as_a_whole(self):
        self.make_budget((1000,))
        order = self.make_order((4, 100), (6, 100))
        one, two = order.order_line
        changes = [(one, 6), (two, 4)]
        for name, lines in (("form", changes), ("form, exchanged", changes[::-1])):
            with self.subTest(name), self.cr.savepoint() as savepoint:
                order.write({"order_line": [Command.update(l.id, {"product_qty": q}) for l, q in lines]})
                self.assertSums({"budget": 1000, "commitment": 1000})
                savepoint.rollback()
        with self.subTest("mass edit of lines"):
            order.order_line.web_save_multi([{"product_qty": 6}, {"product_qty": 4}], {})
            self.assertSums({"budget": 1000, "commitment": 1000})
        with self.subTest("import"):
            ids = [[str(line.id), str(q)] for line, q in ((one, 4), (two, 6))]
            result = order.order_line.load([".id", "product_qty"], ids)
            self.assertFalse([m for m in result["messages"] if m["type"] == "error"])
            self.assertEqual(order.order_line.mapped("product_qty"), [4, 6])
        with self.subTest("several orders"):
            other = self.make_order((1, 0))
            (order | other).web_save_multi(
                [
                    {"order_line": [Command.update(two.id, {"product_qty": 5})]},
                    {"order_line": [Command.update(other.order_line.id, {"price_unit": 100})]},
                ],
                {},
            )
            self.assertSums({"budget": 1000, "commitment": 1000})
        with self.subTest("too much as a whole"), self.assertRaises(BudgetExceeded), self.cr.savepoint():
            order.write({"order_line": [Command.update(one.id, {"product_qty": 6})]})
        with self.subTest("something undone in between"), self.assertRaises(BudgetExceeded):
            with self.cr.savepoint(), self.env["purchase.order"]._construction_changed_together():
                one.product_qty = 6
                with contextlib.suppress(ValueError), self.cr.savepoint():
                    two.product_qty = 1
                    raise ValueError
                self.assertEqual(two.product_qty, 5)
        with self.subTest("an import that is wrong says what is wrong"):
            found = order.order_line.load([".id", "product_qty"], [[str(one.id), "2"], [str(two.id), "much"]])
            self.assertFalse(found["ids"])
            self.assertIn("much", found["messages"][0]["message"])
        with self.subTest("posted while it waits for its check"), self.assertRaises(BudgetExceeded):
            with self.env["purchase.order"]._construction_changed_together():
                one.product_qty = 6
                one._construction_note_cost_change()
                self.post_ledger()
                self.env["purchase.order.line"]._construction_post_cost()

    def test_a_line_closed_short_is_opened_by_a_raise_that_is_checked(self):
        self.make_budget((1000,))
        order = self.make_order((10, 100))
        line = order.order_line
        self.receive_by_hand(order, 6)
        line._construction_close_short()
        other = self.make_order((4, 100))
        with self.assertRaises(BudgetExceeded), self.cr.savepoint():
            line.product_qty = 12
        line.product_qty = 8
        self.assertTrue(line.construction_closed_short, "Less is no raise")
        other.order_line.product_qty = 0
        line.product_qty = 10
        self.assertFalse(line.construction_closed_short)
        self.assertSums({"budget": 1000, "commitment": 1000, "accrual": 600})

    def test_override_of_an_own_order(self):
        self.make_budget((100,))
        controller = self.users["cost_controller"]
        controller.group_ids += self.env.ref("purchase.group_purchase_user")
        order = self.make_order((1, 160), confirm=False, user=controller)
        wizard = (
            self.env["construction.budget.override"]
            .with_user(controller)
            .create({"order_id": order.id, "reason": "x"})
        )
        with self.assertRaises(AccessError):
            wizard.action_override()

    def test_override_fields_cannot_be_written(self):
        order = self.make_order((1, 160), confirm=False, user=self.users["buyer"])
        with self.assertRaises(AccessError):
            order.write({"construction_override_by_id": self.users["buyer"].id})
        with self.assertRaises(AccessError):
            self.make_order((1, 1), user=self.users["buyer"], construction_override_amount=10)

    def test_in_the_form(self):
        self.make_budget((100,))
        order = self.make_order((1, 60), confirm=False)
        with Form(order.with_user(self.users["buyer"])) as form:
            with form.order_line.edit(0) as line:
                line.cost_code_id = self.code_2
        with self.assertRaises(UserError):
            order.button_confirm()
        self.assertEqual(order.order_line.construction_job_id, self.job)
