# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import contextlib
import logging
import random
import time
from collections import Counter

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, mute_logger

from odoo.addons.queue_job.exception import RetryableJobError

from ..lib import sqlstate
from ..lib.ordering import HEAVY, light
from .construction_event_type import LANES
from .construction_message_outcome import MAX_DEATHS

_logger = logging.getLogger(__name__)

BATCH = 100
JOB_RETRIES = 10
LOCK_CLASS = 0x0C05
LANE_RANK = {lane: rank for rank, (lane, _label) in enumerate(LANES)}
# how often the same is taken again at once, when a fresh snapshot may cure it
TRIES = 3
# how long a batch, and one message alone, waits for a lock that somebody holds
BATCH_LOCK_TIMEOUT = "2s"
LOCK_TIMEOUT = "300ms"
# messages taken one by one end within this time, and leave the rest to the next job
ALONE_SECONDS = 20
SYSTEM_PAUSE = 30
# what may come out of somebody else's code and must not end the work on others
FAULTS = (Exception, SystemExit, GeneratorExit)


class ConstructionMessageLane(models.Model):
    """How messages are taken, a shard of a lane at a time, so that none ever stops another.

    A batch is one transaction: effects and states are written together or not at all. Whatever goes
    wrong with it as a whole, at flush or at commit, its messages are then taken one by one, each in a
    transaction of its own, and what stops one of them is noted in another.
    """

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
            self._leave_job(lane, shard)

    def _leave_job(self, lane, shard):
        """Leave a job for a shard from within a transaction after whose end it finds more to do."""
        # a job that is already pending may begin before this transaction commits
        self.with_user(SUPERUSER_ID).with_delay(
            channel=f"root.construction.{lane}",
            priority=10 * LANE_RANK[lane],
            max_retries=JOB_RETRIES,
            description=f"Integration: {lane} lane, shard {shard}",
        )._run_shard(lane, shard)

    # ---- one turn = one transaction --------------------------------------------------

    @contextlib.contextmanager
    def _turn(self, lock_timeout=LOCK_TIMEOUT):
        """This model in a transaction of its own, which is committed at the end.

        The job's own cursor keeps the lock of the shard meanwhile.
        """
        with mute_logger("odoo.sql_db"), self.env.registry.cursor() as cr:
            cr.execute(SQL("SET LOCAL lock_timeout = %s", lock_timeout))
            turn = self.with_env(self.env(cr=cr, user=SUPERUSER_ID))
            with _whole_transaction(cr):
                yield turn

    def _in_turn(self, step, lock_timeout=LOCK_TIMEOUT):
        """Run ``step(model)`` in a turn, again on a fresh snapshot where that cures what stopped it.

        :return: what the step gave; its transaction is committed then
        """
        for attempt in range(1, TRIES + 1):
            try:
                with self._turn(lock_timeout) as turn:
                    return step(turn)
            except FAULTS as error:
                if sqlstate.verdict(error) != sqlstate.AGAIN or attempt == TRIES:
                    raise
                time.sleep(random.uniform(0, 0.2))

    # ---- a job -----------------------------------------------------------------------

    @api.model
    def _run_shard(self, lane, shard):
        """Job: take one batch of a shard through its handlers.

        :raises RetryableJobError: while another job has the shard, or the database takes nothing
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)",
            [LOCK_CLASS, LANE_RANK[lane] * 256 + shard],
        )
        if not self.env.cr.fetchone()[0]:
            raise RetryableJobError("the shard is busy", seconds=1, ignore_retry=True)
        died = self._job_died_before()
        try:
            summary, more = self._take(lane, shard, died)
            heavy = self._take_heavy(lane, shard, died)
        except FAULTS as error:
            verdict = sqlstate.verdict(error)
            if verdict == sqlstate.PERMANENT:
                raise
            text = sqlstate.describe(error)
            _logger.info("%s lane, shard %s pauses: %s", lane, shard, text)
            seconds = SYSTEM_PAUSE if verdict in (sqlstate.LOST, sqlstate.FULL) else 1
            # counts against no message, and not as a death of the worker either
            raise RetryableJobError(text, seconds=seconds, ignore_retry=True) from None
        if more or heavy not in (None, "received"):
            self._leave_job(lane, shard)
        return f"{summary}; alone: 1 {heavy}" if heavy else summary

    def _take(self, lane, shard, died):
        """:return: (line for the job's log, whether more is to be taken)"""
        if not died:
            try:
                return self._in_turn(lambda turn: turn._take_batch(lane, shard), BATCH_LOCK_TIMEOUT)
            except FAULTS as error:
                _logger.info("%s lane, shard %s, one by one: %s", lane, shard, sqlstate.describe(error))
        return self._take_one_by_one(lane, shard, died)

    def _take_batch(self, lane, shard):
        messages = self._claim(lane, shard)
        summary = messages._process() if messages else "nothing to do"
        return summary, messages._is_full()

    # ---- one by one ------------------------------------------------------------------

    def _take_one_by_one(self, lane, shard, died=False):
        """Take the next messages of a shard, each in a transaction of its own.

        :param bool died: a worker ended at work on them, which may happen again
        :return: as ``_take``
        """
        rows, full = self._in_turn(lambda turn: turn._claim(lane, shard)._rows(died))
        until = time.monotonic() + ALONE_SECONDS
        held, counts = set(), Counter()
        for number, (message_id, key) in enumerate(rows):
            if time.monotonic() > until:
                return f"one by one: {dict(counts)}, {len(rows) - number} left", True
            if key in held:
                continue
            state = self._take_alone(message_id, died)
            counts[state] += 1
            if state in ("received", "retry"):
                held.add(key)
        return f"one by one: {dict(counts)}", full

    def _rows(self, died):
        """Of each its id and its ordering key; those that failed before and their keys come last.

        :return: (list of those, whether there are more than these)
        """
        rows = [(m.id, (m.source_id.id, m.subject)) for m in self]
        suspects = self.filtered("failing_since")
        if died:
            deaths = self._deaths()
            suspects |= self.filtered(lambda m: deaths[m.id])
        keys = {(m.source_id.id, m.subject) for m in suspects}
        return sorted(rows, key=lambda row: row[1] in keys), self._is_full()

    def _take_alone(self, message_id, died=False, lock_timeout=LOCK_TIMEOUT):
        """Take one message in a transaction of its own, and see to it that what stops it is noted.

        :return: its state
        """
        try:
            if died and self._in_turn(lambda turn: turn.browse(message_id)._note_taken_alone()) > MAX_DEATHS:
                return self._in_turn(lambda turn: turn._claim_one(message_id)._store_deadly())
            return self._in_turn(lambda turn: turn._process_alone(message_id), lock_timeout)
        except FAULTS as error:
            return self._note_failure(message_id, error)

    def _process_alone(self, message_id):
        message = self._claim_one(message_id)
        if message:
            message._process()
        return self.browse(message_id).state

    def _note_failure(self, message_id, error):
        """Note in a transaction of its own what undid a message's.

        :return: its state; it stays as it was where not even that can be written, and is told by its age
        :raises: when the database takes nothing at all
        """
        notes = (
            lambda turn: turn._claim_one(message_id)._store_fault(error),
            lambda turn: turn._claim_one(message_id)._store_plainly(error),
        )
        for note in notes:
            try:
                return self._in_turn(note)
            except FAULTS as failure:
                if sqlstate.verdict(failure) in (sqlstate.LOST, sqlstate.FULL):
                    raise
                _logger.warning("message %s cannot be noted: %s", message_id, sqlstate.describe(failure))
        return "received"

    # ---- after a death ---------------------------------------------------------------

    @api.model
    def _job_died_before(self):
        """Whether a worker ended in the middle of this very job: one of its messages may be why."""
        self.env.cr.execute("SELECT retry FROM queue_job WHERE uuid = %s", [self.env.context.get("job_uuid")])
        found = self.env.cr.fetchone()
        return bool(found and found[0])

    def _deaths(self):
        """How often each of these was taken alone since it was last sent round: {id: count}"""
        counts = dict.fromkeys(self.ids, 0)
        for message in self:
            history = message.history_ids
            last_turn = max(history.filtered(lambda entry: not entry.taken_alone).ids, default=0)
            counts[message.id] = len(
                history.filtered(lambda entry, last=last_turn: entry.taken_alone and entry.id > last)
            )
        return counts

    def _note_taken_alone(self):
        """Note, where the end of this process cannot undo it, that a message is tried alone.

        :return: how often that was noted since the message was last sent round
        """
        deaths = self._deaths()[self.id]
        note = self.env._("Tried alone, after a server process ended at work.")
        self._log("retry", note, taken_alone=True)
        return deaths + 1

    # ---- claiming --------------------------------------------------------------------

    @api.model
    def _claim(self, lane, shard, limit=BATCH, heavy=False):
        """Lock the next messages of a shard: small ones, or large ones.

        One in retry holds back the rest of its key, and so does one that a person holds at the moment.
        Those of a source that is not live, or lacks what it needs to work, stay where they are.
        """
        if heavy:
            kind, before = SQL("m.weight > %s", HEAVY), SQL("TRUE")
        else:
            kind = SQL("coalesce(m.weight, 1) <= %s", HEAVY)
            before = SQL("earlier.weight > %s", HEAVY)
        self.env.cr.execute(
            SQL(
                """
                SELECT m.id, coalesce(m.weight, 1), m.source_id, m.subject FROM construction_message m
                WHERE %(kind)s AND m.lane = %(lane)s AND m.shard = %(shard)s
                  AND (m.state = 'received' OR m.state = 'retry' AND m.next_try_at <= %(now)s)
                  AND EXISTS (SELECT FROM construction_source s WHERE s.id = m.source_id AND s.state = 'live')
                  AND m.source_id != ALL(%(standing)s)
                  AND NOT EXISTS (
                    SELECT 1 FROM construction_message earlier
                    WHERE earlier.source_id = m.source_id AND earlier.subject = m.subject
                      AND earlier.state IN ('received', 'retry')
                      AND (earlier.state = 'retry' AND earlier.next_try_at > %(now)s OR %(before)s)
                      AND earlier.id < m.id)
                ORDER BY m.id LIMIT %(limit)s
                """,
                kind=kind,
                before=before,
                lane=lane,
                shard=shard,
                now=fields.Datetime.now(),
                standing=self.env["construction.source"]._standing_ids(),
                limit=limit,
            )
        )
        rows = self.env.cr.fetchall()
        free = self._lock_free([row[0] for row in rows])
        held, taken = set(), []
        for message_id, weight, *key in rows:
            if message_id not in free:
                held.add(tuple(key))
            elif tuple(key) not in held:
                taken.append((message_id, weight))
        return self.browse([message_id for message_id, _weight in light(taken, lambda row: row[1])])

    def _claim_one(self, message_id):
        """Lock one message, if it is still to be taken and nobody holds it; else an empty recordset."""
        message = self.browse(self._lock_free([message_id]))
        return message if message and message.state in ("received", "retry") else self.browse()

    @api.model
    def _lock_free(self, ids):
        """Lock those of some messages that nobody holds. :return: set of ids"""
        self.env.cr.execute(
            "SELECT id FROM construction_message WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED",
            [list(ids)],
        )
        return {row[0] for row in self.env.cr.fetchall()}


@contextlib.contextmanager
def _whole_transaction(cr):
    """Keep a handler from ending the transaction that it works in: half of it would stand."""

    def refuse(*_args, **_kwargs):
        raise RuntimeError("a handler neither commits nor rolls back")

    cr.commit = cr.rollback = refuse
    try:
        yield
    finally:
        # what stands on the instance hides the methods of the class
        del cr.commit, cr.rollback
