# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib import coding
from ..lib.transaction import notes

JOB, CODE, TYPE = "construction_job_id", "cost_code_id", "cost_type_id"
CODING_FIELDS = (JOB, CODE, TYPE)
DISTRIBUTION = "analytic_distribution"
# a document is being made with its lines, which are completed as they are made
MADE = "construction_coded_lines_made"


class ConstructionCodingMixin(models.AbstractModel):
    """Job, cost code and cost type of a line that has an ``analytic_distribution``.

    The distribution is the truth that Odoo's own reports read. Coding given in ``create`` or
    ``write`` is put into it; a distribution that changes by any other way (a person's split, a
    distribution model, a bill made from an order) sets the coding fields. A dimension that is
    split over several accounts leaves its field empty: an empty field there says nothing, and changes
    nothing.

    A form need not show the distribution, which most roles may not see: what such a form sends of the
    coding is put into it before anything is computed from it.
    """

    _name = "construction.coding.mixin"
    _description = "Job Coding of a Line"

    construction_job_id = fields.Many2one(
        "project.project",
        string="Job",
        domain="[('is_construction_job', '=', True), ('job_number', '!=', False),"
        " ('company_id', '=?', company_id)]",
        compute="_compute_construction_coding",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    cost_code_id = fields.Many2one(
        "construction.cost.code",
        domain="[('company_id', '=?', company_id)]",
        compute="_compute_construction_coding",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    cost_type_id = fields.Many2one(
        "construction.cost.type",
        compute="_compute_construction_coding",
        store=True,
        readonly=False,
    )

    # --- distribution -> coding ---------------------------------------------------------------

    @api.depends("analytic_distribution")
    def _compute_construction_coding(self):
        coded = self.filtered("analytic_distribution")
        (self - coded).update(dict.fromkeys(CODING_FIELDS, False))
        if not coded:
            return
        index = self._construction_index([line.analytic_distribution for line in coded])
        for line in coded:
            line.update(index.coding_vals(line.analytic_distribution))

    def _construction_coding_splits(self):
        """Shares of one line by coding.

        :return: list of (job, cost code, cost type, fraction): records (possibly empty) and a float;
            the fractions of a fully coded line add up to 1
        """
        self.ensure_one()
        distribution = self.analytic_distribution or {}
        if len(distribution) == 1:
            # The usual line, one coding for all of it: its fields say it, no account is looked up.
            [percent] = distribution.values()
            return [(self.construction_job_id, self.cost_code_id, self.cost_type_id, percent / 100)]
        index = self._construction_index([distribution])
        parts = coding.join(coding.parse(distribution, index.dimension_of), JOB)
        return [
            (*(index.record(f, part.account(f)) for f in CODING_FIELDS), part.percent / 100)
            for part in parts
            if part.accounts
        ]

    def _construction_coding_words(self):
        """What one line is coded to, for a sentence."""
        self.ensure_one()
        parts = []
        for job, code, cost_type, fraction in self._construction_coding_splits():
            named = " / ".join(r.sudo().display_name for r in (job, code, cost_type) if r)
            if named:
                parts.append(named if fraction >= 1 else f"{named} ({fraction:.0%})")
        return "; ".join(parts)

    # --- a code without a job -----------------------------------------------------------------

    @api.constrains(*CODING_FIELDS, DISTRIBUTION)
    def _check_coding_has_job(self):
        """Only a draft may have a cost code and no job: it would be in no job's cost."""
        lines = self.sudo()._construction_binding()._construction_without_job()
        if lines:
            raise ValidationError(
                self.env._(
                    "A cost code counts only with a job. Name the job, or clear the code: %s",
                    "; ".join(line._construction_without_job_words() for line in lines[:10]),
                )
            )

    def _construction_binding(self):
        """Those of these lines whose coding counts, for their document is no draft any more."""
        return self.browse()

    def _construction_coded_document(self):
        """What a person knows the document of a line by."""
        return ""

    def _construction_without_job(self):
        """Those of these lines of which a share has a cost code and no job."""
        return self.filtered(
            lambda line: (
                line.analytic_distribution
                and any(code and not job for job, code, *_type in line._construction_coding_splits())
            )
        )

    def _construction_without_job_words(self):
        self.ensure_one()
        codes = [code for job, code, *_type in self._construction_coding_splits() if code and not job]
        name = self.name or self.product_id.display_name or "?"
        return self.env._(
            "%(document)s, line %(line)s (%(coding)s)",
            document=self._construction_coded_document(),
            line=name.splitlines()[0][:60],
            coding=", ".join(code.display_name for code in codes),
        )

    # --- coding -> distribution ---------------------------------------------------------------

    @api.model
    def _construction_distribution(self, job, cost_code=None, cost_type=None):
        """Analytic distribution of a line that belongs wholly to one coding.

        :param job: project.project, may be empty
        :param cost_code: construction.cost.code or None
        :param cost_type: construction.cost.type or None
        :return: dict as stored in ``analytic_distribution``
        """
        records = {JOB: job, CODE: cost_code, TYPE: cost_type}
        changes = {f: r._construction_analytic_accounts().id for f, r in records.items() if r}
        return coding.recode({}, {}, changes, JOB) if changes else {}

    def _update_cache(self, values, validate=True):
        """In a form, the distribution follows the coding that is sent without it."""
        result = super()._update_cache(values, validate)
        if self.id or DISTRIBUTION in values or values.keys().isdisjoint(CODING_FIELDS):
            return result
        if MADE not in notes(self.env):
            self._construction_follow_coding()
        return result

    @api.model
    @contextmanager
    def _construction_made_with_lines(self):
        """Put around Odoo's look at a document that is about to be made: its lines are no form's there."""
        at_work = notes(self.env)
        if MADE in at_work:
            yield
            return
        at_work[MADE] = True
        try:
            yield
        finally:
            del at_work[MADE]

    @api.onchange(*CODING_FIELDS)
    def _onchange_construction_coding(self):
        for line in self:
            line._construction_follow_coding()

    def _construction_follow_coding(self):
        """Put into the distribution of a line in a form what its fields say otherwise."""
        known = bool(self._origin) or DISTRIBUTION in self._cache
        # of a line just begun it is not computed here, where the rest of it is not there yet
        distribution = self[DISTRIBUTION] if known else {}
        said = self._construction_index([distribution]).coding_vals(distribution)
        changes = {field: self[field] for field in CODING_FIELDS if self[field]._origin != said[field]}
        if changes:
            # in the cache only: who sends the coding has changed it, and has the rest computed from it
            self._update_cache({DISTRIBUTION: self._construction_recoded(distribution, changes)})

    @contextmanager
    def _construction_coding_kept(self):
        """Keep the coding of lines that are given another distribution, wherever that one says none.

        Odoo computes a distribution anew when the product or the partner changes.
        """
        before = {line: line[DISTRIBUTION] for line in self}
        yield
        changed = self.filtered(lambda line: before[line] and line[DISTRIBUTION] != before[line])
        for line in changed:
            index = self._construction_index([before[line], line[DISTRIBUTION]])
            parts = coding.parse(line[DISTRIBUTION], index.dimension_of)
            kept = {
                field: record
                for field, record in index.coding_vals(before[line]).items()
                if record and not any(part.account(field) for part in parts)
            }
            if kept:
                line[DISTRIBUTION] = self._construction_recoded(line[DISTRIBUTION], kept)

    @api.model
    def _construction_recoded(self, distribution, changes):
        """A distribution after changes {coding field: record}, or False when nothing is left."""
        index = self._construction_index([distribution])
        accounts = {
            field: record._construction_analytic_accounts().id if record else None
            for field, record in changes.items()
        }
        return coding.recode(distribution, index.dimension_of, accounts, JOB) or False

    @api.model
    def _construction_uncoded(self, distribution):
        """A distribution without job, cost code and cost type, or False when nothing is left.

        A project that is no construction job stays.
        """
        index = self._construction_index([distribution])
        coded = {
            account: dimension
            for account, dimension in index.dimension_of.items()
            if index.record(dimension, account)
        }
        return coding.uncoded(distribution, coded) or False

    @api.model
    def _construction_recoded_vals(self, distribution, changes):
        """Distribution after changes, with the coding that it says: all that is to be written.

        The coding is given explicitly because models may protect what they write from being computed.
        """
        recoded = self._construction_recoded(distribution, changes) if changes else distribution
        index = self._construction_index([recoded])
        coded = {field: record.id for field, record in index.coding_vals(recoded).items()}
        return {**coded, "analytic_distribution": recoded or False}

    @api.model
    def _construction_split_vals(self, vals):
        """(vals without coding, {coding field: record})"""
        changes = {
            field: self.env[self._fields[field].comodel_name].browse(vals[field] or ())
            for field in CODING_FIELDS
            if field in vals
        }
        return {key: value for key, value in vals.items() if key not in changes}, changes

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._construction_complete_vals(vals) for vals in vals_list])

    @api.model
    def _construction_complete_vals(self, vals):
        plain, changes = self._construction_split_vals(vals)
        chosen = {field: record for field, record in changes.items() if record}
        if not chosen:
            return plain
        if plain.get(DISTRIBUTION):
            coded = self._construction_recoded_vals(plain[DISTRIBUTION], chosen)
        else:
            coded = {field: chosen[field].id if field in chosen else False for field in CODING_FIELDS}
            coded[DISTRIBUTION] = self._construction_distribution(*(chosen.get(f) for f in CODING_FIELDS))
        return {**plain, **self._construction_usual_vals(plain, coded)}

    def write(self, vals):
        plain, changes = self._construction_split_vals(vals)
        if not changes:
            return super().write(vals)
        for lines in self.grouped(lambda line: line._construction_coding_group()).values():
            coded = lines._construction_written_vals(plain, changes)
            super(ConstructionCodingMixin, lines).write({**plain, **coded})
        return True

    def _construction_written_vals(self, plain, changes):
        """Coding to write to lines of one coding group, with the distribution that says it."""
        if DISTRIBUTION in plain:
            # A form sends both: what was cleared is already out of the distribution.
            distribution = plain[DISTRIBUTION] or {}
            changes = {field: record for field, record in changes.items() if record}
        else:
            distribution = self[:1][DISTRIBUTION]
            said = self._construction_index([distribution]).coding_vals(distribution)
            # nothing is cleared where nothing single is: a split stays
            changes = {field: record for field, record in changes.items() if record or said[field]}
            if not changes:
                return {}
        return self._construction_usual_vals(plain, self._construction_recoded_vals(distribution, changes))

    def _construction_coding_group(self):
        """What lines have in common that are given one coding at once."""
        self.ensure_one()
        return str(self[DISTRIBUTION])

    def _construction_usual_vals(self, plain, coded):
        """Complete the coding that is given to lines by what is usual.

        :param plain: the other values that they are given
        :param coded: the coding fields and the distribution
        """
        return coded

    def _construction_lacks(self, field, distribution):
        """Whether no share of a distribution says anything of a field of the coding."""
        index = self._construction_index([distribution])
        return not any(part.account(field) for part in coding.parse(distribution, index.dimension_of))

    # --- look-up of accounts ------------------------------------------------------------------

    @api.model
    def _construction_index(self, distributions):
        """Which coding the analytic accounts of some distributions stand for (one query a model)."""
        return _AccountIndex(
            self.env,
            {
                int(account)
                for distribution in distributions
                for key in distribution or {}
                if key != "__update__"
                for account in key.split(",")
            },
        )


