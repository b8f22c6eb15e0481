# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.errors import Choice, Undecided
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import CONTENT, KEEP
from odoo.addons.construction_sync.models.construction_event_standing import FALLEN

from ..lib.going_back import excesses
from ..models.construction_exception_prepared import PREPARED, RETURNED
from .procurement_mixin import BUYER
from .receipt_correction_mixin import BOTH, RETURN, _plain, _step

EVENT = "event"


class ConstructionReceiptPreparedMixin(models.AbstractModel):
    """A receipt that is corrected while a person has a return of it open, not validated yet."""

    # apart from its corrections: what went back and what somebody means to send back are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited
    _restated = (CONTENT, FALLEN, RETURN, RETURNED, PREPARED)

    def _check_prepared(self, work, order, pickings, back):
        """Have a buyer say whether an open return of these transfers is told of by the event, too.

        :param dict back: what the event takes back of these transfers, {order line: quantity in its unit}
        :return: the moves of open returns that the event takes the place of
        :raises Undecided: until one has said so; of both, as long as both are not more than is there
        """
        moves = pickings.move_ids._construction_prepared()
        if not moves:
            return moves
        decision = work.decided(PREPARED)
        # of one that was prepared since then nobody said so
        if decision.code == EVENT and all(move.create_date <= decision.decided_at for move in moves):
            return moves
        too_much = excesses(self._standing(pickings), self._prepared_by_line(moves), back, _step)
        if decision.code == BOTH and not too_much:
            return moves.browse()
        raise self._ask_prepared(work, order, moves, too_much)

    def _ask_prepared(self, work, order, moves, too_much):
        sentence = self.env._(
            "%(what)s is corrected while a return of it is prepared here and not validated "
            "(%(returns)s). Which one holds? Or validate or cancel the return: this goes on by itself "
            "then.",
            what=self._words_of(work),
            returns=listed(self.env, self._prepared_words(moves), "; "),
        )
        choices = [
            Choice(EVENT, self.env._("The event's: cancel the prepared return"), BUYER),
            Choice(BOTH, self.env._("Both: they are different goods"), BUYER),
            Choice(KEEP, self.env._("The prepared one: the event moves nothing"), BUYER),
        ]
        if too_much:
            words = listed(self.env, (self._excess_words(excess) for excess in too_much), "; ")
            sentence += " " + self.env._("Both cannot be: %s.", words)
            choices.pop(1)
        return Undecided(
            sentence,
            cause_key=f"prepared:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=PREPARED,
            choices=choices,
            job=work.job,
            partner=order.partner_id,
            record=moves.origin_returned_move_id.picking_id.purchase_id[:1] or order,
            owner=self._buyer_of(order),
        )

    def _prepared_words(self, moves):
        for move in moves:
            yield self.env._(
                "%(picking)s by %(user)s: %(quantity)s %(unit)s of line %(line)s",
                picking=move.picking_id.name,
                user=move.picking_id.sudo().create_uid.name,
                quantity=_plain(move._construction_meant()),
                unit=move.product_uom.name,
                line=move.purchase_line_id._construction_line_label() if move.purchase_line_id else "-",
            )

    def _excess_words(self, excess):
        said = excess.line.product_uom_id._construction_words
        figures = {
            "line": excess.line._construction_line_label(),
            "prepared": _plain(excess.prepared),
            "taken": said(denoised(excess.taken)),
            "there": said(denoised(excess.there)),
        }
        if any(move.state == "done" and move._is_purchase_return() for move in excess.line.move_ids):
            return self.env._(
                "%(prepared)s and %(taken)s of line %(line)s are more than the %(there)s that are left of it",
                **figures,
            )
        return self.env._(
            "%(prepared)s and %(taken)s of line %(line)s are more than the %(there)s that were received",
            **figures,
        )

    def _cancel_prepared(self, work):
        """Cancel the open returns that a buyer said the event takes the place of."""
        moves = work.resolved.get("prepared")
        if not moves:
            return
        pickings = moves.picking_id
        moves._action_cancel()
        for picking in pickings:
            picking.message_post(
                body=self.env._("Cancelled for %s, which holds instead.", self._words_of(work))
            )
        work.trace(pickings, "update")
