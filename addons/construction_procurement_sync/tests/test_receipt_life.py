# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_content import ContentCommon


class ReceiptLifeCommon(ContentCommon):
    def receipt(self, quantity, number="R-1", order="PO-1", **kwargs):
        return self.send_delivery(number, order, [self.delivery_line(quantity=quantity)], **kwargs)

    def same_note(self):
        return self.env["construction.exception"].search(
            [("cause_key", "=like", "same_note:%"), ("state", "=", "open")]
        )


@tagged("post_install", "-at_install")
class TestReceiptReturned(ReceiptLifeCommon):
    """Goods that went back by hand, and the receipt that comes again."""

    def set_up_once(self):
        super().set_up_once()
        self.first = self.receipt("6")
        self.picking = self.record(self.first, "stock.picking")

    def test_the_same_again_brings_nothing_back(self):
        self.return_goods(self.picking, 6)
        self.assertState(self.receipt("6"), "done")
        self.assertEqual(self.received(), [0])

    def test_a_correction_asks(self):
        self.return_goods(self.picking, 6)
        message = self.receipt("8", revision=2)
        item = self.assertAsks(message, "returned")
        self.assertIn("6 Units received, 0 of them still there, now 8 Units", item.sentence)
        self.decide(message, "whole", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [8])
        self.assertState(self.receipt("8", revision=2), "done")
        self.assertEqual(self.received(), [8])

    def test_the_difference_only(self):
        self.return_goods(self.picking, 6)
        message = self.receipt("8", revision=2)
        self.decide(message, "difference", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [2])

    def test_nothing_moves(self):
        self.return_goods(self.picking, 6)
        message = self.receipt("8", revision=2)
        self.decide(message, "keep", self.buyer)
        self.assertEqual((message.state, self.received()), ("ignored", [0]))
        again = self.receipt("8", revision=2)
        self.assertState(again, "done")
        self.assertEqual(self.received(), [0])
        self.assertIn("decided before", again.history_ids.sorted("id")[-1].note)

    def test_a_part_went_back(self):
        self.return_goods(self.picking, 2)
        message = self.receipt("8", revision=2)
        self.assertAsks(message, "returned")
        self.decide(message, "whole", self.buyer)
        self.assertEqual(self.received(), [8])

    def test_what_went_back_agrees_with_the_correction(self):
        self.return_goods(self.picking, 2)
        self.assertState(self.receipt("4", revision=2), "done")
        self.assertEqual(self.received(), [4])

    def test_no_difference_of_more_than_is_there(self):
        self.return_goods(self.picking, 5)
        message = self.receipt("2", revision=2)
        item = self.assertAsks(message, "returned")
        self.assertEqual([choice["code"] for choice in item.choices], ["whole", "keep"])
        self.decide(message, "whole", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [2])


