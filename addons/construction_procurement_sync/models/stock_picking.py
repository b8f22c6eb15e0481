# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "construction.external.mixin"]

    construction_received_by = fields.Char(string="Received on Site by", readonly=True, copy=False)
    construction_delivery_note = fields.Char(string="Delivery Note", readonly=True, copy=False)
    construction_refused = fields.Text(
        string="Not Accepted",
        readonly=True,
        copy=False,
        help="What came damaged or was rejected. It is not in stock, and the order stays open for it.",
    )
