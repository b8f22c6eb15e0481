# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_content import CHANGED, ContentCommon

CANCELLED = "procurement.purchase_order.cancelled"


class DocumentLifeCommon(ContentCommon):
    def correct(self, message, user=None, **changes):
        """A person corrects what a message says, as the wizard does."""
        data = {**message._payload(), **changes}
        message.with_user(user or self.payable)._correct(data, "Misread")
        self.run_all()

    def note(self, message):
        return message.history_ids.sorted("id")[-1].note

    def keys(self, kind, **domain):
        entries = self.env["construction.crosswalk"].search(
            [("kind", "=", kind), ("valid_until", "=", False)]
        )
        return sorted(entries.mapped("key"))


@tagged("post_install", "-at_install")
class TestBillFallen(DocumentLifeCommon):
    """A bill that a person cancelled or reversed, and its invoice again."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.lines = [self.invoice_line(quantity="20")]
        self.send_invoice(lines=self.lines)
        self.first = self.bill()
        self.assertEqual(self.first.state, "posted")

    def again(self, **kwargs):
        return self.send_invoice(lines=self.lines, **kwargs)

    def cancel(self):
        self.first.button_draft()
        self.first.button_cancel()

    def reverse(self):
        self.first._reverse_moves([{"date": "2026-03-12", "invoice_date": "2026-03-12"}], cancel=True)

    def standing(self):
        bills = self.bill().filtered(lambda m: m.move_type == "in_invoice" and m.state == "posted")
        return bills.filtered(lambda m: not m._construction_is_reversed())

    def test_cancelled_and_made_anew(self):
        self.cancel()
        message = self.again()
        item = self.assertAsks(message, "fallen")
        self.assertIn("was cancelled here by", item.sentence)
        self.decide(message, "anew", self.payable)
        self.assertState(message, "done")
        self.assertEqual(len(self.standing()), 1)
        self.assertState(self.again(), "done")
        self.assertEqual(len(self.standing()), 1)

    def test_cancelled_and_kept(self):
        self.cancel()
        message = self.again()
        self.decide(message, "keep", self.payable)
        self.assertEqual(message.state, "ignored")
        again = self.again()
        self.assertState(again, "done")
        self.assertIn("Keep it as it is", self.note(again))
        self.assertFalse(self.standing())

    def test_reversed(self):
        self.reverse()
        message = self.again()
        self.assertIn("was reversed here by", self.assertAsks(message, "fallen").sentence)
        self.decide(message, "anew", self.payable)
        self.assertState(message, "done")
        self.assertEqual(len(self.standing()), 1)
        self.assertEqual(len(self.bill()), 2, "not reversed once more")

    def test_reversed_and_corrected(self):
        self.reverse()
        message = self.send_invoice(lines=[self.invoice_line(quantity="30")], revision=2)
        self.assertAsks(message, "fallen")
        self.decide(message, "anew", self.payable)
        self.assertEqual(self.standing().amount_untaxed, 300)

    def test_set_back_to_draft(self):
        """A repeat does not post what a person has in hand."""
        self.first.button_draft()
        again = self.again()
        self.assertState(again, "done")
        self.assertEqual(self.first.state, "draft")
        self.assertIn("set back to draft here", self.note(again))

    def test_deleted(self):
        self.first.button_draft()
        self.first.with_context(force_delete=True).unlink()
        self.assertState(self.again(), "done")
        self.assertEqual(len(self.standing()), 1)

    def test_a_held_bill_cancelled_by_hand(self):
        held = self.send_invoice("I-2", lines=[self.invoice_line(price="13.50", quantity="10")])
        self.assertState(held, "exception")
        self.bill("I-2").button_cancel()
        held._requeue("again")
        self.run_all()
        self.assertAsks(held, "fallen")
        self.decide(held, "keep", self.payable)
        self.assertEqual((held.state, self.bill("I-2").state), ("ignored", "cancel"))


@tagged("post_install", "-at_install")
class TestOrderFallen(DocumentLifeCommon):
    def cancel(self):
        self.order().with_context(disable_cancel_warning=True).button_cancel()
        self.assertEqual(self.order().state, "cancel")

    def test_made_anew(self):
        self.cancel()
        message = self.send_order()
        item = self.assertAsks(message, "fallen")
        self.assertIn("was cancelled here by", item.sentence)
        self.decide(message, "anew", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.order().state, "purchase")
        self.assertState(self.send_delivery(), "done")
        self.assertEqual(self.received(), [100])

    def test_kept(self):
        self.cancel()
        self.decide(self.send_order(), "keep", self.buyer)
        again = self.send_order()
        self.assertState(again, "done")
        self.assertIn("Keep it as it is", self.note(again))
        self.assertEqual(self.order().state, "cancel")

    def test_a_change_of_it(self):
        self.cancel()
        data = self.order_data(lines=[self.order_line(quantity="120")], revision=1)
        message = self.send(self.field, CHANGED, "PO-1", data)
        self.assertAsks(message, "fallen")
        self.decide(message, "anew", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((self.order().state, self.order().order_line.product_qty), ("purchase", 120))

    def test_an_event_cancelled_it(self):
        self.send(self.field, CANCELLED, "PO-1", {"order": "PO-1", "reason": "Not needed"})
        self.assertState(self.send_order(), "done")
        self.assertEqual(self.order().state, "cancel")

    def test_cancelled_once_more(self):
        """A person takes up again what an event cancelled: the same event again asks."""
        data = {"order": "PO-1", "reason": "Not needed"}
        self.send(self.field, CANCELLED, "PO-1", data)
        self.order().button_draft()
        self.order().button_confirm()
        self.assertEqual(self.order().state, "purchase")
        message = self.send(self.field, CANCELLED, "PO-1", data)
        self.assertAsks(message, "cancel_again")
        self.assertEqual(self.order().state, "purchase")
        self.decide(message, "cancel_again", self.buyer)
        self.assertEqual(self.order().state, "cancel")

    def test_by_hand_and_then_by_an_event(self):
        self.cancel()
        self.send(self.field, CANCELLED, "PO-1", {"order": "PO-1", "reason": "Not needed"})
        self.assertState(self.send_order(), "done")
        self.assertEqual(self.order().state, "cancel")


@tagged("post_install", "-at_install")
class TestRequestFallen(DocumentLifeCommon):
    def test_rejected(self):
        request = self.record(self.send_request(), "purchase.request")
        request.button_rejected()
        message = self.send_request()
        item = self.assertAsks(message, "fallen")
        self.assertEqual(item.owner_id, self.manager)
        self.decide(message, "anew", self.manager)
        self.assertState(message, "done")
        self.assertEqual(request.state, "draft")
        self.assertEqual(request.line_ids.mapped("cancelled"), [False])

    def test_its_number_corrected(self):
        message = self.send_request()
        request = self.record(message, "purchase.request")
        message.sudo().state = "exception"
        self.correct(message, user=self.manager, request="RQ-7")
        self.assertState(message, "done")
        self.assertEqual(request.name, "RQ-7")
        self.assertEqual(self.env["purchase.request"].search_count([("name", "in", ("RQ-1", "RQ-7"))]), 1)
        self.assertEqual(self.keys("request"), ["j-1/rq-7"])

    def test_kept(self):
        request = self.record(self.send_request(), "purchase.request")
        request.button_rejected()
        self.decide(self.send_request(), "keep", self.manager)
        self.assertState(self.send_request(), "done")
        self.assertEqual(request.state, "rejected")

    def test_corrected(self):
        request = self.record(self.send_request(), "purchase.request")
        request.button_rejected()
        message = self.send_request(quantity="5", revision=2)
        self.assertAsks(message, "fallen")
        self.decide(message, "anew", self.manager)
        self.assertEqual((request.state, request.line_ids.product_qty), ("draft", 5))


@tagged("post_install", "-at_install")
class TestInvoiceAnswers(DocumentLifeCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.invoice()

    def invoice(self, quantity="20", **kwargs):
        return self.send_invoice(lines=[self.invoice_line(quantity=quantity)], **kwargs)

    def test_another_is_no_double_of_the_first(self):
        message = self.invoice("30")
        self.decide(message, "another", self.payable)
        self.assertState(message, "done")
        self.assertEqual(set(self.bill().mapped("state")), {"posted"})
        self.assertState(self.invoice("30"), "done")
        self.assertEqual(len(self.bill()), 2)
        # a third one is asked about
        self.assertAsks(self.invoice("10"))

    def test_kept(self):
        self.decide(self.invoice("30"), "keep", self.payable)
        again = self.invoice("30")
        self.assertState(again, "done")
        self.assertIn("Keep", self.note(again))
        self.assertEqual(len(self.bill()), 1)

    def test_replaced_and_sent_again(self):
        self.decide(self.invoice("30"), "replace", self.payable)
        # what was replaced is no answer to what comes now
        self.assertAsks(self.invoice("20"))

    def test_asked_anew_when_a_correction_applies(self):
        asked = self.invoice("30")
        item = self.assertAsks(asked)
        self.assertState(self.invoice("25", revision=2), "done")
        self.assertEqual(self.assertAsks(asked), item)
        self.assertIn(["Line 1, quantity", "25 EA", "30 EA"], item.comparison)
        self.assertIn("came before revision 2", item.sentence)
