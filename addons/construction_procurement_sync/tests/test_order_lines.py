# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_content import CHANGED, ContentCommon


class OrderLinesCommon(ContentCommon):
    def change(self, lines, revision=1, **kwargs):
        data = self.order_data("PO-7", lines, revision=revision, **kwargs)
        return self.send(self.field, CHANGED, "PO-7", data)

    def lines(self, **quantities):
        """Lines by the number: one=10 is line 1 of 10 bolts."""
        items = {"one": ("1", "BOLT", "EA"), "two": ("2", "REBAR", "kg"), "three": ("3", "BOLT-XL", "EA")}
        found = []
        for name, quantity in quantities.items():
            number, item, uom = items[name]
            price = "6.00" if item == "BOLT-XL" else "8.00"
            found.append({**self.order_line(number, str(quantity), price), "item": item, "uom": uom})
        return found

    def expected(self, key="PO-7"):
        """(transfer's kind, item, quantity) of all open moves of the order."""
        moves = self.order(key).order_line.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        return sorted((m.picking_code, m.product_id.name, m.product_uom_qty) for m in moves)

    def committed(self, key="PO-7"):
        self.env.flush_all()
        entries = self.env["construction.cost.entry"].search(
            [("document_id", "=", self.order(key).id), ("document_model", "=", "purchase.order")]
        )
        entries = entries.filtered(lambda entry: entry.kind == "commitment")
        return round(sum(entries.mapped("amount")), 2)


@tagged("post_install", "-at_install")
class TestExpectedLess(OrderLinesCommon):
    """What is ordered less is expected less, and nothing goes back."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-7", self.lines(one=10, two=4))

    def outgoing(self):
        return self.env["stock.move"].search(
            [("purchase_line_id.order_id", "=", self.order("PO-7").id), ("picking_code", "=", "outgoing")]
        )

    def test_a_line_is_dropped(self):
        self.assertState(self.change(self.lines(one=10)), "done")
        self.assertEqual(self.expected(), [("incoming", "Item BOLT", 10)])
        self.assertFalse(self.outgoing())
        self.assertEqual(self.order("PO-7").order_line.mapped("price_unit"), [8, 8])
        self.assertEqual(self.committed(), 80)

    def test_all_of_a_transfer_is_dropped(self):
        for line in self.order("PO-7").order_line:
            line.with_user(self.buyer).product_qty = 0
        self.assertEqual((self.expected(), self.order("PO-7").picking_ids.mapped("state")), ([], ["cancel"]))

    def test_less_of_a_line_on_another_day_and_price(self):
        lines = [{**line, "needed_by": "2026-06-01"} for line in self.lines(one=6, two=4)]
        lines[0]["unit_price"] = "9.00"
        self.assertState(self.change(lines), "done")
        self.assertEqual(self.expected(), [("incoming", "Item BOLT", 6), ("incoming", "Item REBAR", 4)])
        self.assertFalse(self.outgoing())

    def test_less_than_ordered_and_more_than_received(self):
        self.send_delivery("R-1", "PO-7", [self.delivery_line(quantity="3")])
        self.assertState(self.change(self.lines(one=5, two=4)), "done")
        self.assertEqual(self.expected(), [("incoming", "Item BOLT", 2), ("incoming", "Item REBAR", 4)])
        self.assertState(self.send_delivery("R-2", "PO-7", [self.delivery_line(quantity="2")]), "done")
        self.assertEqual(self.received("PO-7"), [5, 0])

    def test_dropped_and_back_again(self):
        self.change(self.lines(one=10))
        self.assertState(self.change(self.lines(one=10, two=7), 2), "done")
        self.assertEqual(self.expected(), [("incoming", "Item BOLT", 10), ("incoming", "Item REBAR", 7)])

    def test_by_hand(self):
        bolts, rebar = self.order("PO-7").order_line
        self.env["product.supplierinfo"].create(
            {"partner_id": bolts.partner_id.id, "product_id": bolts.product_id.id, "price": 5}
        )
        bolts.with_user(self.buyer).product_qty = 6
        rebar.with_user(self.buyer).product_qty = 0
        self.assertEqual(self.expected(), [("incoming", "Item BOLT", 6)])
        self.assertFalse(self.outgoing())


@tagged("post_install", "-at_install")
class TestSubstituted(OrderLinesCommon):
    """A change states the order as its sender knows it: what a buyer accepted instead stays."""

    def set_up_once(self):
        super().set_up_once()
        self.send(
            self.master,
            "master.item.upserted",
            "BOLT-XL",
            {"item": "BOLT-XL", "name": "Longer bolt", "uom": "EA", "stocked": True},
        )
        self.send_order("PO-7", self.lines(one=10))
        message = self.send_delivery("R-1", "PO-7", [self.delivery_line(quantity="4", item="BOLT-XL")])
        self.decide(message, "accept", self.buyer, price=2)
        self.assertState(message, "done")
        self.assertEqual(self.committed(), 56)

    def ordered(self):
        return self.order("PO-7").order_line.mapped("product_qty")

    def test_the_next_change_does_not_undo_it(self):
        self.assertState(self.change(self.lines(one=10)), "done")
        self.assertEqual((self.ordered(), self.committed()), ([6, 4], 56))
        self.assertState(self.change(self.lines(one=12), 2), "done")
        self.assertEqual((self.ordered(), self.committed()), ([8, 4], 72))
        self.assertState(self.change(self.lines(one=12, two=1), 3), "done")
        self.assertEqual(self.ordered(), [8, 4, 1])

    def test_approved_again(self):
        self.assertState(self.send_order("PO-7", self.lines(one=10), revision=1), "done")
        self.assertEqual((self.ordered(), self.committed()), ([6, 4], 56))

    def test_the_line_is_dropped(self):
        self.assertState(self.change(self.lines(two=1)), "done")
        self.assertEqual((self.ordered(), self.committed()), ([0, 4, 1], 16))

    def test_the_sender_names_the_substitute(self):
        lines = self.lines(one=6, three=4)
        self.assertState(self.change(lines), "done")
        self.assertEqual((self.ordered(), self.committed()), ([6, 4], 72))
        self.assertState(self.change(self.lines(one=7, three=4), 2), "done")
        self.assertEqual(self.ordered(), [7, 4])

    def test_stated_lower_it_is_asked(self):
        message = self.change(self.lines(one=6))
        self.assertAsks(message, "substituted:1")
        self.decide(message, "besides", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((self.ordered(), self.committed()), ([6, 4], 56))
        # the sender counts it in from now on
        self.assertState(self.change(self.lines(one=7), 2), "done")
        self.assertEqual(self.ordered(), [7, 4])

    def test_stated_lower_and_the_substitute_a_part_of_it(self):
        message = self.change(self.lines(one=6))
        self.decide(message, "part_of", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((self.ordered(), self.committed()), ([2, 4], 24))

    def test_of_an_order_born_here(self):
        order = self.order("PO-7")
        order.sudo().construction_external_key = False
        order.order_line.sudo().construction_external_line = False
        self.env.flush_all()
        changed = self.change(self.lines(one=11))
        if changed.state == "exception":
            self.decide(changed, "replace", self.buyer)
        self.assertState(changed, "done")
        self.assertEqual(order.order_line.mapped("product_qty"), [7, 4])
