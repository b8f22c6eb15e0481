# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import Form, tagged

from .test_receipt_life import ReceiptLifeCommon


class ReturnedAgainCommon(ReceiptLifeCommon):
    """A receipt of 10, and persons who return goods and take them back by Odoo's *Return*."""

    def set_up_once(self):
        super().set_up_once()
        self.first = self.receipt("10")
        self.picking = self.record(self.first, "stock.picking")
        self.move = self.picking.move_ids

    def prepare(self, picking, quantity):
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = quantity
        return self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])

    def back_of_event(self):
        """What a revision has sent back."""
        return self.order().picking_ids.filtered(lambda p: p.return_id == self.picking).sorted("id")[-1:]

    def assertReceived(self, quantity, order="PO-1"):
        self.assertEqual(self.received(order), [quantity])
        entries = self.env["construction.cost.entry"].search(
            [
                ("kind", "=", "accrual"),
                ("document_model", "=", "purchase.order"),
                ("document_id", "=", self.order(order).id),
            ]
        )
        self.assertEqual(sum(entries.mapped("amount")), quantity * 10, "the ledger says what is there")


@tagged("post_install", "-at_install")
class TestReturnedAgain(ReturnedAgainCommon):
    """What came back of a return is there."""

    def test_what_is_left(self):
        back = self.return_goods(self.picking, 3)
        self.assertEqual(self.move._construction_net(), 7)
        again = self.return_goods(back, 2)
        self.assertEqual(self.move._construction_net(), 9)
        self.assertEqual(self.move._construction_came_again(), 2)
        self.return_goods(again, 1)
        self.assertEqual(self.move._construction_net(), 8)
        # what is open or cancelled has moved nothing
        self.prepare(back, 1)
        self.prepare(self.picking, 4).action_cancel()
        self.assertEqual(self.move._construction_net(), 8)
        self.assertReceived(8)

    def test_in_other_units(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.receipt("24", "R-2")
        picking = self.order().picking_ids.filtered(lambda p: p.construction_external_key == "R-2")
        back = self.prepare(picking, 24)
        back.move_ids.write({"product_uom": dozen.id, "product_uom_qty": 1, "quantity": 1, "picked": True})
        back.button_validate()
        self.assertEqual(picking.move_ids._construction_net(), 12)
        self.return_goods(back, 1)
        self.assertEqual(picking.move_ids._construction_net(), 24)
        self.assertReceived(34)

    def test_validated_in_part(self):
        back = self.return_goods(self.picking, 6)
        again = self.prepare(back, 6)
        again.move_ids.write({"quantity": 4, "picked": True})
        again.with_context(skip_backorder=True).button_validate()
        self.assertEqual(again.state, "done")
        self.assertEqual(self.move._construction_net(), 8)
        self.assertReceived(8)

    def test_all_that_went_back_came_again(self):
        back = self.return_goods(self.picking, 10)
        self.assertTrue(self.picking._construction_went_back())
        self.return_goods(back, 10)
        self.assertFalse(self.picking._construction_went_back())
        self.send_order("PO-2")
        self.receipt("10", "R-2", "PO-2", delivery_note="R-1")
        self.assertEqual(len(self.same_note()), 1, "it is a double of what is there")

    def test_asked_again_whether_it_is_one_delivery(self):
        self.send_order("PO-2")
        second = self.receipt("10", "R-2", "PO-2", delivery_note="R-1")
        sentence = self.same_note().sentence
        other = self.record(second, "stock.picking")
        keeper = self.user_with("keeper", "stock.group_stock_user")
        for picking in (self.picking, other):
            back = self.return_goods(picking, 10)
            self.assertFalse(self.same_note())
            again = self.prepare(back, 10)
            again.move_ids.write({"quantity": 10, "picked": True})
            again.with_user(keeper).button_validate()
            self.env.invalidate_all()
            item = self.same_note()
            self.assertEqual((len(item), item.sentence), (1, sentence))
            self.assertEqual((item.raised_by_ids, item.job_id), (second, self.job))
            # and once more
            third = self.return_goods(again, 10)
            self.assertFalse(self.same_note())
            self.return_goods(third, 10)
            self.assertEqual(self.same_note(), item)
        item.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertState(second, "done")
        self.assertReceived(0, "PO-2")
        self.assertReceived(10)

    def test_what_a_buyer_answered_is_not_asked_again(self):
        self.send_order("PO-2")
        self.receipt("10", "R-2", "PO-2", delivery_note="R-1")
        self.same_note().with_user(self.buyer).action_decide("keep", "Two lorries")
        self.run_all()
        self.return_goods(self.return_goods(self.picking, 10), 10)
        self.assertFalse(self.same_note())

    def test_what_an_event_returned(self):
        """Of 10 an event returned 2, a person took them back: 9 is 9."""
        self.assertState(self.receipt("8", revision=2), "done")
        self.return_goods(self.back_of_event(), 2)
        self.assertReceived(10)
        self.assertState(self.receipt("9", revision=3), "done")
        self.assertReceived(9)
        self.assertState(self.receipt("9", revision=3), "done")
        self.assertState(self.receipt("12", revision=4), "done")
        self.assertReceived(12)

    def test_what_a_person_returned(self):
        """3 of 10 went back and came again: there is nothing to ask."""
        self.return_goods(self.return_goods(self.picking, 3), 3)
        self.assertState(self.receipt("8", revision=2), "done")
        self.assertReceived(8)

    def test_a_part_came_again(self):
        self.return_goods(self.return_goods(self.picking, 3), 2)
        message = self.receipt("8", revision=2)
        item = self.assertAsks(message, "returned")
        self.assertIn("10 Units received, 9 of them still there, now 8 Units", item.sentence)
        self.decide(message, "whole", self.buyer)
        self.assertReceived(8)

    def test_a_part_of_what_an_event_returned(self):
        self.receipt("6", revision=2)
        self.return_goods(self.back_of_event(), 1)
        self.assertState(self.receipt("5", revision=3), "done")
        self.assertReceived(5)

    def test_what_was_raised_otherwise_is_asked(self):
        self.receipt("8", revision=2)
        self.return_goods(self.back_of_event(), 2)
        self.move.quantity = 11
        message = self.receipt("9", revision=3)
        item = self.assertAsks(message, "returned")
        self.assertIn("raised here to 11", item.sentence)
        self.decide(message, "whole", self.buyer)
        self.assertReceived(9)

    def test_asked_anew_when_it_comes_again(self):
        back = self.return_goods(self.picking, 3)
        message = self.receipt("8", revision=2)
        self.assertIn("7 of them still there", self.assertAsks(message, "returned").sentence)
        self.return_goods(back, 2)
        self.run_all()
        self.assertIn("9 of them still there", self.assertAsks(message, "returned").sentence)
        self.return_goods(back, 1)
        self.run_all()
        self.assertState(message, "done")
        self.assertReceived(8)

    def test_all_of_it_is_given_back(self):
        self.send_order("PO-2")
        second = self.receipt("10", "R-2", "PO-2", delivery_note="R-1")
        back = self.return_goods(self.record(second, "stock.picking"), 4)
        self.return_goods(back, 4)
        self.same_note().with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertState(second, "done")
        self.assertReceived(0, "PO-2")
        self.assertReceived(10)

    def test_a_return_of_what_came_again_is_prepared(self):
        again = self.return_goods(self.return_goods(self.picking, 3), 3)
        back = self.prepare(again, 2)
        self.assertEqual(self.move._construction_prepared(), back.move_ids)
        message = self.receipt("8", revision=2)
        self.assertAsks(message, "prepared")
        self.decide(message, "event", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(back.state, "cancel")
        self.assertReceived(8)


@tagged("post_install", "-at_install")
class TestComingAgain(ReturnedAgainCommon):
    """Goods that a person is about to take back of a return, and those that come in exchange."""

    def set_up_once(self):
        super().set_up_once()
        self.back = self.return_goods(self.picking, 3)

    def test_it_is_no_return(self):
        again = self.prepare(self.back, 3)
        self.assertFalse(self.move._construction_prepared())
        message = self.receipt("8", revision=2)
        item = self.assertAsks(message, "returned")
        self.assertIn("7 of them still there", item.sentence)
        self.assertIn(again.name, item.sentence)
        again.move_ids.write({"quantity": 3, "picked": True})
        again.button_validate()
        self.run_all()
        self.assertState(message, "done")
        self.assertReceived(8)

    def test_prepared_or_cancelled_after_the_question(self):
        message = self.receipt("8", revision=2)
        self.assertNotIn("Prepared here", self.assertAsks(message, "returned").sentence)
        again = self.prepare(self.back, 3)
        self.run_all()
        self.assertIn(again.name, self.assertAsks(message, "returned").sentence)
        again.action_cancel()
        self.run_all()
        self.assertNotIn(again.name, self.assertAsks(message, "returned").sentence)

    def test_what_is_expected_of_the_order_is_taken_first(self):
        again = self.prepare(self.back, 3)
        self.assertState(self.receipt("3", "R-2"), "done")
        self.assertNotIn(again.state, ("done", "cancel"))
        self.assertReceived(10)

    def test_the_last_delivery_leaves_it_to_its_person(self):
        again = self.prepare(self.back, 3)
        self.assertState(self.receipt("5", "R-2", final=True), "done")
        self.assertNotIn(again.state, ("done", "cancel"))

    def test_an_event_that_brings_it_is_a_receipt_of_its_own(self):
        self.receipt("90", "R-2")
        again = self.prepare(self.back, 3)
        self.assertState(self.receipt("3", "R-3"), "done")
        self.assertEqual((again.state, again.construction_external_key), ("done", "R-3"))
        self.assertReceived(100)
        self.assertEqual(self.move._construction_net(), 7)
        # each is corrected by what is there of it
        self.assertState(self.receipt("2", "R-3", revision=2), "done")
        self.assertReceived(99)
        message = self.receipt("9", revision=2)
        self.assertIn("7 of them still there", self.assertAsks(message, "returned").sentence)

    def exchange(self, quantity):
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=self.picking.id, active_ids=self.picking.ids, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(wizard.action_create_exchanges()["res_id"])
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.button_validate()
        return self.order().picking_ids.filtered(lambda p: p.return_id == back)

    def test_what_came_in_exchange_by_hand_and_by_event(self):
        other = self.exchange(2)
        other.move_ids.write({"quantity": 2, "picked": True})
        other.button_validate()
        other.date_done = "2026-03-05 20:00:00"
        self.assertReceived(7)
        message = self.receipt("2", "R-2")
        self.assertIn(other.name, self.assertAsks(message, "by_hand").sentence)
        self.decide(message, "same", self.buyer)
        self.assertState(message, "done")
        self.assertReceived(7)
        self.assertState(self.receipt("3", "R-2", revision=2), "done")
        self.assertReceived(8)

    def test_an_event_brings_what_comes_in_exchange(self):
        self.receipt("93", "R-2")
        other = self.exchange(2)
        self.assertState(self.receipt("2", "R-3"), "done")
        self.assertEqual(other.construction_external_key, "R-3")
        self.assertState(self.receipt("1", "R-3", revision=2), "done")
        self.assertEqual(other.move_ids._construction_net(), 1)
