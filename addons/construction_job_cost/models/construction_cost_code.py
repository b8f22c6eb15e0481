from odoo import fields, models


class ConstructionCostCode(models.Model):
    _inherit = "construction.cost.code"

    is_contingency = fields.Boolean(
        string="Contingency",
        help="Budget on this code is a reserve: it is moved to other codes by a contingency draw, "
        "which someone else approves.",
    )
