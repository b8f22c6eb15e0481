# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from functools import partial

from odoo import api, fields, models

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_base.lib.transaction import notes

from ..lib.amounts import allocate, rounded
from ..lib.cause import CAUSES, Cause, Causes
from ..lib.ledger import differences, sums
from ..lib.timeline import total

MIXIN = "construction.cost.source.mixin"
DIRTY = "construction_cost_dirty"
TOGETHER = "construction_cost_together"
# lines of released orders whose change waits for its check, see purchase.order
UNCHECKED = "construction_cost_unchecked"


class ConstructionCostSourceMixin(models.AbstractModel):
    """A line of a document that has a place in the job-cost ledger.

    The line says what it *should* have there now; the ledger appends the difference to what was
    posted for it. Contexts: ``construction_cost_cause``, a lib.cause.Cause with the date of what happened,
    when it is not today, and the identity of the event that told of it; or ``construction_cost_causes``, a
    lib.cause.Causes with one for each document. No remote call can put such objects in its context.
    """

    _name = "construction.cost.source.mixin"
    _description = "Source of Job Costs"

    @api.model
    def _construction_cost_models(self):
        """Names of the models that are sources of cost, whichever addon brings them."""
        names = self.env.registry.descendants([MIXIN], "_inherit")
        return sorted(name for name in names if not self.env[name]._abstract)

    @api.model
    def _construction_cost_documents(self):
        """Names of the models of the documents whose lines are sources of cost."""
        sources = (self.env[name] for name in self._construction_cost_models())
        return sorted({source.new()._construction_cost_document()._name for source in sources})

    # --- what a model says ------------------------------------------------------------------------

    def _construction_cost_position(self):
        """What these records should have in the ledger now.

        :return: {record: [{kind, stage, job_id, cost_code_id, cost_type_id, currency_id: ids or names;
            amount: company currency, amount_currency: ``currency_id``, quantity}]}; a record that should
            have nothing may be left out
        """
        raise NotImplementedError

    @api.model
    def _construction_cost_of_jobs(self, jobs):
        """Records of these jobs that should have something in the ledger, for who compares it."""
        if "analytic_distribution" not in self._fields:
            return self.search([("job_id", "in", jobs.ids)])
        accounts = jobs.sudo().account_id
        return self.search([("analytic_distribution", "in", accounts.ids)]) if accounts else self.browse()

    def _construction_cost_expected(self, date=None):
        """What the ledger should say of these records, for who posts it.

        A source whose figures follow from facts of several days answers for each of them (order lines do).

        :param date: of the new entries; without it each record's own
        :return: {record: whatever ``_construction_cost_changes`` of the model takes}
        """
        positions = self._construction_cost_position()
        return {record: (date, positions.get(record, ())) for record in self}

    def _construction_cost_history(self):
        """What the ledger should say of these records on each day.

        :return: {record: {day: {key: figures}}}: what holds from a day on; a record of whose past nothing is
            known is left out
        """
        return {}

    def _construction_cost_changes(self, expected, posted):
        """What to append for one record.

        :param expected: as ``_construction_cost_expected`` gives it
        :param posted: {date: {key: figures}}
        :return: {date: {key: figures}}
        """
        self.ensure_one()
        date, position = expected
        changes = differences(sums(position), total(posted))
        return {date or self._construction_cost_date(): changes} if changes else {}

    def _construction_cost_document(self):
        """The document of one line: a record with a name, which entries lead back to."""
        self.ensure_one()
        return self

    def _construction_cost_date(self):
        """Date of an entry of one line, when its document does not give one."""
        self.ensure_one()
        given = self._construction_cause().date
        if given:
            return given
        job = self[:1].construction_job_id if "construction_job_id" in self._fields else None
        zone = job and job.job_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _construction_cause(self):
        """The lib.cause.Cause that the context gives for one line, or for its document."""
        causes = self.env.context.get(CAUSES)
        if isinstance(causes, Causes) and causes:
            document = self._construction_cost_document()
            for key in ((self._name, self.id), (document._name, document.id)):
                if key in causes:
                    return causes[key]
        cause = self.env.context.get("construction_cost_cause")
        return cause if isinstance(cause, Cause) else Cause()

    # --- posting ----------------------------------------------------------------------------------

    def _construction_post_cost(self, date=None):
        """Bring the ledger up to date with these records (one batch).

        Within construction.cost.entry ``_posted_together`` they are only noted; its end posts them.

        :param date: date of the new entries; without it each record's own
        :raise PeriodLocked: see construction.cost.entry
        """
        entries = self.env["construction.cost.entry"]
        together = notes(self.env).get(TOGETHER)
        if together is None:
            return entries._post_sources([(self, date)])
        self._construction_note_in(together, date)
        return entries

    def _construction_note_cost_change(self):
        """Have these records posted when the transaction ends, or with the others of a batch.

        For changes that come in many small steps, such as a draft being entered; whatever posts them
        before then makes the later posting needless. Each keeps the cause that it has now.
        """
        noted = notes(self.env).get(TOGETHER)
        if noted is None:
            noted = self._construction_noted()
        self._construction_note_in(noted)

    def _construction_checked(self):
        """Those of these records that may be posted: what waits for its check is posted by that."""
        unchecked = notes(self.env).get(UNCHECKED)
        return self.filtered(lambda r: (r._name, r.id) not in unchecked) if unchecked else self

    def _construction_note_in(self, noted, date=None):
        for record in self:
            if isinstance(record.id, int):
                cause = record._construction_cause()
                noted.note((record._name, record.id), Cause(date, cause.correlation) if date else cause)

    def _construction_noted(self):
        """The lib.cause.Causes of the records that are posted when the transaction ends."""
        precommit = self.env.cr.precommit
        if DIRTY not in precommit.data:
            noted = precommit.data[DIRTY] = Causes()
            precommit.add(partial(self.env["construction.cost.entry"]._post_noted, noted))
        return precommit.data[DIRTY]

    def _construction_forget_cost_change(self):
        """What these records have in the ledger is up to date: post nothing of them later."""
        for noted in (self.env.cr.precommit.data.get(DIRTY), notes(self.env).get(TOGETHER)):
            if noted:
                for record_id in self._ids:
                    noted.pop((self._name, record_id), None)

    def _construction_prepare_entries(self, changes, date):
        """Values of the entries of one record: changes {key: figures} as of lib.ledger."""
        self.ensure_one()
        document = self._construction_cost_document()
        company = document.company_id
        common = {
            "date": date or self._construction_cost_date(),
            "company_id": company.id,
            "res_model": self._name,
            "res_id": self.id,
            "document_model": document._name,
            "document_id": document.id,
            "reference": document.display_name,
            "partner_id": document.partner_id.id if "partner_id" in document._fields else False,
            "correlation_id": self._construction_cause().correlation,
        }
        return [
            {
                **common,
                "kind": kind,
                "stage": stage,
                "job_id": job,
                "cost_code_id": code,
                "cost_type_id": cost_type,
                "currency_id": currency,
                "amount": float(amount),
                "amount_currency": float(amount_currency),
                "quantity": float(quantity),
            }
            for (kind, stage, job, code, cost_type, currency), (
                amount,
                amount_currency,
                quantity,
            ) in changes.items()
        ]

    # --- help for models --------------------------------------------------------------------------

    def _construction_split_position(self, kind, amount_currency, currency, rate, quantity=0, stage=None):
        """Position of one line of one kind, split by its coding.

        :param amount_currency: in ``currency``, for the whole line
        :param rate: units of ``currency`` for one unit of the company's currency
        :return: list of position dicts, shares adding up to the line to the cent
        """
        self.ensure_one()
        splits = [split for split in self._construction_coding_splits() if split[0]]
        if not splits:
            return []
        fractions = [split[3] for split in splits]
        # its document's, for what one line lacks is no reason to show nothing of all others
        company = self.company_id or self._construction_cost_document().company_id
        company_currency = company.currency_id
        step, company_step = decimal(currency.rounding), decimal(company_currency.rounding)
        amount_currency = rounded(amount_currency, step)
        if currency == company_currency:
            amount = amount_currency
        else:
            amount = rounded(amount_currency / decimal(rate), company_step)
        if not (amount or amount_currency):
            return []
        amounts = allocate(amount, fractions, company_step)
        in_currency = allocate(amount_currency, fractions, step)
        return [
            {
                "kind": kind,
                "stage": stage,
                "job_id": job.id,
                "cost_code_id": code.id,
                "cost_type_id": cost_type.id,
                "currency_id": currency.id,
                "amount": amounts[index],
                "amount_currency": in_currency[index],
                "quantity": round(float(quantity) * fraction, 6),
            }
            for index, (job, code, cost_type, fraction) in enumerate(splits)
        ]
