# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

WORKSHOP = "maintenance.group_equipment_manager"
ANY_ROLE = "construction_base.group_construction_user"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _construction_sees_all_machines(self):
        """Whether no job narrows which machines the user sees: roles of the site see those on their jobs.

        Who has no role of the suite sees what Odoo shows: machines that they follow.
        """
        self.ensure_one()
        return self._construction_sees_all_jobs() or self.has_group(WORKSHOP) or not self.has_group(ANY_ROLE)
