import traceback
from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import MissingReference, NotAllowed, Superseded, SyncError, WaitingFor
from ..lib import ordering

MAX_ATTEMPTS = 5
MAX_DEATHS = 3


class ConstructionMessageOutcome(models.Model):
    """What became of a message in its handler: state, history, effects, work item."""

    # apart from the lanes: how messages are taken and what is noted of them are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    # ---- storing what became of them -------------------------------------------------

    def _store_done(self, works, outcome):
        by_job = defaultdict(list)
        for work in works:
            by_job[work.job.id if work.job else False].append(work.message.id)
        for job_id, ids in by_job.items():
            self.browse(ids).write(self._prepare_done_vals(job_id))
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
                self.env["construction.exception"]._open(
                    message.company_id, error, source=message.source_id, raised_by=message
                )

    def _store_errors(self, pairs, outcome):
        for work, error in pairs:
            state = work.message._store_error(work, error)
            outcome["counts"][state] += 1

    def _store_error(self, work, error):
        """Turn an error into state, history and work item. :return: the new state"""
        if isinstance(error, Superseded):
            self.write({**self._prepare_done_vals(False), "state": "superseded", "problem": error.sentence})
            self._log("superseded", error.sentence)
            return "superseded"
        if isinstance(error, WaitingFor):
            return self._store_waiting(work, error)
        if isinstance(error, UserError) and not isinstance(error, SyncError):
            error = self._as_sync_error(error)
        if isinstance(error, SyncError):
            return self._store_exception(work, error)
        return self._store_fault(error)

    def _as_sync_error(self, error):
        """Odoo's own refusals (rights, constraints) as named errors."""
        text = str(error.args[0] if error.args else error)
        key = f"{type(error).__name__}:{self.type_name}:{text}"[:200]
        if isinstance(error, AccessError):
            return NotAllowed(text, cause_key=key)
        return SyncError(text, cause_key=key)

    def _store_waiting(self, work, error):
        same = (self.wait_kind, self.wait_key) == (error.kind, error.key)
        until = (
            self.wait_until
            if same and self.wait_until
            else fields.Datetime.now() + timedelta(hours=self.event_type_id.patience_hours)
        )
        if until <= fields.Datetime.now():
            return self._store_exception(work, error)
        if self.env["construction.crosswalk"]._lookup(self.source_id, error.kind, [error.key]):
            # released at once, it would wait again, for ever
            return self._store_fault(
                RuntimeError(f"{self.type_name} waits for {error.kind} {error.key}, which is known")
            )
        self.write(
            {
                "state": "waiting",
                "wait_kind": error.kind,
                "wait_key": error.key,
                "wait_until": until,
                "problem": error.sentence,
                "job_id": self._error_job(work, error),
            }
        )
        self._log("waiting", error.sentence)
        return "waiting"

    def _store_exception(self, work, error):
        error.document = self._document_of(work)
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

    def _document_of(self, work):
        """The key of the document that a message brings, or None."""
        message = work.message
        handler = message.event_type_id._handler() if message.event_type_id else None
        if handler is None or not handler._document_kind:
            return None
        return handler._document_key(work.data or message._payload())

    def _error_job(self, work, error):
        job = error.job or work.job
        return job.id if job else False

    def _store_fault(self, error):
        """Something that nobody foresaw: try again later, in the end ask a person."""
        attempts = self.attempts + 1
        detail = "".join(traceback.format_exception(error))[-8000:]
        note = f"{type(error).__name__}: {error}"[:500]
        vals = {"attempts": attempts, "problem": note}
        if attempts < MAX_ATTEMPTS:
            delay = timedelta(seconds=ordering.backoff(attempts))
            self.write({**vals, "state": "retry", "next_try_at": fields.Datetime.now() + delay})
            self._log("retry", note, detail)
            return "retry"
        sentence = self.env._("%(kind)s could not be processed: %(note)s", kind=self.type_name, note=note)
        key = f"fault:{self.type_name}:{type(error).__name__}"
        self.write(vals)
        return self._store_dead(SyncError(sentence, cause_key=key, severity="high"), note, detail)

    def _store_deadly(self):
        """Set aside a message that ends every process that works on it, so that the others go on."""
        self = self.sudo()
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
