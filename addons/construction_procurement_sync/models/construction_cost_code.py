# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCostCode(models.Model):
    _name = "construction.cost.code"
    _inherit = ["construction.cost.code", "construction.recoded.mixin"]
    _recoded_kind = "cost_code"
