# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import functools
import json
import logging
import math
import uuid
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, models, tools

from ..errors import SyncError
from ..lib import crypto, envelope, ordering, schema, seal, sqlstate, strict_json
from .construction_event_type import LANES

_logger = logging.getLogger(__name__)

TRIES = 3
# a sender is told to try again rather than hold a web worker while somebody holds a row of its source
WAIT_LITTLE = "SET LOCAL lock_timeout = '3s'"
LARGEST_BODY = 10 * 1024**2
FUTURE = "construction_sync.future_hours"
FUTURE_HOURS = 24
HEAVIEST = 10**6

DELIVERY_COLUMNS = (
    "source_id",
    "webhook_id",
    "holds_identity",
    "body_hash",
    "body_token",
    "content_type",
    "headers_text",
    "credential_id",
    "received_at",
    "results_text",
    "holds_personal",
)
MESSAGE_COLUMNS = (
    "receipt",
    "source_id",
    "company_id",
    "event_type_id",
    "type_name",
    "version",
    "event_source",
    "event_id",
    "subject",
    "occurred_at",
    "received_at",
    "correlation",
    "sequence",
    "traceparent",
    "data_hash",
    "data",
    "state",
    "lane",
    "shard",
    "weight",
    "holds_identity",
    "attempts",
    "faults_text",
    "holds_personal",
)

# the columns of a VALUES list have no type of their own where all are null
CASTS = {
    "event_type_id": "int4",
    "version": "int4",
    "occurred_at": "timestamp",
    "sequence": "numeric",
}


def open_lane_sql(source, subject):
    """SQL of the lane in which messages of an ordering key are open, or null.

    What follows them goes there too, whatever its type or its handler asks for: one lane takes the
    messages of a key one after the other, and two would not.
    """
    return (
        f"(SELECT o.lane FROM construction_message o WHERE o.source_id = {source}"
        f" AND o.subject = {subject} AND o.state IN ('received', 'retry') ORDER BY o.id DESC LIMIT 1)"
    )


OPEN_LANE = open_lane_sql("v.source_id", "v.subject")
LANE = f"CASE v.state WHEN 'received' THEN coalesce({OPEN_LANE}, v.lane) ELSE v.lane END"
LANE_NAMES = {name for name, _label in LANES}


class Unstorable(Exception):
    """The database does not take a delivery; says nothing of what was in it."""


class BrokenContract(Exception):
    """The schema of an event's type cannot be used; the sender is asked to come again."""

    def __init__(self, name, version, reason):
        super().__init__(f"{name} v{version}: {reason}")
        self.name = name
        self.version = version


