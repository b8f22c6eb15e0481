# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class MaintenanceEquipmentCategory(models.Model):
    _inherit = "maintenance.equipment.category"

    carries_persons = fields.Boolean(
        help="Vehicles on the road: where they are says where somebody is, so it is not stored. Holds for "
        "all categories below, too."
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("carries_persons") or vals.get("parent_id"):
            machines = self.env["maintenance.equipment"].sudo().with_context(active_test=False)
            machines.search([("category_id", "child_of", self.ids)])._forget_persons()
        return result