class _AccountIndex:
    """Maps analytic accounts to coding dimensions and to the records behind them."""

    def __init__(self, env, account_ids):
        self.env = env
        self.dimension_of, self._records = {}, {}
        if not account_ids:
            return
        plans = {
            next(iter(env["account.analytic.plan"]._get_all_plans())).id: JOB,
            env.ref("construction_base.plan_cost_code").id: CODE,
            env.ref("construction_base.plan_cost_type").id: TYPE,
        }
        accounts = env["account.analytic.account"].sudo().browse(account_ids).exists()
        self.dimension_of = {
            account.id: plans[account.root_plan_id.id]
            for account in accounts
            if account.root_plan_id.id in plans
        }
        # a copied job takes no cost until it has a number of its own
        self._find(
            "project.project",
            "account_id",
            JOB,
            [("is_construction_job", "=", True), ("job_number", "!=", False)],
        )
        self._find("construction.cost.code", "analytic_account_id", CODE)
        self._find("construction.cost.type", "analytic_account_id", TYPE)

    def _find(self, model, field, dimension, domain=()):
        ids = [account for account, found in self.dimension_of.items() if found == dimension]
        if not ids:
            return
        records = self.env[model].sudo().with_context(active_test=False).search([(field, "in", ids), *domain])
        for record in records:
            self._records[dimension, record[field].id] = record.id

    def coding_vals(self, distribution):
        """{coding field: record} of a distribution, empty where it is split or silent."""
        parts = coding.join(coding.parse(distribution, self.dimension_of), JOB)
        return {field: self.record(field, coding.single(parts, field)) for field in CODING_FIELDS}

    def record(self, dimension, account):
        model = {JOB: "project.project", CODE: "construction.cost.code", TYPE: "construction.cost.type"}[
            dimension
        ]
        return self.env[model].browse(self._records.get((dimension, account), ()))