class ConstructionAccept(models.AbstractModel):
    """The accept path: rows in, an answer out; no business logic and no ORM record."""

    _name = "construction.accept"
    _description = "Accept Path"

    @api.model
    def _accept(self, config, delivery, events):
        """Store one verified delivery durably, once, and say what became of each event.

        The insert is the first statement of its transaction, so that it sees every
        committed duplicate, and a duplicate still in flight is met by one retry on a fresh
        snapshot. It commits: what is answered is on disk.

        :param dict config: the source, from ``construction.source._runtime``
        :param dict delivery: ``webhook_id``, ``body_hash``, ``body``, ``content_type``,
            ``headers_text``, ``credential_id``, ``received_at``
        :param list events: parsed events as they came, any JSON value each
        :return: list of {"status", "receipt"?, "faults"?}, one per event; or None when the
            delivery id is taken by another body
        :raises BrokenContract: when the schema of a type cannot be read; nothing is stored
        :raises Unstorable: when the database refuses a row that every check let pass
        """
        entries = [self._prepare_entry(config, delivery, event) for event in events]
        self._keep_keys_together(entries)
        accept = self.with_user(SUPERUSER_ID)
        cr = self.env.cr
        for attempt in range(1, TRIES + 1):
            cr.rollback()
            try:
                results = accept._store(config, delivery, entries)
                cr.commit()  # pylint: disable=invalid-commit
                break
            except psycopg2.Error as error:
                verdict = sqlstate.verdict(error)
                if verdict == sqlstate.PERMANENT:
                    # whatever the store does not take: its words would quote the event
                    raise Unstorable(sqlstate.describe(error)) from None
                if verdict != sqlstate.AGAIN or attempt == TRIES:
                    raise
                # another connection stored the same identity meanwhile: a second snapshot sees it
                cr.rollback()
        accept._wake(_lanes(entries, results))
        return results

    @api.model
    @tools.ormcache()
    def _largest_body(self):
        """The bytes that are read of a request whose sender is not known yet, the same for all."""
        sources = self.env["construction.source"].sudo()
        (largest,) = sources._read_group([], [], ["max_body_bytes:max"])[0]
        return max(LARGEST_BODY, largest or 0)

    # ---- one event, checked ----------------------------------------------------------

    def _prepare_entry(self, config, delivery, event):
        """Check one event against its contract and shape its row."""
        faults = envelope.faults(event, delivery["received_at"] + self._future_limit())
        entry = {"faults": faults, "result": None}
        values = event if isinstance(event, dict) else {}
        version = envelope.version_of(values.get("dataschema"))
        kind = config["types"].get((envelope.clip(values.get("type"), envelope.BYTES["type"]), version))
        data = values.get("data")
        if not faults and not kind:
            detail = "this source may not send this type and version"
            faults.append({"pointer": "/type", "detail": detail})
        elif kind and isinstance(data, dict):
            try:
                faults.extend(schema.faults(kind["schema"], data))
            except schema.BrokenSchema as error:
                raise BrokenContract(values["type"], version, str(error)) from error
        entry["row"] = self._prepare_row(config, delivery, values, kind, version, not faults)
        entry["receipt"] = entry["row"]["receipt"]
        return entry

    @api.model
    def _future_limit(self):
        """How far ahead of our clock the ``time`` of an event may lie, as a timedelta."""
        text = self.env["ir.config_parameter"].sudo().get_param(FUTURE)
        try:
            hours = float(text) if text else FUTURE_HOURS
        except ValueError:
            hours = FUTURE_HOURS
        return timedelta(hours=min(max(hours, 0), 24 * 366) if math.isfinite(hours) else FUTURE_HOURS)

    def _prepare_row(self, config, delivery, event, kind, version, valid):
        data, kinds = event.get("data"), self.env["construction.event.type"]
        text = {name: envelope.clip(event.get(name), limit) for name, limit in envelope.BYTES.items()}
        row = {
            "receipt": str(uuid.uuid4()),
            "source_id": config["id"],
            "company_id": config["company_id"],
            "event_type_id": kind and kind["id"],
            "type_name": text["type"],
            "version": version,
            "event_source": text["source"],
            "event_id": text["id"],
            "subject": text["subject"],
            "occurred_at": envelope.parse_time(event.get("time")),
            "received_at": delivery["received_at"],
            "correlation": text["correlationid"] or text["id"],
            "sequence": envelope.sequence_of(event),
            "traceparent": envelope.clip(event.get("traceparent"), 55),
            "data_hash": strict_json.canonical_hash(data),
            "data": None,
            "state": "received" if valid else "rejected",
            "lane": self._choose_lane(kind, data) if kind and valid else kind and kind["lane"],
            "shard": ordering.shard_of(f"{config['id']}:{text['subject']}"),
            "weight": self._weigh(kind, data) if kind and valid else 1,
            "holds_identity": valid,
            "attempts": 0,
            "faults_text": None,
            "holds_personal": kinds._holds_personal(text["type"], version, data),
        }
        if kind and isinstance(data, dict):
            row["data"] = strict_json.dumps(_close_restricted(kind["schema"], data))
        return row

    @api.model
    def _choose_lane(self, kind, data):
        """The lane that the handler asks for by what the event says, else that of its type."""
        lane = self._ask_handler(kind, "_lane", data)
        return lane if lane in LANE_NAMES else kind["lane"]

    @api.model
    def _weigh(self, kind, data):
        """How much work the handler says that an event is."""
        weight = self._ask_handler(kind, "_weight", data)
        return min(max(weight, 1), HEAVIEST) if isinstance(weight, int) else 1

    @api.model
    def _ask_handler(self, kind, method, data):
        """What a handler says of an event, or None where it cannot."""
        handler = self.env.get(kind["handler"])
        try:
            return getattr(handler, method)(data) if handler is not None else None
        except Exception:
            # whatever a handler does wrong here, the event is taken
            _logger.warning("%s: %s fails on an event", kind["handler"], method, exc_info=True)
            return None

    @api.model
    def _keep_keys_together(self, entries):
        """Events of one ordering key in one delivery go into one lane, which keeps their order."""
        lanes = {}
        for entry in entries:
            if not entry["faults"]:
                row = entry["row"]
                row["lane"] = lanes.setdefault(row["subject"], row["lane"])

    # ---- storing ---------------------------------------------------------------------

    def _store(self, config, delivery, entries):
        for entry in entries:
            entry["result"] = _fresh_result(entry)
            valid = not entry["faults"]
            entry["row"].update(holds_identity=valid, state="received" if valid else "rejected")
            if entry["faults"]:
                entry["row"]["faults_text"] = json.dumps(entry["faults"])
        delivery["holds_personal"] = any(entry["row"]["holds_personal"] for entry in entries)
        results = [entry["result"] for entry in entries]
        delivery_id, stored = self._insert(config, delivery, entries, results, True)
        if not delivery_id:
            return self._answer_known_delivery(config, delivery, entries)
        for entry in entries:
            # that of what is open of its key
            entry["row"]["lane"] = stored.get(entry["receipt"], entry["row"]["lane"])
        missed = [entry for entry in entries if entry["receipt"] not in stored]
        if missed:
            for entry in missed:
                self._answer_known_event(config, delivery_id, entry)
            self.env.cr.execute(
                "UPDATE construction_inbound_delivery SET results_text = %s WHERE id = %s",
                [json.dumps([entry["result"] for entry in entries]), delivery_id],
            )
        return [entry["result"] for entry in entries]

    def _insert(self, config, delivery, entries, results, holds_identity):
        """Insert a delivery and its messages in one statement.

        :return: (id of the delivery or None, {receipt: lane} of the messages that were stored)
        """
        values = dict(
            source_id=config["id"],
            webhook_id=delivery["webhook_id"],
            holds_identity=holds_identity,
            body_hash=delivery["body_hash"],
            body_token=crypto.encrypt(delivery["body"]).decode(),
            content_type=delivery["content_type"],
            headers_text=delivery["headers_text"],
            credential_id=delivery["credential_id"],
            received_at=delivery["received_at"],
            results_text=json.dumps(results),
            holds_personal=delivery["holds_personal"],
        )
        rows = [tuple(values[name] for name in DELIVERY_COLUMNS), *message_rows(entries)]
        # a statement that fails would be logged with the event's data
        self.env.cr.execute(_insert_sql(len(entries)), rows, log_exceptions=False)
        delivery_id, stored = self.env.cr.fetchone()
        return delivery_id, stored or {}

    @api.model
    def _tell_broken_contract(self, config, error):
        """Open a work item, once, for a type whose schema cannot be read."""
        sentence = self.env._(
            "The schema of %(contract)s cannot be read, and its events are answered 503 until it can. "
            "Update the module that brings it.",
            contract=f"{error.name} v{error.version}",
        )
        fault = SyncError(sentence, cause_key=f"contract:{error.name}:v{error.version}", severity="high")
        self = self.with_user(SUPERUSER_ID)
        self.env["construction.exception"]._open(
            self.env["res.company"].browse(config["company_id"]),
            fault,
            source=self.env["construction.source"].browse(config["id"]),
            category="technical",
        )
        self.env.cr.commit()  # pylint: disable=invalid-commit

    # ---- waking the lanes ------------------------------------------------------------

    def _wake(self, lanes):
        """See that a job is going to look at each (lane, shard), after the rows' commit."""
        try:
            self.env.cr.execute(WAIT_LITTLE)
            for lane, shard in sorted(lanes):
                self.env["construction.message"]._wake_shard(lane, shard)
            self.env.cr.commit()  # pylint: disable=invalid-commit
        except psycopg2.Error as error:
            # what is stored is stored, and its sender is told so: the sweep finds what has no job
            _logger.warning("no job was left for what came in: %s", sqlstate.describe(error))
            self.env.cr.rollback()


