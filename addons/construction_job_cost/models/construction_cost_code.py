from odoo import fields, models


class ConstructionCostCode(models.Model):
    _inherit = "construction.cost.code"

    is_contingency = fields.Boolean(
        string="Contingency",
        help="Budget on this code is a reserve: it is moved to other codes by a contingency draw, "
        "which someone else approves.",
    )
    usual_cost_type_id = fields.Many2one(
        "construction.cost.type",
        ondelete="restrict",
        help="The cost type of lines on this code that say no other, and whose item has none of its own.",
    )
