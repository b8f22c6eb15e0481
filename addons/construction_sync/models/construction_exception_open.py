# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..errors import SyncError
from ..lib import work_item

_logger = logging.getLogger(__name__)

# what still comes in may cure the cause within seconds: nobody is told of that
GRACE = timedelta(minutes=1)
REOPENS = timedelta(days=1)
# how it ended, which no longer holds of one that is open again
CONCLUDED = ("resolution", "resolved_at", "resolved_by_id")
DUE_HOURS = {"low": 72, "medium": 24, "high": 4}
FALLBACK = "technical"


class ConstructionExceptionOpen(models.Model):
    """How a work item comes to be: one a cause, whatever the error brings, and never an error itself."""

    # apart from the item: what it is and how it comes to be are two ideas
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _open_for(self, message, error, category=None):
        """The open work item of a message's cause, opened when there is none."""
        return self._open(
            message.company_id, error, source=message.source_id, message=message, category=category
        )

    @api.model
    def _open(self, company, error, source=None, message=None, category=None, raised_by=None):
        """The open work item of a cause, opened when there is none.

        :param company: whose people see it
        :param error: what is wrong, a NamedError; without a ``cause_key`` the item is one message's own
        :param source: whose fault it is; none for silence, an audit, a checkpoint
        :param message: the message that it stops; the caller writes ``exception_id`` on it
        :param str category: instead of the error's; one that nobody declared is *technical*
        :param raised_by: messages that raise it and are not stopped by it
        """
        source = source or self.env["construction.source"]
        said = category or getattr(error, "category", None)
        category = self._known("category", said, FALLBACK)
        if said and category != said:
            _logger.warning("%s is of the category %r, which no work item has", type(error).__name__, said)
        key = self._cause_key(error, category, message)
        item = self._find(company, source, key, [("state", "=", "open")])
        if item:
            vals = self._prepare_refresh_vals(message, error)
            if any(item[name] != value for name, value in vals.items()):
                item.write(vals)
        else:
            vals = self._prepare_open_vals(company, source, message, error, key, category)
            vals["owner_id"] = self._first_owner(company, source, error, vals).id
            item = self._reopen(company, source, vals) or self.sudo().create(vals)
            item.flush_recordset()
        item._settle_questions()
        item._settle_barred()
        if raised_by:
            item._note_raised(raised_by)
        return item

    @api.model
    def _find(self, company, source, key, domain):
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("source_id", "=", source.id),
                ("cause_key", "=", key),
                *domain,
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _reopen(self, company, source, vals):
        """A cause that a replay of the last day did not cure keeps its work item, and its owner."""
        since = fields.Datetime.now() - REOPENS
        item = self._find(
            company, source, vals["cause_key"], [("state", "=", "resolved"), ("resolved_at", ">", since)]
        )
        if item:
            job = item.job_id.browse(vals["job_id"] or ())
            if self._may_own(item.owner_id, company, job, vals["category"], item.event_type_id):
                vals = {**vals, "owner_id": item.owner_id.id}
            item.write({**vals, "state": "open", **dict.fromkeys(CONCLUDED, False)})
        return item

    def _note_raised(self, messages):
        """Note messages that raise this item without being stopped by it."""
        self.ensure_one()
        # by statement: the field would read all that raised it before, for each that comes
        self.env.cr.execute(
            SQL(
                "INSERT INTO construction_exception_message_rel (exception_id, message_id)"
                " SELECT %s, unnest(%s) ON CONFLICT DO NOTHING",
                self.id,
                list(messages.ids),
            )
        )
        self.invalidate_recordset(["raised_by_ids", "message_total"])

    # ---- values that a database takes --------------------------------------------------

    @api.model
    def _known(self, name, value, default):
        """``value`` where a module declared it for the selection ``name``, else ``default``."""
        declared = {key for key, _label in self._fields[name].selection}
        return value if isinstance(value, str) and value in declared else default

    @api.model
    def _cause_key(self, error, category, message):
        key = getattr(error, "cause_key", None)
        if not key and message:
            # a subject may be no more than a number: two suppliers' N-1 are two causes
            about = getattr(error, "document", None) or message.subject
            cause = getattr(error, "cause", None) or category
            key = f"{cause}:{message.type_name}:{about}"
        return work_item.cause_key(key or f"{category}:{self._words(error)}")

    @api.model
    def _prepare_open_vals(self, company, source, message, error, key, category):
        severity = self._known("severity", getattr(error, "severity", None), "medium")
        now = fields.Datetime.now()
        job = self._alive(error, "job", "project.project") or (message and message.job_id)
        record = self._alive(error, "record")
        fix_model = getattr(error, "model", None)
        return {
            **self._prepare_refresh_vals(message, error),
            "category": category,
            "severity": severity,
            "company_id": company.id,
            "source_id": source.id,
            "event_type_id": message.event_type_id.id if message else False,
            "cause_key": key,
            "opened_at": now,
            "told_at": False,
            "due_at": now + timedelta(hours=DUE_HOURS[severity]),
            "escalate_at": now + timedelta(hours=DUE_HOURS[severity]),
            "escalations": 0,
            "former_owner_ids": [fields.Command.clear()],
            "job_id": job.id if job else False,
            "partner_id": self._alive(error, "partner", "res.partner").id,
            "record_ref": f"{record._name},{record.id}" if record else False,
            "missing_kind": self._word(getattr(error, "kind", None)),
            "missing_key": self._word(getattr(error, "key", None)),
            "fix_model": fix_model if isinstance(fix_model, str) and fix_model in self.env else False,
        }

    @api.model
    def _prepare_refresh_vals(self, message, error):
        return {
            "sentence": self._sentence(message, error),
            "figures": work_item.figures(getattr(error, "figures", None) or None) or False,
        }

    @api.model
    def _alive(self, error, name, model=None):
        """The first record that an error names, where it still exists; else none of its kind.

        A record that is gone, or was never stored, leaves the words that the error has for it.
        """
        none = self.env[model or "res.users"].sudo()
        found = getattr(error, name, None)
        if not isinstance(found, models.BaseModel) or found._abstract or found._transient:
            return none
        if model and found._name != model or not found.ids:
            return none
        first = found.browse(found.ids[:1]).sudo().exists()
        return first if first else none

    @api.model
    def _word(self, value):
        return work_item.text(value) if value else False

    @api.model
    def _words(self, error):
        return work_item.text(
            getattr(error, "sentence", None) or str(error) or type(error).__name__, work_item.SENTENCE_BYTES
        )

    @api.model
    def _sentence(self, message, error):
        """What is wrong, and with what: a cause of one message's own names its subject."""
        words = self._words(error)
        subject = message and message.subject
        if getattr(error, "cause_key", None) or not subject or subject in words:
            return words
        return f"{subject}: {words}"

    # ---- telling -----------------------------------------------------------------------

    @api.model
    def _raise_conflict(self, message, what, key):
        """Open the work item of an id that came twice with different content."""
        sentence = self.env._(
            "%(system)s used the %(what)s id %(key)s again with other content; "
            "the first version stands, the second is kept here and was not applied.",
            system=message.source_id.name,
            what=what,
            key=key,
        )
        error = SyncError(sentence, cause_key=f"conflict:{what}:{key}", severity="high")
        item = self._open_for(message, error, category="conflict")
        message.sudo().write({"exception_id": item.id, "problem": sentence})
        message._log("exception", sentence)
