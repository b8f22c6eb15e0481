# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import Form, tagged

from .test_bill_correction import BillCorrectionCommon
from .test_receipt_life import ReceiptLifeCommon


class PreparedReversalCommon(BillCorrectionCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.invoice("20")
        self.first = self.bill()
        self.draft = self.prepare(self.first)

    def prepare(self, bill):
        """Odoo's own Reverse, which leaves a draft."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard = wizard.create({"date": "2026-03-12", "journal_id": bill.journal_id.id})
        draft = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        self.assertEqual((draft.state, draft.reversed_entry_id), ("draft", bill))
        return draft

    def billed(self):
        # Odoo's own figure counts drafts
        line = self.order().order_line
        return float(line._construction_taken()[line])


@tagged("post_install", "-at_install")
class TestPreparedReversal(PreparedReversalCommon):
    """A person has a reversal of a bill open as a draft when an event corrects that bill."""

    def test_a_correction_asks(self):
        message = self.invoice("30", revision=2)
        item = self.assertAsks(message, "prepared")
        self.assertEqual([choice["code"] for choice in item.choices], ["event", "keep"])
        self.assertTrue(item.owner_id.has_group("construction_base.group_accounts_payable"))
        self.assertIn(["Line 1, quantity", "20 EA", "30 EA"], item.comparison)
        self.assertEqual((self.draft.state, self.billed()), ("draft", 20))

    def test_the_event_holds(self):
        message = self.invoice("30", revision=2)
        self.decide(message, "event", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.draft.state, self.billed(), self.actual()), ("cancel", 30, 300))
        self.assertState(self.invoice("30", revision=2), "done")
        self.assertEqual(self.billed(), 30)

    def test_the_prepared_one_holds(self):
        message = self.invoice("30", revision=2)
        self.decide(message, "keep", self.payable)
        self.assertEqual(message.state, "ignored")
        self.draft.action_post()
        self.assertEqual((self.draft.state, self.billed(), self.actual()), ("posted", 0, 0))
        self.assertState(self.invoice("30", revision=2), "done")
        self.assertEqual(self.billed(), 0)

    def test_posted_meanwhile(self):
        message = self.invoice("30", revision=2)
        self.draft.action_post()
        self.run_all()
        self.assertAsks(message, "fallen")
        self.decide(message, "anew", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.billed(), self.actual()), (30, 300))

    def test_cancelled_meanwhile(self):
        message = self.invoice("30", revision=2)
        self.draft.button_cancel()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual((self.billed(), self.actual()), (30, 300))

    def test_deleted_meanwhile(self):
        message = self.invoice("30", revision=2)
        self.draft.unlink()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.billed(), 30)

    def test_other_content_that_replaces(self):
        message = self.invoice("30")
        self.decide(message, "replace", self.payable)
        self.assertAsks(message, "prepared")
        self.decide(message, "event", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.draft.state, self.billed()), ("cancel", 30))

    def test_the_same_again_asks_nothing(self):
        self.assertState(self.invoice("20"), "done")
        self.assertEqual(self.draft.state, "draft")

    def test_prepared_after_the_correction(self):
        """Of the bill that was reversed: it is taken back once. Of the newest: it is taken back."""
        self.draft.button_cancel()
        self.assertState(self.invoice("30", revision=2), "done")
        late = self.prepare(self.first)
        late.action_post()
        self.assertEqual((late.state, self.billed()), ("draft", 30))
        self.assertIn("taken back already", late.construction_hold_text)
        late.button_cancel()
        newest = self.prepare(self.standing())
        newest.action_post()
        self.assertEqual((newest.state, self.billed()), ("posted", 0))

    def test_two_of_a_part_each_are_more_than_the_bill(self):
        """15 and 15 of 20: the second is held, until it is lowered to what is left."""
        other = self.prepare(self.first)
        for draft in (self.draft, other):
            draft.invoice_line_ids.quantity = 15
        self.draft.action_post()
        other.action_post()
        self.assertEqual((self.draft.state, other.state, self.billed()), ("posted", "draft", 5))
        text = other.construction_hold_text.replace("\N{NO-BREAK SPACE}", "")
        self.assertIn("$150.00 and $150.00 are more than the $200.00 that were billed", text)
        other.invoice_line_ids.quantity = 5
        other.action_post()
        self.assertEqual((other.state, self.billed()), ("posted", 0))

    def test_thirds_are_no_more_than_the_bill(self):
        """Three parts, each of which was rounded up."""
        for part in (66.67, 66.67):
            draft = self.prepare(self.first)
            draft.invoice_line_ids.write({"quantity": 1, "price_unit": part})
            draft.action_post()
            self.assertEqual(draft.state, "posted")
        self.draft.invoice_line_ids.write({"quantity": 1, "price_unit": 66.67})
        self.draft.action_post()
        self.assertEqual(self.draft.state, "posted")

    def test_a_part_taken_back_by_hand_is_no_double(self):
        self.draft.invoice_line_ids.quantity = 5
        self.draft.action_post()
        rest = self.prepare(self.first)
        rest.invoice_line_ids.quantity = 15
        rest.action_post()
        self.assertEqual((rest.state, self.billed()), ("posted", 0))


class PreparedReturnCommon(ReceiptLifeCommon):
    def set_up_once(self):
        super().set_up_once()
        self.first = self.receipt("10")
        self.picking = self.record(self.first, "stock.picking")

    def prepare(self, picking, *quantities):
        """Odoo's own Return, which leaves an open transfer."""
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
        ).save()
        for row, quantity in zip(wizard.product_return_moves, quantities, strict=True):
            row.quantity = quantity
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self.assertNotIn(back.state, ("done", "cancel"))
        return back

    def validate(self, back):
        for move in back.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")


