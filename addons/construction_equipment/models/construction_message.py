# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ConstructionMessage(models.Model):
    _inherit = "construction.message"

    @api.model
    def _mapper_groups(self):
        return (*super()._mapper_groups(), "construction_equipment.group_equipment_manager")
