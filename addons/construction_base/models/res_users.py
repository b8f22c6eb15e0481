# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

ALL_JOBS = "construction_base.group_all_jobs"
# they see all, and change nothing of it
ONLY_LOOKS = "construction_base.group_auditor"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _construction_sees_all_jobs(self):
        """Whether the user sees every job of their companies: by the group that roles for all jobs imply.

        Everyone else sees the jobs that they manage or whose site team they belong to. Used by the
        record rules of jobs and of what hangs on them.
        """
        self.ensure_one()
        return self._is_superuser() or self.has_group(ALL_JOBS)

    def _construction_groups_of_all_jobs(self):
        """The roles whom a person asks about a job that is not theirs."""
        roles = self.env.ref("construction_base.privilege_construction").sudo().group_ids
        all_jobs = self.env.ref(ALL_JOBS)
        roles = roles.filtered(lambda role: all_jobs in role.all_implied_ids) - self.env.ref(ONLY_LOOKS)
        return roles.sorted("sequence").with_env(self.env)
