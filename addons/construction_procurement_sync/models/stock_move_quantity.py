# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.construction_job_cost.lib.quantity import exact, slack


class StockMoveQuantity(models.Model):
    """Goods that come in other units than they are kept in: what rounding takes from one, the next has."""

    # apart from what was moved: how it is rounded is another idea
    _inherit = "stock.move"  # pylint: disable=consider-merging-classes-inherited

    construction_beyond = fields.Float(
        string="Received Beyond",
        readonly=True,
        copy=False,
        help="What was received in truth beyond the rounded quantity.",
    )

    def _construction_beyond(self, unit):
        """What it brought beyond its quantity, in a unit: never more than a rounding can be."""
        self.ensure_one()
        if not self.construction_beyond:
            return exact(0)
        most = 2 * slack(unit._construction_digits(), 1)
        beyond = max(min(exact(self.construction_beyond), most), -most)
        return self.product_uom._construction_said_in(beyond, unit)

    def _construction_sign(self):
        """1, -1 or 0, as Odoo counts what this move brings, or takes, in what was received of its line."""
        self.ensure_one()
        above = self.origin_returned_move_id
        if self.state == "cancel" or self.product_id != self.purchase_line_id.product_id:
            return 0
        if self._is_purchase_return():
            return -1 if not above or self.to_refund else 0
        if above and above._is_dropshipped() and not self._is_dropshipped_returned():
            return 0
        return 0 if above and above._is_purchase_return() and not self.to_refund else 1

    def _action_done(self, cancel_backorder=False):
        self._construction_keep_said()
        return super()._action_done(cancel_backorder)

    def _construction_keep_said(self):
        """What a person receives of an order in another unit than the goods' is kept in theirs.

        Odoo rounds each receipt for itself: of a tonne that comes in pounds some would be lost.
        """
        moves = self.filtered(
            lambda move: (
                move.purchase_line_id
                and move.state not in ("done", "cancel")
                and move.picked
                and move.product_uom == move.product_id.uom_id
                and not move._is_purchase_return()
            )
        )
        coming = {}
        for row in moves.move_line_ids:
            move = row.move_id
            unit, line = move.product_uom, move.purchase_line_id
            kept, before = exact(row.quantity), coming.get(line, exact(0))
            if row.product_uom_id != unit:
                said = row.product_uom_id._construction_said_in(row.quantity, line.product_uom_id)
                kept, beyond = line._construction_more(said, unit, before)
                if unit.compare(float(kept), row.quantity_product_uom):
                    row.write({"product_uom_id": unit.id, "quantity": float(kept)})
                if beyond:
                    move.sudo().construction_beyond += float(beyond)
            coming[line] = before + kept
