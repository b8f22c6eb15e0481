# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.construction_sync.errors import Hold

from .test_bill_correction import BillCorrectionCommon
from .test_content import CHANGED


class RewrittenCommon(BillCorrectionCommon):
    def undo(self, messages, user):
        self.assertTrue(all(message.with_user(user)._may_undo() for message in messages))
        messages.with_user(user)._ignore("a mistake of theirs", "undo")
        self.run_all()

    def said(self, kind, key):
        """The message whose content stands under a key, and its revision."""
        entry = self.env["construction.crosswalk"].search(
            [("kind", "=", kind), ("key", "=", key), ("valid_until", "=", False)]
        )
        return entry.content_message_id, entry.revision


@tagged("post_install", "-at_install")
class TestBillRewritten(RewrittenCommon):
    """A correction that rewrote a draft bill is set aside: the draft says again what it said before."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        self.first = self.invoice("10", price="13.50")
        self.assertState(self.first, "exception", "variance")
        self.draft = self.bill()
        self.second = self.invoice("9", price="14.50", revision=1)
        self.assertState(self.second, "exception", "variance")
        self.assertEqual((self.bill(), self.draft.amount_untaxed), (self.draft, 130.5))

    def test_undone(self):
        self.undo(self.second, self.payable)
        self.assertEqual((self.second.state, self.bill(), self.draft.state), ("ignored", self.draft, "draft"))
        self.assertEqual(self.draft.amount_untaxed, 135)
        self.assertEqual(self.draft.invoice_line_ids.quantity, 10)
        self.assertEqual(self.draft.invoice_line_ids.purchase_line_id, self.order().order_line)
        self.assertIn("says again", self.note(self.second))
        self.assertEqual(self.said("invoice", "s-1/invoice/inv-001"), (self.first, 0))
        # the first message asks about what stands now
        self.assertState(self.first, "exception", "variance")
        self.assertRegex(self.draft.construction_hold_text, r"billed \$\W135\.00")
        # known as it was said before
        self.invoice("10", price="13.50")
        self.assertEqual((len(self.bill()), self.draft.amount_untaxed), (1, 135))

    def test_undone_and_taken_up_again(self):
        for _turn in range(2):
            self.undo(self.second, self.payable)
            self.assertEqual(self.draft.amount_untaxed, 135)
            self.second.with_user(self.payable)._take_up("theirs after all")
            self.run_all()
            self.assertState(self.second, "exception", "variance")
            self.assertEqual((self.bill(), self.draft.amount_untaxed), (self.draft, 130.5))

    def test_taken_up_again_after_a_later_one(self):
        self.undo(self.second, self.payable)
        third = self.invoice("8", price="15.50", revision=2)
        self.assertEqual(self.draft.amount_untaxed, 124)
        self.second.with_user(self.payable)._take_up("theirs after all")
        self.run_all()
        item = self.assertAsks(self.second)
        self.assertIn("It is revision 1, and revision 2 stands.", item.sentence)
        self.assertState(third, "exception", "variance")
        self.assertEqual(self.draft.amount_untaxed, 124)

    def test_one_after_the_other(self):
        third = self.invoice("8", price="15.50", revision=2)
        self.assertEqual(self.draft.amount_untaxed, 124)
        self.assertFalse(self.second._can_be_undone(), "it is not what stands")
        self.assertFalse(self.first._can_be_undone(), "what it made says something else now")
        self.undo(third, self.payable)
        self.assertEqual(self.draft.amount_untaxed, 130.5)
        self.undo(self.second, self.payable)
        self.assertEqual(self.draft.amount_untaxed, 135)
        self.undo(self.first, self.payable)
        self.assertEqual(self.draft.state, "cancel")

    def test_all_together(self):
        (self.first | self.second).with_user(self.payable)._ignore("both wrong", "undo")
        self.run_all()
        self.assertEqual((self.first | self.second).mapped("state"), ["ignored", "ignored"])
        self.assertEqual(self.draft.state, "cancel")
        self.assertFalse(self.said("invoice", "s-1/invoice/inv-001")[0])

    def test_all_together_kept(self):
        (self.first | self.second).with_user(self.payable)._ignore("later", "keep")
        self.assertEqual(self.items("kept").record_ref, self.draft)

    def test_the_first_was_kept(self):
        """With nobody behind the former figures, a person is told that they stand."""
        self.first.with_user(self.payable)._ignore("we release it", "keep")
        self.assertFalse(self.items("kept"), "the correction still stands behind it")
        self.undo(self.second, self.payable)
        self.assertEqual(self.draft.amount_untaxed, 135)
        self.assertIn("stays a draft on payment hold", self.items("kept").sentence)

    def test_what_waits_for_nothing_more_is_posted(self):
        fits = self.invoice("10", number="INV-009", price="10.00")
        self.assertState(fits, "done")
        self.company.construction_bill_autopost = False
        self.send_delivery("R-2", lines=[self.delivery_line(quantity="10")])
        first = self.invoice("9", number="INV-010", price="10.00")
        self.assertState(first, "done")
        worse = self.invoice("9", number="INV-010", price="19.00", revision=1)
        self.assertState(worse, "exception")
        self.undo(worse, self.payable)
        bill = self.bill("INV-010")
        self.assertEqual((bill.state, bill.amount_untaxed, bill.construction_on_hold), ("draft", 90, False))
        bill.with_user(self.payable).action_post()
        self.assertEqual(bill.state, "posted")

    def test_a_closed_period(self):
        self.company.construction_cost_lock_date = "2026-03-31"
        with self.assertRaisesRegex(UserError, "cannot be undone as things are"):
            self.second.with_user(self.payable)._ignore("wrong", "undo")
        self.assertEqual((self.second.state, self.draft.amount_untaxed), ("exception", 130.5))

    def test_replaced_by_a_person(self):
        message = self.invoice("7", price="16.50")
        self.decide(message, "replace", self.payable)
        self.assertState(message, "exception", "variance")
        self.assertEqual(self.draft.amount_untaxed, 115.5)
        self.undo(message, self.payable)
        self.assertEqual(self.draft.amount_untaxed, 130.5)
        self.assertEqual(self.said("invoice", "s-1/invoice/inv-001"), (self.second, 1))


@tagged("post_install", "-at_install")
class TestOrderRewritten(RewrittenCommon):
    """A change that rewrote an order which was not released yet."""

    def set_up_once(self):
        super().set_up_once()
        line = self.order_line(quantity="5")
        line.pop("cost_code")
        self.line = line
        self.first = self.send_order("PO-7", [line])
        self.draft = self.order("PO-7")
        self.second = self.changed(1, {**line, "quantity": "7"}, self.order_line("2", "3"))
        self.assertState(self.second, "exception")
        self.assertEqual(self.draft.order_line.mapped("product_qty"), [7, 3])

    def changed(self, revision, *lines):
        return self.send(self.field, CHANGED, "PO-7", self.order_data("PO-7", list(lines), revision=revision))

    def test_undone(self):
        self.undo(self.second, self.buyer)
        self.assertEqual((self.second.state, self.draft.state), ("ignored", "draft"))
        self.assertEqual(self.draft.order_line.mapped("product_qty"), [5])
        self.assertEqual(self.draft.construction_revision, 0)
        self.assertEqual(self.said("order", "po-7"), (self.first, 0))
        self.assertState(self.first, "exception")
        self.draft.order_line.cost_code_id = self.order().order_line.cost_code_id
        self.first._requeue("coded")
        self.run_all()
        self.assertState(self.first, "done")
        self.assertEqual((self.draft.state, self.draft.amount_untaxed), ("purchase", 50))

    def test_undone_and_said_again(self):
        self.undo(self.second, self.buyer)
        again = self.changed(1, self.order_line(quantity="7"))
        self.assertState(again, "done")
        self.assertEqual((self.draft.state, self.draft.order_line.product_qty), ("purchase", 7))

    def test_then_what_was_made_goes(self):
        self.assertState(self.first, "superseded")
        self.undo(self.second, self.buyer)
        self.undo(self.first, self.buyer)
        self.assertEqual(self.draft.state, "cancel")

    def test_kept_is_told(self):
        self.second.with_user(self.buyer)._ignore("later", "keep")
        item = self.items("kept:order")
        self.assertEqual(item.record_ref, self.draft)
        self.draft.order_line.cost_code_id = self.order().order_line.cost_code_id
        self.draft.button_confirm()
        self.assertEqual(item.state, "resolved")

    def test_a_released_one_stays(self):
        self.draft.order_line.cost_code_id = self.order().order_line.cost_code_id
        self.draft.button_confirm()
        self.assertEqual(self.draft.state, "purchase")
        self.second.sudo().state = "exception"
        self.assertFalse(self.second._can_be_undone())
        with self.assertRaisesRegex(UserError, "Nothing of this is undone"):
            self.second.with_user(self.buyer)._ignore("wrong", "undo")
        self.assertEqual(self.draft.order_line.mapped("product_qty"), [7, 3])


@tagged("post_install", "-at_install")
class TestRequestRewritten(RewrittenCommon):
    """The same of a request, and what becomes of one whose message is set aside."""

    def set_up_once(self):
        super().set_up_once()
        self.job.job_member_ids |= self.manager
        self.first = self.request("3")
        self.draft = self.record(self.first, "purchase.request")

    def request(self, quantity, **kwargs):
        return self.send_request(quantity=quantity, **kwargs)

    def stopped(self, message):
        """As if something that a later module asks about had stopped it."""
        self.assertState(message, "done")
        item = self.env["construction.exception"]._open_for(
            message, Hold("Held.", cause_key="held:request", job=self.job)
        )
        message.sudo().write({"state": "exception", "exception_id": item.id, "job_id": self.job.id})
        return message

    def test_undone(self):
        second = self.stopped(self.request("8", revision=1))
        self.assertEqual(self.draft.line_ids.product_qty, 8)
        reads = "purchase.group_purchase_user"
        user = self.user_with("asks", f"construction_base.group_project_manager,{reads}")
        self.job.job_member_ids |= user
        self.undo(second, user)
        self.assertEqual(self.draft.line_ids.product_qty, 3)
        self.assertEqual(self.said("request", "j-1/rq-1"), (self.first, 0))
        self.assertFalse(self.draft.review_ids)

    def test_kept_is_told(self):
        self.stopped(self.first).with_user(self.manager)._ignore("later", "keep")
        item = self.items("kept:request")
        self.assertEqual((item.record_ref, item.owner_id), (self.draft, self.manager))
        self.assertIn("RQ-1", item.sentence)
        self.draft.button_rejected()
        self.assertEqual(item.state, "resolved")

    def test_kept_and_approved(self):
        self.stopped(self.first).with_user(self.manager)._ignore("later", "keep")
        item = self.items("kept:request")
        self.draft.button_to_approve()
        self.assertEqual(item.state, "resolved")


@tagged("post_install", "-at_install")
class TestBillLabel(RewrittenCommon):
    """A sentence names a bill that never got a number, or lost it, by its supplier's number."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        self.held = self.invoice("10", price="13.50")
        self.draft = self.bill()

    def test_cancelled_without_a_number(self):
        self.draft.name = False
        self.draft.button_cancel()
        self.assertFalse(self.draft.name)
        self.assertEqual(self.draft.display_name, "Vendor Bill INV-001")
        self.held._requeue("again")
        self.run_all()
        item = self.assertAsks(self.held, "fallen")
        self.assertIn("Vendor Bill INV-001 was cancelled here", item.sentence)

    def test_its_reference_taken_away(self):
        self.draft.write({"name": "/", "ref": False})
        self.assertIn("INV-001", self.draft.display_name)
        self.held._requeue("again")
        self.run_all()
        self.assertIn("Invoice INV-001 is on payment hold", self.held.problem)
        self.held.with_user(self.payable)._ignore("not ours", "undo")
        self.assertIn("Bill INV-001 was cancelled", self.note(self.held))

    def test_a_number_stays_a_number(self):
        self.draft.name = "BILL/2026/03/0099"
        self.draft.button_cancel()
        self.assertTrue(self.draft.display_name.startswith("BILL/2026/03/0099"))
