# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib import forecast
from .product_template import AMOUNTS

MONEY_GROUPS = (
    "construction_base.group_project_manager,construction_base.group_buyer,"
    "construction_base.group_cost_controller,construction_base.group_integration_manager,"
    "construction_base.group_auditor"
)
# of a job that goes on these are open
OPEN_KINDS = ("budget", "commitment", "pending")
FIGURES = (
    "budget_revised",
    "committed",
    "accrued",
    "actual",
    "pending",
    "exposure",
    "forecast",
    "variance",
)


def _money(label):
    return fields.Monetary(
        string=label,
        compute="_compute_construction_figures",
        currency_field="construction_currency_id",
        groups=MONEY_GROUPS,
    )


class ProjectProject(models.Model):
    _inherit = "project.project"

    construction_budget_policy = fields.Selection(
        [("none", "No control"), ("warn", "Warn"), ("block", "Block")],
        string="Budget Control",
        default="block",
        required=True,
        copy=False,
        tracking=True,
        help="What happens to an order that asks for more than the budget has left. A job without an "
        "approved original budget has no control.",
    )
    # of Odoo, which shows it to whoever sees the project
    analytic_account_balance = fields.Monetary(groups=AMOUNTS)
    physical_percent = fields.Float(
        string="Physical Progress (%)", groups=MONEY_GROUPS, help="Work done, measured on site."
    )
    planned_percent = fields.Float(
        string="Planned Progress (%)", groups=MONEY_GROUPS, help="Work that should be done by now."
    )
    construction_currency_id = fields.Many2one(related="company_id.currency_id", string="Job Currency")
    construction_budget_revised = _money("Revised Budget")
    construction_committed = _money("Open Commitment")
    construction_accrued = _money("Of Which Accrued")
    construction_actual = _money("Actual Cost")
    construction_pending = _money("Pending")
    construction_exposure = _money("Exposure")
    construction_forecast = _money("Forecast")
    construction_variance = _money("Variance")
    construction_cpi = fields.Float(
        string="CPI",
        compute="_compute_construction_figures",
        digits=(6, 3),
        groups=MONEY_GROUPS,
        help="Earned value over actual cost; below 1 the work costs more than budgeted.",
    )
    construction_spi = fields.Float(
        string="SPI",
        compute="_compute_construction_figures",
        digits=(6, 3),
        groups=MONEY_GROUPS,
        help="Earned value over planned value; below 1 the job is behind.",
    )
    construction_used_percent = fields.Float(
        string="Exposure in % of Budget", compute="_compute_construction_figures", groups=MONEY_GROUPS
    )

    @api.depends_context("construction_as_of")
    @api.depends("physical_percent", "planned_percent")
    def _compute_construction_figures(self):
        report = self.env["construction.job.cost.report"]
        sums = report._construction_job_sums(self)
        for job in self:
            figures = sums.get(job.id, dict.fromkeys(FIGURES, decimal(0)))
            for name in FIGURES:
                job[f"construction_{name}"] = float(figures[name])
            budget = figures["budget_revised"]
            earned = forecast.earned_value(budget, decimal(job.physical_percent))
            planned = forecast.earned_value(budget, decimal(job.planned_percent))
            job.construction_cpi = float(forecast.cpi(earned, figures["actual"]) or 0)
            job.construction_spi = float(forecast.spi(earned, planned) or 0)
            job.construction_used_percent = float(figures["exposure"] / budget * 100) if budget else 0.0

    # --- budget -------------------------------------------------------------------------------------

    def _construction_original_budgets(self):
        return self.env["construction.budget"].search(
            [("job_id", "in", self.ids), ("kind", "=", "original"), ("state", "=", "approved")]
        )

    def _construction_under_budget_control(self):
        """Those of these jobs whose orders are checked against a budget."""
        checked = self.filtered(lambda job: job.construction_budget_policy != "none")
        return checked._construction_original_budgets().job_id if checked else checked

    @api.model_create_multi
    def create(self, vals_list):
        jobs = super().create(vals_list)
        # the jobs, not the values: default values come from the context, too
        if any(job.construction_budget_policy != "block" for job in jobs):
            self._construction_check_policy_maker()
        return jobs

    def write(self, vals):
        if "construction_budget_policy" in vals:
            self._construction_check_policy_maker()
        if not vals.get("active", True) and not self.env.su:
            self.filtered("active")._construction_check_nothing_open()
        return super().write(vals)

    def _construction_check_nothing_open(self):
        """:raises UserError: where these jobs go on and have something open: they are closed, not archived"""
        rows = (
            self.env["construction.cost.entry"]
            .sudo()
            ._read_group(
                [("job_id", "in", self.ids), ("kind", "in", list(OPEN_KINDS))],
                ["job_id", "kind"],
                ["amount:sum"],
            )
        )
        words = dict(self.env["construction.cost.entry"]._fields["kind"]._description_selection(self.env))
        used = {}
        for job, kind, amount in rows:
            currency = job.company_id.currency_id
            if job.job_status != "closed" and not currency.is_zero(amount):
                used.setdefault(job, []).append(f"{words[kind]} {format_amount(self.env, amount, currency)}")
        for job, figures in used.items():
            raise UserError(
                self.env._(
                    "Job %(job)s is not archived, for it has something open: %(figures)s. Set its status to "
                    "closed first: then it takes nothing new, and what still comes for it is looked at.",
                    job=job.display_name,
                    figures=", ".join(figures),
                )
            )

    def _construction_check_policy_maker(self):
        if not (self.env.su or self.env.user.has_group("construction_base.group_cost_controller")):
            raise AccessError(self.env._("Cost controllers decide on budget control."))

    # --- dates --------------------------------------------------------------------------------------

    def _construction_local_date(self, moment):
        """Date of a moment (naive UTC datetime) in the job's time zone."""
        zone = pytz.timezone(self.job_tz or "UTC")
        return pytz.utc.localize(moment).astimezone(zone).date()

    def _construction_day_start(self, date):
        """Naive UTC moment at which a date begins on the job."""
        zone = pytz.timezone(self.job_tz or "UTC")
        return zone.localize(datetime.combine(date, time())).astimezone(pytz.utc).replace(tzinfo=None)

    # --- screens ------------------------------------------------------------------------------------

    def action_construction_job_cost(self):
        """Open the job-cost report of these jobs."""
        return self.env["construction.job.cost.report"]._construction_open(self)

    def action_construction_cost_entries(self):
        """Open the cost entries of these jobs."""
        return self.env["construction.cost.entry"]._action_of(
            self.env._("Cost Entries"), [("job_id", "in", self.ids)]
        )

    def action_construction_budgets(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Budgets"),
            "res_model": "construction.budget",
            "view_mode": "list,kanban,form",
            "domain": [("job_id", "in", self.ids)],
            "context": {"default_job_id": self[:1].id},
        }

    # --- retention ----------------------------------------------------------------------------------

    def _construction_purge_costs(self, reason):
        """Delete the ledger of closed jobs: the one door in the append-only ledger.

        :param reason: why, kept in the job's log with what was deleted
        :return: number of entries deleted
        :raise AccessError, UserError: unless a cost controller, a closed job and a reason
        """
        if not self.env.user.has_group("construction_base.group_cost_controller"):
            raise AccessError(self.env._("Cost controllers purge the ledger of closed jobs."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the ledger is purged."))
        self.check_access("write")
        deleted = 0
        for job in self:
            if job.job_status != "closed":
                raise UserError(self.env._("%s is not closed.", job.display_name))
            self.env["construction.cost.entry"].flush_model()
            self.env.cr.execute("SELECT set_config('construction.cost_retention', 'on', true)")
            self.env.cr.execute(SQL("DELETE FROM construction_cost_entry WHERE job_id = %s", job.id))
            count = self.env.cr.rowcount
            self.env.cr.execute("SELECT set_config('construction.cost_retention', '', true)")
            deleted += count
            job.message_post(
                body=self.env._("%(count)s cost entries purged: %(reason)s", count=count, reason=reason)
            )
        self.env["construction.cost.entry"].invalidate_model()
        return deleted
