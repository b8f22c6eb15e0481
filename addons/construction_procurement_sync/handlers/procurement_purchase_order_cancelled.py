# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Choice, Ignored, InvalidData, OtherContent, Undecided
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import KEEP
from odoo.addons.construction_sync.models.construction_event_handler import Work

from ..models.construction_exception_prepared import STARTED
from ..models.purchase_order import HANDLING
from .procurement_mixin import BUYER

AGAIN, CANCEL = "cancel_again", "cancel"


class ProcurementPurchaseOrderCancelled(models.AbstractModel):
    """An order of which nothing was received or billed is cancelled."""

    _name = "construction.handler.procurement.purchase_order.cancelled"
    _inherit = "construction.purchase.order.mixin"
    _description = "Purchase order cancelled"
    _event_type = "procurement.purchase_order.cancelled"
    _event_priority = 22

    def _resolve(self, work):
        # as its sender calls it: that may mean another one by now
        number = (work.sent or work.data)["order"]
        order = self._known_order(work, number)
        entry = self._order_entry(work, number) or self._entry(work, self._document_key(work.data))
        work.key = entry.key if entry else None
        if order.state == "cancel":
            return order
        self._check_not_merged(work, order)
        if self._is_ours(entry):
            self._check_ours(work, order)
        else:
            self._check_not_undone(work, order)
        self._check_not_overtaken(work, order, entry)
        self._check_not_locked(work, order)
        # a bill that waits on hold bills nothing yet: its hold goes by what becomes of the order
        billed = order.order_line._construction_billed_rows()
        started = order.order_line.filtered(lambda line: line.qty_received or billed[line])
        if started:
            raise InvalidData(
                self.env._(
                    "Order %(order)s cannot be cancelled: of its lines %(lines)s something was received or "
                    "billed. Have its sender reduce it to what came, or ignore this event.",
                    order=order.name,
                    lines=listed(self.env, (line._construction_line_label() for line in started)),
                ),
                cause_key=f"{STARTED}{self._work_key(work)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        self._order_date(work, order, self._event_date(work))
        return order

    def _check_not_undone(self, work, order):
        """:raises OtherContent: for a cancellation that came before a person took the order up again"""
        said = self._content_of(work)[0]
        before = self._cancelled_outside(order) - work.message
        if not any(self._content_of(Work(message, message._payload()))[0] == said for message in before):
            return
        if work.decided(AGAIN).code == AGAIN:
            return
        raise OtherContent(
            self.env._(
                "Order %(order)s was cancelled by just this event before, and taken up again here by "
                "%(user)s on %(date)s. Is it to be cancelled once more?",
                order=order.name,
                **self._done_by_hand(order),
            ),
            cause_key=f"cancel_again:order:{self._work_key(work)}:{said[:12]}",
            question=AGAIN,
            choices=[
                Choice(AGAIN, self.env._("Cancel it once more"), BUYER),
                Choice(KEEP, self.env._("Keep it: it stands"), BUYER),
            ],
            **self._document_info(work, order),
        )

    def _check_ours(self, work, order):
        """An order made here, of which the source never spoke, is cancelled by a person's word only.

        :raises Undecided: until a buyer says so
        :raises Ignored: when a buyer turned the same down before
        """
        if work.decided(CANCEL).code == CANCEL:
            return
        source = work.message.source_id
        last = self.env["construction.message.decision"]._last_on(
            source.ids, "order", self._document_key(work.data), self._content_of(work)[0]
        )
        if last.code == KEEP:
            raise Ignored(
                self.env._(
                    "%(user)s kept order %(order)s on %(date)s, when the same came before. %(reason)s",
                    user=last.user_id.name,
                    order=order.name,
                    date=last.decided_at.date(),
                    reason=last.reason or "",
                ).strip()
            )
        sentence = (
            self.env._(
                "%(system)s cancels order %(order)s (%(reason)s), which was made here and of which it never "
                "spoke before. Cancel it?"
            )
            if self._is_born_here(order)
            else self.env._(
                "%(system)s cancels order %(order)s (%(reason)s), a number that was given here to what came "
                "as %(known)s. Cancel it?"
            )
        )
        raise Undecided(
            sentence
            % {
                "system": source.name,
                "order": order.name,
                "reason": work.data["reason"],
                "known": order.construction_external_key,
            },
            cause_key=f"cancel_ours:{self._work_key(work)}",
            question=CANCEL,
            choices=[
                Choice(CANCEL, self.env._("Cancel it"), BUYER),
                Choice(KEEP, self.env._("Keep it"), BUYER),
            ],
            **self._document_info(work, order),
        )

    def _check_not_overtaken(self, work, order, entry):
        """A cancellation is a fact, which nothing supersedes: of an older order a person decides."""
        revision, applied = work.data.get("revision"), self._applied_revision(work, order, entry)
        if revision is None or revision >= applied:
            return
        raise InvalidData(
            self.env._(
                "Order %(order)s stands at revision %(applied)s, and was cancelled at revision %(revision)s. "
                "Cancel it by hand and replay, or ignore this.",
                order=order.name,
                applied=applied,
                revision=revision,
            ),
            "/revision",
            cause_key=f"cancel_older:{self._work_key(work)}",
            job=work.job,
            partner=order.partner_id,
            record=order,
        )

    def _apply(self, works):
        for work in works:
            order = work.resolved
            if order.state == "cancel":
                # cancelled by hand before, and outside as well from now on
                work.trace(order, "update")
                continue
            date = self._order_date(work, order, self._event_date(work))
            order = self._dated(work, order, date).with_context(**{HANDLING: True})
            if order.locked:
                order.button_unlock()
            order.button_cancel()
            order.message_post(body=self.env._("Cancelled outside: %s", work.data["reason"]))
            work.trace(order, "update")
            # messages that held this order up have nothing left to do
            self.env["construction.message"]._resume_for_records(order.with_env(self.env))
