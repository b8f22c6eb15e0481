# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import CANCELLED, DocumentLifeCommon


@tagged("post_install", "-at_install")
class TestCancelledOrder(DocumentLifeCommon):
    """An order is cancelled whose bills are drafts on hold, or stand in the way and go."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2")
        self.lines = [self.invoice_line(quantity="50")]
        self.invoice = self.send_invoice("D-1", "PO-2", lines=self.lines)
        self.draft = self.bill("D-1")
        self.assertEqual((self.draft.state, self.draft.construction_on_hold), ("draft", True))

    def cancel(self):
        data = {"order": "PO-2", "reason": "Not needed"}
        return self.send(self.field, CANCELLED, "PO-2", data)

    def test_a_bill_on_hold_is_not_billed(self):
        self.assertState(self.cancel(), "done")
        self.check_told()

    def test_by_hand_likewise(self):
        self.order("PO-2").button_cancel()
        self.run_all()
        self.check_told()

    def check_told(self):
        self.assertEqual(self.order("PO-2").state, "cancel")
        self.assertEqual((self.draft.state, self.draft.construction_on_hold), ("draft", True))
        self.assertIn("Cancelled by now: order PO-2", self.draft._construction_open_holds().name)
        self.assertIn("Cancelled by now: order PO-2", self.invoice.exception_id.sentence)

    def test_a_bill_of_a_person_on_hold(self):
        """It has no message that would look at it again."""
        draft = self.draft.copy({"ref": "D-2", "invoice_date": "2026-03-10"})
        draft.invoice_line_ids.quantity = 30
        draft.action_post()
        self.assertTrue(draft.construction_on_hold)
        self.assertState(self.cancel(), "done")
        self.assertIn("Cancelled by now: order PO-2", draft._construction_open_holds()[:1].name)

    def test_what_is_billed_waits_until_it_is_not(self):
        controller = self.user_with("controller_2", "construction_base.group_cost_controller")
        self.draft.with_user(controller)._construction_release_holds("agreed")
        self.draft.action_post()
        message = self.cancel()
        self.assertState(message, "exception")
        self.assertIn("received or billed", message.exception_id.sentence)
        self.draft.button_draft()
        self.draft.button_cancel()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-2").state, "cancel")

    def test_what_is_received_waits_until_it_went_back(self):
        self.send_delivery("R-9", "PO-2", [self.delivery_line(quantity="20")])
        message = self.cancel()
        self.assertState(message, "exception")
        self.return_goods(self.order("PO-2").picking_ids.filtered(lambda p: p.state == "done"), 20)
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-2").state, "cancel")

    def test_a_draft_cancelled_by_hand_did_not_come_again(self):
        self.draft.button_cancel()
        self.run_all()
        item = self.assertAsks(self.invoice, "fallen")
        self.assertNotIn("came again", item.sentence)
        self.assertIn("was cancelled here by", item.sentence)
        again = self.send_invoice("D-1", "PO-2", lines=self.lines)
        self.assertIn(again.state, ("exception", "done"))
