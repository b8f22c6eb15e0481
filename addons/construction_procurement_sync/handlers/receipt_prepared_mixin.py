# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.exceptions import Choice, Undecided
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import CONTENT, KEEP
from odoo.addons.construction_sync.models.construction_event_standing import FALLEN

from ..models.construction_exception_prepared import PREPARED
from ..tools import decimal
from .procurement_mixin import BUYER
from .receipt_correction_mixin import BOTH, RETURN, RETURNED

EVENT = "event"


class ConstructionReceiptPreparedMixin(models.AbstractModel):
    """A receipt that is corrected while a person has a return of it open, not validated yet."""

    # apart from its corrections: what went back and what somebody means to send back are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited
    _restated = (CONTENT, FALLEN, RETURN, RETURNED, PREPARED)

    def _prepared_returns(self, pickings):
        """The moves of open returns of these transfers."""
        back = pickings.move_ids.returned_move_ids
        return back.filtered(lambda move: move.state not in ("done", "cancel") and move.product_uom_qty)

    def _check_prepared(self, work, order, pickings, whole=False):
        """Have a buyer say whether an open return of these transfers is told of by the event, too.

        :param bool whole: all of them goes back on a buyer's word
        :return: the moves of open returns that the event takes the place of
        :raises Undecided: until one has said so
        """
        moves = self._prepared_returns(pickings)
        answer = work.decided(PREPARED).code
        if not moves or answer == BOTH:
            return moves.browse()
        if answer == EVENT:
            return moves
        choices = [Choice(EVENT, self.env._("The event's: cancel the prepared return"), BUYER)]
        if not whole:
            choices.append(Choice(BOTH, self.env._("Both: they are different goods"), BUYER))
        choices.append(Choice(KEEP, self.env._("The prepared one: the event moves nothing"), BUYER))
        raise Undecided(
            self.env._(
                "%(what)s is corrected while a return of it is prepared here and not validated "
                "(%(returns)s). Which one holds? Or validate or cancel the return: this goes on by itself "
                "then.",
                what=self._words_of(work),
                returns=listed(self.env, self._prepared_words(moves), "; "),
            ),
            cause_key=f"prepared:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=PREPARED,
            choices=choices,
            job=work.job,
            partner=order.partner_id,
            record=pickings.purchase_id[:1] or order,
            owner=self._buyer_of(order),
        )

    def _prepared_words(self, moves):
        for move in moves:
            yield self.env._(
                "%(picking)s by %(user)s: %(quantity)s %(unit)s of line %(line)s",
                picking=move.picking_id.name,
                user=move.picking_id.sudo().create_uid.name,
                quantity=f"{decimal(move.product_uom_qty).normalize():f}",
                unit=move.product_uom.name,
                line=move.purchase_line_id._construction_line_label() if move.purchase_line_id else "-",
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
