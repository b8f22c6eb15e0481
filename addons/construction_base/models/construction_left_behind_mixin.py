# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from ..lib.coding import exchange
from .construction_coding_mixin import CODE, DISTRIBUTION, JOB, TYPE

# what keys of a kind code: the field of a line that has a distribution
CODED = {"job": JOB, "cost_code": CODE, "cost_type": TYPE}
# the same of a line that has none
PLAIN = {"job": "job_id", "cost_code": "cost_code_id", "cost_type": "cost_type_id"}


class ConstructionLeftBehindMixin(models.AbstractModel):
    """A document whose coding may be left behind: a key means another record, or a code was archived.

    Its lines inherit ``construction.left.behind.line.mixin``, or it does itself where it has none. An addon
    that keeps lists of what is left behind finds them, flags the document, and has it recoded here.
    """

    _name = "construction.left.behind.mixin"
    _description = "May Be Left Behind"

    def _construction_recode(self, lines, target, reason):
        """Recode lines of this one document.

        :param lines: what lists them; ``lines._write_coding(target)`` writes what they are coded to
        :param str reason: what a person says, for the history of the document
        :return: (outcome, note): "recoded"; "waiting" for somebody's word, or "stopped", with the reason
        :raises UserError, NamedError: for what is not recoded, which is noted
        """
        self.ensure_one()
        lines._write_coding(target)
        if "message_ids" in self._fields:
            words = self.env._("Recoded: %s", reason)
            self.message_post(body=words, author_id=self.env.user.partner_id.id)
        return "recoded", False


class ConstructionLeftBehindLineMixin(models.AbstractModel):
    """A line of such a document, or a document that has no lines.

    It has a ``company_id``, and is coded by an ``analytic_distribution`` or by the plain fields of ``PLAIN``.
    All is asked without the rights of a user.
    """

    # apart from the document: most documents have lines of another model
    _name = "construction.left.behind.line.mixin"
    _description = "Line That May Be Left Behind"

    # the field of its document; without one it is the document
    _construction_document_field = None
    # the types of the events that say what it is coded to: what did not come by one has no key to follow
    _construction_coded_by = ()
    # by what these events call it among their lines
    _construction_line_field = "construction_external_line"

    def _construction_document(self):
        field = self._construction_document_field
        return self[field] if field else self

    @api.model
    def _construction_open_lines(self, domain, kind, records):
        """The lines of open documents in a domain.

        :param kind: "job", "cost_code", "cost_type", "item", "supplier", or None for whatever they have
        :param records: of which these lines have some; of a line that is split only their share is open
        :return: {line: open amount as Decimal, in company currency}
        """
        raise NotImplementedError

    def _construction_is_open(self):
        """Whether the document of this line is open, whatever the amount."""
        self.ensure_one()
        return bool(self._construction_open_lines(Domain("id", "=", self.id), None, None))

    @api.model
    def _construction_with_domain(self, kind, records):
        """Which lines have some of these records."""
        if kind == "item":
            return Domain("product_id", "in", records.ids) if "product_id" in self._fields else Domain.FALSE
        if kind == "supplier":
            document = self.browse()._construction_document()
            if "partner_id" not in document._fields:
                return Domain.FALSE
            field = self._construction_document_field
            name = f"{field}.partner_id" if field else "partner_id"
            return Domain(name, "child_of", records.commercial_partner_id.ids)
        if DISTRIBUTION not in self._fields:
            return Domain(PLAIN[kind], "in", records.ids) if PLAIN[kind] in self._fields else Domain.FALSE
        accounts = [account_of(record).id for record in records if account_of(record)]
        return Domain(DISTRIBUTION, "in", accounts) if accounts else Domain.FALSE

    def _construction_with(self, kind, records):
        """Those of these records that this line has."""
        self.ensure_one()
        if kind == "item":
            return records & self.product_id
        if kind == "supplier":
            family = self._construction_document().partner_id.commercial_partner_id
            return records.filtered(lambda record: record.commercial_partner_id == family)
        if DISTRIBUTION not in self._fields:
            return records & self[PLAIN[kind]]
        coded = {key for keys in self[DISTRIBUTION] or {} for key in keys.split(",")}
        return records.filtered(lambda record: str(account_of(record).id) in coded)

    def _construction_coded_jobs(self):
        """The jobs that a question about these lines is of."""
        name = next((name for name in (JOB, PLAIN["job"]) if name in self._fields), None)
        return self[name] if name else self.env["project.project"]

    def _construction_exchange(self, kind, former, target):
        """Code these lines to a record instead of the former one."""
        if DISTRIBUTION not in self._fields:
            self.write({PLAIN[kind]: target.id})
            return
        old, new = former._construction_analytic_accounts().id, target._construction_analytic_accounts().id
        for line in self:
            line.write({DISTRIBUTION: exchange(line[DISTRIBUTION], old, new)})

    def _construction_named(self, told):
        """Those of these lines that are coded by a key.

        :param told: gives those of some lines of a model that an event told of by the key
        """
        return told(self)

    def _construction_part_of(self):
        """The line of another document of which this one is open only as a part."""
        return self.browse()

    def _construction_posted_amount(self):
        """What is posted of this line, in company currency. It stays where it is."""
        return 0.0


def account_of(record):
    """The account that stands for a job, code or type in distributions, where it has one already."""
    return record.account_id if record._name == "project.project" else record.analytic_account_id
