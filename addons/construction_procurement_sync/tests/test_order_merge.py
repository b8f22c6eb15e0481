# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_content import CHANGED
from .test_order_numbers import OrderNumbersCommon


class OrderMergeCommon(OrderNumbersCommon):
    def set_up_once(self):
        super().set_up_once()
        # over the budget: they stay drafts
        self.set_budget(10)
        rebar = {**self.order_line("2", "5"), "item": "REBAR", "uom": "kg"}
        conc = {**self.order_line("2", "3"), "item": "CONC", "uom": "m3"}
        self.sent_a = self.send_order("PO-A", [self.order_line("1", "10"), rebar])
        self.sent_b = self.send_order(
            "PO-B", [self.order_line("1", "6"), conc], ordered_at="2026-03-02T12:00:00-06:00"
        )
        self.first, self.second = self.order("PO-A"), self.order("PO-B")
        self.assertEqual((self.first.state, self.second.state), ("draft", "draft"))

    def merge(self, orders=None):
        (orders or (self.first | self.second)).with_user(self.buyer).action_merge()
        self.env.flush_all()
        self.run_all()

    def confirm(self, order):
        self.set_budget(100000)
        self.run_all()
        if order.state != "purchase":
            order.button_confirm()
            self.run_all()
        self.assertEqual(order.state, "purchase")

    def quantities(self, field):
        return {line.product_id.name: line[field] for line in self.first.order_line}


@tagged("post_install", "-at_install")
class TestOrderMerge(OrderMergeCommon):
    """Odoo's merge of draft orders: what others call the merged ones means the one that stays."""

    def test_the_keys_of_the_merged_follow(self):
        self.merge()
        self.assertEqual(self.second.state, "cancel")
        self.assertEqual(self.quantities("product_qty"), {"Item BOLT": 16, "Item REBAR": 5, "Item CONC": 3})
        waiting = self.send_delivery("R-1", "PO-B", [self.delivery_line("1", "2")])
        self.assertState(waiting, "waiting")
        self.confirm(self.first)
        self.assertState(waiting, "done")
        # line 2 of each order is another line of the one that is left
        self.assertState(
            self.send_delivery("R-2", "PO-B", [{**self.delivery_line("2", "3"), "uom": "m3"}]), "done"
        )
        self.assertState(
            self.send_delivery("R-3", "PO-A", [{**self.delivery_line("2", "5"), "uom": "kg"}]), "done"
        )
        received = {"Item BOLT": 2, "Item REBAR": 5, "Item CONC": 3}
        self.assertEqual(self.quantities("qty_received"), received)
        bill = self.send_invoice("B-1", "PO-B", [self.invoice_line("1", "2")])
        self.assertState(bill, "done")
        self.assertEqual(self.bill("B-1").invoice_line_ids.purchase_line_id.order_id, self.first)
        self.assertState(self.sent_b, "done")
        self.assertState(self.sent_a, "done")

    def test_a_line_that_is_not_there_is_waited_for_by_its_own_order(self):
        self.merge()
        self.confirm(self.first)
        message = self.send_delivery("R-1", "PO-B", [self.delivery_line("9", "2")])
        self.assertState(message, "waiting")
        self.assertEqual(message.wait_key, "po-b/9")

    def test_lines_of_the_one_that_stays_folded(self):
        bolts = self.order_line("3", "4")
        data = self.order_data("PO-A", revision=1)
        rebar = {**self.order_line("2", "5"), "item": "REBAR", "uom": "kg"}
        data["lines"] = [self.order_line("1", "10"), rebar, bolts]
        self.send(self.field, CHANGED, "PO-A", data)
        self.assertEqual(len(self.first.order_line), 3)
        self.merge()
        self.assertEqual(self.quantities("product_qty"), {"Item BOLT": 20, "Item REBAR": 5, "Item CONC": 3})
        self.confirm(self.first)
        self.assertState(self.send_delivery("R-1", "PO-A", [self.delivery_line("3", "4")]), "done")
        self.assertEqual(self.quantities("qty_received")["Item BOLT"], 4)

    def test_what_an_event_says_of_one_of_them_is_told(self):
        self.merge()
        self.confirm(self.first)
        for number in ("PO-A", "PO-B"):
            message = self.change(number, "99", 5)
            self.assertState(message, "exception", "data")
            self.assertIn("merged", message.problem)
            self.assertState(self.cancel(number), "exception", "data")
        self.assertEqual(self.quantities("product_qty")["Item BOLT"], 16)
        self.assertEqual(self.first.state, "purchase")

    def test_approved_again_is_a_repeat(self):
        self.merge()
        self.confirm(self.first)
        conc = {**self.order_line("2", "3"), "item": "CONC", "uom": "m3"}
        lines = [self.order_line("1", "6"), conc]
        again = self.send_order("PO-B", lines, ordered_at="2026-03-02T12:00:00-06:00")
        self.assertState(again, "done")
        self.assertEqual(self.quantities("product_qty")["Item BOLT"], 16)

    def test_into_an_order_by_hand_a_person_confirms(self):
        ours = self.order_by_hand(date_order="2026-01-01")
        self.merge(ours | self.second)
        self.assertEqual((ours.state, self.second.state), ("draft", "cancel"))
        self.assertState(self.sent_b, "waiting")
        self.confirm(ours)
        self.assertState(self.sent_b, "done")
        receipt = self.send_delivery("R-1", "PO-B", [{**self.delivery_line("2", "3"), "uom": "m3"}])
        self.assertState(receipt, "done")
        self.assertState(self.send_delivery("R-2", ours.name, [self.delivery_line("1", "4")]), "done")

    def test_the_ledger_follows(self):
        """What was stopped is pending of the order that holds it, as long as that is stopped."""
        ours = self.order_by_hand(date_order="2026-01-01")
        self.assertEqual(self.pending(), 240)
        self.merge(ours | self.second)
        self.assertEqual(self.pending(), 150, "It waits for a person now, as part of what is in preparation")
        self.confirm(ours)
        self.assertEqual(self.pending(), 0)

    def pending(self):
        self.post_ledger()
        entries = self.env["construction.cost.entry"].search([("kind", "=", "pending")])
        return sum(entries.mapped("amount"))

    def test_an_order_by_hand_merged_away(self):
        ours = self.order_by_hand(date_order="2026-04-01")
        number = ours.name
        ours.order_line.date_planned = self.first.order_line[:1].date_planned
        self.merge(self.first | ours)
        self.assertEqual(ours.state, "cancel")
        self.confirm(self.first)
        message = self.send_delivery("R-2", number, [self.by_item("BOLT", "2")])
        self.assertState(message, "done")
        self.assertEqual(self.quantities("qty_received")["Item BOLT"], 2)

    def by_item(self, item, quantity):
        line = self.delivery_line("1", quantity, item=item)
        del line["order_line"]
        return line

    def test_merged_twice(self):
        self.merge()
        third = self.order_by_hand(date_order="2026-01-01")
        self.merge(third | self.first)
        self.assertEqual((self.first | self.second).construction_merged_into_id, third)
        self.confirm(third)
        receipt = self.send_delivery("R-1", "PO-B", [{**self.delivery_line("2", "3"), "uom": "m3"}])
        self.assertState(receipt, "done")
        self.assertState(self.send_delivery("R-2", "PO-A", [self.delivery_line("1", "2")]), "done")
        self.assertEqual(sum(third.order_line.mapped("qty_received")), 5)
