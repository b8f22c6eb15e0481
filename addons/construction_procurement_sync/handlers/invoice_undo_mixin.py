# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models

from odoo.addons.construction_sync.errors import Hold

from ..models.account_move_posting import SET_ASIDE
from .procurement_mixin import PAYABLE


class ConstructionInvoiceUndoMixin(models.AbstractModel):
    """What becomes of a bill whose message a person sets aside before it was posted."""

    _name = "construction.invoice.undo.mixin"
    _inherit = "construction.invoice.correction.mixin"
    _description = "Supplier Invoice Event Handler That Is Undone"

    _undoes = True
    _undo_groups = f"{PAYABLE},construction_base.group_cost_controller"

    _restores = True

    def _rewrite_as(self, work, bill):
        """Let a draft say again what it said before a correction that is set aside, and match it."""
        work.resolved = self._read_bill(work)
        self._write_anew(work, bill)
        if not work.resolved["document"]:
            bill.sudo().construction_document_hash = False
        bill.message_post(body=self.env._("Its correction was set aside: it says again what it said before."))
        account = self._open_restricted(work.data.get("bank_account"))
        bill._construction_pay_to(account)
        bill._construction_evaluate(account)

    def _undo(self, work):
        """A draft bill goes, one that was on hold is cancelled; a posted one stays.

        What a correction had reversed before it was held is booked again.
        """
        undone, before = {}, self._reversed_by(work)
        for bill in self._own(work, "account.move").filtered(lambda move: move.state == "draft"):
            reference = bill._construction_label()
            if bill.construction_hold_ids:
                # who held it and why is evidence
                bill.with_context(construction_set_aside=SET_ASIDE).button_cancel()
                undone[bill] = self.env._("Bill %s was cancelled.", reference)
            else:
                # its service user never deletes; who asks for this was checked
                bill.sudo().unlink()
                undone[bill] = self.env._("Draft bill %s was deleted.", reference)
        for bill, said in before.items():
            again = self._book_again(work, bill, said)
            undone[bill] = self.env._(
                "What was reversed is booked again as %(again)s, on %(date)s.",
                again=again.display_name,
                date=again.date,
            )
        return undone

    # --- what stood before --------------------------------------------------------

    def _reversed_by(self, work):
        """The bills that this message reversed, where nothing that stands took their place.

        :return: {bill: the crosswalk entry by which it was known}
        """
        made = self._created(work, "account.move")
        found = {}
        for bill in made.reversed_entry_id.sorted("id"):
            said = self._entry_of(bill)
            # what stands by a person's hand is not booked again
            if not said or self._is_booked(bill):
                continue
            now = said.search(
                [
                    ("source_id", "=", said.source_id.id),
                    ("kind", "=", said.kind),
                    ("key", "=", said.key),
                    ("valid_until", "=", False),
                ]
            )
            instead = self.env["account.move"].browse(now.mapped("res_id")).exists()
            if not instead - made and not instead.filtered(lambda move: move.state == "posted"):
                # of several tries of one message, the last took back what stood before
                found[said.key] = (bill, said)
        return dict(found.values())

    def _entry_of(self, bill):
        """The crosswalk entry by which a bill is or was known."""
        return (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("kind", "=", self._document_kind),
                    ("res_model", "=", bill._name),
                    ("res_id", "=", bill.id),
                ],
                order="id desc",
                limit=1,
            )
        )

    def _book_again(self, work, bill, said):
        """Book once more what a correction had taken back, known by its key as it was said then."""
        again = self._copy_booked(work, bill)
        # where it came from, and that it was matched, is not for users to write
        origin = ("construction_external_key", "construction_occurred_at", "construction_document_hash")
        again.sudo().write(
            {
                **{name: bill[name] for name in origin},
                "construction_cleared": True,
                "construction_apart_ids": bill.sudo()._construction_apart(),
            }
        )
        for line, before in zip(again.invoice_line_ids, bill.invoice_line_ids, strict=True):
            line.sudo().construction_external_line = before.construction_external_line
        self._post_copy(work, again)
        self._take_back_again(work, bill, again)
        for before in bill.sudo()._construction_before().sudo(False):
            # what stood beside it, of those in whose place it came
            self._take_back_again(work, before, before)
        again.message_post(
            body=self.env._("Booked again as %s, for its correction was set aside.", bill.display_name)
        )
        self._mean_again(work, said, again)
        messages = work.message | said.content_message_id
        self.env["construction.message.record"]._note([(m.id, again, "create") for m in messages])
        return again.with_env(self.env)

    def _copy_booked(self, work, bill, **vals):
        """A draft of what a correction had taken back, on the next open day."""
        date = self._next_open_day(work, bill.date)
        return (
            self._dated(work, bill, date)
            .with_context(include_business_fields=True)
            .copy(
                {
                    "date": date,
                    "invoice_date": bill.invoice_date,
                    "invoice_date_due": bill.invoice_date_due,
                    "invoice_payment_term_id": bill.invoice_payment_term_id.id,
                    "invoice_origin": bill.invoice_origin,
                    "invoice_currency_rate": bill.invoice_currency_rate,
                    "ref": bill.ref,
                    "construction_again_of_id": bill.id,
                    **vals,
                }
            )
        )

    def _post_copy(self, work, again):
        self._dated(work, again.invoice_line_ids.purchase_line_id.order_id, again.date)
        # it was matched when it was posted: it stands as it stood
        self._dated(work, again, again.date)._construction_matched()._post(soft=False)

    def _take_back_again(self, work, bill, again):
        """Have a bill that is booked again be taken back in part, as the one was in whose place it is."""
        made = self._created(work, "account.move")
        for move in bill.sudo().reversal_move_ids.filtered(lambda m: m.state == "posted").sudo(False) - made:
            if move.sudo().reversal_move_ids & made:
                if move.sudo().search_count([("construction_again_of_id", "=", move.id)], limit=1):
                    continue
                twin = self._copy_booked(work, move, reversed_entry_id=again.id)
                self._post_copy(work, twin)
                self._take_back_again(work, move, twin)
                work.trace(twin.with_env(self.env), "update")
            elif bill != again:
                # it stands, and takes back a part of what is booked now
                move.sudo().reversed_entry_id = again
                work.trace(move, "update")

    def _next_open_day(self, work, date):
        """The first day from ``date`` on which costs and books are open."""
        lock = self.env.company.construction_cost_lock_date
        if lock and date <= lock:
            date = lock + timedelta(days=1)
        locks = self._book_locks(work, date)
        return max([date, *(day + timedelta(days=1) for day, _field in locks)])

    # --- what stays ---------------------------------------------------------------

    def _left_open(self, work):
        """A held draft that is kept is somebody's to release and post, or to cancel."""
        drafts = self._left_behind(work, "account.move").filtered(
            lambda move: move.state == "draft" and move.construction_on_hold
        )
        return [
            Hold(
                self.env._(
                    "Bill %(bill)s stays a draft on payment hold, though its message was set aside. "
                    "%(reasons)s Have its holds released and post it, or cancel it.",
                    bill=bill._construction_label(),
                    reasons="\n".join(bill._construction_open_holds()._construction_words()),
                ),
                cause_key=f"kept:invoice:{self._work_key(work)}",
                **self._document_info(work, bill),
            )
            for bill in drafts
        ]
