# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.models.project_project import SHUT
from odoo.addons.construction_sync.errors import Hold

STOPPED = "shut_job:"


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["project.project", "construction.external.mixin"]
    _construction_proposed_fields = frozenset(
        (
            *("name", "job_number", "job_status", "user_id", "job_tz", "date_start", "date"),
            # said beside plain fields
            *("partner_id", "site_address_id"),
        )
    )

    def write(self, vals):
        opens = vals.get("job_status", "closed") not in SHUT or vals.get("active")
        shut = self._construction_shut() if opens else self.browse()
        result = super().write(vals)
        opened = shut - shut._construction_shut()
        if opened:
            opened._construction_resume_opened()
        return result

    def _construction_shut_stop(self):
        """The hold of what asks for something new at the first of these jobs that takes nothing, or None."""
        for job in self._construction_shut()[:1]:
            return Hold(
                job.with_env(self.env)._construction_shut_sentence(),
                cause_key=f"{STOPPED}{job.job_number}",
                job=job,
                record=job,
                owner=job.user_id or None,
            )
        return None

    def _construction_resume_opened(self):
        """These jobs take orders again: let go on what was stopped at them.

        A module whose own documents are held at a shut job lets them go on as well.
        """
        items = self.env["construction.exception"].sudo()
        about = items._about([f"{self._name},{res_id}" for res_id in self.ids])
        stopped = about.filtered(lambda item: item.cause_key.startswith(STOPPED)).blocked_ids
        if stopped:
            stopped._requeue(self.env._("Set active again by %s.", self.env.user.name))
