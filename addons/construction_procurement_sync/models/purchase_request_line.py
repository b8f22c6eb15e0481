# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PurchaseRequestLine(models.Model):
    _name = "purchase.request.line"
    _inherit = ["purchase.request.line", "construction.coding.mixin"]

    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)
