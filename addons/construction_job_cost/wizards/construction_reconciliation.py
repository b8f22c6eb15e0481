from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..lib import timeline
from ..lib.ledger import KEY, differences, sums
from ..models.construction_cost_source_mixin import MIXIN


class ConstructionReconciliation(models.TransientModel):
    """Compare the ledger with what documents say, without posting; repair by appending."""

    _name = "construction.reconciliation"
    _description = "Job Cost Reconciliation"

    job_ids = fields.Many2many(
        "project.project",
        string="Jobs",
        domain="[('is_construction_job', '=', True)]",
        help="Leave empty for every job that you see.",
    )
    date = fields.Date(string="Date of Repairs", required=True, default=lambda self: self._default_date())
    state = fields.Selection([("start", "Start"), ("done", "Compared")], default="start")
    line_ids = fields.One2many(
        "construction.reconciliation.line",
        "reconciliation_id",
        domain=[("date_to", "=", False), ("problem", "=", False)],
    )
    past_line_ids = fields.One2many(
        "construction.reconciliation.line", "reconciliation_id", domain=[("date_to", "!=", False)]
    )
    misfit_line_ids = fields.One2many(
        "construction.reconciliation.line", "reconciliation_id", domain=[("problem", "!=", False)]
    )
    reason = fields.Char(
        string="Reason to Let Stand", help="Needed to let a difference of past days stand as it is."
    )
    source_count = fields.Integer(string="Document Lines Compared", readonly=True)

    @api.model
    def _default_date(self):
        today = fields.Date.context_today(self)
        lock_date = self.env.company.construction_cost_lock_date
        return max(today, fields.Date.add(lock_date, days=1)) if lock_date else today

    def _compute_display_name(self):
        self.display_name = self.env._("Reconciliation")

    def action_compare(self):
        """List every difference between ledger and documents, of now and of past days."""
        self.ensure_one()
        found, count = self._differences()
        (self.line_ids | self.past_line_ids | self.misfit_line_ids).unlink()
        self.write(
            {
                "state": "done",
                "source_count": count,
                "line_ids": [Command.create(vals) for vals in found],
                "past_line_ids": [Command.create(vals) for vals in self._past_differences()],
                "misfit_line_ids": [Command.create(vals) for vals in self._misfits(self._jobs())],
            }
        )
        return self._reopen()

    def action_repair(self):
        """Append what is missing, dated by the wizard.

        :raise AccessError: unless a cost controller
        :raise PeriodLocked: when the date lies in a closed period
        """
        self.ensure_one()
        self._check_controller()
        # Only what is listed and still found: the lines are the user's, who may write anything in them.
        listed = {(line.res_model, line.res_id) for line in self.line_ids}
        found = {(vals["res_model"], vals["res_id"]) for vals in self._differences()[0]}
        ids = defaultdict(list)
        for model, record_id in sorted(listed & found):
            ids[model].append(record_id)
        Entry = self.env["construction.cost.entry"]
        sources = {model: self.env[model].sudo().browse(found_ids) for model, found_ids in ids.items()}
        Entry._post_sources([(records.exists(), self.date) for records in sources.values()])
        Entry._post_lost([records - records.exists() for records in sources.values()], self.date)
        return self.action_compare()

    def action_repair_past(self):
        """Append what makes the ledger right for each day that is open: closed days stay as they are.

        :raise AccessError: unless a cost controller
        """
        self.ensure_one()
        self._check_controller()
        listed = {(line.res_model, line.res_id) for line in self.past_line_ids}
        found = {(vals["res_model"], vals["res_id"]) for vals in self._past_differences()}
        ids = defaultdict(list)
        for model, record_id in sorted(listed & found):
            ids[model].append(record_id)
        self.env["construction.cost.entry"]._post_history(
            [self.env[model].browse(found_ids) for model, found_ids in ids.items()]
        )
        return self.action_compare()

    def action_let_stand(self):
        """Keep the listed differences of past days as they are, with the reason, and list them no more."""
        self.ensure_one()
        return self._let_stand(self.past_line_ids)

    def _let_stand(self, lines):
        self._check_controller()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why these differences of past days stand as they are."))
        listed = {line.signature for line in lines}
        names = ("company_id", "job_id", "reference", "signature", "date_from", "date_to", "difference")
        self.env["construction.cost.mark"].sudo().create(
            [
                {**{name: vals[name] for name in names}, "reason": self.reason.strip()}
                for vals in self._past_differences()
                if vals["signature"] in listed
            ]
        )
        return self.action_compare()

    def _check_controller(self):
        if not self.env.user.has_group("construction_base.group_cost_controller"):
            raise AccessError(self.env._("Cost controllers repair the ledger."))

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
            "name": self.env._("Reconciliation"),
        }

    # --- comparison -----------------------------------------------------------------------------------

    def _jobs(self):
        return self.job_ids or self.env["project.project"].search([("is_construction_job", "=", True)])

    def _misfits(self, jobs):
        """Values of lines about documents of these jobs that the ledger follows and that are wrong.

        Credited more than was billed: the order would have more open than was ever ordered. A module that
        matches bills adds by ``super()`` what passed it and should not have.
        """
        accounts = jobs.sudo().account_id
        Line = self.env["purchase.order.line"].sudo()
        domain = [("analytic_distribution", "in", accounts.ids), ("order_id.state", "=", "purchase")]
        lines = Line.search(domain) if accounts else Line
        return [
            {
                **self._prepare_misfit(line.order_id, line.construction_job_id or jobs[:1]),
                "posted": float(figures.billed_amount),
                "expected": 0.0,
                "difference": -float(figures.billed_amount),
                "problem": self.env._("%s: more was credited than billed.", (line.name or "").split("\n")[0]),
            }
            for line, figures in lines._construction_order_lines().items()
            if figures.billed * figures.quantity < 0 or figures.billed_amount * figures.amount < 0
        ]

    def _prepare_misfit(self, document, job):
        return {
            "kind": "actual",
            "job_id": job.id,
            "res_model": document._name,
            "res_id": document.id,
            "reference": document.display_name,
            "company_id": document.company_id.id,
        }

    def _differences(self):
        """(values of the lines, number of document lines compared)"""
        jobs = self._jobs()
        found, count = [], 0
        Entry = self.env["construction.cost.entry"].sudo()
        for model in self.env[MIXIN]._construction_cost_models():
            records = self._sources(model, jobs)
            count += len(records)
            posted = Entry._posted_sums([records])
            positions = records._construction_cost_position()
            for record in records:
                expected = sums(positions.get(record, ()))
                present = posted.get((model, record.id), {})
                for key, change in differences(expected, present).items():
                    found.append(self._prepare_line(record, key, expected, present, change))
            found += self._lost(model, jobs)
        return [vals for vals in found if vals["job_id"] in jobs.ids], count

    def _lost(self, model, jobs):
        """Values of what the ledger still holds of document lines that are gone."""
        Entry = self.env["construction.cost.entry"].sudo()
        lost = self._posted_records(model, jobs)
        lost -= lost.exists()
        found = []
        for (_model, record_id), days in Entry._posted_days([lost]).items():
            of_record = Entry.search([("res_model", "=", model), ("res_id", "=", record_id)], limit=1)
            posted = timeline.total(days)
            for key, change in differences({}, posted).items():
                vals = self._prepare_line(lost.browse(record_id), key, {}, posted, change, of_record)
                found.append(vals)
        return found

    def _posted_records(self, model, jobs):
        """Document lines, even if they are gone, of which the ledger of these jobs holds something."""
        [[posted_ids]] = (
            self.env["construction.cost.entry"]
            .sudo()
            ._read_group(
                [("job_id", "in", jobs.ids), ("res_model", "=", model)], [], ["res_id:array_agg_distinct"]
            )
        )
        return self.env[model].sudo().browse(posted_ids or ())

    def _past_differences(self):
        """Values of the lines of past days on which the ledger said something else than is known of them now.

        What differs to this day is not among them, nor what was let stand.
        """
        jobs = self._jobs()
        found = []
        Entry = self.env["construction.cost.entry"].sudo()
        for model in self.env[MIXIN]._construction_cost_models():
            records = self._sources(model, jobs)
            posted = Entry._posted_days([records])
            for record, days in records._construction_cost_history().items():
                of_record = posted.get((model, record.id), {})
                for stretch in timeline.stretches(days, of_record, _day_before):
                    if stretch.end and stretch.wanted[0] != stretch.present[0]:
                        found.append(self._prepare_past_line(record, stretch))
        marked = (
            self.env["construction.cost.mark"]
            .sudo()
            .search([("signature", "in", [vals["signature"] for vals in found])])
            .mapped("signature")
        )
        return [vals for vals in found if vals["job_id"] in jobs.ids and vals["signature"] not in marked]

    def _prepare_past_line(self, record, stretch):
        expected, present = {stretch.key: stretch.wanted}, {stretch.key: stretch.present}
        change = tuple(w - p for w, p in zip(stretch.wanted, stretch.present, strict=True))
        vals = self._prepare_line(record, stretch.key, expected, present, change)
        lock_date = vals["company_id"] and record.company_id.sudo().construction_cost_lock_date
        parts = (record._name, record.id, *stretch.key, stretch.start, stretch.end, vals["difference"])
        return {
            **vals,
            "date_from": stretch.start,
            "date_to": stretch.end,
            "closed": bool(lock_date and stretch.end <= lock_date),
            "signature": " ".join(map(str, parts)),
        }

    def _sources(self, model, jobs):
        """Document lines that have, or should have, something in the ledger of these jobs."""
        known = self._posted_records(model, jobs).exists()
        return known | self.env[model].sudo()._construction_cost_of_jobs(jobs)

    def _prepare_line(self, record, key, expected, present, change, entry=None):
        """:param entry: one of a record that is gone, which tells what it was"""
        position = dict(zip(KEY, key, strict=True))
        nothing = (0, 0, 0)
        return {
            **{name: position[name] for name in ("kind", "job_id", "cost_code_id", "cost_type_id")},
            "res_model": record._name,
            "res_id": record.id,
            "reference": entry.reference if entry else record._construction_cost_document().display_name,
            "company_id": (entry or record).company_id.id,
            "posted": float(present.get(key, nothing)[0]),
            "expected": float(expected.get(key, nothing)[0]),
            "difference": float(change[0]),
        }


def _day_before(day):
    return fields.Date.subtract(day, days=1)
