# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.construction_base.lib.transaction import notes

from ..lib.cause import CAUSES, Causes
from ..lib.ledger import FIGURES, KEY, figure
from ..lib.timeline import changes, total
from .construction_cost_source_mixin import TOGETHER


class ConstructionCostEntryPosting(models.Model):
    """What documents append to the ledger, one by one or together, and what stands of them."""

    # apart from the ledger: what an entry is and how it comes to be are two ideas
    _inherit = "construction.cost.entry"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _post_sources(self, batches):
        """Append what the ledger misses of some records.

        One query for what was posted, one create for all of it.

        :param batches: list of (recordset of a cost source model, date or None for each record's own)
        :return: the new entries
        :raise PeriodLocked: when an entry would fall into a closed period; nothing is posted then
        """
        entries = self.sudo()
        batches = [(records.sudo()._construction_checked(), date) for records, date in batches if records]
        batches = [(records, date) for records, date in batches if records]
        # What is expected first: what it has recomputed notes a change, which is posted here.
        batches = [(records, records._construction_cost_expected(date)) for records, date in batches]
        posted = entries._posted_days([records for records, _expected in batches])
        vals_list = []
        for records, expected in batches:
            records._construction_forget_cost_change()
            for record in records:
                days = record._construction_cost_changes(
                    expected.get(record), posted.get((record._name, record.id), {})
                )
                for date, missing in days.items():
                    vals_list += record._construction_prepare_entries(missing, date)
        entries._check_periods(vals_list)
        return entries.create(vals_list)

    @api.model
    def _post_history(self, sources):
        """Append what makes the ledger say of every open day what it should: what is closed stays as it is.

        :param sources: recordsets of cost source models
        :return: the new entries
        """
        entries = self.sudo()
        sources = [records.sudo() for records in sources if records]
        posted = entries._posted_days(sources)
        vals_list = []
        for records in sources:
            for record, days in records._construction_cost_history().items():
                lock_date = record._construction_cost_document().company_id.construction_cost_lock_date
                since = fields.Date.add(lock_date, days=1) if lock_date else None
                found = changes(days, posted.get((record._name, record.id), {}), since)
                for date, missing in found.items():
                    vals_list += record._construction_prepare_entries(missing, date)
        entries._check_periods(vals_list)
        return entries.create(vals_list)

    @api.model
    def _post_lost(self, sources, date):
        """Reverse what stands of document lines that are gone.

        :param sources: recordsets of records that no longer exist
        """
        entries = self.sudo()
        vals_list = []
        for (model, record_id), days in entries._posted_days(sources).items():
            last = entries.search([("res_model", "=", model), ("res_id", "=", record_id)], limit=1)
            [common] = last.copy_data({"date": date})
            for key, figures in total(days).items():
                if any(figures):
                    of_key = dict(zip(KEY, key, strict=True))
                    reversed_figures = dict(zip(FIGURES, (float(-f) for f in figures), strict=True))
                    vals_list.append({**common, **of_key, **reversed_figures})
        entries._check_periods(vals_list)
        return entries.create(vals_list)

    @api.model
    @contextmanager
    def _posted_together(self):
        """Within it records are noted instead of posted; its end posts them all in one batch.

        For who handles many documents in a row. Each keeps the cause that it had when it was noted. Who
        reads the ledger within says ``_post_together_now`` first. What an error leaves is posted with
        the transaction, or not at all when that is undone.

        :raise PeriodLocked: at the end, as ``_post_sources``
        """
        at_work = notes(self.env)
        if TOGETHER in at_work:
            yield
            return
        noted = at_work[TOGETHER] = Causes()
        try:
            yield
        except Exception:
            if noted:
                self.env["construction.cost.source.mixin"]._construction_noted().update(noted)
            raise
        finally:
            del at_work[TOGETHER]
        self._post_noted(noted)
        self._note_room()

    @api.model
    def _post_together_now(self, besides=()):
        """Post what was noted within ``_posted_together`` so far.

        :param besides: records that stay noted
        """
        noted = notes(self.env).get(TOGETHER)
        if not noted:
            return
        kept = {(record._name, record.id) for record in besides}
        due = Causes({key: noted.pop(key) for key in list(noted) if key not in kept})
        self._post_noted(due)

    @api.model
    def _post_noted(self, noted):
        """Post the records of a lib.cause.Causes, and empty it."""
        if not noted:
            return
        due = Causes(noted)
        noted.clear()
        ids = defaultdict(list)
        for model, record_id in due:
            ids[model].append(record_id)
        env = self.env(su=True, context=dict(self.env.context, **{CAUSES: due}))
        self._post_sources([(env[model].browse(found).exists(), None) for model, found in ids.items()])

    @api.model
    def _posted_sums(self, recordsets):
        """{(model, id): {key: figures}} of what was posted for some records."""
        return {source: total(days) for source, days in self._posted_days(recordsets).items()}

    @api.model
    def _posted_days(self, recordsets):
        """{(model, id): {date: {key: figures}}} of what was posted for some records."""
        result = defaultdict(lambda: defaultdict(dict))
        sources = [r for r in recordsets if r.ids]
        if not sources:
            return result
        where = SQL(" OR ").join(
            SQL("(res_model = %s AND res_id = ANY(%s))", r._name, r.ids) for r in sources
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT res_model, res_id, date, kind, stage, job_id, cost_code_id, cost_type_id,
                          currency_id, SUM(amount), SUM(amount_currency), SUM(quantity)
                     FROM construction_cost_entry WHERE %s
                 GROUP BY res_model, res_id, date, kind, stage, job_id, cost_code_id, cost_type_id,
                          currency_id""",
                where,
            )
        )
        for model, res_id, date, *row in rows:
            key = tuple(value or False for value in row[:6])
            result[model, res_id][date][key] = tuple(map(figure, row[6:]))
        return result

    @api.model
    def _check_periods(self, vals_list):
        # The trigger reads the lock date in the database.
        self.env["res.company"].flush_model(["construction_cost_lock_date"])
        dates = defaultdict(set)
        names = {}
        for vals in vals_list:
            dates[vals["company_id"]].add(vals["date"])
            names.setdefault((vals["company_id"], vals["date"]), vals["reference"])
        if None in dates or False in dates:
            nowhere = {vals["job_id"] for vals in vals_list if not vals["company_id"]}
            jobs = self.env["project.project"].browse(nowhere)
            raise UserError(
                self.env._(
                    "Job %s has no company, so nothing is posted for it: give it back the company that its "
                    "documents are of.",
                    ", ".join(jobs.mapped("display_name")),
                )
            )
        for company_id, company_dates in dates.items():
            company = self.env["res.company"].browse(company_id)
            for date in company_dates:
                company._construction_check_open([date], names[company_id, date])
