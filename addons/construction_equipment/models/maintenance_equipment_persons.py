# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class MaintenanceEquipment(models.Model):
    """Machines that carry persons: where they are says where somebody is."""

    # apart from what a machine is
    _inherit = "maintenance.equipment"  # pylint: disable=consider-merging-classes-inherited

    def _carrying_persons(self):
        """Those of these that carry persons: by themselves, or by their category or one above it."""
        marked = self.env["maintenance.equipment.category"].sudo().search([("carries_persons", "=", True)])
        below = marked.search([("id", "child_of", marked.ids)]) if marked else marked
        return self.filtered(lambda machine: machine.carries_persons or machine.sudo().category_id in below)

    @api.model_create_multi
    def create(self, vals_list):
        machines = super().create(vals_list)
        machines._forget_persons()
        return machines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("carries_persons") or vals.get("category_id"):
            self._forget_persons()
        return result

    def _forget_persons(self):
        """Forget where those of these were that carry persons, unless their company says otherwise."""
        machines = self.sudo()._carrying_persons()
        machines = machines.filtered(lambda one: not one.company_id.construction_positions_of_persons)
        if machines:
            self.env["construction.equipment.reading"].sudo()._forget_positions_of(machines)