@tagged("post_install", "-at_install")
class TestPreparedReturn(PreparedReturnCommon):
    """A person has a return of a receipt open when an event corrects that receipt."""

    def test_a_correction_asks(self):
        back = self.prepare(self.picking, 4)
        message = self.receipt("6", revision=2)
        item = self.assertAsks(message, "prepared")
        self.assertEqual([choice["code"] for choice in item.choices], ["event", "both", "keep"])
        self.assertIn(back.name, item.sentence)
        self.assertIn("4", item.sentence)
        self.assertTrue(item.owner_id.has_group("construction_base.group_buyer"))
        self.assertEqual(self.received(), [10])

    def test_the_event_holds(self):
        back = self.prepare(self.picking, 4)
        message = self.receipt("6", revision=2)
        self.decide(message, "event", self.buyer)
        self.assertState(message, "done")
        self.assertEqual((back.state, self.received()), ("cancel", [6]))

    def test_the_prepared_one_holds(self):
        back = self.prepare(self.picking, 4)
        message = self.receipt("6", revision=2)
        self.decide(message, "keep", self.buyer)
        self.assertEqual(message.state, "ignored")
        self.validate(back)
        self.assertEqual(self.received(), [6])
        self.assertState(self.receipt("6", revision=2), "done")
        self.assertEqual(self.received(), [6])

    def test_both_hold(self):
        back = self.prepare(self.picking, 3)
        message = self.receipt("12", revision=2)
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [12])
        self.validate(back)
        self.assertEqual(self.received(), [9])

    def test_both_are_returns(self):
        """The event's return leaves what the prepared one has reserved."""
        back = self.prepare(self.picking, 3)
        back.action_assign()
        self.assertEqual((back.state, back.move_ids.quantity), ("assigned", 3))
        message = self.receipt("6", revision=2)
        self.decide(message, "both", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [6])
        self.assertEqual((back.state, back.move_ids.quantity), ("assigned", 3))
        self.validate(back)
        self.assertEqual(self.received(), [3])

    def test_both_hold_though_one_was_validated_before_the_other(self):
        self.send_invoice(lines=[self.invoice_line(quantity="10")])
        back = self.prepare(self.picking, 3)
        message = self.receipt("7", revision=2)
        self.decide(message, "both", self.buyer)
        self.assertAsks(message, "return")
        self.validate(back)
        self.assertEqual(self.received(), [7])
        self.decide(message, "return", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [4], "3 of them by hand, and 3 others by the event")

    def test_as_much_as_is_there_after_both(self):
        back = self.prepare(self.picking, 2)
        self.decide(self.receipt("8", revision=2), "both", self.buyer)
        self.validate(back)
        self.assertEqual(self.received(), [6])
        message = self.receipt("6", revision=3)
        self.assertAsks(message, "returned")
        self.decide(message, "difference", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [4])

    def test_validated_meanwhile(self):
        back = self.prepare(self.picking, 4)
        message = self.receipt("6", revision=2)
        self.assertAsks(message, "prepared")
        self.validate(back)
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.received(), [6])

    def test_cancelled_meanwhile(self):
        back = self.prepare(self.picking, 4)
        message = self.receipt("6", revision=2)
        back.action_cancel()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.received(), [6])

    def test_the_same_again_asks_nothing(self):
        back = self.prepare(self.picking, 4)
        self.assertState(self.receipt("10"), "done")
        self.validate(back)
        self.assertEqual(self.received(), [6])

    def test_one_delivery_given_back_on_a_buyers_word(self):
        self.send_order("PO-2")
        self.receipt("6", "R-2", delivery_note="L-4")
        second = self.receipt("6", "R-3", "PO-2", delivery_note="L-4")
        back = self.prepare(self.record(second, "stock.picking"), 2)
        self.same_note().with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        item = self.assertAsks(second, "prepared")
        self.assertEqual([choice["code"] for choice in item.choices], ["event", "keep"])
        self.decide(second, "event", self.buyer)
        self.assertState(second, "done")
        self.assertEqual((back.state, self.received("PO-2")), ("cancel", [0]))

    def test_a_further_receipt_leaves_it_alone(self):
        """A return brings no goods: not even where nothing else of the line is open."""
        back = self.prepare(self.picking, 4)
        self.order().picking_ids.filtered(lambda p: p.state != "done" and p != back).action_cancel()
        self.assertState(self.receipt("4", "R-2"), "done")
        self.assertEqual(self.received(), [14])
        self.assertNotIn(back.state, ("done", "cancel"))

    def test_the_last_delivery_leaves_it_alone(self):
        back = self.prepare(self.picking, 4)
        self.assertState(self.receipt("5", "R-2", final=True), "done")
        self.assertEqual(self.received(), [15])
        self.assertNotIn(back.state, ("done", "cancel"))
        self.validate(back)
        self.assertEqual(self.received(), [11])

    def test_a_cancellation_waits(self):
        back = self.prepare(self.picking, 4)
        data = {"order": "PO-1", "reason": "not needed"}
        message = self.send(self.field, "procurement.purchase_order.cancelled", "PO-1", data)
        self.assertState(message, "exception")
        self.assertIn("received or billed", message.problem)
        self.assertNotIn(back.state, ("done", "cancel"))
