# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .construction_door import OURS

# what the domains of such rules hold: a job, or a question to the user that an addon of ours answers by it
OF_JOBS = ("job", "user._construction_")


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Of records of ours, or that a rule of ours on jobs keeps from them, a person reads who to ask."""
        error = super()._make_access_error(operation, records)
        door = self.env["construction.door"]
        ours = door._is_ours(records._name) or self._get_failing(records, mode=operation)._is_of_jobs()
        return door._refused(records, error, operation) if ours else error

    def _is_of_jobs(self):
        """Whether one of these rules is an addon's of this suite, and goes by the job."""
        rules = self.sudo().filtered(lambda rule: any(word in (rule.domain_force or "") for word in OF_JOBS))
        return any(name.startswith(OURS) for name in rules.get_external_id().values())
