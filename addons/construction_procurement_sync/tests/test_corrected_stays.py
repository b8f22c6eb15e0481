# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_taken_back import TakenBackCommon

HOLD_ACTIVITY = "construction_procurement_sync.mail_activity_type_payment_hold"
SCRIPT = "construction_procurement_sync/migrations/19.0.1.1.1/post-instead.py"


class CorrectedStaysCommon(TakenBackCommon):
    def set_up_once(self):
        super().set_up_once()
        self.controller = self.user_with("controls", "construction_base.group_cost_controller")

    def correct(self):
        self.assertState(self.invoice("8", revision=2), "done")
        self.reversal = self.first.reversal_move_ids
        self.second = self.standing()
        self.assertStands(8)

    @contextmanager
    def refused(self, words):
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    def ways(self, move):
        """Each way in which a person takes a posted document away."""
        return {
            "draft": lambda: move.button_draft(),
            "cancel": lambda: move.button_cancel(),
            # by whoever may
            "delete": lambda: move.sudo().with_context(force_delete=True).unlink(),
            "state": lambda: move.write({"state": "draft"}),
            "link": lambda: move.write({"reversed_entry_id": False}),
        }

    def assertStays(self, move, words, ways=("draft", "cancel", "delete", "state", "link")):
        for user in (self.payable, self.controller):
            for way in ways:
                with self.subTest(f"{way} by {user.login}"), self.refused(words):
                    self.ways(move.with_user(user))[way]()
        self.assertEqual(move.state, "posted")


@tagged("post_install", "-at_install")
class TestCorrectedStays(CorrectedStaysCommon):
    """A bill that an event corrected is not billed again beside the one that came in its place."""

    def set_up_once(self):
        super().set_up_once()
        self.correct()

    def test_what_took_it_back_stays(self):
        self.assertStays(self.reversal, f"{self.first.name}.*{self.second.name}")
        self.assertStands(8)

    def test_it_stays_itself(self):
        """Without it, the reversal would take back what is not there."""
        self.assertStays(self.first, self.second.name, ("draft", "cancel", "state"))

    def test_once_nothing_stands_in_its_place(self):
        self.take_back(self.second, 8)
        self.reversal.with_user(self.payable).button_draft()
        self.assertFalse(self.first.construction_on_hold)
        self.assertStands(20)
        # the other way round
        back = self.second.reversal_move_ids
        with self.refused(self.first.name):
            back.with_user(self.payable).button_draft()
        self.reversal.with_user(self.payable).action_post()
        self.assertEqual(self.reversal.state, "posted")
        back.with_user(self.payable).button_draft()
        self.assertStands(8)

    def test_in_whose_place_a_held_one_waits(self):
        self.assertState(self.invoice("8", price="13.50", revision=3), "exception", "variance")
        self.assertStays(self.second.reversal_move_ids, self.second.name, ("draft",))
        self.assertStays(self.reversal, self.first.name, ("draft",))

    def test_corrected_twice(self):
        self.assertState(self.invoice("9", revision=3), "done")
        third = self.standing()
        self.assertStays(self.reversal, third.name, ("draft",))
        self.assertStays(self.second.reversal_move_ids, third.name, ("draft",))

    def test_the_reversal_reversed(self):
        """Odoo's Credit Note on the reversal bills the first one again: held for who may release it."""
        for quantity in (20, 3):
            again = self.reverse(self.reversal, quantity)
            again.action_post()
            self.assertEqual(again.state, "draft")
            self.assertIn("duplicate", again.construction_hold_ids.mapped("rule"))
            self.assertIn(self.second.name, again.construction_hold_text)
            self.assertTrue(again.sudo().activity_search([HOLD_ACTIVITY]))
            self.assertStands(8)
            again.button_cancel()

    def reverse(self, move, quantity):
        return self.take_back(move, quantity, post=False).with_user(self.payable)

    def test_the_second_one_taken_back_and_billed_again(self):
        """The same from the other side: nothing is double there."""
        back = self.take_back(self.second, 8)
        again = self.reverse(back, 8)
        again.action_post()
        self.assertEqual(again.state, "posted", again.construction_hold_text)
        self.assertStands(8)

    def test_not_paid_though_not_set_off(self):
        self.first.line_ids.remove_move_reconcile()
        self.assertEqual(self.first.payment_state, "not_paid")
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.first.ids
        )
        with self.refused(self.second.name):
            register.create({})._create_payments()
        paid = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.second.ids
        )
        self.assertTrue(paid.create({})._create_payments())

    def test_a_copy_is_held(self):
        copy = self.first.with_user(self.payable).copy({"invoice_date": "2026-03-12", "ref": "INV-001"})
        copy.action_post()
        self.assertEqual((copy.state, copy.construction_on_hold), ("draft", True))

    def test_another_draft_reversal_is_held(self):
        draft = self.reverse(self.first, 20)
        draft.action_post()
        self.assertEqual((draft.state, draft.construction_on_hold), ("draft", True))
        self.assertStands(8)


