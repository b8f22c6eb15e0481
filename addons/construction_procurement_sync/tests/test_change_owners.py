# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon

ROLE = "construction_base.group_project_manager"


@tagged("post_install", "-at_install")
class TestChangeOwners(OrderChangeCommon):
    """The work item of a change that waits for approval is with somebody who may give it."""

    def set_up_once(self):
        super().set_up_once()
        self.job.user_id = False
        self.send_order(lines=self.lines((1, 100)), revision=1)

    def ask(self):
        self.review_above(500)
        self.change((60, 100))
        [change] = self.changes()
        self.assertEqual(change.stop, "approval")
        return self.item_of(change)

    def test_on_a_job_without_manager(self):
        """Its reviewer manages other jobs, and does not see the items of this one."""
        self.manager = self.user_with("maya", f"{ROLE},purchase.group_purchase_manager")
        item = self.ask()
        self.assertEqual(item.owner_id, self.manager)
        mine = item.with_user(self.manager)
        self.assertIn("waits for the approval of", mine.read(["sentence"])[0]["sentence"])
        mine.web_read({"job_id": {"fields": {"display_name": {}}}, "blocked_ids": {}, "owner_id": {}})
        self.env["construction.exception"]._tell_owners()
        self.assertEqual(item.owner_id, self.manager)
        mine.record_ref.action_approve()
        self.assertEqual(item.state, "resolved")

    def test_who_reads_it_is_who_owns_it(self):
        self.manager = self.user_with("maya", f"{ROLE},purchase.group_purchase_manager")
        item = self.ask()
        item.sudo().owner_id = self.controller
        found = self.env["construction.exception"].with_user(self.manager).search([("id", "=", item.id)])
        self.assertFalse(found)

    def test_a_reviewer_who_manages_no_purchases(self):
        """Purchase managers are asked where nobody else reviews: who does comes before them."""
        self.user_with("other", f"{ROLE},construction_base.group_buyer,purchase.group_purchase_manager")
        self.manager = self.controller
        self.assertEqual(self.ask().owner_id, self.controller)

    def test_where_no_reviewer_can_open_it(self):
        item = self.ask()
        self.assertTrue(item.owner_id.has_group("construction_base.group_cost_controller"))

    def test_who_gave_their_word_passes_it_on(self):
        self.manager = self.user_with("maya", f"{ROLE},purchase.group_purchase_manager")
        first, second = self.manager, self.controller
        self.review_above(500)
        self.manager = second
        self.review_above(600)
        self.change((60, 100))
        [change] = self.changes()
        item = self.item_of(change)
        self.assertIn(item.owner_id, first | second)
        owner = item.owner_id
        change.with_user(owner).action_approve()
        self.assertEqual((change.state, item.state), ("pending", "open"))
        self.assertEqual(item.owner_id, (first | second) - owner)
