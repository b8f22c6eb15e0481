# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import tagged

from .test_content import CHANGED, ContentCommon

CANCELLED = "procurement.purchase_order.cancelled"


class OrderNumbersCommon(ContentCommon):
    def order_by_hand(self, supplier="S-1", quantity=10, **vals):
        line = self.order().order_line
        entry = self.env["construction.crosswalk"]._contents(self.master, "supplier", [supplier])
        return self.env["purchase.order"].create(
            {
                "partner_id": entry[supplier].res_id,
                "date_order": "2026-03-01",
                "user_id": self.buyer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "name": line.name,
                            "product_qty": quantity,
                            "product_uom_id": line.product_uom_id.id,
                            "price_unit": 10,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": line.analytic_distribution,
                        }
                    )
                ],
                **vals,
            }
        )

    def cancel(self, number, source=None, reason="No longer needed", **kwargs):
        data = {"order": number, "reason": reason, **kwargs}
        return self.send(source or self.field, CANCELLED, number, data)

    def change(self, number, quantity, revision=1, source=None, **kwargs):
        data = self.order_data(number, [self.order_line(quantity=quantity)], revision=revision, **kwargs)
        return self.send(source or self.field, CHANGED, number, data)

    def offered(self, message):
        return sorted(entry["id"] for entry in message.exception_id.candidates)


@tagged("post_install", "-at_install")
class TestOurOrders(OrderNumbersCommon):
    """What was born here is known to every source, and changed by none of them unasked."""

    def set_up_once(self):
        super().set_up_once()
        self.ours = self.order_by_hand()
        self.ours.button_confirm()

    def test_cancelled_from_outside_is_asked(self):
        message = self.cancel(self.ours.name)
        item = self.assertAsks(message, "cancel")
        self.assertEqual([choice["code"] for choice in item.choices], ["cancel", "keep"])
        self.assertEqual((item.owner_id, self.ours.state), (self.buyer, "purchase"))
        self.decide(message, "cancel", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ours.state, "cancel")

    def test_kept_and_remembered(self):
        message = self.cancel(self.ours.name)
        self.decide(message, "keep", self.buyer)
        self.assertEqual((message.state, self.ours.state), ("ignored", "purchase"))
        again = self.cancel(self.ours.name)
        self.assertEqual((again.state, self.ours.state), ("ignored", "purchase"))
        self.assertIn("kept", again.problem)
        # another reason is another word
        self.assertAsks(self.cancel(self.ours.name, reason="Supplier insolvent"), "cancel")

    def test_of_what_was_received_it_is_asked_first(self):
        self.send_delivery("R-1", self.ours.name, [self.delivery_line(quantity="1")])
        message = self.cancel(self.ours.name)
        self.assertAsks(message, "cancel")
        self.decide(message, "cancel", self.buyer)
        self.assertState(message, "exception", "data")

    def test_a_source_that_spoke_of_it_cancels_it(self):
        self.assertState(self.send_order(self.ours.name, [self.order_line(quantity="10")]), "done")
        self.assertState(self.cancel(self.ours.name), "done")
        self.assertEqual(self.ours.state, "cancel")

    def test_one_sources_change_opens_no_door_to_another(self):
        message = self.change(self.ours.name, "12")
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ours.order_line.product_qty, 12)
        self.assertState(self.change(self.ours.name, "13", 2), "done")
        stranger = self.make_source("t_stranger", authorities=self.master)
        other = self.change(self.ours.name, "20", 9, stranger)
        self.assertAsks(other)
        self.assertAsks(self.cancel(self.ours.name, stranger), "cancel")
        self.assertEqual(self.ours.order_line.product_qty, 13)

    def test_what_a_person_took_back_a_person_confirms(self):
        self.ours.button_cancel()
        self.ours.button_draft()
        message = self.change(self.ours.name, "10")
        self.assertState(message, "waiting")
        approved = self.send_order(self.ours.name, [self.order_line(quantity="10")])
        self.assertState(approved, "waiting")
        self.assertEqual(self.ours.state, "draft")
        self.ours.button_confirm()
        self.run_all()
        self.assertState(message, "done")
        self.assertState(approved, "done")


