# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def allocate(self):
        """Look only at lines that a request asked for: each of them is asked of the database."""
        return super(StockMoveLine, self.filtered("move_id.purchase_request_allocation_ids")).allocate()
