# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCostLock(models.Model):
    _name = "construction.cost.lock"
    _inherit = ["construction.cost.lock", "construction.audited.mixin"]
    _audited = ("previous_date", "lock_date", "reason")
    _audited_life = True
