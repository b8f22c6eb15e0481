# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .construction_equipment_device_proposal import QUESTION, SITS_ON


class ConstructionException(models.Model):
    _inherit = "construction.exception"

    def _take_decision(self, vals):
        """A device is no message: its answer is carried out at once, in the name of who gives it."""
        result = super()._take_decision(vals)
        if vals["question"] == QUESTION:
            device = self.sudo().record_ref.sudo(False).with_company(self.company_id)
            if vals["code"] == SITS_ON:
                machine = self.env["maintenance.equipment"].browse(vals["res_id"])
                device._assign(machine, self.env.user.name)
            else:
                device.active = False
        return result
