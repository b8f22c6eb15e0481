# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

from ..errors import SyncError
from ..lib import sqlstate
from .construction_event_type import LANES
from .construction_owner_rule import OwnerFinder

# minutes that a message of a lane may take; a setting each: construction_sync.objective_<lane>
OBJECTIVES = {"critical": 1, "standard": 5, "bulk": 60}
OBJECTIVE = "construction_sync.objective_"
ALIVE_SINCE = "construction_sync.alive_since"
# the sweep runs each minute: after a longer gap nobody was at work
GAP = timedelta(minutes=3)
LATE, DATABASE = "late:", "database:"


class ConstructionMessageWatch(models.Model):
    """How it is noticed that messages stand still: by their age, whatever the jobs say."""

    # apart from the sweep: to move messages and to notice that they do not move are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watch_age(self):
        """Tell the integration manager of messages that are older than the objective of their lane.

        Counted while the lane lives and the source is live.
        """
        now = fields.Datetime.now()
        alive_since = self._alive_since(now)
        late = {}
        for lane, _label in LANES:
            since = now - timedelta(minutes=self._objective(lane))
            for company, row in self._late(lane, since, alive_since).items():
                late[company, f"{LATE}{lane}"] = self._late_error(lane, *row)
        self._tell_as_they_are(LATE, late)

    @api.model
    def _late(self, lane, since, alive_since):
        """:return: {company: (how many, id of the oldest, since when)} of messages older than ``since``"""
        self.env.cr.execute(
            """
            SELECT company_id, count(*), (array_agg(id ORDER BY queued, id))[1], min(queued) FROM (
                SELECT m.id, m.company_id, greatest(
                    coalesce(m.queued_at, m.received_at), s.live_since, %(alive_since)s) AS queued
                FROM construction_message m
                JOIN construction_source s ON s.id = m.source_id AND s.state = 'live'
                WHERE m.lane = %(lane)s AND m.state IN ('received', 'retry')
                  AND m.source_id != ALL(%(standing)s)
            ) waiting
            WHERE queued < %(since)s GROUP BY company_id
            """,
            {
                "lane": lane,
                "since": since,
                "alive_since": alive_since,
                # what they lack is told by a work item of their own
                "standing": self.env["construction.source"]._standing_ids(),
            },
        )
        rows = self.env.cr.fetchall()
        return {self.env["res.company"].browse(row[0]): row[1:] for row in rows}

    @api.model
    def _late_error(self, lane, count, oldest_id, queued):
        oldest = self.sudo().browse(oldest_id)
        sentence = self.env._(
            "%(count)d messages of the %(lane)s lane wait longer than %(minutes)g minutes. The oldest, "
            "%(oldest)s of %(system)s, has since %(since)s (UTC)%(problem)s See that the job runner is at "
            "work and the database free; a message can be ignored, corrected or replayed meanwhile.",
            count=count,
            lane=lane,
            minutes=self._objective(lane),
            oldest=oldest.display_name,
            system=oldest.source_id.name,
            since=fields.Datetime.to_string(queued),
            problem=f": {oldest.problem}." if oldest.problem else ".",
        )
        return SyncError(sentence, severity="high")

    @api.model
    def _watch_database(self):
        """Tell once that the database lacks what messages need, such as disk space."""
        groups = self.sudo()._read_group(
            [("state", "=", "retry"), "|", ("fault_code", "=like", "53%"), ("fault_code", "=like", "08%")],
            ["company_id", "fault_code"],
            ["__count"],
        )
        troubles = {}
        for company, code, count in groups:
            sentence = self.env._(
                "The database refuses work: %(trouble)s. %(count)d messages are tried again until it can; "
                "nothing is lost. Give it what it lacks.",
                trouble=sqlstate.name_of(code),
                count=count,
            )
            troubles[company, f"{DATABASE}{code[:2]}"] = SyncError(sentence, severity="high")
        self._tell_as_they_are(DATABASE, troubles)

    @api.model
    def _tell_as_they_are(self, prefix, found):
        """Open a work item for each trouble that is there, and close those of troubles that are gone.

        :param dict found: (company, cause key) → error
        """
        items = self.env["construction.exception"].sudo()
        open_items = items.search([("cause_key", "=like", f"{prefix}%"), ("state", "=", "open")])
        gone = open_items.filtered(lambda item: (item.company_id, item.cause_key) not in found)
        gone._close_when_empty("resolved", self.env._("It has ended by itself."))
        for (company, key), error in found.items():
            error.cause_key = key
            error.owner = self._integration_manager(company) or None
            items._open(company, error, category="technical")

    @api.model
    def _tell_of_stopped(self):
        """Open the work item of a stopped message whose outcome could be written, but not its item."""
        stopped = self.sudo().search(
            [("state", "in", ("dead", "exception")), ("exception_id", "=", False)], limit=100
        )
        for message in stopped:
            with self.env.cr.savepoint():
                message._open_plain_item()

    @api.model
    def _free_unheld(self):
        """Send round again what stands behind a work item that was closed in the same moment.

        Two transactions, one that stops a message by a known cause and one that cures it, do not see
        each other; so the one would leave a message behind an item that nobody sees any more.
        """
        self.env.cr.execute(
            """
            SELECT m.id FROM construction_message m
            JOIN construction_exception e ON e.id = m.exception_id AND e.state <> 'open'
            WHERE m.state IN ('exception', 'dead') LIMIT 100
            """
        )
        left = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        if left:
            left._requeue(self.env._("Its work item was closed while it came."))

    @api.model
    def _alive_since(self, now):
        """Since when the sweep, and with it the lanes, are at work without a gap; None when for ever."""
        parameters = self.env["ir.config_parameter"].sudo()
        cron = self.env.ref("construction_sync.construction_message_cron_sweep", raise_if_not_found=False)
        last = cron and cron.sudo().lastcall
        if last and now - last > GAP:
            parameters.set_param(ALIVE_SINCE, fields.Datetime.to_string(now))
        return parameters.get_param(ALIVE_SINCE) or None

    @api.model
    def _objective(self, lane):
        """Minutes within which a message of a lane shall be taken."""
        value = self.env["ir.config_parameter"].sudo().get_param(f"{OBJECTIVE}{lane}")
        try:
            return float(value) if value else OBJECTIVES[lane]
        except ValueError:
            return OBJECTIVES[lane]

    @api.model
    def _integration_manager(self, company):
        """Somebody of a company who looks after its sources, or nobody."""
        return OwnerFinder(self.env, company).managers[:1].with_env(self.env)
