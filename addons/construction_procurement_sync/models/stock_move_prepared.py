# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class StockMovePrepared(models.Model):
    """A return that was prepared, in the place of a correction, and is given up or moves something else."""

    # apart from what was moved: what stands and what is given up are two ideas
    _inherit = "stock.move"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if "product_uom_qty" in vals:
            self._construction_still_open()._construction_give_up()
        return result

    def _action_cancel(self):
        open_ = self._construction_still_open()
        result = super()._action_cancel()
        open_._construction_give_up()
        return result

    def _action_done(self, cancel_backorder=False):
        other = self._construction_still_open().filtered(
            lambda move: move.product_uom._construction_compare(move.quantity, move.product_uom_qty)
        )
        moves = super()._action_done(cancel_backorder)
        other.exists()._construction_give_up()
        return moves

    @api.ondelete(at_uninstall=False)
    def _construction_give_up_before_unlink(self):
        self._construction_still_open()._construction_give_up()

    def _construction_still_open(self):
        return self.filtered(
            lambda move: move.origin_returned_move_id and move.state not in ("done", "cancel")
        )

    def _construction_give_up(self):
        back = self.sudo()._construction_first().picking_id.filtered("purchase_id")
        if not back:
            return
        receipts = back.browse().union(*(picking._construction_of_receipt() for picking in back))
        self.env["construction.message"]._construction_take_up_instead("receipt", receipts)
