# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models

from odoo.addons.construction_sync.exceptions import Candidate, Choice, DuplicateFound
from odoo.addons.construction_sync.models.construction_event_document import NEW

from .procurement_mixin import BUYER
from .receipt_correction_mixin import _differ

BY_HAND, SAME, OTHER = "by_hand", "same", "another"
HAND_DAYS = 7


class ConstructionReceiptByHandMixin(models.AbstractModel):
    """A receipt that a person had validated as a transfer of the order before the event told of it."""

    # apart from its corrections: what came again and what a person received are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _received_by_hand(self, work, order, known, good):
        """The transfer that this receipt is, validated by hand: it moves nothing once more.

        :raises DuplicateFound: when there is one that brought just this, until a buyer says
        """
        none = self.env["stock.picking"]
        decision = work.decided(BY_HAND)
        if known.verdict != NEW or decision.code == OTHER:
            return none
        found = self._alike_by_hand(work, order, good)
        if not found:
            return none
        if decision.code == SAME:
            chosen = decision._record()
            if chosen is not None and chosen in found:
                return none.browse(chosen.id)
            if len(found) == 1:
                return found
        raise self._ask_by_hand(work, order, found)

    def _alike_by_hand(self, work, order, good):
        """Transfers of the order that no event told of, of just these lines and quantities, near in time."""
        moment, near = self._utc(work.job, work.data["received_at"]), timedelta(days=HAND_DAYS)
        done = order.order_line.move_ids.filtered(
            lambda move: move.state == "done" and not move.picking_id.construction_external_key
        )
        pickings = done.picking_id.filtered(
            lambda found: (
                not found.return_id
                and found.picking_type_code == "incoming"
                and abs(found.date_done - moment) <= near
            )
        )
        wanted = {line: quantity for line, quantity in good.items() if quantity}
        alike = pickings.filtered(lambda found: self._brought(found, wanted))
        return alike - self._told_of(alike) if alike else alike

    def _brought(self, picking, wanted):
        """Whether a transfer brought just these quantities, and they are still there."""
        stands = {}
        for move in picking.move_ids.filtered(lambda m: m.state == "done" and m.purchase_line_id):
            line = move.purchase_line_id
            there = move.product_uom._compute_quantity(
                move._construction_net(), line.product_uom_id, round=False
            )
            stands[line] = stands.get(line, 0.0) + there
        lines = {line for line, quantity in stands.items() if quantity} | set(wanted)
        return bool(stands) and not any(_differ(line, stands, wanted) for line in lines)

    def _told_of(self, pickings):
        """Those of these transfers that an event made, or that a receipt's key means."""
        entries = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("res_model", "=", pickings._name),
                    ("res_id", "in", pickings.ids),
                    ("valid_until", "=", False),
                ]
            )
        )
        return pickings.browse(entries.mapped("res_id"))

    def _ask_by_hand(self, work, order, found):
        words = {
            picking: self.env._(
                "%(record)s, validated by %(user)s on %(date)s", **self._done_by_hand(picking)
            )
            for picking in found
        }
        one = len(found) == 1
        label = self.env._("It is that transfer") if one else self.env._("It is the transfer")
        needs = {} if one else {"needs": "record", "model": found._name}
        return DuplicateFound(
            self.env._(
                "%(what)s tells of what was received here by hand already, it seems: %(transfers)s. "
                "Is it the same delivery?",
                what=self._words_of(work),
                transfers="; ".join(words.values()),
            ),
            cause_key=f"by_hand:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            severity="medium",
            question=BY_HAND,
            choices=[
                Choice(SAME, label, BUYER, **needs),
                Choice(OTHER, self.env._("Another delivery"), BUYER),
            ],
            candidates=[] if one else [Candidate(picking, words[picking]) for picking in found],
            job=work.job,
            partner=order.partner_id,
            record=found,
            owner=self._buyer_of(order),
        )

    def _take_by_hand(self, work):
        """Let the receipt's key mean the transfer that a person validated: nothing moves."""
        order = self._dated(work, work.resolved["order"], work.resolved["date"])
        picking = work.resolved["by_hand"]
        work.resolved.update(order=order, receipt=picking, brought=True)
        self._note_receipt(work)
        if work.data.get("final"):
            self._close_short(order)
        self._bind(work, "receipt", self._work_key(work), picking)
        self._note_content([work])
        work.trace(picking, "update")
        work.trace(order, "update")
        picking.message_post(body=self.env._("It is receipt %s.", self._receipt_number(work)))
        self._tell_same_note([work])
        self._resume_bills(order.with_env(self.env))
