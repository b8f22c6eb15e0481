# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ..lib import crypto, sqlstate, strict_json

_logger = logging.getLogger(__name__)

CRON = "construction_sync.construction_redaction_cron_take_out"
# a page of readings is some hundred kB, and its body twice that
AT_ONCE = 25


class ConstructionRedaction(models.AbstractModel):
    """The one door by which something of what came is taken out: what a schema marks personal.

    Who did it and why is an audit entry of the source, which the guards of the database ask for. Hashes stay,
    so that the same is known again: as a delivery, in another delivery, when it was refused.
    """

    _name = "construction.redaction"
    _description = "Taking Personal Values Out"

    @api.model
    def _delay(self):
        """Have what is due taken out as soon as this transaction is on disk."""
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_take_out(self):
        """Take out what is due, a batch a transaction: whatever ends it, the next run goes on."""
        for step in (self._take_out_due, self._take_out_due_bodies):
            last = 0
            while last is not None:
                try:
                    with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                        last, count = step(last)
                except Exception as error:  # pylint: disable=broad-except
                    if sqlstate.verdict(error) in (sqlstate.LOST, sqlstate.PERMANENT):
                        raise
                    # somebody works on them at this moment
                    _logger.info(
                        "personal values are taken out at the next run: %s", sqlstate.describe(error)
                    )
                    break
                if not self.env["ir.cron"]._commit_progress(count, remaining=int(last is not None)):
                    return

    # ---- what is due ---------------------------------------------------------------------

    @api.model
    def _take_out_due(self, _last):
        """One batch of messages. :return: (None when there are no more, how many)"""
        # pylint: disable-next=no-search-all
        kinds = self.env["construction.event.type"].sudo().with_context(active_test=False).search([])
        for kind in kinds.filtered("has_personal"):
            done, old = self._due(kind)
            if done:
                self._take_out(done, self.env._("%s: done", kind.display_name))
            if old:
                reason = self.env._(
                    "%(kind)s: %(days)s days old", kind=kind.display_name, days=kind.personal_days
                )
                self._take_out(old, reason)
            if done or old:
                return 0, len(done) + len(old)
        return None, 0

    @api.model
    def _due(self, kind):
        """Messages of a type that are due: (ids of those that are done, ids of those that are old)"""
        before = fields.Datetime.now() - timedelta(days=kind.personal_days)
        due = SQL("received_at < %s", before)
        if kind.personal_until_done:
            due = SQL("(%s OR state = 'done')", due)
        mine = SQL("event_type_id = %s AND %s", kind.id, due)
        # of what its source may not send, no type is noted
        refused = SQL("event_type_id IS NULL AND type_name = %s AND received_at < %s", kind.name, before)
        for which in (mine, refused):
            self.env.cr.execute(
                SQL(
                    "SELECT id, received_at < %s FROM construction_message WHERE holds_personal AND %s"
                    " ORDER BY received_at LIMIT %s FOR UPDATE SKIP LOCKED",
                    before,
                    which,
                    AT_ONCE,
                )
            )
            rows = self.env.cr.fetchall()
            if rows:
                return [row[0] for row in rows if not row[1]], [row[0] for row in rows if row[1]]
        return [], []

    @api.model
    def _take_out_due_bodies(self, last):
        """One batch of deliveries of whose messages none holds anything any more.

        :return: (id to go on after, or None when there are no more, how many)
        """
        self.env.cr.execute(
            SQL(
                "SELECT d.id FROM construction_inbound_delivery d WHERE d.holds_personal AND d.id > %s"
                " AND NOT EXISTS (SELECT FROM construction_message m"
                " WHERE m.delivery_id = d.id AND m.holds_personal)"
                " ORDER BY d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED",
                last,
                AT_ONCE,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self._take_out_of_bodies(ids, self.env._("as of their messages"))
        return (ids[-1] if len(ids) == AT_ONCE else None), len(ids)

    # ---- taking out ----------------------------------------------------------------------

    @api.model
    def _take_out(self, ids, reason):
        """Take personal values out of messages, whose rows this transaction holds."""
        self.env["construction.message"].flush_model()
        self.env.cr.execute(
            "SELECT id, source_id, type_name, version, data, corrected_data, faults_text IS NULL"
            " FROM construction_message WHERE id = ANY(%s) ORDER BY id",
            [list(ids)],
        )
        rows = self.env.cr.fetchall()
        counts = {}
        for row in rows:
            counts[row[1]] = counts.get(row[1], 0) + 1
        entries = self._log(counts, reason, self.env._("Personal values taken out of messages"))
        for message_id, source_id, name, version, *texts, sound in rows:
            data, corrected = (self._text_without(name, version, text, sound) for text in texts)
            entry = entries[source_id]
            self.env.cr.execute(
                "UPDATE construction_message SET data = %s, corrected_data = %s, holds_personal = false,"
                " redacted_at = %s, redaction_id = %s WHERE id = %s",
                [data, corrected, entry.at, entry.id, message_id],
                # which would quote them
                log_exceptions=False,
            )
        self.env["construction.message"].browse(ids).invalidate_recordset()

    @api.model
    def _text_without(self, name, version, text, sound):
        if text is None:
            return None
        data = strict_json.loads(text.encode())
        return strict_json.dumps(
            self.env["construction.event.type"]._without_personal(name, version, data, sound)
        )

    @api.model
    def _take_out_of_bodies(self, ids, reason):
        """Take personal values out of the bodies of deliveries, whose rows this transaction holds."""
        changed = {}
        deliveries = self.env["construction.inbound.delivery"].sudo().browse(ids)
        for delivery in deliveries:
            try:
                changed[delivery] = delivery._prepare_without_personal()
            except (crypto.MissingKey, crypto.Unreadable, strict_json.MalformedJson) as error:
                # what nobody can read is tried again with the next run
                _logger.warning("personal values stay in delivery %s: %s", delivery.id, type(error).__name__)
        counts = {}
        for delivery in changed:
            counts[delivery.source_id.id] = counts.get(delivery.source_id.id, 0) + 1
        entries = self._log(counts, reason, self.env._("Personal values taken out of deliveries"))
        for delivery, (token, hashes) in changed.items():
            entry = entries[delivery.source_id.id]
            self.env.cr.execute(
                "UPDATE construction_inbound_delivery SET body_token = %s, hashes_text = %s,"
                " holds_personal = false, redacted_at = %s, redaction_id = %s WHERE id = %s",
                [token, hashes, entry.at, entry.id, delivery.id],
                log_exceptions=False,
            )
        deliveries.invalidate_recordset()

    @api.model
    def _log(self, counts, reason, what):
        """Note who takes how many out, and why: {source id: audit entry}."""
        sources = self.env["construction.source"].sudo().browse(counts)
        words = {source.id: f"{counts[source.id]}; {reason}" for source in sources}
        entries = self.env["construction.audit.entry"]._note(sources, what, after=words)
        self.env["construction.audit.entry"].flush_model()
        return dict(zip(sources.ids, entries, strict=True))
