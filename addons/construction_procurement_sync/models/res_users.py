# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _construction_sees_all_jobs(self):
        return super()._construction_sees_all_jobs() or self.has_group(
            "construction_procurement_sync.group_service"
        )
