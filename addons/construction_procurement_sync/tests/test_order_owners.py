# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon

ROLE = "construction_base.group_project_manager"
APPROVES = f"{ROLE},purchase.group_purchase_manager"


@tagged("post_install", "-at_install")
class TestOrderOwners(OrderChangeCommon):
    """The work item of an order that waits for approval is with somebody who may give it."""

    def set_up_once(self):
        super().set_up_once()
        self.job.user_id = False

    def wait(self, limit=500):
        self.review_above(limit)
        message = self.send_order(lines=self.lines((10, 100)), revision=1)
        self.assertEqual(self.order().state, "draft")
        return self.item(message)

    def item(self, message):
        return message.exception_id.filtered(lambda item: item.cause_key.startswith("approval:"))

    def test_its_reviewer(self):
        self.manager = self.user_with("maya", APPROVES)
        item = self.wait()
        self.assertEqual((item.state, item.owner_id), ("open", self.manager))
        item.with_user(self.manager).record_ref.validate_tier()
        self.run_all()
        self.assertEqual((item.state, self.order().state), ("resolved", "purchase"))

    def test_not_its_buyer(self):
        self.manager = self.user_with("maya", APPROVES)
        item = self.wait()
        item.sudo().owner_id = self.buyer
        item._succeed()
        self.assertEqual(item.owner_id, self.manager)

    def test_odoos_own_limit(self):
        """No review: purchase managers approve what is above the company's amount."""
        self.manager = self.user_with("maya", APPROVES)
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 500})
        message = self.send_order(lines=self.lines((10, 100)), revision=1)
        self.assertEqual(self.order().state, "to approve")
        item = self.item(message)
        self.assertIn(item.owner_id, self.env.ref("purchase.group_purchase_manager").all_user_ids)

    def test_where_no_reviewer_can_open_it(self):
        item = self.wait()
        self.assertTrue(item.owner_id.has_group("construction_base.group_cost_controller"))

    def test_who_gave_their_word_passes_it_on(self):
        self.manager = self.user_with("maya", APPROVES)
        first, second = self.manager, self.controller
        self.review_above(400)
        self.manager = second
        item = self.wait()
        owner = item.owner_id
        self.assertIn(owner, first | second)
        item.record_ref.with_user(owner).validate_tier()
        self.assertEqual((item.state, item.owner_id), ("open", (first | second) - owner))

    def test_rejected_it_is_not_its_reviewers(self):
        self.manager = self.user_with("maya", APPROVES)
        item = self.wait()
        item.record_ref.with_user(self.manager).reject_tier()
        items = self.env["construction.exception"]
        self.assertFalse(items._construction_approvers(self.order(), item.cause_key))