@tagged("post_install", "-at_install")
class TestCorrectedWholeStays(CorrectedStaysCommon):
    """What was taken back by hand, and went back with a correction, is settled as well."""

    def corrected(self, answer):
        self.back = self.take_back(self.first, 5)
        message = self.invoice("15", revision=2)
        self.decide(message, answer, self.payable)
        self.assertState(message, "done")
        self.second = self.standing()

    def test_the_whole(self):
        self.corrected("whole")
        self.assertStands(15)
        for move in self.back, self.back.reversal_move_ids, self.first.reversal_move_ids - self.back:
            self.assertStays(move, self.second.name, ("draft",))

    def test_beside_it_is_still_a_person_s(self):
        self.corrected("beside")
        self.assertStands(10)
        self.assertStays(self.first.reversal_move_ids - self.back, self.second.name, ("draft",))
        self.back.with_user(self.payable).button_draft()
        self.assertStands(15)
        # the first one is taken back in whole by now
        self.back.with_user(self.payable).action_post()
        self.assertEqual((self.back.state, self.back.construction_on_hold), ("draft", True))
        self.take_back(self.second, 5)
        self.assertStands(10)

    def test_beside_it_billed_again_by_hand(self):
        self.corrected("beside")
        self.take_back(self.back, 5)
        self.assertStands(15)

    def test_made_anew_after_a_reversal_by_hand(self):
        back = self.take_back(self.first, 20)
        message = self.invoice("15", revision=2)
        self.assertAsks(message, "fallen")
        self.decide(message, "anew", self.payable)
        self.assertState(message, "done")
        self.second = self.standing()
        self.assertStays(back, self.second.name, ("draft", "cancel"))
        self.assertStands(15)

    def test_a_correction_that_is_set_aside(self):
        message = self.invoice("15", price="13.50", revision=2)
        self.assertState(message, "exception", "variance")
        reversal = self.first.reversal_move_ids
        message.with_user(self.payable)._ignore("a mistake of theirs", "undo")
        self.run_all()
        self.assertStands(20)
        self.second = self.standing()
        self.assertNotEqual(self.second, self.first)
        self.assertStays(reversal, self.second.name)
        message.with_user(self.payable)._take_up("theirs after all")
        self.run_all()
        self.assertState(message, "exception", "variance")
        self.assertStands(0)


