# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_prepared import PreparedReturnCommon


class TogetherCommon(PreparedReturnCommon):
    def codes(self, item):
        return [choice["code"] for choice in item.choices]

    def demand(self, back, quantity):
        """A person changes what a return that is open asks for."""
        back.move_ids.product_uom_qty = quantity
        self.run_all()

    def reserve(self, *returns):
        """Odoo lets go of what a return has reserved when a further one is prepared."""
        for back in returns:
            back.action_assign()

    def reserved(self, *returns):
        return [(back.state, sum(back.move_ids.mapped("quantity"))) for back in returns]

    def bring(self, number, *quantities, **kwargs):
        """A receipt of several lines of PO-2."""
        lines = [self.delivery_line(str(n), quantity=q) for n, q in enumerate(quantities, 1)]
        return self.send_delivery(number, "PO-2", lines, **kwargs)


@tagged("post_install", "-at_install")
class TestPreparedFits(TogetherCommon):
    """What is prepared and what an event takes back are both right only as far as so much is there."""

    def test_more_than_was_received(self):
        back = self.prepare(self.picking, 7)
        message = self.receipt("4", revision=2)
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("7 and 6 Units of line 1 are more than the 10 Units that were received", item.sentence)
        self.decide(message, "event", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((back.state, self.received()), ("cancel", [4]))

    def test_just_all(self):
        back = self.prepare(self.picking, 4)
        message = self.receipt("4", revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((self.reserved(back), self.received()), ([("assigned", 4)], [4]))
        self.validate(back)
        self.assertEqual(self.received(), [0])

    def test_several_prepared_ones_count_together(self):
        backs = self.prepare(self.picking, 3), self.prepare(self.picking, 4)
        message = self.receipt("6", revision=2)
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("7 and 4 Units of line 1 are more than the 10 Units", item.sentence)
        backs[0].action_cancel()
        self.run_all()
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "both", "keep"])
        self.assertNotIn("more than", item.sentence)

    def test_what_the_event_brings_takes_nothing_back(self):
        self.prepare(self.picking, 10)
        message = self.receipt("12", revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])

    def part(self, back, quantity):
        """A person validates a part of a return. :return: what is still open of it"""
        back.move_ids.write({"quantity": quantity, "picked": True})
        back._action_done()
        return self.picking.move_ids._construction_prepared()

    def test_a_part_was_returned(self):
        """7 prepared, 4 of them validated: 3 are open, and 6 are there."""
        rest = self.part(self.prepare(self.picking, 7), 4)
        self.assertEqual((rest.product_uom_qty, self.received()), (3, [6]))
        message = self.receipt("2", revision=2)
        self.assertAsks(message, "returned")
        self.decide(message, "whole", self.buyer)
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("3 and 4 Units of line 1 are more than the 6 Units that are left of it", item.sentence)

    def test_a_part_is_returned_meanwhile(self):
        back = self.prepare(self.picking, 7)
        message = self.receipt("3", revision=2)
        self.assertAsks(message, "prepared")
        rest = self.part(back, 4)
        self.run_all()
        self.assertAsks(message, "returned")
        self.decide(message, "whole", self.buyer)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])
        # the rest, which Odoo does not call a return any more
        self.validate(rest.picking_id)
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.received(), [3])

    def test_one_line_of_two_does_not_fit(self):
        self.send_order("PO-2", [self.order_line(), self.order_line("2")])
        picking = self.record(self.bring("R-2", "10", "10"), "stock.picking")
        self.prepare(picking, 2, 9)
        message = self.bring("R-2", "5", "8", revision=2)
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("9 and 2 Units of line 2 are more than the 10 Units that were received", item.sentence)
        self.assertNotIn("of line 1 are", item.sentence)

    def test_a_line_that_the_event_leaves_alone(self):
        self.send_order("PO-2", [self.order_line(), self.order_line("2")])
        picking = self.record(self.bring("R-2", "10", "10"), "stock.picking")
        back = self.prepare(picking, 2, 9)
        message = self.bring("R-2", "5", "10", revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(back.move_ids.mapped("quantity"), [2, 9])
        self.validate(back)
        self.assertEqual(self.received("PO-2"), [3, 1])

    def test_another_unit(self):
        """10 dozen were ordered; 24 pieces of the 48 that came are prepared."""
        self.send_order("PO-2", [self.order_line(quantity="10", uom="DZN", price="25")])
        lines = [self.delivery_line(quantity="48")]
        picking = self.record(self.send_delivery("R-2", "PO-2", lines), "stock.picking")
        self.assertEqual(self.received("PO-2"), [4])
        back = self.prepare(picking, 24 if picking.move_ids.product_uom.name == "Units" else 2)
        back.move_ids.write({"product_uom": self.env.ref("uom.product_uom_unit").id, "product_uom_qty": 24})
        message = self.send_delivery("R-2", "PO-2", [self.delivery_line(quantity="24")], revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])
        back.move_ids.product_uom_qty = 36
        self.run_all()
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("3 and 2 Dozens of line 1 are more than the 4 Dozens that were received", item.sentence)

    def test_thirds_of_a_dozen(self):
        """A rounding is no excess."""
        self.send_order("PO-2", [self.order_line(quantity="10", uom="DZN", price="25")])
        lines = [self.delivery_line(quantity="10")]
        picking = self.record(self.send_delivery("R-2", "PO-2", lines), "stock.picking")
        back = self.prepare(picking, 0.25)
        back.move_ids.write({"product_uom": self.env.ref("uom.product_uom_unit").id, "product_uom_qty": 3})
        message = self.send_delivery("R-2", "PO-2", [self.delivery_line(quantity="3")], revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])

    def test_services_have_no_stock(self):
        master = {"item": "ERECT", "name": "Erection", "uom": "h", "cost_type": "Subcontract"}
        self.send(self.master, "master.item.upserted", "ERECT", master)
        service = self.order_line("2", item="ERECT", uom="h", cost_type="SUB", quantity="40")
        self.send_order("PO-2", [self.order_line(), service])

        def bring(goods, hours, **kwargs):
            lines = [self.delivery_line(quantity=goods), self.delivery_line("2", quantity=hours, uom="h")]
            return self.send_delivery("R-2", "PO-2", lines, **kwargs)

        back = self.prepare(self.record(bring("10", "8"), "stock.picking"), 4)
        message = bring("10", "2", revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "both", "keep"])
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((back.state, self.received("PO-2")), ("assigned", [10, 2]))

    def test_all_goes_to_another_order(self):
        """A person corrects the order of a receipt: all of it leaves the first one."""
        self.send_order("PO-2")
        back = self.prepare(self.picking, 4)
        self.first.sudo().state = "exception"
        self.first.with_user(self.buyer)._correct({**self.first._payload(), "order": "PO-2"}, "Misread")
        self.run_all()
        self.decide(self.first, "replace", self.buyer)
        item = self.assertAsks(self.first, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("4 and 10 Units of line 1 are more than the 10 Units", item.sentence)
        self.decide(self.first, "event", self.buyer)
        self.assertState(self.first, "done")
        self.assertEqual((back.state, self.received(), self.received("PO-2")), ("cancel", [0], [10]))

    def test_the_first_of_two_that_came_by_two_transfers(self):
        """A return of any transfer of what is given back is asked about."""
        self.send_order("PO-2")
        self.assertState(self.receipt("15", revision=1, delivery_note="L-4"), "done")
        second = self.receipt("15", "R-2", "PO-2", delivery_note="L-4")
        back = self.prepare(self.picking, 2)
        self.same_note().with_user(self.buyer).action_decide("first", "It was ordered with PO-2")
        self.run_all()
        item = self.assertAsks(second, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.decide(second, "event", self.buyer)
        self.assertState(second, "done")
        self.assertEqual((back.state, self.received(), self.received("PO-2")), ("cancel", [0], [15]))

    # --- an answer that was right when it was given ---------------------------------------

    def billed(self):
        """A correction of 10 to 7 that stops once more after it was told that both hold."""
        self.send_invoice(lines=[self.invoice_line(quantity="10")])
        back = self.prepare(self.picking, 3)
        message = self.receipt("7", revision=2)
        self.decide(message, "both", self.buyer)
        self.assertAsks(message, "return")
        return back, message

    def test_the_prepared_one_was_raised_after_the_answer(self):
        back, message = self.billed()
        self.demand(back, 8)
        self.decide(message, "return", self.buyer)
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "keep"])
        self.assertIn("8 and 3 Units of line 1 are more than the 10 Units", item.sentence)
        self.assertEqual((back.move_ids.product_uom_qty, self.received()), (8, [10]))
        self.demand(back, 7)
        self.assertState(message, "done")
        self.assertEqual((self.received(), back.state), ([7], "assigned"))

    def test_a_further_one_was_prepared_after_the_answer(self):
        back, message = self.billed()
        self.prepare(self.picking, 5)
        self.decide(message, "return", self.buyer)
        item = self.assertAsks(message, "prepared")
        self.assertIn("8 and 3 Units of line 1 are more than the 10 Units", item.sentence)
        self.assertNotIn(back.state, ("done", "cancel"))

    def test_the_event_takes_the_place_of_none_that_was_prepared_after_the_answer(self):
        """A buyer says so of the returns that they saw."""
        self.send_invoice(lines=[self.invoice_line(quantity="10")])
        first = self.prepare(self.picking, 3)
        message = self.receipt("7", revision=2)
        self.decide(message, "event", self.buyer)
        self.assertAsks(message, "return")
        later = self.prepare(self.picking, 5)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET create_date = create_date + interval '1 hour' WHERE id = %s",
            [later.move_ids.id],
        )
        self.env.invalidate_all()
        self.decide(message, "return", self.buyer)
        self.assertIn(later.name, self.assertAsks(message, "prepared").sentence)
        self.assertNotIn("cancel", (first | later).mapped("state"))

    def test_it_fits_once_less_is_prepared(self):
        back = self.prepare(self.picking, 7)
        message = self.receipt("4", revision=2)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "keep"])
        self.demand(back, 4)
        item = self.assertAsks(message, "prepared")
        self.assertEqual(self.codes(item), ["event", "both", "keep"])
        self.demand(back, 5)
        self.assertEqual(self.codes(self.assertAsks(message, "prepared")), ["event", "keep"])


