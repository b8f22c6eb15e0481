# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_order_merge import OrderMergeCommon

DELIVERY = "procurement.delivery.received"


class MergedReceiptsCommon(OrderMergeCommon):
    def receipt_data(self, number, order, quantity="5", **kwargs):
        return self.delivery_data(number, order, [self.delivery_line("1", quantity)], **kwargs)

    def receive_goods(self, number, order, quantity="5", **kwargs):
        return self.send(self.field, DELIVERY, order, self.receipt_data(number, order, quantity, **kwargs))

    def receive_together(self, *data):
        messages = self.env["construction.message"]
        for item in data:
            messages |= self.receive(self.field, DELIVERY, item["order"], item)
        messages._process()
        self.env.flush_all()
        self.run_all()
        for message in messages:
            self.assertState(message, "done")
        return messages

    def bolts(self):
        return self.quantities("qty_received")["Item BOLT"]

    def same_notes(self):
        return self.env["construction.exception"].search(
            [("cause_key", "=like", "same_note:%"), ("state", "=", "open")]
        )


@tagged("post_install", "-at_install")
class TestReceiptsOfMerged(MergedReceiptsCommon):
    """Two orders that were merged here are still two to their sender, each with receipts of its own."""

    def set_up_once(self):
        super().set_up_once()
        self.merge()
        self.confirm(self.first)

    def test_one_number_at_both(self):
        for order in ("PO-A", "PO-B"):
            for _again in range(2):
                self.assertState(self.receive_goods("R-1", order), "done")
        self.assertEqual(self.bolts(), 10)
        item = self.same_notes()
        self.assertEqual(len(item), 1)
        self.assertIn("PO-A", item.sentence)
        self.assertIn("PO-B", item.sentence)
        item.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertEqual(self.bolts(), 5)
        self.assertState(self.receive_goods("R-1", "PO-B"), "done")
        self.assertEqual(self.bolts(), 5)

    def test_the_second_replaces_the_first(self):
        self.receive_goods("R-1", "PO-A")
        self.receive_goods("R-1", "PO-B", "4")
        self.same_notes().with_user(self.buyer).action_decide("first", "It was of the other")
        self.run_all()
        self.assertEqual(self.bolts(), 4)

    def test_a_revision_is_of_its_own_order(self):
        self.receive_goods("R-2", "PO-A", "5")
        self.assertState(self.receive_goods("R-2", "PO-B", "6", revision=1), "done")
        self.assertEqual(self.bolts(), 11)
        self.assertState(self.receive_goods("R-2", "PO-B", "3", revision=2), "done")
        self.assertEqual(self.bolts(), 8)
        self.assertState(self.receive_goods("R-2", "PO-A", "7", revision=1), "done")
        self.assertEqual(self.bolts(), 10)
        came = {}
        for picking in self.first.picking_ids.filtered(lambda p: p.state == "done"):
            sign = -1 if picking.return_id else 1
            order = (picking.return_id or picking).construction_came_for_id
            came[order] = came.get(order, 0) + sign * sum(picking.move_ids.mapped("quantity"))
        self.assertEqual(came, {self.first.browse(): 7, self.second: 3})

    def test_other_content_asks_about_its_own(self):
        self.receive_goods("R-2", "PO-A", "5")
        self.receive_goods("R-2", "PO-B", "6")
        message = self.receive_goods("R-2", "PO-B", "4")
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "6 EA", "4 EA"]])
        self.decide(message, "replace", self.buyer)
        self.assertEqual(self.bolts(), 9)

    def test_in_one_batch(self):
        pair = [self.receipt_data("R-3", order, "2") for order in ("PO-A", "PO-B")]
        self.receive_together(*pair)
        self.assertEqual(self.bolts(), 4)
        self.receive_together(*pair)
        self.assertEqual(self.bolts(), 4)
        self.receive_together(
            self.receipt_data("R-3", "PO-A", "3", revision=1),
            self.receipt_data("R-3", "PO-B", "1", revision=1),
        )
        self.assertEqual(self.bolts(), 4)

    def test_a_renamed_number_is_the_same_order(self):
        self.first.with_user(self.buyer).name = "PO-N"
        for order in ("PO-A", "PO-N", "PO-A"):
            self.assertState(self.receive_goods("R-1", order), "done")
        self.assertEqual(self.bolts(), 5)
        self.assertState(self.receive_goods("R-1", "PO-B"), "done")
        self.assertEqual(self.bolts(), 10)

    def test_one_that_was_merged_away_is_not_deleted(self):
        with self.assertRaises(UserError) as caught:
            self.second.with_user(self.buyer).unlink()
        self.assertIn("merged into PO-A", str(caught.exception))

    def test_one_that_was_merged_away_orders_nothing_again(self):
        with self.assertRaisesRegex(UserError, "merged into PO-A"):
            self.second.with_user(self.buyer).button_draft()
        for state in ("draft", "purchase"):
            with self.assertRaisesRegex(UserError, "merged into PO-A"):
                self.second.with_user(self.buyer).write({"state": state})
        self.assertEqual(self.second.state, "cancel")

    def test_who_may_choose_a_line_of_it_is_asked(self):
        manager = self.user_with("integrates", "construction_base.group_integration_manager")
        self.field.owner_id = manager
        (self.first | self.second).user_id = False
        self.job.user_id = False
        message = self.send_delivery("R-9", "PO-B", [self.delivery_line(quantity="1", order_line="77")])
        self.assertState(message, "waiting")
        message.with_user(manager).action_decide_now()
        item = message.exception_id
        self.assertEqual(item.fix_model, "purchase.order.line")
        self.assertTrue(self.env[item.fix_model].with_user(item.owner_id).has_access("read"))
        changed = self.send(
            self.field, "procurement.purchase_order.cancelled", "PO-B", {"order": "PO-B", "reason": "no"}
        )
        self.assertState(changed, "exception")
        self.assertIn("PO-B", changed.exception_id.sentence)
        self.assertTrue(changed.exception_id.owner_id.has_group("construction_base.group_buyer"))

    def test_corrected_from_one_to_the_other(self):
        message = self.receive_goods("R-1", "PO-A", "50")
        self.assertState(message, "exception", "variance")
        self.correct_to_b(message)
        self.assertState(message, "done")
        self.assertEqual(self.bolts(), 5)
        self.assertState(self.receive_goods("R-1", "PO-B"), "done")
        self.assertEqual(self.bolts(), 5)

    def correct_to_b(self, message):
        data = self.receipt_data("R-1", "PO-B")
        message.with_user(self.buyer)._correct(data, "Misread")
        self.run_all()


