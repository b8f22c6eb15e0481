# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_prepared import PreparedReturnCommon, PreparedReversalCommon


@tagged("post_install", "-at_install")
class TestReversalGivenUp(PreparedReversalCommon):
    """What was prepared held instead of a correction, and is given up: the correction holds after all."""

    def setUp(self):
        super().setUp()
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
    def setUp(self):
        super().setUp()
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
