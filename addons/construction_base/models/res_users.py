from odoo import models

SEES_ALL_JOBS = (
    "construction_base.group_buyer",
    "construction_base.group_accounts_payable",
    "construction_base.group_cost_controller",
    "construction_base.group_integration_manager",
    "construction_base.group_auditor",
    "base.group_system",
)


# they see all, and change nothing of it, or too much
ONLY_LOOKS = ("construction_base.group_auditor", "base.group_system")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _construction_sees_all_jobs(self):
        """Whether the user sees every job of their companies.

        Everyone else sees the jobs that they manage or whose site team they belong to. Used by the
        record rules of jobs and of what hangs on them; a module that brings another role extends it.
        """
        self.ensure_one()
        return self._is_superuser() or any(self.has_group(group) for group in SEES_ALL_JOBS)

    def _construction_groups_of_all_jobs(self):
        """The roles whom a person asks about a job that is not theirs."""
        return self.env["res.groups"].union(
            *(self.env.ref(name) for name in SEES_ALL_JOBS if name not in ONLY_LOOKS)
        )
