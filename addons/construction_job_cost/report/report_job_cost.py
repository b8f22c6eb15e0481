from odoo import api, fields, models

FIGURES = (
    "budget_original",
    "budget_revised",
    "committed",
    "accrued",
    "actual",
    "pending",
    "exposure",
    "forecast",
    "variance",
)


class ReportJobCost(models.AbstractModel):
    _name = "report.construction_job_cost.report_job_cost"
    _description = "Job Cost Report (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        data = data or {}
        as_of = fields.Date.to_date(
            data.get("as_of") or self.env.context.get("construction_as_of") or fields.Date.context_today(self)
        )
        jobs = self.env["project.project"].browse(docids or data.get("job_ids") or ())
        jobs.check_access("read")
        Report = self.env["construction.job.cost.report"].with_context(
            construction_as_of=fields.Date.to_string(as_of)
        )
        Report.invalidate_model()
        rows = Report.search([("job_id", "in", jobs.ids)])
        return {
            "doc_model": "project.project",
            "docs": jobs,
            "as_of": as_of,
            "figures": [(name, Report._fields[name]._description_string(self.env)) for name in FIGURES],
            "rows_by_job": {job.id: job_rows for job, job_rows in rows.grouped("job_id").items()},
        }
