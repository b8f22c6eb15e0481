# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.construction_base.lib.decimals import decimal

# What is said of a code once, where it is judged as a whole.
JUDGED = ("available", "forecast", "variance")
# Figure of the report -> entries that make it up. Computed figures lead to all that went into them.
DRILL = {
    "budget_original": [("kind", "=", "budget"), ("stage", "=", "original")],
    "budget_changes": [("kind", "=", "budget"), ("stage", "=", "change")],
    "budget_revised": [("kind", "=", "budget")],
    "committed": [("kind", "=", "commitment")],
    "accrued": [("kind", "=", "accrual")],
    "actual": [("kind", "=", "actual")],
    "pending": [("kind", "=", "pending")],
    "exposure": [("kind", "in", ("actual", "commitment", "pending"))],
    "available": ["|", ("kind", "in", ("budget", "actual", "commitment")), ("stage", "=", "reserved")],
    "forecast": [("kind", "in", ("budget", "actual", "commitment"))],
    "variance": [("kind", "in", ("budget", "actual", "commitment"))],
}
FIGURES = [*DRILL]

# The rules are those of lib/forecast.py, over many rows at once; a test holds the two together. A code is
# judged as a whole where lib/budget.py says so: what it has left stands in its row without a type, once.
QUERY = """
WITH found AS (
    SELECT MIN(id) AS id, company_id, job_id, cost_code_id, cost_type_id,
           COALESCE(SUM(amount) FILTER (WHERE kind = 'budget' AND stage = 'original' AND %(live)s), 0)
               AS budget_original,
           COALESCE(SUM(amount) FILTER (WHERE kind = 'budget' AND stage = 'change' AND %(live)s), 0)
               AS budget_changes,
           COALESCE(SUM(amount) FILTER (WHERE kind = 'commitment' AND %(live)s), 0) AS committed,
           COALESCE(SUM(amount) FILTER (WHERE kind = 'accrual' AND %(live)s), 0) AS accrued,
           COALESCE(SUM(amount) FILTER (WHERE kind = 'actual' AND %(live)s), 0) AS actual,
           COALESCE(SUM(amount) FILTER (WHERE kind = 'pending' AND %(live)s), 0) AS pending,
           COALESCE(SUM(amount) FILTER (WHERE stage = 'reserved' AND %(live)s), 0) AS reserved,
           COUNT(*) FILTER (WHERE %(live)s) AS entry_count
      FROM construction_cost_entry
  GROUP BY company_id, job_id, cost_code_id, cost_type_id
), live AS (
    SELECT found.*, (budget_original, budget_changes, committed, accrued, actual, pending, reserved)
               <> (0, 0, 0, 0, 0, 0, 0) AND cost_type_id IS NOT NULL AS says_type
      FROM found
     WHERE entry_count > 0
), named AS (
    SELECT live.*,
           CASE WHEN COUNT(*) FILTER (WHERE says_type) OVER code = 1
                THEN MIN(cost_type_id) FILTER (WHERE says_type) OVER code END AS only_type
      FROM live
    WINDOW code AS (PARTITION BY company_id, job_id, cost_code_id)
), cell AS (
    SELECT MIN(id) AS id, company_id, job_id, cost_code_id,
           COALESCE(cost_type_id, only_type) AS cost_type_id,
           BOOL_OR(cost_type_id IS NULL) AS holds_untyped,
           SUM(budget_original) AS budget_original, SUM(budget_changes) AS budget_changes,
           SUM(committed) AS committed, SUM(accrued) AS accrued, SUM(actual) AS actual,
           SUM(pending) AS pending, SUM(reserved) AS reserved
      FROM named
  GROUP BY company_id, job_id, cost_code_id, COALESCE(cost_type_id, only_type)
), summed AS (
    SELECT cell.*, budget_original + budget_changes AS budget_revised,
           actual + committed AS projected,
           BOOL_OR(cost_type_id IS NULL AND (budget_original + budget_changes, actual, committed, reserved)
                   <> (0, 0, 0, 0)) OVER code AS whole,
           SUM(budget_original + budget_changes) OVER code AS code_budget,
           SUM(actual + committed) OVER code AS code_projected,
           SUM(reserved) OVER code AS code_reserved,
           SUM(actual + committed + pending) OVER code AS code_exposure
      FROM cell
    WINDOW code AS (PARTITION BY company_id, job_id, cost_code_id)
), complete AS (
    SELECT summed.*, whole AND cost_type_id IS NULL AS judges_code,
           CASE WHEN NOT whole THEN GREATEST(0, budget_revised - projected)
                WHEN cost_type_id IS NULL THEN GREATEST(0, code_budget - code_projected)
                ELSE 0 END AS to_complete
      FROM summed
)
SELECT complete.id, complete.company_id, company.currency_id, job_id, cost_code_id, cost_type_id,
       holds_untyped, judges_code, CASE WHEN whole THEN code_budget ELSE budget_revised END = 0 AS unbudgeted,
       budget_original, budget_changes, budget_revised, committed, accrued, actual, pending,
       actual + committed + pending AS exposure, to_complete,
       CASE WHEN NOT whole THEN actual + committed + pending
            WHEN judges_code THEN code_exposure ELSE 0 END AS exposure_judged,
       CASE WHEN NOT whole THEN budget_revised - projected - reserved
            WHEN judges_code THEN code_budget - code_projected - code_reserved
            ELSE 0 END AS available,
       CASE WHEN CASE WHEN cost_type_id IS NULL THEN (whole OR pending <> 0) AND code_exposure > code_budget
                      ELSE NOT whole AND actual + committed + pending > budget_revised END
            THEN 'over' END AS mark,
       projected + to_complete AS forecast,
       CASE WHEN NOT whole THEN budget_revised - projected - to_complete
            WHEN judges_code THEN code_budget - code_projected - to_complete
            ELSE 0 END AS variance
  FROM complete JOIN res_company company ON company.id = complete.company_id
"""


