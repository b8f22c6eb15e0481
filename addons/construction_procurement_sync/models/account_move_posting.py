# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.lib.words import listed

# in the context of bills that were matched in this transaction; an object, so that no caller can claim it
EVALUATED = object()
# the same, of bills that are cancelled for a person sets their message aside
SET_ASIDE = object()
HOLD_ACTIVITY = "construction_procurement_sync.mail_activity_type_payment_hold"


class AccountMovePosting(models.Model):
    """Posting by hand passes the rules that bills from events pass."""

    # apart from the holds themselves: what makes a bill wait and how it is posted are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_matched(self):
        """These bills, of which the caller has just matched every one."""
        return self.with_context(construction_evaluated=EVALUATED)

    def _post(self, soft=True):
        """Post what nothing holds; what is held stays a draft and keeps its holds.

        No error is raised for a held bill, for that would undo its holds and stop the other
        bills of a batch. Whoever called finds out by what is returned, and by the state.
        """
        held = self._construction_hold_back()
        ready = self - held
        if held and not ready:
            return ready
        told = ready.filtered(lambda move: move.posted_before or move.sudo().construction_hold_ids)
        posted = super(AccountMovePosting, ready._construction_matched())._post(soft)
        (told & posted)._construction_end_told()
        return posted.with_env(self.env)

    def _construction_hold_back(self):
        """Match the drafts that the rules guard, unless that was just done.

        :return: those of ``self`` that are on hold
        """
        if self.env.context.get("construction_evaluated") is not EVALUATED:
            drafts = self.filtered(
                lambda move: (
                    move.state == "draft"
                    and move.invoice_date  # without these Odoo itself refuses to post
                    and move.partner_id
                    and move._construction_is_guarded()
                )
            )
            # one by one: what a cleared bill takes is no longer there for the next
            for bill in drafts.sorted(lambda move: move._construction_arrival()):
                bill._construction_evaluate_by_hand()
        held = set(self._construction_open_holds().move_id.ids)
        return self.filtered(lambda move: move.id in held)

    def _construction_check_posting(self):
        """Stop a bill that is posted past its button, by writing its state."""
        held = self._construction_hold_back()
        if held:
            raise UserError(
                self.env._(
                    "A bill on payment hold is not posted: %s",
                    "\n".join(held._construction_open_holds()._construction_words()),
                )
            )

    def _construction_evaluate_by_hand(self):
        """Match one draft that a person posts; tell those who may let it go. :return: the open holds"""
        before = self._construction_open_holds()
        holds = self._construction_evaluate(by_hand=True)
        if not holds:
            self._construction_end_activities()
        elif holds.sudo() - before:
            self.sudo().message_post(
                body=self.env._("On payment hold: %s", "; ".join(holds._construction_words())),
                author_id=self.env.user.partner_id.id,
            )
            self._construction_tell_releasers(holds)
        return holds

    # --- telling --------------------------------------------------------------

    def _construction_tell_releasers(self, holds):
        """One activity for each cost controller who may release; a work item tells of events."""
        if not self.construction_external_key or self.state == "posted":
            self._construction_ask_releasers(holds)

    def _construction_ask_releasers(self, holds):
        bill = self.sudo()
        told = bill.activity_search([HOLD_ACTIVITY]).user_id
        for user in bill._construction_releasers() - told:
            bill.activity_schedule(HOLD_ACTIVITY, note=holds[:1]._construction_words()[0], user_id=user.id)

    def _construction_end_activities(self):
        self.sudo().activity_unlink([HOLD_ACTIVITY])

    def _construction_end_told(self):
        """Close the work items that tell of these drafts: one was kept, or taken back by hand."""
        self.env["construction.exception"]._end_told(
            self, ("kept:", "in_hand:"), self.env._("It was posted or cancelled.")
        )

    def _construction_held_notice(self):
        """What the person who posts is shown, or False when none of these bills is held."""
        holds = self._construction_open_holds()
        if not holds:
            return False
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("On Payment Hold"),
                "message": " ".join(self._construction_held_sentences(holds)),
                "type": "danger",
                "sticky": True,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _construction_held_sentences(self, holds):
        """What is held, bill by bill, and in the end who may release it."""
        names = set()
        for bill, own in holds.grouped("move_id").items():
            names.update(bill._construction_releasers().mapped("name"))
            yield self.env._(
                "%(bill)s stays a draft on payment hold. %(reasons)s.",
                bill=bill._construction_label(),
                reasons="; ".join(own._construction_words()).rstrip("."),
            )
        yield (
            self.env._("May be released, with a reason, by: %s.", listed(self.env, sorted(names)))
            if names
            else self.env._("There is no cost controller but who entered it: nobody may release it.")
        )

    # --- the ways of posting --------------------------------------------------

    def action_post(self):
        result = super().action_post()
        return self._construction_held_notice() or result

    def action_validate_moves_with_confirmation(self):
        result = super().action_validate_moves_with_confirmation()
        # a dialog that asks about the others comes first; the held ones show as such in the list
        return result or self.filtered(lambda move: move.state == "draft")._construction_held_notice()

    def button_cancel(self):
        held = self.filtered("construction_on_hold")
        result = super().button_cancel()
        held._construction_end_activities()
        self._construction_end_told()
        if held and self.env.context.get("construction_set_aside") is not SET_ASIDE:
            # what they stopped does not wait for a release any more
            self.env["construction.message"]._resume_for_records(held)
        return result

    # --- going on -------------------------------------------------------------

    def _construction_recheck(self):
        """Match again the bills on hold, for what held them may be gone.

        What came by an event its message posts, in a job of its own. What a person entered they post:
        nothing posts it for them.
        """
        held = self.sudo().filtered(lambda m: m.state == "draft" and m.construction_on_hold)
        # one by one: what a cleared bill takes is no longer there for the next
        for bill in held.sorted(lambda move: move._construction_arrival()):
            if bill.construction_external_key:
                bill._construction_evaluate(by_hand=True)
            elif not bill._construction_evaluate_by_hand():
                author = bill.create_uid
                bill.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Nothing holds this bill any more: it can be posted"),
                    user_id=author.id if author.active and not author.share else self.env.uid,
                )
