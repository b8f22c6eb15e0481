# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import CANCELLED, CHANGED, DocumentLifeCommon

DELIVERY = "procurement.delivery.received"
APPROVED = "procurement.purchase_order.approved"


class OneDocumentCommon(DocumentLifeCommon):
    def bare(self, quantity="5", number="R-1"):
        """A receipt that names no order."""
        lines = [self.delivery_line(item="BOLT", quantity=quantity)]
        data = self.delivery_data(number, "x", lines, supplier="S-1", delivery_note="L-1")
        data.pop("order")
        data["lines"][0].pop("order_line")
        return self.send(self.field, DELIVERY, "S-1", data)

    def complete(self, order="PO-1", quantity="5", number="R-1"):
        lines = [self.delivery_line(quantity=quantity)]
        return self.send_delivery(number, order, lines, delivery_note="L-1")


@tagged("post_install", "-at_install")
class TestReceiptCompleted(OneDocumentCommon):
    """One receipt, sent without its order and with it."""

    def test_answered_then_sent_complete(self):
        bare = self.bare()
        self.decide(bare, "order", self.buyer, res_id=self.order().id)
        self.assertState(bare, "done")
        self.assertEqual(self.keys("receipt"), ["/s-1/r-1", "po-1/r-1"])
        complete = self.complete()
        self.assertState(complete, "done")
        self.assertEqual(self.received(), [5])
        for _again in range(2):
            self.assertState(self.bare(), "done")
            self.assertState(self.complete(), "done")
        self.assertEqual(self.received(), [5])

    def test_sent_complete_then_answered(self):
        self.send_order("PO-2")
        bare = self.bare()
        self.assertState(self.complete("PO-2"), "done")
        self.decide(bare, "order", self.buyer, res_id=self.order("PO-2").id)
        self.assertState(bare, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [5]))
        # known as it was sent, too
        self.assertState(self.bare(), "done")
        self.assertEqual(self.received("PO-2"), [5])

    def test_complete_and_other_quantities_asks(self):
        self.decide(self.bare(), "order", self.buyer, res_id=self.order().id)
        message = self.complete(quantity="8")
        self.assertAsks(message)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [8])


@tagged("post_install", "-at_install")
class TestSentAgainUncorrected(OneDocumentCommon):
    """Its sender does not know that a person corrected the number."""

    def test_a_receipt(self):
        message = self.complete(number="RA")
        message.sudo().state = "exception"
        self.correct(message, user=self.buyer, receipt="RA9")
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        again = self.complete(number="RA")
        self.assertState(again, "done")
        self.assertEqual(self.received(), [5])
        self.assertIn("known as Receipt RA9 of order PO-1", self.note(again))
        self.assertAsks(self.complete(number="RA", quantity="7"))

    def test_an_invoice(self):
        self.send_delivery()
        lines = [self.invoice_line(price="13.50", quantity="10")]
        held = self.send_invoice("N-1", lines=lines)
        self.correct(held, invoice="N-7")
        self.send_invoice("N-1", lines=lines)
        self.assertFalse(self.bill("N-1"))
        self.assertEqual(len(self.bill("N-7")), 1)

    def test_an_order(self):
        message = self.send_order("PO-5")
        message.sudo().state = "exception"
        self.correct(message, user=self.buyer, order="PO-55")
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertState(self.send_order("PO-5"), "done")
        self.assertFalse(self.order("PO-5"))

    def test_a_request(self):
        message = self.send_request()
        message.sudo().state = "exception"
        self.correct(message, user=self.manager, request="RQ-7")
        self.assertState(self.send_request(), "done")
        self.assertEqual(self.keys("request"), ["j-1/rq-7"])

    def test_a_request_whose_lines_were_deleted(self):
        request = self.record(self.send_request(), "purchase.request")
        request.line_ids.unlink()
        message = self.send_request()
        self.assertAsks(message, "fallen")
        self.decide(message, "anew", self.manager)
        self.assertState(message, "done")
        self.assertEqual(request.line_ids.mapped("product_qty"), [3])