@tagged("post_install", "-at_install")
class TestStandsAgain(CorrectedStaysCommon):
    """A bill that was reversed by hand and entered again by hand stands again: held as the double it is."""

    def set_up_once(self):
        super().set_up_once()
        self.back = self.take_back(self.first, 20)
        bill = self.first.with_user(self.payable).copy({"invoice_date": "2026-03-12", "ref": "INV-001"})
        bill.action_post()
        self.assertEqual(bill.state, "posted", bill.construction_hold_text)
        self.second = bill.sudo().with_env(self.env)

    def assertHeld(self):
        self.assertTrue(self.first.construction_on_hold)
        self.assertIn(self.second.name, self.first.construction_hold_text)
        self.assertTrue(self.first.sudo().activity_search([HOLD_ACTIVITY]).user_id >= self.controller)
        with self.refused("payment hold"):
            self.first._construction_check_payable()

    def test_held_until_it_is_taken_back_again(self):
        self.back.with_user(self.payable).button_draft()
        self.assertHeld()
        self.back.with_user(self.payable).action_post()
        self.assertFalse(self.first.construction_on_hold)
        self.assertFalse(self.first.sudo().activity_search([HOLD_ACTIVITY]))

    def test_held_until_the_other_is_taken_back(self):
        self.back.with_user(self.payable).button_draft()
        self.back.with_user(self.payable).button_cancel()
        self.assertHeld()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.first.ids
        )
        with self.refused("payment hold"):
            register.create({})._create_payments()
        self.take_back(self.second, 20)
        self.assertFalse(self.first.construction_on_hold)

    def test_held_until_the_other_is_cancelled(self):
        self.back.with_user(self.payable).write({"state": "draft"})
        self.assertHeld()
        self.second.with_user(self.payable).button_cancel()
        self.assertFalse(self.first.construction_on_hold)

    def test_held_where_what_took_it_back_is_deleted(self):
        self.back.sudo().with_context(force_delete=True).unlink()
        self.assertHeld()
        self.second.sudo().with_context(force_delete=True).unlink()
        self.assertFalse(self.first.construction_on_hold)

    def test_released(self):
        self.back.with_user(self.payable).button_draft()
        self.first.with_user(self.controller)._construction_release_holds("Two deliveries, two bills")
        self.assertFalse(self.first.construction_on_hold)
        self.assertEqual(self.first.state, "posted")

    def test_not_by_who_made_it_stand_again(self):
        self.back.with_user(self.controller).button_draft()
        self.assertNotIn(self.controller, self.first._construction_releasers())

    def test_billed_again_by_a_reversal(self):
        again = self.take_back(self.back, 20, post=False).with_user(self.payable)
        again.action_post()
        self.assertEqual((again.state, again.construction_hold_ids.mapped("rule")), ("draft", ["duplicate"]))

    def test_billed_again_by_a_reversal_first(self):
        """What stands again is a double of what is entered after it."""
        self.second.with_user(self.payable).button_cancel()
        again = self.take_back(self.back, 20, post=False).with_user(self.payable)
        again.action_post()
        self.assertEqual(again.state, "posted", again.construction_hold_text)
        third = self.first.with_user(self.payable).copy({"invoice_date": "2026-03-12", "ref": "INV-001"})
        third.action_post()
        self.assertEqual((third.state, third.construction_hold_ids.mapped("rule")), ("draft", ["duplicate"]))


@tagged("post_install", "-at_install")
class TestMigrationInstead(CorrectedStaysCommon):
    """Corrections of before bore no note of in whose place a bill stands."""

    NOTES = ("construction_instead_of_id", "construction_back_by_event")

    def notes(self):
        moves = self.env["account.move"].search([("company_id", "=", self.company.id)], order="id")
        return [[move.id, *(move[name] for name in self.NOTES)] for move in moves]

    def test_as_if_noted_then(self):
        self.take_back(self.first, 5)
        message = self.invoice("18", revision=2)
        self.decide(message, "whole", self.payable)
        held = self.invoice("17", price="13.50", revision=3)
        self.assertState(held, "exception", "variance")
        held.with_user(self.payable)._ignore("a mistake of theirs", "undo")
        self.run_all()
        self.assertState(self.invoice("16", revision=4), "done")
        self.assertStands(16)
        before = self.notes()
        self.assertEqual([sum(bool(row[column]) for row in before) for column in (1, 2)], [3, 4])
        self.env.cr.execute(
            "UPDATE account_move SET construction_instead_of_id = NULL, construction_back_by_event = NULL"
        )
        self.env.invalidate_all()
        self.migrate()
        self.assertEqual(self.notes(), before)

    def migrate(self):
        module = load_script(SCRIPT, "post_instead")
        module.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
