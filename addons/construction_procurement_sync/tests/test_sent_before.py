# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import CANCELLED, CHANGED, DocumentLifeCommon


class SentBeforeCommon(DocumentLifeCommon):
    def receive_goods(self, order, quantity="5", receipt="R-1", **kwargs):
        return self.send_delivery(receipt, order, [self.delivery_line(quantity=quantity)], **kwargs)

    def bill_goods(self, order, quantity="5", invoice="N-1", **kwargs):
        return self.send_invoice(invoice, order, [self.invoice_line(quantity=quantity)], **kwargs)


@tagged("post_install", "-at_install")
class TestOrderOfAReceiptCorrected(SentBeforeCommon):
    """A receipt whose order a person corrected, and what its sender says of it under the old one."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2")
        self.first = self.receive_goods("PO-0")
        self.assertState(self.first, "waiting")
        self.correct(self.first, user=self.buyer, order="PO-2")
        self.assertState(self.first, "done")

    def test_other_content_asks(self):
        message = self.receive_goods("PO-0", "8")
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "5 EA", "8 EA"]])
        # as it is known here, and as its sender knows it
        self.assertIn("Receipt R-1 of order PO-2 came again", item.sentence)
        self.assertIn(f"sent as Receipt R-1 of order PO-0, which {self.buyer.name} corrected", item.sentence)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received("PO-2"), [8])
        # the same once more, as it was sent; what stood first is other content now
        self.assertState(self.receive_goods("PO-0", "8"), "done")
        self.assertState(self.receive_goods("PO-2", "8"), "done")
        self.assertAsks(self.receive_goods("PO-0", "5"))
        self.assertEqual(self.received("PO-2"), [8])

    def test_kept_is_remembered(self):
        message = self.receive_goods("PO-0", "8")
        self.decide(message, "keep", self.buyer)
        self.assertState(message, "ignored")
        self.assertState(self.receive_goods("PO-0", "8"), "done")
        self.assertEqual(self.received("PO-2"), [5])

    def test_another_is_of_the_order_that_it_names(self):
        message = self.receive_goods("PO-0", "8")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "waiting")
        self.send_order("PO-0")
        self.assertState(message, "done")
        self.assertEqual((self.received("PO-0"), self.received("PO-2")), ([8], [5]))
        self.assertState(self.receive_goods("PO-0", "8"), "done")
        self.assertEqual((self.received("PO-0"), self.received("PO-2")), ([8], [5]))

    def test_a_higher_revision_corrects(self):
        self.assertState(self.receive_goods("PO-0", "8", revision=1), "done")
        self.assertEqual(self.received("PO-2"), [8])

    def test_an_order_of_the_old_number_changes_nothing(self):
        self.send_order("PO-0")
        self.assertState(self.receive_goods("PO-0"), "done")
        self.assertEqual((self.received("PO-0"), self.received("PO-2")), ([0], [5]))


@tagged("post_install", "-at_install")
class TestLineCorrected(SentBeforeCommon):
    """A document of which a person corrected what is no part of its number."""

    def test_the_same_as_it_was_sent_is_a_repeat(self):
        first = self.receive_goods("PO-1", "5000", "R-7")
        self.assertState(first, "exception")
        data = first._payload()
        data["lines"][0]["quantity"] = "5"
        self.correct(first, user=self.buyer, lines=data["lines"])
        self.assertState(first, "done")
        self.assertEqual(self.received(), [5])
        self.assertState(self.receive_goods("PO-1", "5000", "R-7"), "done")
        self.assertState(self.receive_goods("PO-1", "5", "R-7"), "done")
        self.assertEqual(self.received(), [5])
        self.assertAsks(self.receive_goods("PO-1", "6", "R-7"))

    def test_a_price_of_a_held_bill(self):
        self.receive_goods("PO-1", "5")
        first = self.send_invoice("N-7", "PO-1", [self.invoice_line(quantity="5", price="30.00")])
        self.assertState(first, "exception", "variance")
        right = self.invoice_data("N-7", "PO-1", [self.invoice_line(quantity="5")])
        names = ("lines", "net_total", "tax_total", "total")
        self.correct(first, **{name: right[name] for name in names if name in right})
        self.assertState(first, "done")
        again = self.send_invoice("N-7", "PO-1", [self.invoice_line(quantity="5", price="30.00")])
        self.assertState(again, "done")
        self.assertEqual(self.bill("N-7").state, "posted")


@tagged("post_install", "-at_install")
class TestNumberOfAnOrderCorrected(SentBeforeCommon):
    """An order whose number a person corrected, and what others say of it under the old one."""

    def set_up_once(self):
        super().set_up_once()
        self.message = self.receive(
            self.field, "procurement.purchase_order.approved", "PO-0", self.order_data("PO-0", job="J-9")
        )
        self.run_all()
        self.assertState(self.message, "exception", "mapping")
        self.correct(self.message, user=self.buyer, order="PO-2", job="J-1")
        self.assertState(self.message, "done")

    def say(self, kind, data):
        return self.send(self.field, kind, data["order"], data)

    def test_receipts(self):
        for number in ("PO-0", "PO-2", "PO-0"):
            self.assertState(self.receive_goods(number), "done")
        self.assertEqual(self.received("PO-2"), [5])
        self.assertState(self.receive_goods("PO-2", receipt="R-2"), "done")
        self.assertState(self.receive_goods("PO-0", receipt="R-2"), "done")
        self.assertEqual(self.received("PO-2"), [10])

    def test_an_invoice(self):
        self.receive_goods("PO-2")
        message = self.bill_goods("PO-0")
        self.assertState(message, "done")
        self.assertIn("Order PO-0 was corrected before", self.note(message))
        self.assertIn("known as Order PO-2", self.note(message))
        self.assertEqual(self.bill("N-1").invoice_line_ids.purchase_line_id.order_id, self.order("PO-2"))

    def test_a_change(self):
        data = self.order_data("PO-0", [self.order_line(quantity="120")], revision=1)
        for _again in range(2):
            self.assertState(self.say(CHANGED, data), "done")
        self.assertState(self.say(CHANGED, {**data, "order": "PO-2"}), "done")
        order = self.order("PO-2")
        self.assertEqual((order.name, order.order_line.product_qty), ("PO-2", 120))
        self.assertFalse(self.order("PO-0"))

    def test_a_cancellation(self):
        message = self.say(CANCELLED, {"order": "PO-0", "reason": "Not needed"})
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-2").state, "cancel")

    def test_other_content_asks(self):
        message = self.say(
            "procurement.purchase_order.approved", self.order_data("PO-0", [self.order_line(quantity="7")])
        )
        self.assertAsks(message)
        self.assertEqual(self.order("PO-2").order_line.product_qty, 100)


@tagged("post_install", "-at_install")
class TestNumberOfAnOrderOnItsWay(SentBeforeCommon):
    """The corrected order is not there yet, or not released: what waits for it waits for its new number."""

    def test_not_there(self):
        message = self.receive(
            self.field, "procurement.purchase_order.approved", "PO-0", self.order_data("PO-0", job="J-9")
        )
        self.run_all()
        self.correct(message, user=self.buyer, order="PO-2")
        self.assertState(message, "exception", "mapping")
        receipt = self.receive_goods("PO-0")
        self.assertState(receipt, "waiting")
        self.assertEqual((receipt.wait_kind, receipt.wait_key), ("order", "po-2"))
        self.correct(message, user=self.buyer, job="J-1")
        self.assertState(receipt, "done")

    def test_not_released(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 100
        message = self.send_order("PO-0")
        self.correct(message, user=self.buyer, order="PO-2")
        receipt = self.receive_goods("PO-0")
        self.assertEqual((receipt.wait_kind, receipt.wait_key), ("released_order", "po-2"))
        self.order("PO-2").sudo().button_approve(force=True)
        self.run_all()
        self.assertState(receipt, "done")

    def test_received_before_it_was_corrected(self):
        message = self.send_order("PO-0")
        self.receive_goods("PO-0")
        message.sudo().state = "exception"
        self.correct(message, user=self.buyer, order="PO-2")
        self.decide(message, "replace", self.buyer)
        for number in ("PO-0", "PO-2"):
            self.assertState(self.receive_goods(number), "done")
        self.assertEqual(self.received("PO-2"), [5])
        self.assertAsks(self.receive_goods("PO-2", "8"))
