# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import CANCELLED, CHANGED
from .test_sent_before import SentBeforeCommon

APPROVED = "procurement.purchase_order.approved"
DELIVERY = "procurement.delivery.received"


class OwnNumberCommon(SentBeforeCommon):
    def codes(self, item):
        return [choice["code"] for choice in item.choices]

    def orders_received(self, *numbers):
        return [sum(self.received(number)) for number in numbers]


@tagged("post_install", "-at_install")
class TestReceiptOfItsOwn(OwnNumberCommon):
    """A receipt whose order a person corrected, when the order that was named first has arrived."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2")
        self.correct(self.receive_goods("PO-0"), user=self.buyer, order="PO-2")
        self.send_order("PO-0")

    def test_a_revision_asks(self):
        message = self.receive_goods("PO-0", "9", revision=1)
        item = self.assertAsks(message)
        self.assertEqual(self.codes(item), ["replace", "keep", "another"])
        for words in ("Receipt R-1 of order PO-0", "Buyer", "Receipt R-1 of order PO-2"):
            self.assertIn(words, item.sentence)
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [0, 5])
        self.assertState(self.receive_goods("PO-0"), "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [0, 5])

    def test_one_of_its_own(self):
        message = self.receive_goods("PO-0", "9", revision=1)
        later = self.receive_goods("PO-0", "10", revision=2)
        self.decide(message, "another", self.buyer)
        # what was asked of the next revision is told by the answer
        for item in (message, later):
            self.assertState(item, "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [10, 5])
        self.assertState(self.receive_goods("PO-0", "10", revision=2), "done")
        self.assertState(self.receive_goods("PO-0"), "done")
        self.assertState(self.receive_goods("PO-0", "11", revision=3), "done")
        self.assertState(self.receive_goods("PO-2", "6", revision=1), "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [11, 6])

    def test_the_corrected_one(self):
        message = self.receive_goods("PO-0", "9", revision=1)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertState(self.receive_goods("PO-0", "9", revision=1), "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [0, 9])
        # and so the next time
        self.assertState(self.receive_goods("PO-0", "10", revision=2), "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [0, 10])

    def test_kept(self):
        message = self.receive_goods("PO-0", "9", revision=1)
        self.decide(message, "keep", self.buyer)
        self.assertState(message, "ignored")
        self.assertState(self.receive_goods("PO-0", "9", revision=1), "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [0, 5])

    def test_other_content_of_one_of_its_own_asks_about_that(self):
        self.decide(self.receive_goods("PO-0", "9"), "another", self.buyer)
        message = self.receive_goods("PO-0", "8")
        item = self.assertAsks(message)
        self.assertEqual(self.codes(item), ["replace#2", "keep", "another"])
        self.assertEqual(item.comparison, [["Line 1, quantity", "9 EA", "8 EA"]])
        self.decide(message, "keep", self.buyer)
        self.assertState(self.receive_goods("PO-0", "8"), "done")
        message = self.receive_goods("PO-0", "7")
        self.decide(message, "replace#2", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [7, 5])

    def test_an_order_of_another_party_is_not_the_one(self):
        self.order("PO-0").sudo().button_cancel()
        self.assertState(self.receive_goods("PO-0", "9", revision=1), "done")
        self.assertEqual(self.orders_received("PO-2"), [9])

    def test_in_one_batch(self):
        self.send_order("PO-3")
        messages = self.env["construction.message"]
        for order, quantity in (("PO-0", "9"), ("PO-3", "4")):
            data = self.delivery_data("R-1", order, [self.delivery_line(quantity=quantity)], revision=1)
            messages |= self.receive(self.field, DELIVERY, order, data)
        messages._process()
        self.run_all()
        self.assertAsks(messages[0])
        self.assertState(messages[1], "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2", "PO-3"), [0, 5, 4])


@tagged("post_install", "-at_install")
class TestReceiptOnItsWay(OwnNumberCommon):
    """The corrected receipt is not there yet, and the order that was named first is."""

    def test_it_is_of_the_order_that_it_names(self):
        first = self.receive_goods("PO-0")
        self.correct(first, user=self.buyer, order="PO-2")
        self.assertState(first, "waiting")
        self.send_order("PO-0")
        self.assertState(self.receive_goods("PO-0", "9", revision=1), "done")
        again = self.receive_goods("PO-0")
        self.assertState(again, "waiting")
        self.send_order("PO-2")
        self.assertState(first, "done")
        self.assertState(again, "done")
        self.assertEqual(self.orders_received("PO-0", "PO-2"), [9, 5])


@tagged("post_install", "-at_install")
class TestInvoiceOfItsOwn(OwnNumberCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2", supplier="S-2")
        for order in ("PO-1", "PO-2"):
            self.receive_goods(order, "50")
        self.held = self.send_invoice("N-1", lines=[self.invoice_line(price="13.50", quantity="2")])
        self.assertState(self.held, "exception", "variance")

    def totals(self, number):
        bills = self.bill(number).filtered(
            lambda move: (
                move.move_type == "in_invoice" and move.state != "cancel" and move.payment_state != "reversed"
            )
        )
        return sorted(bills.mapped("amount_untaxed"))

    def correct_number(self):
        lines = [self.invoice_line(quantity="2")]
        self.correct(self.held, **self.invoice_data("N-1B", lines=lines))
        self.assertState(self.held, "done")

    def correct_supplier(self):
        lines = [self.invoice_line(quantity="2")]
        self.correct(self.held, **self.invoice_data("N-1", "PO-2", lines, supplier="S-2"))
        self.assertState(self.held, "done")

    def test_after_another_a_revision_asks(self):
        self.correct_number()
        message = self.bill_goods("PO-1", "3")
        self.decide(message, "another", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.totals("N-1B"), self.totals("N-1")), ([20], [30]))
        message = self.bill_goods("PO-1", "4", revision=1)
        item = self.assertAsks(message)
        self.assertEqual(self.codes(item), ["replace", "keep", "another", "replace#2"])
        self.assertEqual((self.totals("N-1B"), self.totals("N-1")), ([20], [30]))
        for again in (self.bill_goods("PO-1", "3"), self.resend_first()):
            self.assertState(again, "done")
        self.decide(message, "replace#2", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.totals("N-1B"), self.totals("N-1")), ([20], [40]))
        self.assertState(self.bill_goods("PO-1", "4", revision=1), "done")
        message = self.bill_goods("PO-1", "5", revision=2)
        self.decide(message, "replace", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.totals("N-1B"), self.totals("N-1")), ([50], [40]))

    def resend_first(self):
        return self.send_invoice("N-1", lines=[self.invoice_line(price="13.50", quantity="2")])

    def test_the_supplier_has_one_of_its_own(self):
        self.correct_supplier()
        message = self.bill_goods("PO-1", "4", revision=1)
        item = self.assertAsks(message)
        self.assertEqual(self.codes(item), ["replace", "keep", "another"])
        self.assertIn("Invoice N-1 of supplier S-1", item.sentence)
        self.assertIn("Invoice N-1 of supplier S-2", item.sentence)
        self.assertIn("Payable", item.sentence)
        bare = self.send_invoice("N-1", None, [self.invoice_line(quantity="4")], revision=2)
        self.assertAsks(bare)
        self.decide(message, "another", self.payable)
        self.assertState(message, "done")
        self.assertEqual(self.totals("N-1"), [20, 40])
        self.assertState(self.bill_goods("PO-1", "5", revision=3), "done")
        self.assertState(self.resend_first(), "done")
        self.assertEqual(self.totals("N-1"), [20, 50])

    def test_it_is_the_corrected_one(self):
        self.correct_supplier()
        message = self.bill_goods("PO-1", "4", revision=1)
        self.decide(message, "replace", self.payable)
        # its order is corrected as it was then
        self.assertState(message, "done")
        bill = self.bill("N-1").filtered(lambda move: move.payment_state != "reversed")[:1]
        self.assertEqual(bill.partner_id, self.order("PO-2").partner_id)
        self.assertEqual(self.totals("N-1"), [40])
        self.assertState(self.bill_goods("PO-1", "5", revision=2), "done")
        self.assertEqual(self.totals("N-1"), [50])

    def test_an_order_with_the_other_supplier_is_no_sense_of_its_own(self):
        self.correct_supplier()
        message = self.send_invoice("N-1", "PO-2", [self.invoice_line(quantity="4")], revision=1)
        self.assertState(message, "done")
        self.assertEqual(self.totals("N-1"), [40])

    def test_kind(self):
        self.send_invoice("N-0", lines=[self.invoice_line(quantity="6")])
        lines = [self.invoice_line(quantity="2")]
        self.correct(self.held, **self.invoice_data("N-1", "PO-1", lines, kind="credit_note"))
        self.assertState(self.held, "done")
        message = self.bill_goods("PO-1", "4", revision=1)
        self.assertAsks(message)
        self.decide(message, "another", self.payable)
        self.assertState(message, "done")
        self.assertEqual(self.totals("N-1"), [40])

    def test_a_number_that_another_bears(self):
        """The second of two under one number was corrected: sent again it is that one."""
        self.correct(self.held, **self.invoice_data("N-1", lines=[self.invoice_line(quantity="2")]))
        second = self.bill_goods("PO-1", "3")
        self.assertAsks(second)
        self.correct(second, invoice="N-7")
        self.assertState(second, "done")
        self.assertState(self.bill_goods("PO-1", "3"), "done")
        self.assertEqual((self.totals("N-1"), self.totals("N-7")), ([20], [30]))
        self.assertAsks(self.bill_goods("PO-1", "4"))


@tagged("post_install", "-at_install")
class TestRequestOfItsOwn(OwnNumberCommon):
    def ask(self, job, quantity="3", **kwargs):
        return self.send_request(quantity=quantity, job=job, **kwargs)

    def asked(self):
        lines = self.env["purchase.request.line"].search([("company_id", "=", self.company.id)])
        return sorted((line.construction_job_id.job_number, line.product_qty) for line in lines)

    def test_its_job_is_there_by_now(self):
        first = self.ask("J-9")
        self.correct(first, user=self.buyer, job="J-1")
        self.assertState(first, "done")
        self.assertState(self.ask("J-9", "4", revision=1), "done")
        self.assertEqual(self.asked(), [("J-1", 4)])
        job = {"job": "J-9", "name": "Pier", "status": "active", "timezone": "UTC"}
        self.send(self.master, "master.job.upserted", "J-9", job)
        message = self.ask("J-9", "6", revision=2)
        item = self.assertAsks(message)
        self.assertIn("Request RQ-1 of job J-9", item.sentence)
        self.assertEqual(item.comparison, [["Line 1, quantity", "4 EA", "6 EA"]])
        self.assertEqual(self.asked(), [("J-1", 4)])
        self.decide(message, "another", self.manager)
        self.assertState(message, "done")
        self.assertState(self.ask("J-9", "7", revision=3), "done")
        self.assertEqual(self.asked(), [("J-1", 4), ("J-9", 7)])


@tagged("post_install", "-at_install")
class TestOrderOfItsOwn(OwnNumberCommon):
    """A second order under the number as it was sent before a person corrected it."""

    def set_up_once(self):
        super().set_up_once()
        first = self.send_order("PO-0", job="J-9")
        self.correct(first, user=self.buyer, order="PO-2", job="J-1")
        self.assertState(first, "done")
        self.assertState(self.receive_goods("PO-0"), "done")
        self.other = self.send_order("PO-0", supplier="S-2")
        self.decide(self.other, "another", self.buyer)
        self.assertState(self.other, "done")

    def say(self, kind, data):
        return self.send(self.field, kind, data["order"], data)

    def test_a_revision_asks(self):
        message = self.send_order("PO-0", [self.order_line(quantity="120")], revision=1)
        item = self.assertAsks(message)
        self.assertIn("replace#2", self.codes(item))
        self.assertState(self.send_order("PO-0", supplier="S-2"), "done")
        self.assertState(self.send_order("PO-0", job="J-9"), "done")
        self.assertEqual(self.order("PO-2").order_line.product_qty, 100)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-2").order_line.product_qty, 120)
        self.assertEqual(self.order("PO-0#2").order_line.product_qty, 100)

    def test_a_change_asks(self):
        data = self.order_data("PO-0", [self.order_line(quantity="120")], revision=1, supplier="S-2")
        message = self.say(CHANGED, data)
        self.assertAsks(message)
        self.decide(message, "replace#2", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-0#2").order_line.product_qty, 120)
        self.assertEqual(self.order("PO-2").order_line.product_qty, 100)

    def test_a_cancellation_asks(self):
        message = self.say(CANCELLED, {"order": "PO-0", "reason": "Not needed"})
        self.assertAsks(message, "which_order")
        self.decide(message, "which_order", self.buyer, res_id=self.order("PO-0#2").id)
        self.assertState(message, "done")
        self.assertEqual((self.order("PO-0#2").state, self.order("PO-2").state), ("cancel", "purchase"))

    def test_a_revision_takes_no_receipt_from_one_to_the_other(self):
        message = self.receive_goods("PO-0", "9", revision=1)
        self.assertAsks(message, "which_order")
        self.decide(message, "which_order", self.buyer, res_id=self.order("PO-0#2").id)
        self.assertAsks(message)
        self.assertEqual(self.orders_received("PO-2", "PO-0#2"), [5, 0])
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.orders_received("PO-2", "PO-0#2"), [5, 9])

    def test_what_names_it(self):
        # supplier or lines tell them apart, or a person does
        message = self.receive_goods("PO-0", receipt="R-2")
        self.assertAsks(message, "which_order")
        self.decide(message, "which_order", self.buyer, res_id=self.order("PO-2").id)
        self.assertState(message, "done")
        self.assertEqual(self.orders_received("PO-2", "PO-0#2"), [10, 0])
        self.assertState(self.receive_goods("PO-2", receipt="R-2"), "done")
        self.assertState(self.receive_goods("PO-0"), "done")
        self.assertEqual(self.orders_received("PO-2", "PO-0#2"), [10, 0])
        bill = self.bill_goods("PO-0", supplier="S-2")
        self.assertEqual(
            self.record(bill, "account.move").invoice_line_ids.purchase_line_id.order_id, self.order("PO-0#2")
        )
