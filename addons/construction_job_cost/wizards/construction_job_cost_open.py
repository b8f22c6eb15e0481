# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ConstructionJobCostOpen(models.TransientModel):
    _name = "construction.job.cost.open"
    _description = "Job Cost as of a Day"
    _nothing_seen = "It opens a report and decides nothing."

    as_of = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Only entries dated on or before this day are counted.",
    )
    job_ids = fields.Many2many(
        "project.project",
        string="Jobs",
        domain="[('is_construction_job', '=', True)]",
        help="Leave empty for every job that you see.",
    )

    def action_open(self):
        """Open the report on screen."""
        self.ensure_one()
        return self.env["construction.job.cost.report"]._construction_open(self.job_ids, self.as_of)

    def action_print(self):
        """Print the report of the chosen jobs, or of all."""
        self.ensure_one()
        jobs = self.job_ids or self.env["project.project"].search([("is_construction_job", "=", True)])
        report = self.env.ref("construction_job_cost.project_project_action_report_job_cost")
        as_of = fields.Date.to_string(self.as_of)
        return report.with_context(construction_as_of=as_of).report_action(
            jobs, data={"as_of": as_of, "job_ids": jobs.ids}
        )
