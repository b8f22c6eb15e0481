# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

CONTROLLER = "construction_base.group_cost_controller"
# drafts that the question names
NAMED = 5


class ConstructionPeriodClose(models.TransientModel):
    """Asks before a period of the job costs is closed, or opened again, and says what that means."""

    _name = "construction.period.close"
    _description = "Close or Reopen a Period"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("company_id",)
    _shows = ("company_id", "kind", "date")

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("close", "Close"), ("reopen", "Reopen")], required=True, readonly=True, default="close"
    )
    closed_to = fields.Date(
        string="Closed Up To Now",
        readonly=True,
        default=lambda self: self.env.company.sudo().construction_cost_lock_date,
    )
    date = fields.Date(string="Day", required=True, default=lambda self: self._default_date())
    reason = fields.Char(required=True)
    what = fields.Text(string="What Happens", compute="_compute_what")

    @api.model
    def _default_date(self):
        """The month that is over, or the first day of the one that was closed last."""
        closed_to = self.env.company.sudo().construction_cost_lock_date
        if self.env.context.get("default_kind") == "reopen":
            return closed_to and closed_to.replace(day=1)
        month_end = fields.Date.context_today(self).replace(day=1) - timedelta(days=1)
        return month_end if not closed_to or month_end > closed_to else False

    @api.depends("kind", "date", "closed_to", "company_id")
    def _compute_what(self):
        for wizard in self:
            wizard.what = wizard._what_happens() if wizard.date else False

    def _what_happens(self):
        problem = self._problem()
        if problem:
            return problem
        if self.kind == "reopen":
            return self.env._(
                "%(first)s to %(last)s will be open again: documents can be dated there, what the close "
                "stopped goes on by itself, and figures that were reported may change.",
                first=self._said(self.date),
                last=self._said(self.closed_to),
            )
        return "\n".join(
            filter(None, [self._what_closes(), self._what_stands_in_it(), self._what_is_draft()])
        )

    def _what_closes(self):
        if not self.closed_to:
            return self.env._("Everything up to %s will be closed.", self._said(self.date))
        return self.env._(
            "%(first)s to %(last)s will be closed.",
            first=self._said(self.closed_to + timedelta(days=1)),
            last=self._said(self.date),
        )

    def _what_stands_in_it(self):
        entries = self.env["construction.cost.entry"]
        [[count, jobs]] = entries._read_group(self._period("date"), [], ["__count", "job_id:count_distinct"])
        return self.env._(
            "Entries of the ledger there: %(entries)s, jobs: %(jobs)s. No more are taken, from whomever.",
            entries=count,
            jobs=jobs,
        )

    def _what_is_draft(self):
        """The drafts of bills and entries for jobs that will have to bear a later date."""
        drafts = self.env["account.move"].search(
            [
                *self._period("date"),
                ("state", "=", "draft"),
                ("line_ids.construction_job_id", "!=", False),
            ],
            order="date, id",
        )
        if not drafts:
            return None
        names = ", ".join(draft.display_name for draft in drafts[:NAMED])
        return self.env._(
            "Drafts dated there, which will need a later date: %(count)s (%(names)s).",
            count=len(drafts),
            names=names if len(drafts) <= NAMED else f"{names}, …",
        )

    def _shown(self):
        """What is closed, and which drafts that puts off. Entries that come meanwhile are closed as well."""
        company = self.company_id
        closing = self.kind == "close" and self.date
        drafts = self.sudo(False)._what_is_draft() if closing else None
        return {company: [company.construction_cost_lock_date, drafts]} if company else {}

    def _period(self, field):
        since = [(field, ">", self.closed_to)] if self.closed_to else []
        return [("company_id", "=", self.company_id.id), *since, (field, "<=", self.date)]

    def _said(self, date):
        return format_date(self.env, date, date_format="long")

    def _problem(self):
        """Why this day can be neither, or None."""
        closed_to = self.closed_to
        if self.kind == "close":
            if closed_to and self.date <= closed_to:
                return self.env._(
                    "Job costs are closed up to %s already. Choose a later day.", self._said(closed_to)
                )
            if self.date > fields.Date.context_today(self):
                return self.env._(
                    "%s is still to come: nothing of today could be entered. Choose a day that is over.",
                    self._said(self.date),
                )
        elif not closed_to:
            return self.env._("Nothing is closed.")
        elif self.date > closed_to:
            return self.env._("%s is open already. Choose an earlier day.", self._said(self.date))
        return None

    def action_confirm(self):
        """Close or reopen, as the question said.

        :raise AccessError: unless by a cost controller of the company
        :raise UserError: when the day cannot be, or another has closed or reopened in the meantime
        """
        self.ensure_one()
        if not self.env.user.has_group(CONTROLLER):
            raise AccessError(self.env._("Cost controllers close and reopen periods."))
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Switch to %s to close its periods.", self.company_id.sudo().name))
        if self.closed_to != self.company_id.sudo().construction_cost_lock_date:
            raise UserError(
                self.env._("Somebody closed or reopened a period in the meantime: close this, and ask again.")
            )
        self._check_seen()
        problem = self._problem()
        if problem:
            raise UserError(problem)
        self.env["construction.cost.lock"].sudo().create(
            {
                "company_id": self.company_id.id,
                "lock_date": self.date if self.kind == "close" else self.date - timedelta(days=1),
                "reason": self.reason,
            }
        )
        return {"type": "ir.actions.act_window_close"}
