import logging
from collections import defaultdict

from psycopg2 import DatabaseError, OperationalError, errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..exceptions import NotAllowed
from ..lib import ordering
from .construction_event_handler import REFS, RefCache, Work
from .construction_event_type import LANES
from .construction_message_outcome import MAX_DEATHS

_logger = logging.getLogger(__name__)

BATCH = 100
JOB_RETRIES = 10
LOCK_CLASS = 0x0C05
# what a fresh snapshot mends: another shard wrote the same row or key meanwhile
PASSING = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
LANE_RANK = {lane: rank for rank, (lane, _label) in enumerate(LANES)}


class ConstructionMessageLane(models.Model):
    """How messages are taken through their handlers, a shard of a lane at a time."""

    _inherit = "construction.message"

    # ---- waking ----------------------------------------------------------------------

    @api.model
    def _shard_identity(self, lane, shard):
        return f"construction_sync:{lane}:{shard}"

    @api.model
    def _wake_shard(self, lane, shard):
        """Leave a job for this shard, unless one is there that has not begun yet."""
        self.env.cr.execute(
            "SELECT 1 FROM queue_job WHERE identity_key = %s AND state IN ('pending', 'enqueued') LIMIT 1",
            [self._shard_identity(lane, shard)],
        )
        if not self.env.cr.fetchone():
            self._delay_shard(lane, shard)

    @api.model
    def _delay_shard(self, lane, shard):
        lanes = self.with_user(SUPERUSER_ID).with_delay(
            channel=f"root.construction.{lane}",
            identity_key=self._shard_identity(lane, shard),
            priority=10 * LANE_RANK[lane],
            max_retries=JOB_RETRIES,
            description=f"Integration: {lane} lane, shard {shard}",
        )
        lanes._run_shard(lane, shard)

    def _wake_shards(self):
        """Wake the shards of these messages from within the transaction that set them free."""
        self.env.flush_all()
        for lane, shard in sorted({(m.lane, m.shard) for m in self if m.lane}):
            # a job that is already pending may begin before this transaction commits
            self.with_user(SUPERUSER_ID).with_delay(
                channel=f"root.construction.{lane}",
                priority=10 * LANE_RANK[lane],
                max_retries=JOB_RETRIES,
                description=f"Integration: {lane} lane, shard {shard}",
            )._run_shard(lane, shard)

    # ---- one job = one claimed batch = one transaction -------------------------------

    @api.model
    def _run_shard(self, lane, shard):
        """Job: take one batch of a shard through its handlers.

        :raises RetryableJobError: while another job has the shard
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)",
            [LOCK_CLASS, LANE_RANK[lane] * 256 + shard],
        )
        if not self.env.cr.fetchone()[0]:
            raise RetryableJobError("the shard is busy", seconds=1, ignore_retry=True)
        limit = 1 if self._job_died_before() else BATCH
        messages = self._claim(lane, shard, limit)
        if not messages:
            return "nothing to do"
        try:
            # a statement that fails is noted on its message, or is tried again: no error for the log
            with mute_logger("odoo.sql_db"):
                if limit == 1 and messages._note_taken_alone() > MAX_DEATHS:
                    summary = messages._store_deadly()
                else:
                    summary = messages._process()
                self.env.flush_all()
        except PASSING as error:
            _logger.info("%s lane, shard %s goes again: %s", lane, shard, str(error).splitlines()[:1])
            # not counted as a retry of the job: those are the deaths of its worker
            raise RetryableJobError(str(error), seconds=1, ignore_retry=True) from error
        if len(messages) == limit:
            messages[:1]._wake_shards()
        return summary

    @api.model
    def _job_died_before(self):
        """Whether a worker ended in the middle of this very job: one of its messages may be why."""
        self.env.cr.execute("SELECT retry FROM queue_job WHERE uuid = %s", [self.env.context.get("job_uuid")])
        found = self.env.cr.fetchone()
        return bool(found and found[0])

    def _note_taken_alone(self):
        """Note, where the end of this process cannot undo it, that this message is tried alone.

        :return: how often that was noted since the message was last sent round
        """
        with self.env.registry.cursor() as cr:
            message = self.with_env(self.env(cr=cr, user=SUPERUSER_ID))
            history = message.history_ids
            last_turn = max(history.filtered(lambda entry: not entry.taken_alone).ids, default=0)
            earlier = history.filtered(lambda entry: entry.taken_alone and entry.id > last_turn)
            message._log(
                "retry", self.env._("Tried alone, after a server process ended at work."), taken_alone=True
            )
            return len(earlier) + 1

    @api.model
    def _claim(self, lane, shard, limit=BATCH):
        """Lock the next messages of a shard; one in retry holds back the rest of its key."""
        self.env.cr.execute(
            SQL(
                """
                SELECT m.id FROM construction_message m
                WHERE m.lane = %(lane)s AND m.shard = %(shard)s
                  AND (m.state = 'received' OR m.state = 'retry' AND m.next_try_at <= %(now)s)
                  AND NOT EXISTS (
                    SELECT 1 FROM construction_message earlier
                    WHERE earlier.source_id = m.source_id AND earlier.subject = m.subject
                      AND earlier.state = 'retry' AND earlier.next_try_at > %(now)s
                      AND earlier.id < m.id)
                ORDER BY m.id LIMIT %(limit)s FOR NO KEY UPDATE OF m
                """,
                lane=lane,
                shard=shard,
                now=fields.Datetime.now(),
                limit=limit,
            )
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _process(self):
        """Take these messages through their handlers and store what became of each.

        :return: a line for the job's log
        """
        self = self.sudo()
        outcome = {"bound": False, "counts": defaultdict(int)}
        waves = ordering.waves(
            list(self),
            key=lambda m: (m.source_id.id, m.subject),
            group=lambda m: (m.source_id.id, m.event_type_id.id),
            priority=lambda group: self.env["construction.event.type"].browse(group[1]).priority,
        )
        for wave in waves:
            self.browse([message.id for message in wave])._process_group(outcome)
        if outcome["bound"] or outcome["counts"]["waiting"] or outcome["counts"]["exception"]:
            self._delay_release()
        return ", ".join(f"{count} {state}" for state, count in sorted(outcome["counts"].items()))

    def _process_group(self, outcome):
        """Messages of one source and one type, no two of one ordering key."""
        kind = self.event_type_id
        handler = kind._handler()
        if handler is None:
            error = NotAllowed(
                self.env._("No handler for %s is installed.", kind.display_name),
                cause_key=f"handler:{kind.name}",
            )
            return self._store_errors([(Work(m, {}), error) for m in self], outcome)
        handler = self._handler_env(handler)
        works = [Work(message, message._payload()) for message in self]
        handler._prefetch_refs(works)
        ready, failed = [], []
        errors_by_work = self._resolve_together(handler, works)
        for work in works:
            error = errors_by_work.get(id(work))
            (failed.append((work, error)) if error else ready.append(work))
        if ready and not self._apply_together(handler, ready):
            for work in list(ready):
                error = self._attempt(handler, work, lambda w: self._apply_one(handler, w))
                if error:
                    ready.remove(work)
                    failed.append((work, error))
        parked = [(work, work.parked) for work in ready if work.parked]
        self._store_done([work for work in ready if not work.parked], outcome)
        self._store_traces(ready)
        self._store_told(ready)
        self._store_errors(failed + parked, outcome)
        outcome["bound"] |= handler.env.context[REFS].bound

    def _handler_env(self, handler):
        source = self.source_id
        return (
            handler.with_user(source.user_id)
            .with_company(source.company_id)
            .with_context(
                **{REFS: RefCache()},
                allowed_company_ids=source.company_id.ids,
                lang=source.user_id.lang or "en_US",
                tz=source.user_id.tz or "UTC",
                # a service user follows nothing, and nobody gets a mail for each document
                mail_create_nosubscribe=True,
                mail_auto_subscribe_no_notify=True,
            )
        )

    def _resolve_together(self, handler, works):
        """Resolve a batch, which only reads, under one savepoint.

        :return: {id(work): what stopped it}
        """
        found = {}
        try:
            with self.env.cr.savepoint():
                for work in works:
                    try:
                        work.resolved = handler._resolve(work)
                    except DatabaseError:
                        raise
                    except Exception as error:  # pylint: disable=broad-except
                        found[id(work)] = error
        except OperationalError:
            raise
        except DatabaseError:
            # the statement that failed has ended the savepoint: find whose it was
            attempts = {
                id(work): self._attempt(handler, work, lambda w: self._resolve_one(handler, w))
                for work in works
            }
            return {key: error for key, error in attempts.items() if error}
        return found

    def _resolve_one(self, handler, work):
        work.resolved = handler._resolve(work)

    def _apply_one(self, handler, work):
        work.traces.clear()
        work.told.clear()
        work.parked = None
        self._resolve_one(handler, work)
        handler._apply([work])
        self.env.flush_all()

    def _apply_together(self, handler, works):
        """Apply a batch under one savepoint; False when it must go one at a time."""
        if len(works) == 1:
            return False
        try:
            with self.env.cr.savepoint():
                handler._apply(works)
                self.env.flush_all()
        except OperationalError:
            raise
        except Exception as error:
            _logger.info("batch of %s falls back to single messages: %s", handler._event_type, error)
            handler.env.context[REFS].clear()
            return False
        return True

    def _attempt(self, handler, work, step):
        """Run one step under a savepoint and return what stopped it, or None."""
        try:
            with self.env.cr.savepoint():
                step(work)
        except OperationalError:
            raise
        except Exception as error:  # pylint: disable=broad-except
            # a fault of one message must not stop the others of its batch
            handler.env.context[REFS].clear()
            return error
        return None