# Text of constants only, made once for each size of a batch: SQL objects of fifty columns
# took a tenth of an accept.
@functools.lru_cache(maxsize=128)
def _insert_sql(count):
    """One statement for a delivery and ``count`` messages; a tuple of values for each."""
    messages = (
        insert_messages_sql("SELECT id FROM delivery", count)
        if count
        else "SELECT NULL AS receipt, NULL AS lane WHERE false"
    )
    return (
        # with it, for a statement of its own is a round trip at each delivery
        f"{WAIT_LITTLE}; WITH delivery AS (INSERT INTO construction_inbound_delivery"
        f" ({', '.join(DELIVERY_COLUMNS)}) VALUES %s ON CONFLICT DO NOTHING RETURNING id),"
        f" message AS ({messages})"
        f" SELECT (SELECT id FROM delivery), (SELECT json_object_agg(receipt, lane) FROM message)"
    )


def insert_messages_sql(delivery, count):
    columns = ", ".join(MESSAGE_COLUMNS)
    typed = ", ".join(
        LANE if name == "lane" else f"v.{name}::{CASTS[name]}" if name in CASTS else f"v.{name}"
        for name in MESSAGE_COLUMNS
    )
    rows = ", ".join(["%s"] * count)
    return (
        f"INSERT INTO construction_message (delivery_id, {columns})"
        f" SELECT d.id, {typed} FROM ({delivery}) d, (VALUES {rows}) v ({columns})"
        f" ON CONFLICT DO NOTHING RETURNING receipt, lane"
    )


def message_rows(entries):
    return [tuple(entry["row"][name] for name in MESSAGE_COLUMNS) for entry in entries]


def _lanes(entries, results):
    if results is None:
        return set()
    return {
        (entry["row"]["lane"], entry["row"]["shard"])
        for entry in entries
        if entry["result"]["status"] == "accepted"
    }


def _fresh_result(entry):
    if entry["faults"]:
        return {"status": "rejected", "faults": entry["faults"]}
    return {"receipt": entry["receipt"], "status": "accepted"}


def _close_restricted(schema_text, data):
    for path in schema.restricted_paths(schema_text):
        data = schema.replace_at(data, path, seal.close)
    return data
