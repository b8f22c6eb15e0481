# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    usual_cost_type_id = fields.Many2one(
        "construction.cost.type",
        ondelete="restrict",
        help="The cost type of order, request and bill lines with this item that say no other.",
    )
