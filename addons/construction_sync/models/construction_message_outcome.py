# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import re
from collections import defaultdict
from datetime import timedelta
from decimal import InvalidOperation

from psycopg2 import errors

from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain

from odoo.addons.construction_base.lib.named_error import NamedError

from ..errors import (
    Circle,
    InvalidData,
    MissingReference,
    NotAllowed,
    Proposed,
    Superseded,
    SyncError,
    WaitingFor,
)
from ..lib import ordering, sqlstate
from .construction_event_handler import Work

_logger = logging.getLogger(__name__)

# a permanent fault, or a statement that takes too long, is tried once more
MAX_ATTEMPTS = 2
# a passing fault is tried so long
PATIENCE = timedelta(hours=24)
MAX_DEATHS = 3
# how Odoo's refusals name a model, such as "Contact (res.partner)"
MODEL = re.compile(r"\(([a-z0-9_]+(?:\.[a-z0-9_]+)+)\)")
COUNTED = (sqlstate.PERMANENT, sqlstate.TIMEOUT)
# figures that are each within their contract, and together beyond what can be reckoned or stored
TOO_LARGE = (InvalidOperation, OverflowError, errors.NumericValueOutOfRange)


class ConstructionMessageOutcome(models.Model):
    """What became of a message in its handler: state, history, effects, work item."""

    # apart from the lanes: how messages are taken and what is noted of them are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    # ---- storing what became of them -------------------------------------------------

    def _store_done(self, works, outcome):
        by_job = defaultdict(list)
        for work in works:
            # a repeat reads no job; one that was known before stays
            job = work.job or work.message.job_id
            by_job[job.id].append(work.message.id)
        for job_id, ids in by_job.items():
            self.browse(ids).write(self._prepare_done_vals(job_id))
        for work in works:
            if work.notes:
                work.message._log("done", " ".join(work.notes))
        outcome["counts"]["done"] += len(works)

    def _prepare_done_vals(self, job_id):
        return {
            "state": "done",
            "done_at": fields.Datetime.now(),
            "job_id": job_id,
            "problem": False,
            "wait_kind": False,
            "wait_key": False,
            "wait_until": False,
            "failing_since": False,
            "fault_code": False,
        }

    def _store_traces(self, works):
        self.env["construction.message.record"]._note([trace for work in works for trace in work.traces])

    def _store_told(self, works):
        """Work items beside messages that have their effect: they block nothing."""
        for work in works:
            for error in work.told:
                error.document = self._document_of(work)
                error.job = error.job or work.job
                message = work.message
                if isinstance(error, Proposed):
                    self.env["construction.exception"]._propose(message, error)
                    continue
                self.env["construction.exception"]._open(
                    message.company_id, error, source=message.source_id, raised_by=message
                )

    def _store_errors(self, pairs, outcome):
        for work, error in pairs:
            state = work.message._store_safely(work, error)
            outcome["counts"][state] += 1
            if state == "retry":
                outcome["held"].add((work.message.source_id.id, work.message.subject))

    def _store_safely(self, work, error):
        """Store what stopped a message, in plain words where the records that belong to it cannot be.

        :return: the new state
        :raises: when nothing can be written: then each is taken alone
        """
        try:
            with self.env.cr.savepoint():
                return self._store_error(work, error)
        except Exception as failure:  # pylint: disable=broad-except
            if sqlstate.verdict(failure) != sqlstate.PERMANENT:
                raise
            # whatever a handler put into its error must not keep it from being seen
            _logger.info("outcome of message %s: %s", self.receipt, sqlstate.describe(failure))
        with self.env.cr.savepoint():
            return self._store_plainly(error)

    def _store_error(self, work, error):
        """Turn an error into state, history and work item. :return: the new state"""
        if isinstance(error, Superseded):
            vals = {**self._prepare_done_vals(self.job_id.id), "state": error.state}
            self.write({**vals, "problem": error.sentence})
            self._log(error.state, error.sentence)
            return error.state
        if isinstance(error, WaitingFor) and not isinstance(error, Circle):
            return self._store_waiting(work, error)
        if isinstance(error, SyncError):
            return self._store_exception(work, error)
        refused = isinstance(error, (UserError, *TOO_LARGE)) and _verdict(error) == sqlstate.PERMANENT
        if refused or isinstance(error, NamedError):
            named = self._named_by_handler(work, error) or self._as_sync_error(work, error)
            return self._store_exception(work, named)
        return self._store_fault(error)

    def _named_by_handler(self, work, error):
        """What a handler makes of an error of a model; one that has a name is told as it is."""
        handler = self.event_type_id._handler() if self.event_type_id else None
        named = None if handler is None else self._handler_env(handler)._named_error(work, error)
        if named is None and isinstance(error, NamedError):
            return error.about(job=error.job or work.job)
        return named

    def _as_sync_error(self, work, error):
        """Odoo's own refusals (rights, constraints) as named errors: a right is one cause, the rest one each.

        Odoo's sentences name users, and records of ours by their number: no key holds them.
        """
        text = str(error.args[0] if error.args else error)
        about = self._document_of(work) or self.subject
        if isinstance(error, TOO_LARGE):
            sentence = self.env._(
                "The figures of %s are too large to reckon with. Correct the message, or have its sender "
                "send it right.",
                self.display_name,
            )
            return InvalidData(sentence, cause_key=f"figures:{self.type_name}:{about}")
        if isinstance(error, AccessError):
            sentence = self.env._(
                "%(system)s may not do what %(document)s asks for. Give its service user the rights "
                "(Integrations, Sources), then replay. Odoo says: %(text)s",
                system=self.source_id.name,
                document=self.display_name,
                text=text,
            )
            model = MODEL.search(text)
            about = f"{self.type_name}:{model[1] if model else getattr(error, 'model', '')}"
            return NotAllowed(sentence, cause_key=f"refused:right:{about}")
        sentence = self.env._(
            "%(document)s was refused. Odoo says: %(text)s Put that right, or correct the message; "
            "then replay.",
            document=self.display_name,
            text=text if text.rstrip().endswith((".", "!", "?")) else f"{text}.",
        )
        return SyncError(sentence, cause_key=f"refused:{self.type_name}:{about}")

    def _store_waiting(self, work, error):
        same = (self.wait_kind, self.wait_key) == (error.kind, error.key)
        until = (
            self.wait_until
            if same and self.wait_until
            else fields.Datetime.now() + timedelta(hours=self.event_type_id.patience_hours)
        )
        if until <= fields.Datetime.now():
            return self._store_exception(work, error)
        self.write(
            {
                "state": "waiting",
                "wait_kind": error.kind,
                "wait_key": error.key,
                "wait_until": until,
                # known, but not ready: only what comes later sets it free
                "wait_seen": self._newest_meaning(error.kind, error.key)
                if error.seen is None
                else error.seen,
                **self._prepare_brings_vals(work),
                "problem": error.sentence,
                "job_id": self._error_job(work, error),
            }
        )
        self._log("waiting", error.sentence)
        return "waiting"

    def _newest_meaning(self, kind, key):
        """The id of the newest meaning that a key has now, for its source or one that shares keys with it."""
        crosswalk = self.env["construction.crosswalk"]
        found = crosswalk.search(
            crosswalk._counting_domain(self.source_id)
            & Domain([("kind", "=", kind), ("key", "=", key), ("valid_until", "=", False)]),
            order="id desc",
            limit=1,
        )
        return found.id

    def _store_exception(self, work, error):
        error.document = self._document_of(work)
        self._offer_candidates(work, error)
        item = self.env["construction.exception"]._open_for(self, error)
        named = isinstance(error, (MissingReference, WaitingFor))
        self.write(
            {
                "state": "exception",
                "exception_id": item.id,
                "wait_kind": error.kind if named else False,
                "wait_key": error.key if named else False,
                "problem": error.sentence,
                "job_id": self._error_job(work, error),
            }
        )
        self._log("exception", error.sentence)
        return "exception"

    def _offer_candidates(self, work, error):
        """Let an error that misses a record offer those that may be meant."""
        message = work.message
        handler = message.event_type_id._handler() if message.event_type_id else None
        if handler is None or not isinstance(error, (MissingReference, WaitingFor)):
            return
        error.model = error.model or handler._reference_model(error.kind)
        if error.model and not error.candidates:
            error.candidates = lambda: message._seek_candidates(handler, work, error)

    def _seek_candidates(self, handler, work, error):
        seeking = Work(self, work.data or self._payload(), job=work.job or self.job_id)
        return self._handler_env(handler)._candidates(seeking, error.kind, error.key)

    def _document_of(self, work):
        """The key of the document that a message brings, or None."""
        message = work.message
        handler = message.event_type_id._handler() if message.event_type_id else None
        if handler is None or not handler._document_kind:
            return None
        return handler._document_key(work.data or message._payload())

    def _error_job(self, work, error):
        # one that was known before stays: its project manager still has to see the message
        job = error.job or work.job or self.job_id
        # deleted meanwhile, it must not keep its message from being told
        return job.exists().id if job else False

    # ---- faults ----------------------------------------------------------------------

    def _store_fault(self, error):
        """Something that nobody foresaw: try again later, in the end ask a person. :return: the new state

        A passing fault is tried for a day, a permanent one or a statement that takes too long twice.
        """
        if not self:
            return "received"
        verdict, note = _verdict(error), self._fault_in_words(error)
        detail = sqlstate.trace(error)
        now = fields.Datetime.now()
        since = self.failing_since or now
        attempts = self.attempts + 1
        ends = attempts >= MAX_ATTEMPTS if verdict in COUNTED else since < now - PATIENCE
        self.write(
            {
                "attempts": attempts if verdict in COUNTED else self.attempts,
                "failing_since": since,
                "fault_code": sqlstate.sqlstate(error) or False,
                "problem": note,
            }
        )
        if not ends:
            return self._store_retry(now - since, note, detail)
        sentence = self.env._(
            "%(document)s could not be processed: %(note)s. What went wrong is in its history, for an "
            "integration manager to look at; replay it once that is mended.",
            document=self.display_name,
            note=note,
        )
        key = f"fault:{self.type_name}:{sqlstate.sqlstate(error) or type(error).__name__}"
        return self._store_dead(SyncError(sentence, cause_key=key, severity="high"), note, detail)

    def _fault_in_words(self, error):
        """What went wrong, for a person, with no code: of what the database refused, what it was about.

        What a program says of its own faults is for the history's details only.
        """
        table, column = sqlstate.place(error)
        model = next((name for name in self.env if self.env[name]._table == table), None)
        what = self.env["ir.model"].sudo()._get(model).name if model else table
        field = model and self.env[model]._fields.get(column)
        if field:
            what = f"{what}, {field._description_string(self.env)}"
        code = sqlstate.sqlstate(error)
        if code is None and not isinstance(error, LockError):
            return self.env._("the program met something that it does not provide for")
        words = {
            "23502": self.env._("a value that is required is missing"),
            "23503": self.env._("a record that is needed is gone"),
            "23505": self.env._("there is one already, and there may be no second"),
            "23514": self.env._("a value is not allowed"),
        }.get(code)
        if words:
            return f"{words} ({what})" if what else words
        return {
            sqlstate.AGAIN: self.env._("others changed the same records at that moment"),
            sqlstate.LOCKED: self.env._("somebody is at work on a record that it needs"),
            sqlstate.TIMEOUT: self.env._("it took the database too long"),
            sqlstate.LOST: self.env._("the database was out of reach"),
            sqlstate.FULL: self.env._("the database had no room left: %s", sqlstate.name_of(code)),
        }.get(_verdict(error)) or sqlstate.name_of(code)

    def _store_retry(self, failing, note, detail=None):
        delay = timedelta(seconds=ordering.backoff(failing.total_seconds()))
        self.write({"state": "retry", "next_try_at": fields.Datetime.now() + delay})
        self._log("retry", note, detail)
        return "retry"

    def _store_plainly(self, error):
        """The bare fact that a message is stopped, with nothing that could be refused in its turn.

        A work item without records goes with it, or is opened by the sweep. :return: the new state
        """
        if not self:
            return "received"
        sentence = error.sentence if isinstance(error, NamedError) else self._fault_in_words(error)
        sentence = sqlstate.clean(str(sentence))[:500]
        self.write({"state": "dead", "problem": sentence, "fault_code": sqlstate.sqlstate(error) or False})
        self._log("dead", sentence, sqlstate.trace(error))
        try:
            with self.env.cr.savepoint():
                self._open_plain_item()
        except Exception as failure:  # pylint: disable=broad-except
            # the sweep does it again
            _logger.info("work item of message %s: %s", self.receipt, sqlstate.describe(failure))
        return "dead"

    def _open_plain_item(self):
        """A work item for a message that is stopped and has none."""
        key = f"stopped:{self.type_name}:{self.subject}"[:300]
        sentence = self.env._(
            "%(message)s could not be processed: %(problem)s",
            message=self.display_name,
            problem=self.problem or self.env._("see its history"),
        )
        error = SyncError(sentence, cause_key=key, severity="high")
        self.exception_id = self.env["construction.exception"]._open_for(self, error, category="technical")

    def _store_deadly(self):
        """Set aside a message that ends every process that works on it, so that the others go on."""
        self = self.sudo()
        if not self:
            return "received"
        sentence = self.env._(
            "%(message)s ended the server process that worked on it %(count)d times and was set aside. "
            "See the server's log of these moments; then correct, replay or ignore it.",
            message=self.display_name,
            count=MAX_DEATHS,
        )
        key = f"deadly:{self.type_name}:{self.subject}"
        self.write({"problem": sentence})
        return self._store_dead(SyncError(sentence, cause_key=key, severity="high"), sentence)

    def _store_dead(self, error, note, detail=None):
        item = self.env["construction.exception"]._open_for(self, error, category="technical")
        self.write({"state": "dead", "exception_id": item.id})
        self._log("dead", note, detail)
        return "dead"


def _verdict(error):
    """What an error of a handler means: a record that somebody holds is no fault of the message."""
    return sqlstate.LOCKED if isinstance(error, LockError) else sqlstate.verdict(error, fresh=True)