def _money(label, help_text=None):
    return fields.Monetary(string=label, readonly=True, help=help_text, aggregator="sum")


class ConstructionJobCostReport(models.Model):
    """Job cost by cost code and type, as of the day in context key ``construction_as_of``."""

    _name = "construction.job.cost.report"
    _description = "Job Cost Report"
    _auto = False
    _order = "job_id, cost_code_id, cost_type_id, id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    job_id = fields.Many2one("project.project", readonly=True)
    cost_code_id = fields.Many2one("construction.cost.code", readonly=True)
    cost_type_id = fields.Many2one("construction.cost.type", readonly=True)
    holds_untyped = fields.Boolean(
        readonly=True,
        help="Entries without a type are in this row, for their code has no more than one type.",
    )
    judges_code = fields.Boolean(
        string="Judged as a Whole",
        readonly=True,
        help="Something of this code has no type: what it has left is that of all its types, in this row.",
    )
    unbudgeted = fields.Boolean(readonly=True, help="Nothing is budgeted by which this row is judged.")
    budget_original = _money("Original")
    budget_changes = _money("Changes", "Approved revisions, transfers and contingency draws.")
    budget_revised = _money("Budget", "Original budget and approved changes.")
    committed = _money("Committed", "Open commitment: ordered and not yet billed.")
    accrued = _money("Accrued", "Received, not billed: a part of the open commitment, never added to it.")
    actual = _money("Actual", "Posted bills and other journal items of the job.")
    pending = _money("Pending", "Orders put forward or stopped on their way, and not released yet.")
    exposure = _money("Exposure", "Actual, open commitment and pending.")
    exposure_judged = _money("Exposure Judged", "What is held against the budget of this row.")
    available = _money(
        "Available",
        "Budget less actual, open commitment and what is reserved by orders awaiting approval. Where "
        "something of the code has no type, the code is judged as a whole: in its row without a type.",
    )
    mark = fields.Selection(
        [("over", "Over")],
        readonly=True,
        help="Over: the exposure (actual, open commitment and pending) passes the budget.",
    )
    to_complete = _money("To Complete", "Budget beyond the projected cost, not yet ordered.")
    forecast = _money("Forecast", "Estimate at completion: actual, open commitment and to complete.")
    variance = _money("Variance", "Budget less forecast; negative is an overrun.")

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("construction_as_of"))
        live = SQL("date <= %s", as_of) if as_of else SQL("TRUE")
        return SQL(QUERY, live=live)

    @api.depends("job_id", "cost_code_id", "cost_type_id")
    def _compute_display_name(self):
        for row in self:
            names = (row.cost_code_id or row.job_id).display_name, row.cost_type_id.display_name
            row.display_name = " / ".join(name for name in names if name)

    # --- figures --------------------------------------------------------------------------------------

    @api.model
    def _construction_job_sums(self, jobs):
        """{job id: {figure: decimal}} of jobs, as of the context's day."""
        names = [*FIGURES, "to_complete"]
        rows = self.sudo()._read_group(
            [("job_id", "in", jobs.ids)], ["job_id"], [f"{name}:sum" for name in names]
        )
        return {
            job.id: {name: decimal(value) for name, value in zip(names, values, strict=True)}
            for job, *values in rows
        }

    # --- screens --------------------------------------------------------------------------------------

    @api.model
    def _construction_open(self, jobs=None, as_of=None):
        """Action that opens the report for jobs (all, without any) as of a day (today, without one)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "construction_job_cost.construction_job_cost_report_action"
        )
        action.pop("display_name", None)  # the web client would show it instead of the name
        context = {"search_default_by_job": 0 if jobs and len(jobs) == 1 else 1}
        context["search_default_by_code"] = 1
        context["construction_expand"] = context["search_default_by_job"]
        if as_of:
            context["construction_as_of"] = fields.Date.to_string(as_of)
            context["construction_jobs"] = jobs.ids if jobs else []
            action["name"] = self.env._("Job Cost as of %s", format_date(self.env, as_of))
        if jobs:
            action["domain"] = [("job_id", "in", jobs.ids)]
            if len(jobs) == 1:
                action["name"] = f"{action['name']}: {jobs.display_name}"
        action["context"] = context
        return action

    @api.model
    def action_drill_domain(self, domain):
        """Open the entries behind a figure of all rows of a domain, as a group of the list shows it."""
        return self.search(domain).action_drill()

    def action_drill(self):
        """Open the entries behind one figure: context key ``construction_figure``, a name in DRILL."""
        figure = self.env.context.get("construction_figure")
        if figure not in DRILL:
            raise UserError(self.env._("This figure has no entries of its own."))
        domain = Domain(DRILL[figure]) & Domain.OR(row._construction_entry_domain(figure) for row in self)
        as_of = self.env.context.get("construction_as_of")
        if as_of:
            domain &= Domain("date", "<=", as_of)
        label = self._fields[figure]._description_string(self.env)
        names = self.display_name if len(self) == 1 else self._construction_common_name()
        several_kinds = any(term[1] == "in" for term in DRILL[figure] if isinstance(term, tuple))
        return self.env["construction.cost.entry"]._action_of(
            ": ".join(filter(None, (label, names))), domain, search_default_by_kind=int(several_kinds)
        )

    @api.model
    def action_entered_since(self):
        """Open the entries dated by the report's day that were made after it."""
        day = fields.Date.to_date(self.env.context.get("construction_as_of"))
        if not day:
            raise UserError(self.env._("Ask for the report of a day first: Job Cost as of a Day."))
        Job = self.env["project.project"]
        asked = self.env.context.get("construction_jobs")
        domain = [("id", "in", asked)] if asked else [("is_construction_job", "=", True)]
        return self.env["construction.cost.entry"]._action_of(
            self.env._("Dated by %s and entered since", format_date(self.env, day)),
            self.env["construction.cost.entry"]._entered_since_domain(Job.search(domain), day),
        )

    def _construction_entry_domain(self, figure):
        code = Domain([("job_id", "=", self.job_id.id), ("cost_code_id", "=", self.cost_code_id.id)])
        if self.judges_code and figure in JUDGED:
            return code
        types = [self.cost_type_id.id, *([False] if self.holds_untyped else [])]
        return code & Domain("cost_type_id", "in", types)

    def _construction_common_name(self):
        """What several rows have in common: their code, or their job."""
        common = self.cost_code_id if len(self.cost_code_id) == 1 else self.job_id
        return common.display_name if len(common) == 1 else ""