@tagged("post_install", "-at_install")
class TestBareReceiptOfMerged(MergedReceiptsCommon):
    """A receipt without its order, which a buyer put to orders that were merged."""

    def set_up_once(self):
        super().set_up_once()
        self.merge()
        self.confirm(self.first)

    def bare(self, quantity="5"):
        data = self.receipt_data("R-1", "x", quantity, supplier="S-1")
        data.pop("order")
        line = data["lines"][0]
        line.pop("order_line")
        line["item"] = "BOLT"
        return self.send(self.field, DELIVERY, "S-1", data)

    def choose(self, message):
        self.assertState(message, "exception")
        self.decide(message, "order", self.buyer, res_id=self.first.id)

    def test_the_first_that_comes_with_its_order_is_it(self):
        bare = self.bare()
        self.choose(bare)
        self.assertState(bare, "done")
        for order in ("PO-B", "PO-A"):
            for _again in range(2):
                self.assertState(self.receive_goods("R-1", order), "done")
        self.assertEqual(self.bolts(), 10)
        self.assertState(self.bare(), "done")
        self.assertEqual(self.bolts(), 10)

    def test_both_in_one_batch(self):
        self.choose(self.bare())
        self.receive_together(*(self.receipt_data("R-1", order) for order in ("PO-A", "PO-B")))
        self.assertEqual(self.bolts(), 10)

    def test_it_is_the_one_that_says_the_same(self):
        self.receive_goods("R-1", "PO-A", "4")
        self.receive_goods("R-1", "PO-B", "5")
        bare = self.bare()
        self.choose(bare)
        self.assertState(bare, "done")
        self.assertEqual(self.bolts(), 9)


@tagged("post_install", "-at_install")
class TestMergedTwiceRenamed(MergedReceiptsCommon):
    def test_each_number_is_of_the_order_that_had_it(self):
        self.second.with_user(self.buyer).name = "PO-X"
        self.merge()
        third = self.order_by_hand(date_order="2026-01-01")
        self.merge(third | self.first)
        self.confirm(third)
        for order in ("PO-A", "PO-B", "PO-X", "PO-B"):
            self.assertState(self.receive_goods("R-1", order, "2"), "done")
        self.assertEqual(sum(third.order_line.mapped("qty_received")), 4)
        self.assertState(self.receive_goods("R-1", third.name, "2"), "done")
        self.assertEqual(sum(third.order_line.mapped("qty_received")), 6)


@tagged("post_install", "-at_install")
class TestLinesOfAMergedOrderByHand(MergedReceiptsCommon):
    """A draft by hand has no printed numbers: its lines are counted when it is merged."""

    def merged_away(self):
        ours = self.order_by_hand(date_order="2026-04-01")
        ours.order_line.date_planned = self.first.order_line[:1].date_planned
        number = ours.name
        self.merge(self.first | ours)
        self.assertEqual(ours.state, "cancel")
        self.confirm(self.first)
        return number

    def test_a_line_of_the_one_that_went(self):
        number = self.merged_away()
        self.assertState(self.receive_goods("R-1", number, "2"), "done")
        self.assertState(self.receive_goods("R-1", "PO-A", "2"), "done")
        self.assertEqual(self.bolts(), 4)

    def test_a_line_that_it_does_not_have(self):
        number = self.merged_away()
        message = self.receive_goods("R-1", number, "2")
        message = self.send(
            self.field, DELIVERY, number, self.delivery_data("R-2", number, [self.delivery_line("2", "2")])
        )
        self.assertState(message, "waiting")
        self.assertIn(f"Order {number} is a part of order PO-A", message.problem)
        self.assertIn("no line 2", message.problem)

    def test_lines_of_the_one_that_stays(self):
        ours = self.order_by_hand(date_order="2026-01-01")
        conc = self.second.order_line[1]
        ours.order_line.copy({"order_id": ours.id, "name": "Further bolts", "price_unit": 3, "sequence": 20})
        first, second = ours.order_line.sorted(lambda line: (line.sequence, line.id))
        self.merge(ours | self.second)
        self.assertEqual((first.construction_printed_line, second.construction_printed_line), ("1", "2"))
        self.confirm(ours)
        self.assertNotIn(conc.construction_printed_line, (False, "1", "2"))
        self.assertState(self.receive_goods("R-1", ours.name, "2"), "done")
        self.assertEqual(first.qty_received, 2)