@tagged("post_install", "-at_install")
class TestReceiptNote(ReceiptLifeCommon):
    """One delivery told at two orders, and what comes of it later."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2")
        self.receipt("6", delivery_note="L-4")

    def undone(self):
        second = self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.same_note().with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertState(second, "done")
        self.assertEqual(self.received("PO-2"), [0])
        return second

    def test_undone_then_corrected_is_received_whole(self):
        self.undone()
        self.assertState(self.receipt("8", "R-2", "PO-2", delivery_note="L-4", revision=2), "done")
        self.assertEqual(self.received("PO-2"), [8])

    def test_undone_then_the_same_again(self):
        second = self.undone()
        again = self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.assertState(again, "done")
        self.assertEqual(self.received("PO-2"), [0], "a buyer has said what it is")
        self.assertFalse(self.same_note())
        self.assertIn("One lorry", " ".join(again.history_ids.mapped("note")))
        second.sudo()._requeue("once more")
        self.run_all()
        self.assertEqual(self.received("PO-2"), [0])

    def test_corrected_to_another_order(self):
        """R-1 of PO-1, revision 2 says PO-2: received there, and a buyer says what it is."""
        second = self.receipt("6", "R-1", "PO-2", delivery_note="L-5", revision=2)
        self.assertState(second, "done")
        item = self.same_note()
        self.assertEqual([choice["code"] for choice in item.choices], ["undo", "first", "keep"])
        item.with_user(self.buyer).action_decide("first", "It was ordered with PO-2")
        self.run_all()
        self.assertState(second, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [6]))
        self.assertFalse(self.same_note())
        second.sudo()._requeue("once more")
        self.run_all()
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [6]))
        # the first was given back: what says the same moves nothing, something else is received
        self.assertState(self.receipt("6", delivery_note="L-4"), "done")
        self.assertEqual(self.received(), [0])
        self.assertState(self.receipt("5", delivery_note="L-9"), "done")
        self.assertEqual(self.received(), [5])

    def test_the_first_was_billed(self):
        self.send_invoice(lines=[self.invoice_line(quantity="6")])
        self.receipt("6", "R-1", "PO-2", delivery_note="L-4")
        self.same_note().with_user(self.buyer).action_decide("first", "It was ordered with PO-2")
        self.run_all()
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [6]))
        told = self.env["construction.exception"].search([("cause_key", "=like", "back_billed:%")])
        self.assertIn("6 Units billed", told.sentence)

    def test_another_number_without_a_revision_is_another_delivery(self):
        self.receipt("6", "R-1", "PO-2", delivery_note="L-5")
        self.assertFalse(self.same_note())

    def test_what_goes_back_answers_the_question(self):
        second = self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.assertTrue(self.same_note())
        self.return_goods(self.record(second, "stock.picking"), 6)
        self.assertFalse(self.same_note())

    def test_what_went_back_is_no_double(self):
        self.return_goods(self.order().picking_ids.filtered(lambda p: p.state == "done"), 6)
        self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.assertFalse(self.same_note())

    def test_in_one_batch_the_second_asks(self):
        messages = self.env["construction.message"]
        for number, order in (("R-3", "PO-1"), ("R-4", "PO-2")):
            data = self.delivery_data(number, order, [self.delivery_line(quantity="5")], delivery_note="L-7")
            messages |= self.receive(self.field, "procurement.delivery.received", order, data)
        messages._process()
        self.assertEqual(set(messages.mapped("state")), {"done"}, messages.mapped("problem"))
        item = self.same_note()
        self.assertEqual(len(item), 1)
        self.assertEqual(item.raised_by_ids, messages[1])
        item.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertFalse(self.same_note())
        self.assertEqual((self.received(), self.received("PO-2")), ([11], [0]))

    def test_back_to_back_the_second_asks(self):
        second = self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.assertEqual(self.same_note().raised_by_ids, second)

    def test_of_three_the_answer_to_one_restates_the_other(self):
        self.send_order("PO-3")
        self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.receipt("6", "R-3", "PO-3", delivery_note="L-4")
        first, second = self.same_note().sorted("id")
        names = [self.order(key).name for key in ("PO-1", "PO-2", "PO-3")]
        self.assertIn(names[1], second.sentence)
        first.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertEqual(self.same_note(), second)
        self.assertNotIn(names[1], second.sentence)
        self.assertIn(names[0], second.sentence)

    def test_the_first_of_three_goes_back(self):
        self.send_order("PO-3")
        self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.receipt("6", "R-3", "PO-3", delivery_note="L-4")
        self.return_goods(self.order().picking_ids.filtered(lambda p: p.state == "done"), 6)
        item = self.same_note()
        self.assertEqual(len(item), 1, "of the two that stand the later one asks")
        self.assertIn(f"now at order {self.order('PO-3').name}", item.sentence)

    def test_the_last_one_that_stands_is_not_given_back(self):
        second = self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        # answered, and not yet done when the first one goes back
        self.same_note().with_user(self.buyer).action_decide("undo", "One lorry")
        self.return_goods(self.order().picking_ids.filtered(lambda p: p.state == "done"), 6)
        self.run_all()
        self.assertAsks(second, "same_note")
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [6]))
        self.decide(second, "stand", self.buyer)
        self.assertState(second, "done")
        self.assertEqual(self.received("PO-2"), [6])

    def test_the_last_one_given_back_on_a_buyers_word(self):
        second = self.receipt("6", "R-2", "PO-2", delivery_note="L-4")
        self.same_note().with_user(self.buyer).action_decide("undo", "One lorry")
        self.return_goods(self.order().picking_ids.filtered(lambda p: p.state == "done"), 6)
        self.run_all()
        self.decide(second, "undo_last", self.buyer)
        self.assertState(second, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [0]))

    def test_no_note_is_no_note(self):
        """A receipt whose note is called False is no double of transfers without a note."""
        first = self.record(self.receipt("2", "R-5", delivery_note="L-9"), "stock.picking")
        self.return_goods(first, 1)
        self.receipt("6", "R-2", "PO-2", delivery_note="False")
        self.assertFalse(self.same_note())
        plain = self.env["stock.picking"].search([("construction_delivery_note", "=", False)])
        self.assertFalse(
            any(
                plain.filtered(lambda p: p.return_id or not p.construction_external_key).mapped(
                    "construction_note_key"
                )
            )
        )


@tagged("post_install", "-at_install")
class TestReceiptLocked(ReceiptLifeCommon):
    """Odoo's own lock dates, which refuse transfers dated in them."""

    LOCK, OPEN = "2026-03-05", "2026-03-06"

    def lock(self, name="fiscalyear_lock_date"):
        self.company[name] = self.LOCK

    def test_asks(self):
        for name in ("fiscalyear_lock_date", "hard_lock_date"):
            with self.subTest(name):
                self.lock(name)
                number = f"R-{name}"
                message = self.receipt("6", number, time="2026-03-06T08:00:00Z")
                item = self.assertAsks(message, "period")
                self.assertEqual(item.category, "period")
                for said in (number, self.order().name, "J-1", self.LOCK, self.OPEN):
                    self.assertIn(said, item.sentence)
                self.assertIn(self.OPEN, item.choices[0]["label"])
                self.assertEqual(item.job_id, self.job)
                self.decide(message, "next_open", self.buyer)
                self.assertState(message, "done")
                picking = self.record(message, "stock.picking")
                self.assertEqual(str(picking.date_done.date()), self.OPEN)
                entries = self.env["construction.cost.entry"].search([("kind", "=", "accrual")])
                self.assertEqual({str(date) for date in entries.mapped("date")}, {self.OPEN})

    def test_each_receipt_is_an_item_of_its_own(self):
        self.lock()
        self.assertState(self.send_order("PO-2"), "done")
        messages = self.receipt("6") | self.receipt("6", "R-2", "PO-2")
        self.assertEqual(messages.mapped("state"), ["exception"] * 2, messages.mapped("problem"))
        self.assertEqual(len(messages.exception_id), 2)
        self.company.fiscalyear_lock_date = False
        messages.exception_id.sudo().action_replay()
        self.run_all()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(
            {str(p.date_done.date()) for p in self.record(messages, "stock.picking")}, {"2026-03-05"}
        )

    def test_planned_in_it_and_received_after_it(self):
        picking = self.order().picking_ids
        picking.scheduled_date = "2026-03-04 12:00:00"
        self.lock()
        message = self.receipt("6", received_at="2026-03-09T15:00:00-06:00")
        self.assertState(message, "done")
        self.assertEqual(str(picking.date_done.date()), "2026-03-09")
        self.assertEqual(self.received(), [6])
        self.assertState(self.receipt("4", received_at="2026-03-09T15:00:00-06:00", revision=2), "done")
        self.assertEqual(self.received(), [4])

    def test_a_sale_lock_is_no_matter_of_goods(self):
        self.lock("sale_lock_date")
        self.assertState(self.receipt("6"), "done")

    def test_a_bill(self):
        self.receipt("6")
        self.company.fiscalyear_lock_date = "2026-03-12"
        message = self.send_invoice(lines=[self.invoice_line(quantity="6")])
        item = self.assertAsks(message, "period")
        self.assertIn("2026-03-13", item.choices[0]["label"])
        self.decide(message, "next_open", self.payable)
        self.assertState(message, "done")
        bill = self.bill()
        self.assertEqual((bill.state, str(bill.date)), ("posted", "2026-03-13"))


