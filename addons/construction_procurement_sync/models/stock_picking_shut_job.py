# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockPickingShutJob(models.Model):
    """Goods that come for a closed or suspended job are received, and its manager is told."""

    # apart from what a receipt is: who is told of it is another idea
    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    def _action_done(self):
        result = super()._action_done()
        moves = self.move_ids.filtered(lambda move: move.state == "done" and not move._is_purchase_return())
        for picking, came in moves.grouped("picking_id").items():
            lines = came.sudo().purchase_line_id
            for job in lines._construction_jobs()._construction_shut() if lines else ():
                job._construction_tell_received(picking.name, picking.partner_id, picking.date_done)
        return result
