# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

# what a line of an order or a request may be coded to; the server asks again
OPEN_JOBS = (
    "[('is_construction_job', '=', True), ('job_number', '!=', False),"
    " ('job_status', 'not in', ('suspended', 'closed')), ('company_id', '=?', company_id)]"
)


class ConstructionShutJobMixin(models.AbstractModel):
    """Lines that ask for something: nobody codes one to a job that is closed or suspended."""

    _name = "construction.shut.job.mixin"
    _description = "Line for an Open Job"

    def _construction_jobs(self):
        """The jobs that these lines are coded to, in whole or in part."""
        jobs = self.env["project.project"]
        for line in self.filtered("analytic_distribution"):
            for job, *_coding in line._construction_coding_splits():
                jobs |= job
        return jobs

    @api.constrains("construction_job_id", "analytic_distribution")
    def _check_job_takes_orders(self):
        # what an event asks for is stopped as a whole, by a work item
        shut = self.env["project.project"] if at_work(self.env) else self._construction_jobs()
        for job in shut._construction_shut():
            raise ValidationError(job.with_env(self.env)._construction_shut_sentence())
