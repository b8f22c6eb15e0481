# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

# who sees what was agreed and paid: Odoo shows it to every employee
AMOUNTS = "construction_base.group_amounts"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    standard_price = fields.Float(groups=AMOUNTS)
    usual_cost_type_id = fields.Many2one(
        "construction.cost.type",
        ondelete="restrict",
        help="The cost type of order, request and bill lines with this item that say no other.",
    )
