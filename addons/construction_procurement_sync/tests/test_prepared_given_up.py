# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import Form, tagged

from .test_prepared import PreparedReturnCommon, PreparedReversalCommon


@tagged("post_install", "-at_install")
class TestReversalGivenUp(PreparedReversalCommon):
    """What was prepared held instead of a correction, and is given up: the correction holds after all."""

    def set_up_once(self):
        super().set_up_once()
        self.message = self.invoice("30", revision=2)
        self.decide(self.message, "keep", self.payable)
        self.assertEqual((self.message.state, self.billed()), ("ignored", 20))

    def test_cancelled(self):
        self.draft.with_user(self.payable).button_cancel()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertEqual((self.billed(), self.actual()), (30, 300))
        notes = self.message.history_ids.mapped("note")
        self.assertTrue(any(f"given up by {self.payable.name}" in (note or "") for note in notes), notes)

    def test_deleted(self):
        self.draft.unlink()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertEqual((self.billed(), self.actual()), (30, 300))

    def test_lowered(self):
        self.draft.with_user(self.payable).invoice_line_ids.quantity = 5
        self.run_all()
        self.assertAsks(self.message, "prepared")
        self.decide(self.message, "keep", self.payable)
        self.draft.action_post()
        self.run_all()
        self.assertEqual((self.message.state, self.billed()), ("ignored", 15))

    def test_posted_and_reversed(self):
        self.draft.action_post()
        self.run_all()
        self.assertEqual((self.message.state, self.billed(), self.actual()), ("ignored", 0, 0))

    def test_what_came_since_holds_instead(self):
        later = self.invoice("25", revision=3)
        self.decide(later, "event", self.payable)
        self.assertState(later, "done")
        self.assertEqual(self.draft.state, "cancel")
        self.run_all()
        self.assertEqual((self.message.state, self.billed()), ("ignored", 25))

    def test_taken_up_by_hand_it_asks_anew(self):
        self.message.with_user(self.payable)._take_up("look again")
        self.run_all()
        self.assertAsks(self.message, "prepared")
        self.decide(self.message, "keep", self.payable)
        self.draft.button_cancel()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertEqual(self.billed(), 30)


@tagged("post_install", "-at_install")
class TestReturnGivenUp(PreparedReturnCommon):
    def set_up_once(self):
        super().set_up_once()
        self.back = self.prepare(self.picking, 4)
        self.message = self.receipt("8", revision=2)
        self.decide(self.message, "keep", self.buyer)
        self.assertEqual((self.message.state, self.received()), ("ignored", [10]))

    def test_cancelled(self):
        self.back.with_user(self.buyer).action_cancel()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertEqual(self.received(), [8])
        # and once only
        self.assertState(self.receipt("8", revision=2), "done")
        self.assertEqual(self.received(), [8])

    def test_deleted(self):
        self.back.unlink()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertEqual(self.received(), [8])

    def test_validated(self):
        self.validate(self.back)
        self.run_all()
        self.assertEqual((self.message.state, self.received()), ("ignored", [6]))

    def test_lowered(self):
        self.back.move_ids.with_user(self.buyer).product_uom_qty = 1
        self.run_all()
        self.assertAsks(self.message, "prepared")

    def test_validated_in_part(self):
        self.back.move_ids.write({"quantity": 1, "picked": True})
        self.back.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.received(), [9])
        self.run_all()
        self.assertState(self.message, "exception")

    def test_validated_in_part_and_nothing_more(self):
        self.back.move_ids.write({"quantity": 1, "picked": True})
        wizard = Form.from_action(self.env, self.back.button_validate()).save()
        wizard.process_cancel_backorder()
        self.run_all()
        self.assertAsks(self.message, "returned")

    def test_another_is_prepared_by_then(self):
        second = self.prepare(self.picking, 1)
        self.back.action_cancel()
        self.run_all()
        self.assertAsks(self.message, "prepared")
        self.validate(second)
        self.run_all()
        self.assertAsks(self.message, "returned")
        self.assertEqual(self.received(), [9])

    def test_what_came_since_holds_instead(self):
        later = self.receipt("9", revision=3)
        self.decide(later, "event", self.buyer)
        self.assertState(later, "done")
        self.assertEqual((self.back.state, self.received()), ("cancel", [9]))
        self.run_all()
        self.assertEqual(self.message.state, "ignored")