@tagged("post_install", "-at_install")
class TestTwoOrders(OrderNumbersCommon):
    """A number that means two orders never means silently the first."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-8", [self.order_line(quantity="10")])
        message = self.send_order("PO-8", [self.order_line(quantity="50")], supplier="S-2")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.first, self.second = self.order("PO-8"), self.order("PO-8#2")
        self.both = (self.first | self.second).ids

    def receive_bolts(self, receipt="R-1", quantity="4", **line):
        return self.send_delivery(receipt, "PO-8", [self.delivery_line(quantity=quantity, **line)])

    def test_a_change_finds_the_order_of_its_supplier(self):
        self.assertState(self.change("PO-8", "60", supplier="S-2"), "done")
        self.assertEqual((self.first.order_line.product_qty, self.second.order_line.product_qty), (10, 60))
        self.assertState(self.change("PO-8", "11"), "done")
        self.assertEqual((self.first.order_line.product_qty, self.second.order_line.product_qty), (11, 60))

    def test_approved_again(self):
        for supplier, quantity in (("S-1", "10"), ("S-2", "50")):
            lines = [self.order_line(quantity=quantity)]
            self.assertState(self.send_order("PO-8", lines, supplier=supplier), "done")
        self.assertEqual(len(self.env["purchase.order"].search([("name", "=like", "PO-8%")])), 2)

    def test_a_receipt_is_asked(self):
        message = self.receive_bolts()
        self.assertAsks(message, "which_order")
        self.assertEqual(self.offered(message), sorted(self.both))
        self.decide(message, "which_order", self.buyer, res_id=self.second.id)
        self.assertState(message, "done")
        self.assertEqual((self.received("PO-8"), self.received("PO-8#2")), ([0], [4]))

    def test_a_receipt_finds_the_order_of_its_lines(self):
        lines = [self.order_line(quantity="50"), {**self.order_line("2", "3"), "item": "REBAR", "uom": "kg"}]
        self.assertState(
            self.send(
                self.field,
                CHANGED,
                "PO-8",
                self.order_data("PO-8", lines, revision=1, supplier="S-2"),
            ),
            "done",
        )
        message = self.send_delivery("R-1", "PO-8", [{**self.delivery_line("2", "3"), "uom": "kg"}])
        self.assertState(message, "done")
        self.assertEqual(self.received("PO-8#2"), [0, 3])

    def test_an_invoice_finds_the_order_of_its_supplier(self):
        self.decide(self.receive_bolts(), "which_order", self.buyer, res_id=self.second.id)
        message = self.send_invoice("B-1", "PO-8", [self.invoice_line(quantity="4")], supplier="S-2")
        self.assertState(message, "done")
        self.assertEqual(self.bill("B-1").invoice_line_ids.purchase_line_id.order_id, self.second)

    def test_a_cancellation_is_asked(self):
        message = self.cancel("PO-8")
        self.assertAsks(message, "which_order")
        self.assertEqual((self.first.state, self.second.state), ("purchase", "purchase"))
        self.decide(message, "which_order", self.buyer, res_id=self.first.id)
        self.assertState(message, "done")
        self.assertEqual((self.first.state, self.second.state), ("cancel", "purchase"))

    def test_a_receipt_waits_for_the_one_that_is_meant(self):
        self.second.button_cancel()
        self.second.button_draft()
        message = self.receive_bolts()
        self.decide(message, "which_order", self.buyer, res_id=self.second.id)
        self.assertState(message, "waiting")
        self.second.button_confirm()
        self.run_all()
        self.assertState(message, "done")

    def test_our_number_and_the_sources_second(self):
        ours = self.order_by_hand()
        ours.button_confirm()
        message = self.send_order(ours.name, [self.order_line(quantity="70")])
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        theirs = self.order(f"{ours.name}#2")
        receipt = self.send_delivery("R-1", ours.name, [self.delivery_line(quantity="4")])
        self.assertAsks(receipt, "which_order")
        self.assertEqual(self.offered(receipt), sorted((ours | theirs).ids))
        self.assertAsks(self.change(ours.name, "71"), "which_order")
        self.assertAsks(self.cancel(ours.name), "which_order")
        self.assertEqual((ours.state, ours.order_line.qty_received), ("purchase", 0))


@tagged("post_install", "-at_install")
class TestSameNumber(OrderNumbersCommon):
    """A hand order whose number a source uses for another."""

    def next_number(self):
        sequence = self.env["ir.sequence"].search(
            [("code", "=", "purchase.order"), ("company_id", "in", (False, self.company.id))], limit=1
        )
        return sequence.get_next_char(sequence.number_next_actual)

    def test_the_sequence_leaves_it_out(self):
        number = self.next_number()
        self.send_order(number, supplier="S-2")
        self.assertNotEqual(self.order_by_hand().name, number)

    def test_it_is_told_and_told_apart(self):
        self.send_order("P-7", [self.order_line(quantity="10")], supplier="S-2")
        ours = self.order_by_hand(name="P-7")
        ours.button_confirm()
        item = self.env["construction.exception"].search([("cause_key", "=like", "same_number:%")])
        self.assertEqual((item.state, item.owner_id, item.record_ref), ("open", self.buyer, ours))
        self.assertIn("Supplier S-2", item.sentence)
        # an invoice of our supplier is of our order
        self.send_delivery("R-1", "P-7", [self.delivery_line(quantity="10")])
        self.assertEqual(self.received("P-7"), [10], "a source's own key answers first")
        message = self.send_invoice("B-1", "P-7", [self.invoice_line(quantity="10")])
        self.assertEqual(self.bill("B-1").invoice_line_ids.purchase_line_id.order_id, ours)
        self.assertTrue(message)

    def test_what_fits_neither_offers_both(self):
        self.send_order("P-7", [self.order_line(quantity="10")], supplier="S-2")
        ours = self.order_by_hand(name="P-7")
        ours.button_confirm()
        self.send(self.master, "master.supplier.upserted", "S-3", {"supplier": "S-3", "name": "Third"})
        message = self.send_invoice("B-1", "P-7", [self.invoice_line(quantity="10")], supplier="S-3")
        self.assertAsks(message, "which_order")
        self.assertEqual(self.offered(message), sorted((ours | self.order("P-7")).ids))
