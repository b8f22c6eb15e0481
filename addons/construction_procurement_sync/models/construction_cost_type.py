# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCostType(models.Model):
    _name = "construction.cost.type"
    _inherit = ["construction.cost.type", "construction.recoded.mixin"]
    _recoded_kind = "cost_type"
