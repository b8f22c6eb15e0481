# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import ProcurementCommon

INVOICE = "procurement.invoice.received"
DELIVERY = "procurement.delivery.received"
REQUEST = "procurement.material.requested"


@tagged("post_install", "-at_install")
class TestIdentity(ProcurementCommon):
    """A document is known by all that makes it one, not by its number alone."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.send_order("PO-2", supplier="S-2")

    def invoice(self, number, order, supplier, subject=None, **kwargs):
        data = self.invoice_data(number, order, supplier=supplier, **kwargs)
        return self.receive(self.suppliers, INVOICE, subject or f"{supplier}/{number}", data)

    def test_two_suppliers_one_number(self):
        first = self.invoice("GH-103", "PO-1", "S-1", subject="GH-103")
        self.run_all()
        second = self.invoice("GH-103", "PO-2", "S-2", subject="GH-103")
        self.run_all()
        bills = self.record(first, "account.move") | self.record(second, "account.move")
        self.assertEqual(bills.mapped("ref"), ["GH-103", "GH-103"])
        self.assertEqual(len(bills.partner_id), 2)

    def test_two_suppliers_one_number_in_one_batch(self):
        messages = self.invoice("N-1", "PO-1", "S-1") | self.invoice("N-1", "PO-2", "S-2")
        messages._process()
        bills = self.bill("N-1")
        self.assertEqual(len(bills.partner_id), 2)
        keys = self.env["construction.crosswalk"].search([("kind", "=", "invoice")]).mapped("key")
        self.assertCountEqual(keys, ["s-1/invoice/n-1", "s-2/invoice/n-1"])
        # nothing was received: each is held, each in a work item of its own
        self.assertEqual(len(messages.exception_id), 2)

    def test_two_suppliers_wrong_numbers_are_two_causes(self):
        messages = self.env["construction.message"]
        for order, supplier in (("PO-1", "S-1"), ("PO-2", "S-2")):
            lines = [self.invoice_line(uom="EA"), self.invoice_line(uom="EA")]
            messages |= self.invoice("N-2", order, supplier, subject="N-2", lines=lines)
        self.run_all()
        self.assertEqual(set(messages.mapped("state")), {"exception"})
        self.assertEqual(len(messages.exception_id), 2)

    def test_one_document_twice_in_one_batch(self):
        messages = self.invoice("N-3", "PO-1", "S-1", subject="a") | self.invoice(
            "n-3 ".strip(), "PO-1", "S-1", subject="b"
        )
        messages._process()
        self.assertEqual(len(self.bill("N-3") | self.bill("n-3")), 1)

    def test_a_credit_note_of_an_invoice_number(self):
        """L4: its kind is a part of its identity."""
        self.send_delivery()
        invoice = self.send_invoice("N1")
        self.assertState(invoice, "done")
        credit = self.send_invoice("N1", kind="credit_note", lines=[self.invoice_line(quantity="2")])
        self.assertEqual(self.record(credit, "account.move").move_type, "in_refund")
        self.assertEqual(self.bill("N1").mapped("move_type").count("in_refund"), 1)

    def test_one_receipt_number_at_two_orders(self):
        first, second = self.send_delivery("7"), self.send_delivery("7", "PO-2")
        self.assertState(first, "done")
        self.assertState(second, "done")
        self.assertEqual(self.order("PO-2").order_line.qty_received, 100)
        # of two suppliers: two papers
        self.assertFalse(self.same_note())

    def same_note(self):
        return self.env["construction.exception"].search([("cause_key", "=like", "same_note:%")])

    def test_one_note_at_two_orders_of_one_supplier(self):
        self.send_order("PO-3")
        self.send_delivery("R-1", delivery_note="L 44")
        second = self.send_delivery("R-2", "PO-3", delivery_note="l 44")
        self.assertState(second, "done")
        self.assertEqual(self.order("PO-3").order_line.qty_received, 100)
        item = self.same_note()
        self.assertEqual((item.state, item.raised_by_ids), ("open", second))
        self.assertIn("PO-1", item.sentence)

    def test_one_receipt_number_without_note(self):
        self.send_order("PO-3")
        self.send_delivery("R-9")
        self.send_delivery("R-9", "PO-3")
        self.assertEqual(len(self.same_note()), 1)

    def test_one_note_after_a_month(self):
        self.send_order("PO-3")
        self.send_delivery("R-1", delivery_note="44")
        late = "2026-04-20T15:00:00-05:00"
        self.assertState(self.send_delivery("R-2", "PO-3", delivery_note="44", received_at=late), "done")
        self.assertFalse(self.same_note())

    def test_one_note_in_parts_of_one_order(self):
        self.send_delivery("R-1", delivery_note="44", lines=[self.delivery_line(quantity="40")])
        self.send_delivery("R-2", delivery_note="44", lines=[self.delivery_line(quantity="60")])
        self.assertEqual(self.order().order_line.qty_received, 100)
        self.assertFalse(self.same_note())

    def test_one_request_number_at_two_jobs(self):
        self.send(
            self.master, "master.job.upserted", "J-2", {"job": "J-2", "name": "Quay", "status": "active"}
        )
        messages = self.env["construction.message"]
        for job in ("J-1", "J-2"):
            data = {
                "request": "RQ-1",
                "job": job,
                "requested_by": "Ana",
                "needed_by": "2026-03-20",
                "urgency": "routine",
                "lines": [
                    {
                        "line": "1",
                        "description": "Bolts",
                        "quantity": "3",
                        "uom": "EA",
                        "cost_code": "03 30 00",
                    }
                ],
            }
            messages |= self.receive(self.field, REQUEST, f"{job}/RQ-1", data)
        self.run_all()
        requests = self.record(messages, "purchase.request")
        self.assertEqual(len(requests), 2)
        self.assertEqual(len(requests.line_ids.construction_job_id), 2)

    def test_an_order_in_other_letters(self):
        again = self.send_order("po-1")
        self.assertFalse(self.record(again, "purchase.order"))
        self.assertState(self.send_delivery("R-1", "Po-1"), "done")