@tagged("post_install", "-at_install")
class TestPreparedReserved(TogetherCommon):
    """The event's return takes nothing of what the prepared ones have reserved."""

    def both(self, quantity, *backs):
        before = self.reserved(*backs)
        self.assertEqual({state for state, _quantity in before}, {"assigned"})
        lines = [back.move_line_ids.ids for back in backs]
        message = self.receipt(quantity, revision=2)
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.reserved(*backs), before)
        self.assertEqual([back.move_line_ids.ids for back in backs], lines, "as they were, and not anew")
        for back in backs:
            self.validate(back)

    def test_two_prepared(self):
        backs = self.prepare(self.picking, 3), self.prepare(self.picking, 4)
        self.reserve(*backs)
        self.both("7", *backs)
        self.assertEqual(self.received(), [0])

    def test_of_two_transfers(self):
        """What is given back is taken from the latest, but not what is prepared of that."""
        self.assertState(self.receipt("15", revision=1), "done")
        brought = self.order().picking_ids.filtered(lambda p: p.state == "done")
        backs = self.prepare(self.picking, 2), self.prepare(brought - self.picking, 4)
        before = self.reserved(*backs)
        self.assertEqual(before, [("assigned", 2), ("assigned", 4)])
        message = self.receipt("8", revision=2)
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.reserved(*backs), before)
        self.assertEqual(sorted(move._construction_net() for move in brought.move_ids), [4, 4])
        for back in backs:
            self.validate(back)
        self.assertEqual(self.received(), [2])

    def test_one_picked(self):
        backs = self.prepare(self.picking, 3), self.prepare(self.picking, 4)
        self.reserve(*backs)
        backs[0].move_ids.picked = True
        self.both("7", *backs)
        self.assertEqual(self.received(), [0])

    def test_one_that_has_less_than_it_asks_for(self):
        """It takes nothing from the other one when goods go back beside them."""
        backs = self.prepare(self.picking, 6), self.prepare(self.picking, 3)
        self.assertEqual(self.reserved(*backs), [("confirmed", 0), ("assigned", 3)])
        message = self.receipt("9", revision=2)
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.reserved(*backs), [("confirmed", 0), ("assigned", 3)])
        self.reserve(backs[0])
        self.assertEqual(self.reserved(*backs), [("assigned", 6), ("assigned", 3)])

    def test_of_another_receipt(self):
        other = self.record(self.receipt("5", "R-2"), "stock.picking")
        back = self.prepare(self.picking, 3)
        beside = self.prepare(other, 5)
        self.reserve(back, beside)
        self.both("3", back)
        self.assertEqual(self.reserved(beside), [("assigned", 5)])

    def test_what_is_issued_is_not_there(self):
        """4 of 10 were issued: 3 prepared and 4 by the event are more than what is in stock."""
        product, place = self.order().order_line.product_id, self.picking.location_dest_id
        used = (
            self.env["stock.move"]
            .sudo()
            .create(
                {
                    "product_id": product.id,
                    "product_uom_qty": 4,
                    "product_uom": product.uom_id.id,
                    "location_id": place.id,
                    "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                    "company_id": self.company.id,
                }
            )
        )
        back = self.prepare(self.picking, 3)
        used._action_confirm()
        used.write({"quantity": 4, "picked": True})
        used._action_done()
        message = self.receipt("6", revision=2)
        self.decide(message, "both", self.buyer)
        item = self.assertAsks(message, "return")
        self.assertIn("line 1: 6 Units still in stock, and 3 Units are prepared to go back", item.sentence)
        self.assertEqual(self.reserved(back), [("assigned", 3)])
