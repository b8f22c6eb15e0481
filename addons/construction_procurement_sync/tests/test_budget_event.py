# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ProcurementCommon

REVISED = "cost.budget.revised"


@tagged("post_install", "-at_install")
class TestBudgetEvent(ProcurementCommon):
    """A budget that comes by event is put before the cost controllers, as one by hand is."""

    def setUp(self):
        super().setUp()
        self.send_masters()
        self.controller = self.user_with("budget_controller", "construction_base.group_cost_controller")

    def budget_data(self, revision="B-0", kind="original", lines=(("03 30 00", "5000"),), **kwargs):
        return {
            "revision": revision,
            "job": "J-1",
            "kind": kind,
            "approved_by": "Ana",
            "approved_at": "2026-02-01",
            "lines": [{"cost_code": code, "amount": amount} for code, amount in lines],
            **kwargs,
        }

    def send_budget(self, *args, **kwargs):
        return self.send(self.master, REVISED, "J-1", self.budget_data(*args, **kwargs))

    def budgets(self):
        return self.env["construction.budget"].search([("job_id", "=", self.job.id)], order="id")

    def items(self, prefix):
        return self.env["construction.exception"].search(
            [("cause_key", "=like", f"{prefix}%"), ("state", "=", "open")]
        )

    def budgeted(self):
        entries = self.env["construction.cost.entry"].search([("kind", "=", "budget")])
        return {
            code.code: sum(found.mapped("amount")) for code, found in entries.grouped("cost_code_id").items()
        }

    def approve(self):
        budgets = self.budgets().filtered(lambda budget: budget.state == "submitted")
        budgets.with_user(self.controller).action_approve()
        self.run_all()

    def test_submitted_and_approved_by_a_controller(self):
        message = self.send_budget(lines=(("03 30 00", "5000"), ("05 12 00", "2500.50")))
        self.assertState(message, "done")
        budget = self.budgets()
        self.assertEqual(
            (budget.state, budget.kind, str(budget.date)), ("submitted", "original", "2026-02-01")
        )
        self.assertEqual((budget.construction_approved_outside, self.budgeted()), ("Ana", {}))
        item = self.items("budget_approval:")
        self.assertEqual(item.record_ref, budget)
        self.assertIn("7,500.50", item.sentence)
        self.approve()
        self.assertEqual(self.budgeted(), {"03 30 00": 5000, "05 12 00": 2500.5})
        self.assertFalse(self.items("budget_approval:"))
        # a transfer is a change that sums to zero
        wrong = self.send_budget("B-1", "transfer", (("03 30 00", "-500"), ("05 12 00", "400")))
        self.assertState(wrong, "exception", "data")
        self.assertIn("sums to zero", wrong.problem)
        moved = (("03 30 00", "-500"), ("05 12 00", "500"))
        self.assertState(self.send_budget("B-2", "transfer", moved), "done")
        self.approve()
        self.assertEqual(self.budgeted(), {"03 30 00": 4500, "05 12 00": 3000.5})
        # again: nothing; with other content, a person decides, and what is approved is not replaced
        self.assertState(self.send_budget("B-2", "transfer", moved), "done")
        self.assertEqual(len(self.budgets()), 2)
        other = (("03 30 00", "-600"), ("05 12 00", "600"))
        again = self.send_budget("B-2", "transfer", other)
        self.assertState(again, "exception")
        self.assertEqual(self.budgeted(), {"03 30 00": 4500, "05 12 00": 3000.5})

    def test_a_source_that_may_approve(self):
        manager = self.user_with("budget_manager", "construction_base.group_integration_manager")
        approves = {"construction_approves_budgets": True}
        for user in (manager, self.controller):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.master.with_user(user).write(approves)
        with self.assertRaises(AccessError):
            self.master.with_user(manager).create({"name": "Own", "code": "own", **approves})
        with self.assertRaises(AccessError):
            self.master.with_user(manager).action_construction_approve_budgets()
        self.master.with_user(self.controller).action_construction_approve_budgets()
        self.assertTrue(self.master.construction_approves_budgets)
        noted = self.env["construction.audit.entry"].search(
            [("res_model", "=", "construction.source"), ("res_id", "=", self.master.id)], limit=1
        )
        self.assertEqual((noted.what, noted.user_id), ("May Approve Budgets", self.controller))
        self.assertState(self.send_budget(), "done")
        self.assertEqual((self.budgets().state, self.budgeted()), ("approved", {"03 30 00": 5000}))
        self.assertFalse(self.items("budget_approval:"))
        self.master.with_user(self.controller).action_construction_submit_budgets()
        self.assertFalse(self.master.construction_approves_budgets)

    def test_a_revision_flags_what_exceeds_its_code(self):
        self.master.construction_approves_budgets = True
        self.send_budget()
        self.assertState(self.send_order("PO-1"), "done")
        self.assertState(self.send_order("PO-2", [self.order_line(quantity="50")]), "done")
        self.assertState(self.send_budget("B-1", "revision", (("03 30 00", "-3000"),)), "done")
        self.assertFalse(self.items("budget_exceeded:"), "2,000 are enough for 1,500")
        self.send_budget("B-2", "revision", (("03 30 00", "-1500"),))
        item = self.items("budget_exceeded:")
        orders = self.order("PO-1") | self.order("PO-2")
        self.assertEqual(len(item), 1, "One a revision")
        for name in orders.mapped("name"):
            self.assertIn(name, item.sentence)
        budget = self.budgets().filtered(lambda found: found.construction_external_key == "B-2")
        self.assertIn("1,000.00", budget.exceeded_note)
        self.send_budget("B-3", "revision", (("03 30 00", "1500"),))
        self.assertFalse(self.items("budget_exceeded:"))

    def test_by_hand_alike(self):
        self.send_budget()
        self.approve()
        self.send_order("PO-1")
        budget = self.env["construction.budget"].create(
            {
                "title": "Less",
                "kind": "revision",
                "job_id": self.job.id,
                "line_ids": [
                    (0, 0, {"cost_code_id": self.order().order_line.cost_code_id.id, "amount": -4500}),
                ],
            }
        )
        budget.action_submit()
        budget.with_user(self.controller).action_approve()
        self.assertIn(self.order().name, self.items("budget_exceeded:").sentence)
        self.assertIn(self.order().name, budget.exceeded_note)
