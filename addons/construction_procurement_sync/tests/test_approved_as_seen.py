# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon

APPROVES = "construction_base.group_project_manager,purchase.group_purchase_manager"


@tagged("post_install", "-at_install")
class TestApprovedAsSeen(OrderChangeCommon):
    """A form that was opened earlier approves nothing that its user never saw."""

    def refused(self, press):
        with self.assertRaisesRegex(UserError, "changed since you opened it"), self.cr.savepoint():
            press()

    def pressing(self, record):
        return record.with_context(construction_seen=record.construction_asked)

    def test_an_order_that_is_raised_under_review(self):
        self.manager = self.user_with("maya", APPROVES)
        self.job.user_id = self.manager
        self.review_above(500)
        self.send_order(lines=self.lines((10, 100)), revision=1)
        order = self.order().with_user(self.manager)
        old = self.pressing(order)
        self.send_order(lines=self.lines((10, 90000)), revision=2)
        order.invalidate_recordset()
        self.assertEqual((order.amount_untaxed, order.validation_status), (900000, "pending"))
        self.refused(old.validate_tier)
        self.refused(old.button_confirm)
        self.pressing(order).validate_tier()
        self.run_all()
        self.assertEqual(self.order().state, "purchase")

    def test_a_plain_press_goes_on(self):
        """Confirmed and approved in one: what confirming itself writes is no change."""
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 50000})
        self.send_order(lines=self.lines((10, 100)), revision=1)
        self.job.user_id = self.user_with("maya", APPROVES)
        order = self.order().with_user(self.job.user_id)
        order.button_cancel()
        order.button_draft()
        self.pressing(order).button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_a_change_whose_figures_moved(self):
        self.manager = self.user_with("maya", APPROVES)
        self.send_order(lines=self.lines((1, 100)), revision=1)
        self.review_above(500)
        self.change((60, 100))
        change = self.changes().with_user(self.manager)
        old = self.pressing(change)
        change.sudo().line_ids.write({"quantity": 61, "amount": 6100})
        change.invalidate_recordset()
        self.refused(old.action_approve)
        self.pressing(change).action_approve()
        self.assertEqual(change.state, "approved")

    def test_a_budget_that_was_set_back(self):
        self.set_budget(1000)
        enters = self.user_with("enters", "construction_base.group_project_manager")
        self.job.user_id = enters
        vals = {"cost_code_id": self.code.id, "cost_type_id": self.material.id, "amount": 100}
        budget = self.env["construction.budget"].with_user(enters)
        budget = budget.create(
            {
                "title": "More",
                "job_id": self.job.id,
                "kind": "revision",
                "date": "2026-03-01",
                "line_ids": [(0, 0, vals)],
            }
        )
        budget.action_submit()
        theirs = budget.with_user(self.controller)
        old = self.pressing(theirs)
        budget.action_back_to_draft()
        budget.line_ids.amount = 90000
        budget.action_submit()
        theirs.invalidate_recordset()
        self.refused(old.action_approve)
        self.pressing(theirs).action_approve()
        self.assertEqual(budget.state, "approved")

    def test_every_form_hands_it_back(self):
        sees_all = self.user_with(
            "all",
            f"{APPROVES},construction_base.group_cost_controller,construction_base.group_integration_manager,"
            "purchase_request.group_purchase_request_manager",
        )
        for model in (
            "purchase.order",
            "purchase.request",
            "construction.order.change",
            "construction.budget",
            "construction.crosswalk.load",
        ):
            with self.subTest(model):
                names = self.env[model]._construction_approving
                arch = etree.fromstring(
                    self.env[model].with_user(sees_all).get_view(view_type="form")["arch"]
                )
                buttons = [button for button in arch.iter("button") if button.get("name") in names]
                self.assertTrue(buttons)
                for button in buttons:
                    self.assertIn("'construction_seen': construction_asked", button.get("context"))
                self.assertTrue(arch.xpath("//field[@name='construction_asked']"))