@tagged("post_install", "-at_install")
class TestSharedKeys(OneDocumentCommon):
    """A source that uses the keys of another sends first."""

    def set_up_once(self):
        super().set_up_once()
        self.other = self.make_source("t_other", authorities=self.master | self.field)

    def test_order_and_receipt(self):
        for source in (self.other, self.field, self.other):
            self.assertState(self.send(source, APPROVED, "PO-9", self.order_data("PO-9")), "done")
            data = self.delivery_data("R-9", "PO-9", [self.delivery_line(quantity="5")])
            self.assertState(self.send(source, DELIVERY, "PO-9", data), "done")
        self.assertEqual(len(self.order("PO-9")), 1)
        self.assertEqual(self.received("PO-9"), [5])

    def test_other_content_asks(self):
        for source in (self.other, self.field):
            self.send(source, APPROVED, "PO-9", self.order_data("PO-9"))
        data = self.delivery_data("R-9", "PO-9", [self.delivery_line(quantity="5")])
        self.send(self.other, DELIVERY, "PO-9", data)
        data = self.delivery_data("R-9", "PO-9", [self.delivery_line(quantity="8")])
        message = self.send(self.field, DELIVERY, "PO-9", data)
        self.assertAsks(message)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received("PO-9"), [8])

    def test_a_receipt_waits_for_the_order_of_the_other(self):
        for waits, brings in ((self.field, self.other), (self.other, self.field)):
            with self.subTest(waits.code):
                number = f"PO-{waits.code}"
                data = self.delivery_data("R-9", number, [self.delivery_line(quantity="5")])
                receipt = self.send(waits, DELIVERY, number, data)
                self.assertState(receipt, "waiting")
                self.send(brings, APPROVED, number, self.order_data(number))
                self.assertState(receipt, "done")
                self.assertEqual(self.received(number), [5])

    def test_a_receipt_waits_for_the_release_of_the_order_of_the_other(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 100
        self.send(self.other, APPROVED, "PO-9", self.order_data("PO-9"))
        data = self.delivery_data("R-9", "PO-9", [self.delivery_line(quantity="5")])
        receipt = self.send(self.field, DELIVERY, "PO-9", data)
        self.assertState(receipt, "waiting")
        self.assertEqual(receipt.wait_kind, "released_order")
        self.order("PO-9").sudo().button_approve(force=True)
        self.run_all()
        self.assertState(receipt, "done")

    def test_a_change_and_a_cancellation_of_the_order_of_the_other(self):
        self.send(self.other, APPROVED, "PO-9", self.order_data("PO-9"))
        data = self.order_data("PO-9", [self.order_line(quantity="120")], revision=1)
        self.assertState(self.send(self.field, CHANGED, "PO-9", data), "done")
        self.assertEqual(self.order("PO-9").order_line.product_qty, 120)
        self.send(self.other, APPROVED, "PO-10", self.order_data("PO-10"))
        message = self.send(self.field, CANCELLED, "PO-10", {"order": "PO-10", "reason": "Not needed"})
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-10").state, "cancel")

    def test_a_supplier_of_the_other(self):
        message = self.send_order("PO-9", supplier="S-9")
        self.assertState(message, "exception", "mapping")
        self.send(self.other, "master.supplier.upserted", "S-9", {"supplier": "S-9", "name": "Ninth"})
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-9").partner_id.name, "Ninth")

    def test_a_supplier_that_a_person_mapped_for_the_other_is_no_word_of_a_system(self):
        message = self.send_order("PO-9", supplier="S-9")
        partner = self.order().partner_id
        self.env["construction.crosswalk"]._confirm(self.other, "supplier", "S-9", partner)
        self.run_all()
        self.assertState(message, "exception", "mapping")

    def test_what_was_deleted_is_what_the_other_made_anew(self):
        supplier = {"supplier": "S-9", "name": "Ninth"}
        self.send(self.field, "master.supplier.upserted", "S-9", supplier)
        entry = self.env["construction.crosswalk"].search([("key", "=", "S-9")])
        self.env["res.partner"].browse(entry.res_id).unlink()
        message = self.send_order("PO-9", supplier="S-9")
        self.assertState(message, "exception", "mapping")
        self.assertIn("deleted", message.problem)
        self.send(self.other, "master.supplier.upserted", "S-9", supplier)
        self.assertState(message, "done")
