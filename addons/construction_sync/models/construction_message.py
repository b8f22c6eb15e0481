# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import difflib

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import message_guard, seal, strict_json
from ..lib.words import listed
from .construction_event_type import LANES

STATES = [
    ("received", "Received"),
    ("done", "Done"),
    ("tested", "Tested"),
    ("waiting", "Waiting"),
    ("retry", "Retry"),
    ("exception", "Exception"),
    ("dead", "Dead Letter"),
    ("superseded", "Superseded"),
    ("ignored", "Ignored"),
    ("rejected", "Rejected"),
]


class ConstructionMessage(models.Model):
    """One event as received. What came never changes; what became of it does."""

    _name = "construction.message"
    _description = "Integration Message"
    _order = "id desc"
    _rec_name = "event_id"
    _log_access = False

    receipt = fields.Char(required=True, readonly=True)
    delivery_id = fields.Many2one(
        "construction.inbound.delivery", readonly=True, ondelete="restrict", index=True
    )
    source_id = fields.Many2one("construction.source", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    event_type_id = fields.Many2one("construction.event.type", readonly=True)
    type_name = fields.Char(string="Type", readonly=True)
    type_label = fields.Char(related="event_type_id.description", string="Event", readonly=True)
    version = fields.Integer(readonly=True)
    event_source = fields.Char(readonly=True, help="The CloudEvents source attribute.")
    event_id = fields.Char(readonly=True, string="Event ID")
    subject = fields.Char(readonly=True, help="The business object; the ordering key.")
    occurred_at = fields.Datetime(readonly=True)
    received_at = fields.Datetime(readonly=True)
    correlation = fields.Char(readonly=True, string="Correlation ID")
    sequence = fields.Float(digits=(20, 0), readonly=True)
    traceparent = fields.Char(readonly=True)
    data_hash = fields.Char(readonly=True, string="SHA-256 of Data")
    data = fields.Text(readonly=True, groups=fields.NO_ACCESS)
    holds_identity = fields.Boolean(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    lane = fields.Selection(LANES, readonly=True)
    shard = fields.Integer(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try_at = fields.Datetime(readonly=True)
    queued_at = fields.Datetime(readonly=True, help="When it was sent round again last.")
    failing_since = fields.Datetime(readonly=True, help="Since when each try has failed.")
    fault_code = fields.Char(readonly=True, help="SQLSTATE of the statement that failed last.")
    wait_kind = fields.Char(readonly=True)
    wait_key = fields.Char(readonly=True)
    wait_until = fields.Datetime(readonly=True)
    wait_seen = fields.Integer(readonly=True, help="Newest meaning of the key when it began to wait.")
    faults_text = fields.Text(readonly=True, string="Faults")
    problem = fields.Char(readonly=True, help="Why it is not done, in a sentence.")
    exception_id = fields.Many2one(
        "construction.exception", string="Work Item", readonly=True, index="btree_not_null"
    )
    job_id = fields.Many2one("project.project", readonly=True, index="btree_not_null")
    done_at = fields.Datetime(readonly=True)
    corrected_data = fields.Text(readonly=True, groups=fields.NO_ACCESS)
    corrected_by_id = fields.Many2one("res.users", readonly=True)
    corrected_at = fields.Datetime(readonly=True)
    record_ids = fields.One2many("construction.message.record", "message_id", string="Effects", readonly=True)
    history_ids = fields.One2many("construction.message.history", "message_id", readonly=True)
    payload = fields.Text(compute="_compute_payload", help="The data, formatted and masked.")
    is_second_version = fields.Boolean(
        compute="_compute_first_version", help="Its id was used before, with other content."
    )
    first_version_id = fields.Many2one("construction.message", compute="_compute_first_version")
    version_diff = fields.Text(compute="_compute_first_version", string="First Against Second Version")
    correction_diff = fields.Text(compute="_compute_payload")
    trace_ids = fields.Many2many("construction.message", compute="_compute_trace_ids")

    _receipt_unique = models.Constraint("UNIQUE(receipt)", "A receipt is given once.")
    _event_unique = models.UniqueIndex(
        "(source_id, event_source, event_id) WHERE holds_identity",
        "This event was received before.",
    )
    _lane_index = models.Index("(lane, shard, id) WHERE state IN ('received', 'retry')")
    _wait_index = models.Index(
        "(wait_kind, wait_key) WHERE wait_key IS NOT NULL AND state IN ('waiting', 'exception')"
    )
    _key_index = models.Index("(source_id, subject, id) WHERE state IN ('received', 'retry')")
    _state_index = models.Index("(state, id)")
    _correlation_index = models.Index("(correlation)")

    def init(self):
        self.env.cr.execute(message_guard.SQL)

    # ---- reading ---------------------------------------------------------------------

    @api.depends("type_label", "type_name", "subject")
    def _compute_display_name(self):
        for message in self:
            kind = message.type_label or message.type_name or "?"
            message.display_name = f"{kind} · {message.subject or '?'}"

    @api.depends("data", "corrected_data")
    def _compute_payload(self):
        # the data is read past the rights of the user, who must be one who may read the message
        readable = self._filtered_access("read")
        (self - readable).update({"payload": False, "correction_diff": False})
        for message in readable:
            stored = message.sudo()
            original = message._masked(stored.data)
            corrected = message._masked(stored.corrected_data)
            message.payload = corrected or original
            message.correction_diff = corrected and _diff(original, corrected, "received", "corrected")

    @api.depends("holds_identity", "state")
    def _compute_first_version(self):
        for message in self:
            second = not message.holds_identity and bool(message.event_type_id)
            # what was refused is no second version, in whatever state it is now
            second = second and message.state != "rejected" and not message.faults_text
            first = message._find_first_version() if second else self.browse()
            message.is_second_version = second
            message.first_version_id = first
            message.version_diff = first and _diff(
                first._masked(first.sudo().data), message._masked(message.sudo().data), "first", "second"
            )

    def _find_first_version(self):
        """The message that has this one's event id, or came in the delivery that has its id."""
        same_event = [
            ("source_id", "=", self.source_id.id),
            ("event_source", "=", self.event_source),
            ("event_id", "=", self.event_id),
        ]
        same_delivery = [
            ("source_id", "=", self.source_id.id),
            ("delivery_id.webhook_id", "=", self.sudo().delivery_id.webhook_id),
            ("delivery_id.holds_identity", "=", True),
        ]
        for domain in (same_event, same_delivery):
            found = self.search([*domain, ("holds_identity", "=", True)], limit=1, order="id")
            if found:
                return found
        return self.browse()

    def _masked(self, text):
        if not text:
            return ""
        data = strict_json.loads(text.encode())
        kind = self.sudo().event_type_id
        data = seal.mask(data, kind.schema_text) if kind else data
        return strict_json.dumps(data, indent=2)

    @api.depends("correlation")
    def _compute_trace_ids(self):
        for message in self:
            message.trace_ids = self.search(
                [("correlation", "=", message.correlation), ("correlation", "!=", False)],
                limit=80,
                order="occurred_at, id",
            )

    def _payload(self):
        """The data to work with, parsed: the corrected version where there is one."""
        self.ensure_one()
        stored = self.sudo()
        return strict_json.loads((stored.corrected_data or stored.data).encode())

    # ---- going round again -----------------------------------------------------------

    def _requeue(self, note):
        """Put messages back to the start and wake their lanes."""
        items = self._leave_items()
        # written even where nothing in it changes: whoever has it under way with an older view goes again
        self.flush_recordset()
        self.env.cr.execute("UPDATE construction_message SET state = state WHERE id = ANY(%s)", [self.ids])
        self.sudo().write(
            {
                "state": "received",
                "attempts": 0,
                "next_try_at": False,
                "queued_at": fields.Datetime.now(),
                "failing_since": False,
                "fault_code": False,
                "wait_kind": False,
                "wait_key": False,
                "exception_id": False,
            }
        )
        self._log("received", note)
        items._close_when_empty("resolved", note)
        self._wake_shards()

    def _leave_items(self):
        """Take these messages from the questions that they only raised, which they ask again if they must.

        What only tells a person something stays until a person has seen to it.

        :return: all items they stood behind
        """
        self.env.cr.execute(
            "DELETE FROM construction_exception_message_rel r USING construction_exception e"
            " WHERE r.message_id = ANY(%s) AND e.id = r.exception_id AND e.question IS NOT NULL"
            # what systems propose has its own reckoning: a message that goes round says it anew
            " AND e.cause_key NOT LIKE 'ownership:%%'"
            " RETURNING r.exception_id",
            [self.ids],
        )
        raised = self.env["construction.exception"].browse({row[0] for row in self.env.cr.fetchall()})
        raised.invalidate_recordset(["raised_by_ids", "message_total"])
        return self.exception_id | raised

    @api.model
    def _resume_for_records(self, records, besides=None):
        """Replay what is parked on ``records``, after a person has cured the cause.

        :param besides: messages that stay as they are
        """
        links = (
            self.env["construction.message.record"]
            .sudo()
            .search([("res_model", "=", records._name), ("res_id", "in", records.ids)])
        )
        # one that came again stands behind the same item, and has no effect of its own
        references = [f"{record._name},{record.id}" for record in records]
        items = (
            self.env["construction.exception"]
            .sudo()
            .search([("record_ref", "in", references), ("state", "=", "open")])
        )
        parked = links.message_id | items.blocked_ids
        parked = (parked - parked.browse(besides and besides.ids)).filtered(
            # one that is under way may have read what was before: writing it makes one of the two go again
            lambda m: m.state in ("received", "retry", "exception", "waiting")
        )
        parked._requeue(self.env._("Resumed: %s", listed(self.env, records.mapped("display_name"))))
        return parked

    def _log(self, state, note, detail=None, taken_alone=False):
        vals = {"state": state, "note": note, "detail": detail, "taken_alone": taken_alone}
        self.env["construction.message.history"].sudo().create(
            [{**vals, "message_id": message.id} for message in self]
        )

    def action_open_delivery(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "construction.inbound.delivery",
            "res_id": self.delivery_id.id,
            "view_mode": "form",
        }

    def action_open_exception(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "construction.exception",
            "res_id": self.exception_id.id,
            "view_mode": "form",
        }

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Messages come in through the inbox only."))

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("A message changes by its actions only."))
        return super().write(vals)

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("A message is evidence: it is not deleted."))


def _diff(before, after, *names):
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm=""))
