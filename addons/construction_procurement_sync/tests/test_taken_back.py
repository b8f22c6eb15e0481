# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_bill_correction import BillCorrectionCommon


class TakenBackCommon(BillCorrectionCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.invoice("20")
        self.first = self.bill()

    def take_back(self, bill, quantity, date="2026-03-12", post=True):
        """Odoo's own Reverse, lowered to a part, by a clerk."""
        clerk = bill.with_user(self.payable)
        wizard = clerk.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard = wizard.create({"date": date, "journal_id": bill.journal_id.id})
        back = clerk.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        back.invoice_line_ids.quantity = quantity
        if post:
            back.action_post()
            self.assertEqual((back.state, back.reversed_entry_id), ("posted", bill))
        return back.sudo().with_env(self.env)

    def not_set_off(self, bill):
        bill.line_ids.remove_move_reconcile()
        self.assertEqual(bill.payment_state, "not_paid")

    def asked(self, message):
        self.assertState(message, "exception")
        item = message.exception_id
        self.assertTrue(item.question.startswith("taken_back:"), item.sentence)
        return item

    def codes(self, item):
        return [choice["code"] for choice in item.choices]

    def billed(self):
        line = self.order().order_line
        return float(line._construction_taken()[line])

    def owed(self):
        """What the ledger owes to the supplier."""
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id.account_type", "=", "liability_payable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return -round(sum(lines.mapped("balance")), 2)

    def assertStands(self, quantity):
        """What is billed of the order, what it costs the job and what is owed say the same."""
        self.assertEqual(
            (self.billed(), self.actual(), self.owed()), (quantity, quantity * 10, quantity * 10)
        )


@tagged("post_install", "-at_install")
class TestTakenBack(TakenBackCommon):
    """A person took a part of a bill back when an event corrects that bill."""

    def set_up_once(self):
        super().set_up_once()
        self.back = self.take_back(self.first, 5)
        self.assertStands(15)

    def test_a_correction_asks(self):
        item = self.asked(self.invoice("15", revision=1))
        self.assertEqual(self.codes(item), ["whole", "beside", "keep"])
        for words in (self.back.name, "50.00", "by Payable on 2026-03-12"):
            self.assertIn(words, item.sentence)
        self.assertIn("150.00", item.choices[0]["label"])
        self.assertIn("100.00", item.choices[1]["label"])
        self.assertIn(["Line 1, quantity", "20 EA", "15 EA"], item.comparison)
        self.assertTrue(item.owner_id.has_group("construction_base.group_accounts_payable"))
        self.assertStands(15)

    def test_it_is_the_whole(self):
        message = self.invoice("15", revision=1)
        self.decide(message, "whole", self.payable)
        self.assertState(message, "done")
        self.assertStands(15)
        for move in self.first, self.back:
            self.assertTrue(move._construction_is_reversed())
            self.assertFalse(move.amount_residual)
        self.assertEqual(self.standing().amount_untaxed, 150)
        self.assertState(self.invoice("15", revision=1), "done")
        # what stands now has nothing of it taken back
        self.assertState(self.invoice("12", revision=2), "done")
        self.assertStands(12)

    def test_it_stands_beside(self):
        message = self.invoice("15", revision=1)
        self.decide(message, "beside", self.payable)
        self.assertState(message, "done")
        self.assertStands(10)
        self.assertTrue(self.first._construction_is_reversed())
        self.assertEqual((self.back.amount_residual, self.standing().amount_residual), (50, 150))
        self.assertState(self.invoice("15", revision=1), "done")
        self.assertState(self.invoice("12", revision=2), "done")
        self.assertStands(7)

    def test_more_was_taken_back_than_it_says_now(self):
        """5 were, it says 4: beside it would be owed less than nothing."""
        message = self.invoice("4", revision=1)
        item = self.asked(message)
        self.assertEqual(self.codes(item), ["whole", "keep"])
        self.assertIn("50.00, which is more than it says now", item.sentence)
        self.decide(message, "whole", self.payable)
        self.assertState(message, "done")
        self.assertStands(4)

    def test_as_much_was_taken_back_as_it_says_now(self):
        message = self.invoice("5", revision=1)
        self.assertEqual(self.codes(self.asked(message)), ["whole", "beside", "keep"])
        self.decide(message, "beside", self.payable)
        self.assertStands(0)

    def test_what_is_booked_is_kept(self):
        message = self.invoice("15", revision=1)
        self.decide(message, "keep", self.payable)
        self.assertEqual(message.state, "ignored")
        self.assertState(self.invoice("15", revision=1), "done")
        self.assertStands(15)
        self.assertEqual(self.standing(), self.first)

    def test_not_set_off(self):
        self.not_set_off(self.first)
        message = self.invoice("15", revision=1)
        self.asked(message)
        self.decide(message, "whole", self.payable)
        self.assertStands(15)

    def test_other_content_that_replaces(self):
        message = self.invoice("15")
        self.decide(message, "replace", self.payable)
        self.asked(message)
        self.decide(message, "beside", self.payable)
        self.assertState(message, "done")
        self.assertStands(10)

    def test_the_same_again_asks_nothing(self):
        self.assertState(self.invoice("20"), "done")
        self.assertStands(15)

    def test_several_times(self):
        more = self.take_back(self.first, 3)
        message = self.invoice("15", revision=1)
        item = self.asked(message)
        self.assertIn(self.back.name, item.sentence)
        self.assertIn(more.name, item.sentence)
        self.decide(message, "whole", self.payable)
        self.assertState(message, "done")
        self.assertStands(15)

    def test_all_of_it_in_parts(self):
        rest = self.take_back(self.first, 15)
        message = self.invoice("15", revision=1)
        item = self.assertAsks(message, "fallen")
        self.assertIn(self.back.name, item.sentence)
        self.assertIn(rest.name, item.sentence)
        self.decide(message, "anew", self.payable)
        self.assertState(message, "done")
        self.assertStands(15)

    def test_a_part_of_that_was_taken_back_too(self):
        """20, less 5, of which 2 are billed after all."""
        self.take_back(self.back, 2)
        self.assertStands(17)
        message = self.invoice("15", revision=1)
        self.assertIn("120.00", self.asked(message).choices[1]["label"])
        self.decide(message, "whole", self.payable)
        self.assertState(message, "done")
        self.assertStands(15)

    def test_taken_back_and_billed_again(self):
        """What took it back was taken back: the bill stands whole, and nobody is asked."""
        self.take_back(self.back, 5)
        self.assertFalse(self.first._construction_is_reversed())
        self.assertState(self.invoice("15", revision=1), "done")
        self.assertStands(15)
        for move in self.back | self.back.reversal_move_ids | self.first:
            self.assertFalse(move.amount_residual)

    def test_what_billed_it_again_is_no_double(self):
        self.take_back(self.back, 5)
        self.assertState(self.invoice("5", "INV-002"), "done")

    def test_all_taken_back_and_billed_again(self):
        self.take_back(self.take_back(self.first, 15), 15)
        self.assertFalse(self.first._construction_is_reversed())
        self.assertStands(15)


@tagged("post_install", "-at_install")
class TestTakenBackMeanwhile(TakenBackCommon):
    """What was taken back changes while it is asked about, or before the answer is carried out."""

    def set_up_once(self):
        super().set_up_once()
        self.back = self.take_back(self.first, 5)
        self.message = self.invoice("15", revision=1)
        self.item = self.asked(self.message)

    def test_more(self):
        more = self.take_back(self.first, 2)
        self.run_all()
        self.assertIn(more.name, self.asked(self.message).sentence)
        self.decide(self.message, "beside", self.payable)
        self.assertStands(8)

    def test_more_after_the_answer(self):
        self.item.with_user(self.payable).action_decide("whole", "As agreed")
        more = self.take_back(self.first, 2)
        self.run_all()
        self.assertIn(more.name, self.asked(self.message).sentence)
        self.assertStands(13)

    def test_nothing_any_more(self):
        self.back.button_draft()
        self.run_all()
        self.assertAsks(self.message, "prepared")
        self.back.button_cancel()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertStands(15)

    def test_taken_back_itself(self):
        self.take_back(self.back, 5)
        self.run_all()
        self.assertState(self.message, "done")
        self.assertStands(15)

    def test_all_of_it(self):
        self.take_back(self.first, 15)
        self.run_all()
        self.assertAsks(self.message, "fallen")

    def test_a_further_revision(self):
        further = self.invoice("12", revision=2)
        self.asked(further)
        self.decide(further, "whole", self.payable)
        self.assertState(further, "done")
        self.assertIn("revision 2 stands", self.assertAsks(self.message).sentence)
        self.assertStands(12)

    def test_one_prepared_as_well(self):
        draft = self.take_back(self.first, 2, post=False)
        self.item.with_user(self.payable).action_decide("whole", "As agreed")
        self.run_all()
        self.assertAsks(self.message, "prepared")
        self.decide(self.message, "event", self.payable)
        self.assertState(self.message, "done")
        self.assertEqual(draft.state, "cancel")
        self.assertStands(15)

    def test_set_off_elsewhere(self):
        """It does not go back by itself any more."""
        self.assertState(self.invoice("5", "INV-002"), "done")
        other = self.bill("INV-002")
        self.first.line_ids.remove_move_reconcile()
        lines = (self.back | other).line_ids.filtered(lambda ln: ln.account_id.reconcile)
        lines.reconcile()
        self.item.with_user(self.payable).action_decide("whole", "As agreed")
        self.run_all()
        item = self.asked(self.message)
        self.assertEqual(self.codes(item), ["beside", "keep"])
        self.assertIn("set off against another document", item.sentence)
        lines.remove_move_reconcile()
        item.with_user(self.payable).action_replay()
        self.run_all()
        self.assertState(self.message, "done")
        self.assertStands(20)

    def test_paid_as_well(self):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.first.ids
        )
        register.create({"amount": 20})._create_payments()
        self.item.with_user(self.payable).action_decide("whole", "As agreed")
        self.run_all()
        self.assertEqual(self.codes(self.assertAsks(self.message)), ["keep"])

    def test_the_bill_in_hand(self):
        """What a person has set back to draft is rewritten; what took a part of it back is theirs."""
        self.first.button_draft()
        self.run_all()
        item = self.asked(self.message)
        self.assertEqual(self.codes(item), ["beside", "keep"])
        self.assertIn("reverse it by hand", item.sentence)
        self.take_back(self.back, 5)
        self.run_all()
        self.assertState(self.message, "done")
        self.assertEqual((self.first.state, self.first.amount_untaxed), ("draft", 150))
        self.first.action_post()
        self.assertStands(15)

    def test_the_bill_cancelled(self):
        self.first.button_draft()
        self.first.button_cancel()
        self.run_all()
        self.assertAsks(self.message, "fallen")
        self.decide(self.message, "anew", self.payable)
        self.assertEqual(self.codes(self.asked(self.message)), ["beside", "keep"])
        self.decide(self.message, "beside", self.payable)
        self.assertState(self.message, "done")
        self.assertStands(10)
