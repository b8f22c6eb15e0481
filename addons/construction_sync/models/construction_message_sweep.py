# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, mute_logger

from ..errors import SyncError, WaitingFor
from ..lib import sqlstate
from .construction_event_handler import Work
from .construction_event_type import LANES
from .construction_message_lane import JOB_RETRIES

_logger = logging.getLogger(__name__)

STALLED = timedelta(minutes=5)


class ConstructionMessageSweep(models.Model):
    """How messages that stand still are moved again: by what they wait for, or by the clock."""

    # apart from the lanes: what moves messages and what moves them again are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    # ---- releasing what waits --------------------------------------------------------

    @api.model
    def _delay_release(self):
        self.with_user(SUPERUSER_ID).with_delay(
            channel="root.construction.critical",
            max_retries=JOB_RETRIES,
            description="Integration: release what waited for a key",
        )._release_ready()

    @api.model
    def _release_ready(self):
        """Job: send round again what waits for a key that has come to be known.

        It runs after the commit of the transaction that bound the key, and after that of
        the one that began to wait: whichever was the later sees the other.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT m.id FROM construction_message m
                JOIN %s AS pair ON pair.mine = m.source_id
                -- one look into the index for each, however many keys there are
                JOIN LATERAL (
                    SELECT FROM construction_crosswalk c
                    WHERE c.source_id = pair.other AND c.kind = m.wait_kind AND c.key = m.wait_key
                      AND c.valid_until IS NULL AND c.id > coalesce(m.wait_seen, 0)
                      AND NOT (pair.beside AND c.origin IS NOT DISTINCT FROM 'person')
                    LIMIT 1) AS known ON true
                WHERE m.state IN ('waiting', 'exception') AND m.wait_key IS NOT NULL
                """,
                self.env["construction.crosswalk"]._counting_pairs(),
            )
        )
        messages = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        if messages:
            messages._requeue(self.env._("What it waited for has come."))
        return f"{len(messages)} released"

    # ---- the sweeper -----------------------------------------------------------------

    @api.model
    def _cron_sweep(self):
        """Restart what lost its job, release what may go on, and end what waited too long."""
        if self.env["construction.source"]._database_stands():
            return
        steps = (
            self._restart_lanes,
            self._release_ready,
            self._tell_circles,
            self._expire_waiting,
            self._watch_runner,
            self._watch_age,
            self._watch_database,
            self._tell_of_stopped,
            self._free_unheld,
            self.env["construction.exception"]._release_opened,
            self.env["construction.exception"]._tell_owners,
            self._note_credential_use,
        )
        for step in steps:
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    step()
            except Exception as error:  # pylint: disable=broad-except
                # a step that fails must not keep the others from their work, a minute each
                verdict = sqlstate.verdict(error)
                if verdict == sqlstate.LOST:
                    raise
                log = _logger.error if verdict == sqlstate.PERMANENT else _logger.info
                log(
                    "a step of the sweep, %s, goes again: %s",
                    getattr(step, "__name__", step),
                    sqlstate.describe(error),
                )

    @api.model
    def _restart_lanes(self):
        self.env.cr.execute(
            """
            SELECT DISTINCT m.lane, m.shard FROM construction_message m
            JOIN construction_source s ON s.id = m.source_id AND s.state = 'live'
            WHERE m.lane IS NOT NULL
              AND (m.state = 'received' OR m.state = 'retry' AND m.next_try_at <= %s)
            """,
            [fields.Datetime.now()],
        )
        for lane, shard in self.env.cr.fetchall():
            self._wake_shard(lane, shard)

    @api.model
    def _expire_waiting(self):
        expired = self.sudo().search(
            [("state", "=", "waiting"), ("wait_until", "<=", fields.Datetime.now())], limit=500
        )
        for message in expired:
            sentence = self.env._(
                "%(problem)s It has not come within %(hours)g hours.",
                problem=message.problem,
                hours=message.event_type_id.patience_hours,
            )
            error = WaitingFor(message.wait_kind, message.wait_key, sentence, job=message.job_id)
            message._store_safely(Work(message, {}, job=message.job_id), error)

    @api.model
    def _watch_runner(self):
        """Say so when nobody takes the jobs: a runner whose connection died says nothing itself."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            SELECT (SELECT min(date_created) FROM queue_job WHERE state IN ('pending', 'enqueued')
                        AND channel = ANY(%(channels)s) AND coalesce(eta, date_created) < %(since)s),
                   EXISTS (SELECT FROM queue_job WHERE state = 'started'
                        AND channel = ANY(%(channels)s) AND date_started > %(since)s)
                OR EXISTS (SELECT FROM queue_job
                        WHERE channel = ANY(%(channels)s) AND date_done > %(since)s)
            """,
            {
                "since": now - STALLED,
                "channels": [f"root.construction.{lane}" for lane, _label in LANES],
            },
        )
        oldest, taken = self.env.cr.fetchone()
        items = self.env["construction.exception"].sudo()
        open_items = items.search([("cause_key", "=", "stalled"), ("state", "=", "open")])
        if not oldest or taken:
            return open_items._close_when_empty("resolved", self.env._("Jobs are taken again."))
        waiting = self.sudo()._read_group([("state", "=", "received")], ["source_id"], ["id:min"])
        for _source, message_id in waiting:
            sentence = self.env._(
                "Nothing has been taken to be processed since %s (UTC). See that the job runner is at work.",
                fields.Datetime.to_string(oldest),
            )
            error = SyncError(sentence, cause_key="stalled", severity="high")
            source = self.browse(message_id).source_id
            items._open(source.company_id, error, source=source, category="technical")

    @api.model
    def _note_credential_use(self):
        self.env.cr.execute(
            """
            UPDATE construction_source_credential c SET last_used_at = d.at
            FROM (SELECT credential_id, max(received_at) AS at
                  FROM construction_inbound_delivery
                  WHERE received_at > %s GROUP BY credential_id) d
            WHERE d.credential_id = c.id AND (c.last_used_at IS NULL OR c.last_used_at < d.at)
            """,
            [fields.Datetime.now() - timedelta(hours=1)],
        )
        self.env["construction.source.credential"].invalidate_model(["last_used_at"])
