# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date as Date

from odoo import Command, models

from odoo.addons.construction_sync.errors import DuplicateFound, Hold
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.keys import numbered
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import (
    ANOTHER,
    CONTENT,
    CORRECTION,
    KEEP,
    OTHER,
    REPEAT,
)

from ..lib import duplicates
from .procurement_mixin import PAYABLE

ORIGIN = (
    "construction_external_key",
    "construction_occurred_at",
    "construction_document_hash",
    "construction_prepaid",
    "construction_rounding",
    "construction_misstated",
)


class ConstructionInvoiceCorrectionMixin(models.AbstractModel):
    """An invoice that comes again: another year's, a correction, or a question."""

    _name = "construction.invoice.correction.mixin"
    _inherit = "construction.invoice.mixin"
    _description = "Corrected Supplier Invoice Event Handler"
    _document_groups = PAYABLE

    # --- which invoice is it? ---------------------------------------------------

    def _know_elsewhere(self, work, known, model):
        """A number used again about a year later for another amount is another invoice."""
        known = self._know_of_supplier(work, known, model)
        if known.verdict != OTHER or not self._is_used_again(work, known):
            return known
        work.key = numbered(work.key, work.data["invoice_date"][:4])
        return self._know_key(work, work.key, model)

    def _know_of_supplier(self, work, known, model):
        """What an invoice of this supplier is known by, where the key of another one differs in case only.

        The key of a document takes no regard of case: the second supplier's are numbered as further ones.
        """
        own, number = work.key, 2
        while known.record and self._is_of_another(work, known):
            work.key = numbered(own, number)
            known = self._know_key(work, work.key, model)
            number += 1
        return known

    def _is_of_another(self, work, known):
        before, key = known.before, clean(work.data["supplier"])
        if not before or clean(before["supplier"]) == key:
            return False
        supplier = self._ref(work, "supplier", key, model="res.partner", required=False)
        return bool(supplier) and supplier.commercial_partner_id != known.record.commercial_partner_id

    def _verdict_unsaid(self, work, bill):
        """A bill whose key a person mapped is compared by what a bill says: its date and its total."""
        total = self._decimal(work.data["total"])
        same = not bill.currency_id.compare_amounts(bill.amount_total, float(total))
        return REPEAT if same and str(bill.invoice_date) == work.data["invoice_date"] else OTHER

    def _is_used_again(self, work, known):
        before = known.before
        if before:
            first = Date.fromisoformat(before["invoice_date"]), self._decimal(before["total"])
        else:
            first = known.record.invoice_date, self._decimal(str(known.record.amount_total))
        second = Date.fromisoformat(work.data["invoice_date"]), self._decimal(work.data["total"])
        return bool(first[0]) and duplicates.used_again(first, second)

    def _tell_used_again(self, work, bill):
        again = numbered(self._document_key(work.data), work.data["invoice_date"][:4])
        if work.key != again or work.decided(CONTENT):
            return
        work.tell(
            DuplicateFound(
                self.env._(
                    "%(what)s bears a number that the supplier used before, at least 300 days ago and for "
                    "another amount. It is booked as a second invoice.",
                    what=self._words_of(work),
                ),
                cause_key=f"used_again:{self._work_key(work)}",
                severity="low",
                job=work.job,
                partner=bill.partner_id,
                record=bill,
            )
        )

    def _words_of(self, work):
        data = work.data
        if data["kind"] == "credit_note":
            return self.env._(
                "Credit note %(number)s of supplier %(key)s", number=data["invoice"], key=data["supplier"]
            )
        return self.env._(
            "Invoice %(number)s of supplier %(key)s", number=data["invoice"], key=data["supplier"]
        )

    # --- may it be corrected? ---------------------------------------------------

    def _ask_which(self, work, known, note=None, choices=None):
        """The error that asks accounts payable which of two contents of an invoice stands."""
        info = self._document_info(work, known.record)
        return self._other_content(work, known, self._words_of(work), note, choices, **info)

    def _document_info(self, work, bill):
        return {
            "job": work.job or bill.invoice_line_ids.construction_job_id[:1],
            "partner": bill.partner_id,
            "record": bill,
        }

    def _fallen(self, work, bill):
        if bill.state == "cancel":
            return self.env._(
                "%(record)s was cancelled here by %(user)s on %(date)s.", **self._done_by_hand(bill)
            )
        if bill.state != "posted" or not bill.sudo()._construction_is_reversed():
            return ""
        back = bill.sudo()._construction_back()
        if len(back) > 1:
            return self.env._(
                "%(record)s was taken back here in parts, all of it (%(back)s).",
                record=bill.display_name,
                back=listed(self.env, self._taken_back_words(back), "; "),
            )
        return self.env._(
            "%(record)s was reversed here by %(user)s on %(date)s, with %(back)s.",
            record=bill.display_name,
            user=back.create_uid.name,
            date=back.create_date.date(),
            back=back.display_name,
        )

    def _is_booked(self, bill):
        """Whether what a bill books stands: it is posted, and not reversed."""
        return bool(bill) and bill.state == "posted" and not bill.sudo()._construction_is_reversed()

    def _check_correctable(self, work, known):
        """:raises OtherContent: for a bill that no event replaces by itself"""
        bill = known.record
        if known.verdict != CORRECTION or not self._is_booked(bill) or not self._is_settled(bill):
            return
        note = self.env._(
            "The first one is paid or set off, in whole or in part, and cannot be replaced as it is. To have "
            "this one stand in its place, undo that, then replay. Or keep the first one, and have the "
            "supplier send the difference under a number of its own."
        )
        # a higher revision is the same document by what its sender says
        choices = (KEEP, ANOTHER) if self._is_replacing(work) else (KEEP,)
        raise self._ask_which(work, known, note, choices)

    def _content_labels(self):
        label = self.env._("Another document: all of it is booked, beside the first one")
        return {**super()._content_labels(), ANOTHER: label}

    def _is_settled(self, bill, own=None):
        """Whether anything was paid on a posted bill, is on its way, or is set off against it.

        :param own: documents that may be set off against it: by default itself, those in whose place it
            stands, and what takes them back
        """
        bill = bill.sudo()
        under_way = bill.matched_payment_ids.filtered(lambda payment: payment.state in ("in_process", "paid"))
        due = bill.line_ids.filtered(lambda line: line.account_id.reconcile)
        partials = due.matched_debit_ids | due.matched_credit_ids
        own = bill._construction_kin() if own is None else own.sudo()
        mine = own | partials.exchange_move_id
        others = partials.filtered(lambda p: (p.debit_move_id | p.credit_move_id).move_id - mine)
        if under_way or others:
            return True
        return not partials and bill.payment_state not in ("not_paid", "blocked")

    # --- set back to draft by hand -----------------------------------------------

    def _is_in_hand(self, bill):
        """Whether a person set a posted bill back to draft: no event posts what they have in hand."""
        return bill.state == "draft" and bill.posted_before and not bill.construction_on_hold

    def _is_left_in_hand(self, work, bill):
        """Whether a work rewrites a draft that a person took back, who then posts it."""
        return work.resolved.get("in_hand", False) is not False and bill == work.resolved["replaces"]

    def _tell_in_hand(self, work, bill):
        sentence = self.env._(
            "%(what)s was corrected by %(system)s while its bill was set back to draft here by %(user)s on "
            "%(date)s. The draft has the new figures. It is not posted by itself: post or cancel it.",
            what=self._words_of(work),
            system=work.message.source_id.name,
            **self._done_by_hand(bill),
        )
        work.tell(
            Hold(
                sentence,
                cause_key=f"in_hand:{self._work_key(work)}",
                comparison=work.resolved["in_hand"],
                **self._document_info(work, bill),
            )
        )

    # --- correcting -------------------------------------------------------------

    def _replace(self, works):
        """Rewrite the drafts that these works correct, and reverse what was booked.

        A draft is then the work's bill; what was reversed is booked anew, as if it came first.
        """
        for work in works:
            bill = work.resolved["replaces"]
            if bill.state == "draft" and not self._is_rewritten(work, bill):
                self._undo(work)
            elif bill.state == "draft":
                self._rewrite(work, bill)
                work.resolved["bill"] = bill
            elif self._is_booked(bill):
                self._end_set_off(bill)
                ref = self.env._("Reversal of %s, which was corrected", bill.ref)
                self._reverse(work, bill, work.resolved["reversed_on"], ref)

    def _is_rewritten(self, work, bill):
        """Whether a draft takes the new values: one of another kind, or released as another, does not."""
        if not work.former:
            return True
        if self._reversed_by(work):
            # what it replaced under its former number is booked again
            return False
        released = bill.sudo().construction_hold_ids.filtered(lambda hold: hold.state == "released")
        return bill.move_type == work.resolved["vals"]["move_type"] and not released

    def _set_apart(self, work, bill):
        """Note that a person called this another document than those of its number: no doubles."""
        replaced = work.resolved.get("replaces")
        bills = self.env["account.move"].sudo()
        apart = replaced.sudo()._construction_apart() if replaced else bills
        if work.decided(CONTENT).code == ANOTHER:
            key, number = self._document_key(work.data), 2
            while key != work.key:
                apart |= self._ref_many(work.message.source_id, "invoice", [key]).get(key, apart.browse())
                key, number = numbered(self._document_key(work.data), number), number + 1
        if apart:
            bill.sudo().construction_apart_ids = apart

    def _set_instead(self, work, bill):
        """Note in whose place a bill stands, though that was taken back or cancelled."""
        replaced = work.resolved.get("replaces")
        # what was of another number is no part of this document
        if replaced and not work.former:
            bill.construction_instead_of_id = replaced.exists()

    def _rewrite(self, work, bill):
        self._write_anew(work, bill)
        bill.message_post(body=self.env._("Corrected by %s.", work.message.source_id.name))
        work.trace(bill, "update")
        work.trace(bill.invoice_line_ids.purchase_line_id.order_id, "update")
        # what waits at the bill as it was looks at it again
        self.env["construction.message"]._resume_for_records(bill)

    def _write_anew(self, work, bill):
        """Let a draft say what a message says, and nothing of what it said."""
        vals = dict(work.resolved["vals"])
        if work.resolved["document"]:
            vals["construction_document_hash"] = work.resolved["document"]["hash"]
        origin = {name: vals.pop(name) for name in ORIGIN if name in vals}
        vals.pop("move_type")
        vals["invoice_line_ids"] = [Command.clear(), *vals["invoice_line_ids"]]
        bill.write(vals)
        # where it came from is not for users to write, a service user among them
        bill.sudo().write(origin)
        self._check_total(work, bill)

    def _reverse(self, work, bill, date, ref):
        self._dated(work, bill.invoice_line_ids.purchase_line_id.order_id, date)
        dated = self._dated(work, bill, date)
        # it takes back what was matched when it was posted: there is nothing to match
        refund = dated._construction_matched()._reverse_moves(
            [
                {
                    "date": date,
                    "invoice_date": date,
                    "ref": ref,
                    # what was booked is taken back, whatever the rate is today
                    "invoice_currency_rate": bill.invoice_currency_rate,
                    "construction_back_by_event": True,
                }
            ],
            cancel=True,
        )
        work.trace(refund.with_env(self.env))
        work.trace(bill, "update")
