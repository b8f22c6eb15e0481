# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib

from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.errors import Choice, OtherContent
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import CONTENT, KEEP
from odoo.addons.construction_sync.models.construction_event_standing import FALLEN

from ..models.construction_exception_prepared import PREPARED, TAKEN_BACK
from .procurement_mixin import PAYABLE

WHOLE, BESIDE = "whole", "beside"


class ConstructionInvoiceTakenBackMixin(models.AbstractModel):
    """An invoice that is corrected after a person took a part of its bill back.

    What the supplier says now may hold that part, or not: only accounts payable knows.
    """

    # apart from its corrections: what it says and what was taken back of it are two ideas
    _inherit = "construction.invoice.correction.mixin"  # pylint: disable=consider-merging-classes-inherited
    _restated = (CONTENT, FALLEN, PREPARED, TAKEN_BACK)

    def _check_taken_back(self, work, bill):
        """Have accounts payable say what a correction means for what was taken back of a bill by hand.

        :return: the documents that go back together with the bill
        :raises OtherContent: until one has said so of just these documents
        """
        back, beside = bill.sudo()._construction_back(), bill.sudo()._construction_back_beside()
        # what was said to stand beside it before stands beside what comes, too, as far as it can
        asked = back or beside and self._is_less_now(work, bill)
        if not asked or (bill.state == "posted" and not self._is_booked(bill)):
            return bill.browse()
        back = (back | beside | beside._construction_back()).sudo(False)
        question, choices = self._taken_back_question(back), self._taken_back_choices(work, bill, back)
        answer = work.decided(question).code
        if answer in [choice.code for choice in choices]:
            return back if answer == WHOLE else back.browse()
        raise OtherContent(
            self._taken_back_sentence(work, bill, back),
            cause_key=f"{TAKEN_BACK}:invoice:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=question,
            choices=choices,
            comparison=self._content_differences(work, work.known) if work.known else (),
            figures={move.display_name: self._taken_back_amount(move) for move in back.sudo()},
            **self._document_info(work, bill),
        )

    def _taken_back_question(self, back):
        """The question about just these documents: an answer holds for no others."""
        said = sorted(f"{move.move_type} {move.date} {move.amount_total:.6f}" for move in back.sudo())
        return f"{TAKEN_BACK}:{hashlib.sha256('|'.join(said).encode()).hexdigest()[:12]}"

    def _taken_back_choices(self, work, bill, back):
        total, less = self._decimal(work.data["total"]), self._taken_back_of(bill)
        currency = bill.currency_id
        if work.data["currency"] != currency.name:
            currency = currency.with_context(active_test=False).search(
                [("name", "=", work.data["currency"])], limit=1
            )
        whole, taken = currency.format(float(total)), bill.currency_id.format(float(less))
        beside = f"{whole} − {taken}"
        if currency == bill.currency_id:
            beside += f" = {currency.format(float(total - less))}"
        found = []
        # what is in hand, or was cancelled, is reversed by nobody: nor is what goes with it
        if self._is_booked(bill) and not self._settled_among(bill, back):
            label = self.env._("It is the whole, %s: what was taken back is reversed, too", whole)
            found.append(Choice(WHOLE, label, PAYABLE))
        if not self._is_less_now(work, bill):
            label = self.env._("What was taken back stands beside it: %s", beside)
            found.append(Choice(BESIDE, label, PAYABLE))
        found.append(Choice(KEEP, self.env._("Keep what is booked: the event books nothing"), PAYABLE))
        return found

    def _taken_back_of(self, bill):
        """What was taken back of a bill, and what stands beside it of those in whose place it came."""
        bill = bill.sudo()
        own = bill._construction_total() - bill._construction_standing()
        beside = bill._construction_back_beside()
        return denoised(own + sum(move._construction_standing() for move in beside))

    def _is_less_now(self, work, bill):
        """Whether an invoice says less than was taken back of it: beside that less than nothing is owed."""
        total, currency = self._decimal(work.data["total"]), bill.currency_id
        less = self._taken_back_of(bill)
        return (
            work.data["currency"] == currency.name and currency.compare_amounts(float(less), float(total)) > 0
        )

    def _settled_among(self, bill, back):
        own = bill.sudo()._construction_kin()
        return back.filtered(lambda move: self._is_settled(move, own))

    def _taken_back_sentence(self, work, bill, back):
        sentence = self.env._(
            "%(what)s was corrected, but a part of %(bill)s was taken back here (%(back)s). Is that part of "
            "what it says now?",
            what=self._words_of(work),
            bill=bill.display_name,
            back=listed(self.env, self._taken_back_words(back, bill), "; "),
        )
        if self._is_less_now(work, bill):
            sentence += " " + self.env._(
                "It is %s, which is more than it says now: it cannot stand beside that.",
                bill.currency_id.format(float(self._taken_back_of(bill))),
            )
        settled = self._settled_among(bill, back)
        if not self._is_booked(bill):
            note = self.env._("Where it should go back, reverse it by hand: this goes on by itself then.")
        elif settled:
            note = self.env._(
                "%s is paid or set off against another document: undo that, then replay, where it should go "
                "back.",
                listed(self.env, settled.mapped("display_name")),
            )
        else:
            return sentence
        return f"{sentence} {note}"

    def _taken_back_words(self, back, bill=None):
        """:param bill: what stands now: what was taken back of one before it says so"""
        for move in back.sudo():
            words = {
                "move": move.display_name,
                "amount": self._taken_back_amount(move),
                # who took it back, though it was booked again since
                "user": move._construction_first().create_uid.name,
                "date": move.date,
                "before": move._construction_root().display_name,
            }
            if bill and move._construction_root() != bill:
                yield self.env._(
                    "%(move)s of %(amount)s by %(user)s on %(date)s, of %(before)s before it", **words
                )
            else:
                yield self.env._("%(move)s of %(amount)s by %(user)s on %(date)s", **words)

    def _taken_back_amount(self, move):
        return move.currency_id.format(move.amount_total)

    # --- correcting -----------------------------------------------------------------

    def _replace(self, works):
        for work in works:
            for move, date in work.resolved["taken_back"]:
                ref = self.env._("Reversal of %s, whose bill was corrected", move.name)
                self._end_set_off(move)
                self._reverse(work, move, date, ref)
        return super()._replace(works)

    def _end_set_off(self, move):
        """End that a document is set off against what took it back, which was looked at before.

        What is left of it that was taken back itself is set off against that.
        """
        move = move.sudo()
        # with the entries of their rates, which are nobody's who handles bills
        move.line_ids.remove_move_reconcile()
        for back in move.reversal_move_ids.filtered(lambda m: m.state == "posted"):
            for again in back.reversal_move_ids.filtered(lambda m: m.state == "posted"):
                back._reconcile_reversed_moves(again, False)
