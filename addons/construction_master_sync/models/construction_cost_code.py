# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCostCode(models.Model):
    _name = "construction.cost.code"
    _inherit = ["construction.cost.code", "construction.external.mixin"]
    _construction_proposed_fields = frozenset(("name", "code", "active", "parent_id"))