@tagged("post_install", "-at_install")
class TestReceiptAnswers(ReceiptLifeCommon):
    """What a buyer answered holds for the same content in another event."""

    def set_up_once(self):
        super().set_up_once()
        self.receipt("25")
        self.asked = self.receipt("40")
        self.assertAsks(self.asked)

    def test_kept(self):
        self.decide(self.asked, "keep", self.buyer)
        again = self.receipt("40")
        self.assertState(again, "done")
        self.assertEqual(self.received(), [25])
        note = again.history_ids.sorted("id")[-1].note
        self.assertIn("Keep: the first one stands (Buyer", note)
        self.assertIn("As agreed", note)

    def test_kept_against_something_else_is_asked_anew(self):
        self.decide(self.asked, "keep", self.buyer)
        self.receipt("30", revision=2)
        self.assertAsks(self.receipt("40"))

    def test_kept_and_taken_up_again(self):
        self.decide(self.asked, "keep", self.buyer)
        self.asked._take_up("it was right")
        self.run_all()
        self.assertAsks(self.asked)

    def test_another(self):
        self.decide(self.asked, "another", self.buyer)
        self.assertEqual(self.received(), [65])
        self.assertState(self.receipt("40"), "done")
        self.assertEqual(self.received(), [65])
        third = self.receipt("10")
        self.decide(third, "another", self.buyer)
        self.assertEqual(self.received(), [75])
        for quantity in ("25", "40", "10"):
            self.assertState(self.receipt(quantity), "done")
        self.assertEqual(self.received(), [75])

    def test_of_two_under_one_number_a_correction_asks_which(self):
        self.decide(self.asked, "another", self.buyer)
        first = self.receipt("20", revision=2)
        item = self.assertAsks(first)
        self.assertEqual(
            [choice["code"] for choice in item.choices], ["replace", "keep", "another", "replace#2"]
        )
        self.decide(first, "replace", self.buyer)
        self.assertState(first, "done")
        self.assertEqual(self.received(), [60])
        second = self.receipt("50", revision=3)
        self.decide(second, "replace#2", self.buyer)
        self.assertState(second, "done")
        self.assertEqual(self.received(), [70])
        for quantity in ("20", "50"):
            self.assertState(self.receipt(quantity), "done")
        self.assertEqual(self.received(), [70])

    def test_asked_anew_against_what_stands(self):
        self.receipt("30", revision=2)
        item = self.assertAsks(self.asked)
        self.assertEqual(item.comparison, [["Line 1, quantity", "30 EA", "40 EA"]])
        self.assertIn("came before revision 2", item.sentence)
        self.decide(self.asked, "replace", self.buyer)
        self.assertEqual(self.received(), [40])

    def test_answered_by_a_correction(self):
        item = self.asked.exception_id
        self.receipt("40", revision=2)
        self.assertState(self.asked, "done")
        self.assertEqual(self.received(), [40])
        self.assertNotEqual(item.state, "open")

    def test_what_was_too_much_fits_after_a_correction(self):
        more = self.receipt("80", "R-9")
        self.assertState(more, "exception", "variance")
        self.receipt("20", revision=2)
        self.assertState(more, "done")
        self.assertEqual(self.received(), [100])

    def test_an_older_revision_says_so(self):
        self.receipt("30", revision=3)
        item = self.assertAsks(self.receipt("35", revision=2))
        self.assertIn("It is revision 2, and revision 3 stands", item.sentence)
