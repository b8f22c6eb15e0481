# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from itertools import islice

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..lib import timeline
from ..lib.ledger import KEY, differences, sums
from ..models.construction_cost_source_mixin import MIXIN

# document lines, or documents, that are read together and then forgotten
BATCH = 1000
# differences of one kind that are listed
MOST = 5000


class ConstructionReconciliation(models.TransientModel):
    """Compare the ledger with what documents say, without posting; repair by appending."""

    _name = "construction.reconciliation"
    _description = "Job Cost Reconciliation"
    _nothing_seen = (
        "What it lists is compared once more: only what differs still, and by just that, is acted on."
    )

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
    more_count = fields.Integer(
        string="Not Listed", readonly=True, help="Differences that were found beyond those that are listed."
    )

    @api.model
    def _default_date(self):
        today = fields.Date.context_today(self)
        lock_date = self.env.company.construction_cost_lock_date
        return max(today, fields.Date.add(lock_date, days=1)) if lock_date else today

    def _compute_display_name(self):
        self.display_name = self.env._("Reconciliation")

    def action_compare(self):
        """List the differences between ledger and documents, of now and of past days."""
        self.ensure_one()
        (self.line_ids | self.past_line_ids | self.misfit_line_ids).unlink()
        jobs, vals, more, compared = self._jobs(), {}, 0, []
        for name, found in (
            ("line_ids", self._differences(jobs, compared=compared)),
            ("past_line_ids", self._past_differences(jobs)),
            ("misfit_line_ids", self._misfits(jobs)),
        ):
            vals[name] = [Command.create(line) for line in islice(found, MOST)]
            more += sum(1 for _line in found)
        self.write({"state": "done", "source_count": sum(compared), "more_count": more, **vals})
        return self._reopen()

    def action_repair(self):
        """Append what is missing, dated by the wizard.

        :raise AccessError: unless a cost controller
        :raise PeriodLocked: when the date lies in a closed period
        """
        self.ensure_one()
        self._check_controller()
        # Only what is listed and still found: the lines are the user's, who may write anything in them.
        found = self._still_found(self.line_ids, self._differences)
        Entry = self.env["construction.cost.entry"]
        sources = [self.env[model].sudo().browse(sorted(ids)) for model, ids in found.items()]
        Entry._post_sources([(records.exists(), self.date) for records in sources])
        Entry._post_lost([records - records.exists() for records in sources], self.date)
        return self.action_compare()

    def action_repair_past(self):
        """Append what makes the ledger right for each day that is open: closed days stay as they are.

        :raise AccessError: unless a cost controller
        """
        self.ensure_one()
        self._check_controller()
        found = self._still_found(self.past_line_ids, self._past_differences)
        self.env["construction.cost.entry"]._post_history(
            [self.env[model].browse(sorted(ids)) for model, ids in found.items()]
        )
        return self.action_compare()

    def _still_found(self, lines, differences):
        """{model: ids} of what lines list and what differs still, by just what is listed of it."""
        listed, now, found = defaultdict(set), defaultdict(set), defaultdict(set)
        for line in lines:
            listed[line.res_model, line.res_id].add(self._as_listed(line))
        for vals in differences(self._jobs(), only=self._listed(lines)):
            now[vals["res_model"], vals["res_id"]].add(self._as_listed(lines.new(vals)))
        for document, differing in now.items():
            if differing == listed[document]:
                found[document[0]].add(document[1])
        return found

    def _as_listed(self, line):
        position = (line.job_id.id, line.cost_code_id.id, line.cost_type_id.id, line.kind)
        figures = (line.posted, line.expected, line.difference)
        return (*position, line.date_from, line.date_to, *map(line.currency_id.format, figures))

    def _listed(self, lines):
        """{model: ids} of the document lines that lines of this window list."""
        listed = defaultdict(set)
        for line in lines:
            listed[line.res_model].add(line.res_id)
        return listed

    def action_let_stand(self):
        """Keep the listed differences of past days as they are, with the reason, and list them no more."""
        self.ensure_one()
        return self._let_stand(self.past_line_ids)

    def _let_stand(self, lines):
        self._check_controller()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why these differences of past days stand as they are."))
        signatures = {line.signature for line in lines}
        names = ("company_id", "job_id", "reference", "signature", "date_from", "date_to", "difference")
        self.env["construction.cost.mark"].sudo().create(
            [
                {**{name: vals[name] for name in names}, "reason": self.reason.strip()}
                for vals in self._past_differences(self._jobs(), only=self._listed(lines))
                if vals["signature"] in signatures
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
        """Yield values of lines about documents of these jobs that the ledger follows and that are wrong.

        Credited more than was billed: the order would have more open than was ever ordered. A module that
        matches bills adds by ``super()`` what passed it and should not have.
        """
        accounts = jobs.sudo().account_id
        Line = self.env["purchase.order.line"].sudo()
        domain = [("analytic_distribution", "in", accounts.ids), ("order_id.state", "=", "purchase")]
        for lines in self._in_batches(Line.search(domain, order="id") if accounts else Line):
            for line, figures in lines._construction_order_lines().items():
                if figures.billed * figures.quantity < 0 or figures.billed_amount * figures.amount < 0:
                    yield {
                        **self._prepare_misfit(line.order_id, line.construction_job_id or jobs[:1]),
                        "posted": float(figures.billed_amount),
                        "expected": 0.0,
                        "difference": -float(figures.billed_amount),
                        "problem": self.env._(
                            "%s: more was credited than billed.", (line.name or "").split("\n")[0]
                        ),
                    }

    def _prepare_misfit(self, document, job):
        return {
            "kind": "actual",
            "job_id": job.id,
            "res_model": document._name,
            "res_id": document.id,
            "reference": document.display_name,
            "company_id": document.company_id.id,
        }

    def _differences(self, jobs, only=None, compared=None):
        """Yield values of the lines.

        :param only: {model: ids} of document lines to look at; all that concern the jobs by default
        :param list compared: takes the number of document lines that were compared
        """
        Entry, of_jobs = self.env["construction.cost.entry"].sudo(), set(jobs.ids)
        for model, records, lost in self._sources(jobs, only):
            if compared is not None:
                compared.append(len(records))
            posted = Entry._posted_sums([records])
            positions = records._construction_cost_position()
            for record in records:
                expected = sums(positions.get(record, ()))
                present = posted.get((model, record.id), {})
                for key, change in differences(expected, present).items():
                    vals = self._prepare_line(record, key, expected, present, change)
                    if vals["job_id"] in of_jobs:
                        yield vals
            yield from (vals for vals in self._lost(lost) if vals["job_id"] in of_jobs)

    def _lost(self, lost):
        """Yield values of what the ledger still holds of document lines that are gone."""
        if not lost:
            return
        Entry, last = self.env["construction.cost.entry"].sudo(), self._last_entries(lost)
        for (_model, record_id), days in Entry._posted_days([lost]).items():
            posted = timeline.total(days)
            for key, change in differences({}, posted).items():
                yield self._prepare_line(lost.browse(record_id), key, {}, posted, change, last[record_id])

    def _last_entries(self, records):
        """{id: the last entry} of document lines, which tells what they were."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (res_id) res_id, id FROM construction_cost_entry
                    WHERE res_model = %s AND res_id = ANY(%s) ORDER BY res_id, date DESC, id DESC""",
                records._name,
                records.ids,
            )
        )
        entries = self.env["construction.cost.entry"].sudo().browse([entry_id for _res_id, entry_id in rows])
        return dict(zip((res_id for res_id, _entry_id in rows), entries, strict=True))

    def _past_differences(self, jobs, only=None):
        """Yield values of the lines of past days on which the ledger said something else than is known now.

        What differs to this day is not among them, nor what was let stand.

        :param only: as ``_differences``
        """
        Entry, of_jobs = self.env["construction.cost.entry"].sudo(), set(jobs.ids)
        marks = self.env["construction.cost.mark"].sudo()
        for model, records, _lost in self._sources(jobs, only):
            found = []
            posted = Entry._posted_days([records])
            for record, days in records._construction_cost_history().items():
                of_record = posted.get((model, record.id), {})
                for stretch in timeline.stretches(days, of_record, _day_before):
                    if stretch.end and stretch.wanted[0] != stretch.present[0]:
                        found.append(self._prepare_past_line(record, stretch))
            marked = marks.search([("signature", "in", [vals["signature"] for vals in found])])
            signatures = set(marked.mapped("signature"))
            for vals in found:
                if vals["job_id"] in of_jobs and vals["signature"] not in signatures:
                    yield vals

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

    def _sources(self, jobs, only=None):
        """Yield what has, or should have, something in the ledger of these jobs, by batches.

        :param only: {model: ids} of document lines to look at
        :return: (model, document lines that are there, those that are gone)
        """
        for model in self.env[MIXIN]._construction_cost_models():
            records = self.env[model].sudo()
            if only is None:
                posted = self._posted_ids(model, jobs)
                ids = posted.union(records._construction_cost_of_jobs(jobs)._ids)
            else:
                ids = posted = only.get(model, set())
            for batch in self._in_batches(records.browse(sorted(ids))):
                there = batch.exists()
                yield model, there, (batch - there).filtered(lambda r, known=posted: r.id in known)

    def _in_batches(self, records):
        """Yield these records by batches, each of which is forgotten before the next is read."""
        ids = records._ids
        for start in range(0, len(ids), BATCH):
            yield records.browse(ids[start : start + BATCH])
            # what was read of them, and of all that belongs to them
            self.env.invalidate_all()

    def _posted_ids(self, model, jobs):
        """Ids of document lines, even if they are gone, of which the ledger of these jobs holds something."""
        entries = self.env["construction.cost.entry"].sudo()
        domain = [("job_id", "in", jobs.ids), ("res_model", "=", model)]
        [[ids]] = entries._read_group(domain, [], ["res_id:array_agg_distinct"])
        return set(ids or ())

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
