# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Accrue what was received (or take back what was returned) on the order lines."""
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        lines = moves.sudo().purchase_line_id.filtered("analytic_distribution")
        if lines:
            lines._construction_post_cost()
        return moves
