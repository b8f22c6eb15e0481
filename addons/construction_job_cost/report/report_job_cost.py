# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

FIGURES = (
    "budget_revised",
    "committed",
    "accrued",
    "actual",
    "pending",
    "exposure",
    "available",
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
            "late_by_job": {job.id: self._late_documents(job, as_of) for job in jobs},
            "rows_by_job": {job.id: job_rows for job, job_rows in rows.grouped("job_id").items()},
        }

    @api.model
    def _late_documents(self, job, as_of):
        """[{reference, date, entered, sums by kind}] of what a job has dated by the day and entered since."""
        Entry = self.env["construction.cost.entry"]
        groups = Entry._read_group(
            Entry._entered_since_domain(job, as_of),
            ["reference", "date:day", "kind"],
            ["amount:sum", "create_date:min"],
            order="date:day, reference, kind",
        )
        found = {}
        for reference, date, kind, amount, entered in groups:
            row = found.setdefault(
                (date, reference), {"reference": reference, "date": date, "entered": entered, "sums": {}}
            )
            row["entered"] = min(row["entered"], entered)
            row["sums"][kind] = amount
        return [row for row in found.values() if any(row["sums"].values())]
