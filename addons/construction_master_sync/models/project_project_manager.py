# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_sync.errors import SyncError
from odoo.addons.construction_sync.lib.words import listed

CAUSE = "no_manager"


class ProjectProjectManager(models.Model):
    """Jobs that nobody manages are told of: one work item a company, which names them."""

    # apart from what stops at a job: who answers for it is another idea
    _inherit = "project.project"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "job_status", "active"} & vals.keys():
            for company in self.sudo().filtered("is_construction_job").company_id:
                self._construction_tell_unmanaged(company, opens=not vals.get("user_id"))
        return result

    @api.model
    def _construction_unmanaged(self, company):
        """The jobs of a company that go on and have no manager who works here."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("is_construction_job", "=", True),
                ("job_number", "!=", False),
                ("job_status", "!=", "closed"),
                "|",
                "|",
                ("user_id", "=", False),
                ("user_id.active", "=", False),
                ("user_id.construction_is_service", "=", True),
            ],
            order="job_number",
        )

    @api.model
    def _construction_tell_unmanaged(self, company, opens=True):
        """Bring the work item of the jobs without a manager up to date.

        :param bool opens: open it where there is none yet; else it is only renewed, or ended
        """
        items = self.env["construction.exception"].sudo()
        known = items._find(company, self.env["construction.source"], CAUSE, [("state", "=", "open")])
        if not known and not opens:
            return
        jobs = self._construction_unmanaged(company)
        if jobs:
            items._open(
                company,
                SyncError(
                    self.env._(
                        "Nobody manages these jobs: %s. Choose a manager for each, so that what comes for it "
                        "is somebody's to answer.",
                        listed(self.env, jobs.mapped("display_name")),
                    ),
                    cause_key=CAUSE,
                    figures={self.env._("jobs"): str(len(jobs))},
                ),
            )
        elif known:
            known._detach()
            known._close_when_empty("resolved", self.env._("Each job has a manager."))
