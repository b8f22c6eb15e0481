import functools
import json
import math
import uuid
from datetime import timedelta

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, models

from ..lib import crypto, envelope, ordering, schema, strict_json

TRIES = 3
FUTURE = "construction_sync.future_hours"
FUTURE_HOURS = 24
# what a second snapshot mends: another connection stored the same identity meanwhile
PASSING = (errors.SerializationFailure, errors.UniqueViolation, errors.DeadlockDetected)

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
    "holds_identity",
    "attempts",
    "faults_text",
)

# the columns of a VALUES list have no type of their own where all are null
CASTS = {
    "event_type_id": "int4",
    "version": "int4",
    "occurred_at": "timestamp",
    "sequence": "numeric",
}


class ConstructionInbox(models.AbstractModel):
    """The accept path: rows in, an answer out; no business logic and no ORM record."""

    _name = "construction.inbox"
    _description = "Inbox"

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
        """
        entries = [self._prepare_entry(config, delivery, event) for event in events]
        inbox = self.with_user(SUPERUSER_ID)
        cr = self.env.cr
        for attempt in range(1, TRIES + 1):
            cr.rollback()
            try:
                results = inbox._store(config, delivery, entries)
                cr.commit()  # pylint: disable=invalid-commit
                break
            except PASSING:
                cr.rollback()
                if attempt == TRIES:
                    raise
        inbox._wake(_lanes(entries, results))
        return results

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
            faults.extend(schema.faults(kind["schema"], data))
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
        data = event.get("data")
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
            "lane": kind["lane"] if kind else None,
            "shard": ordering.shard_of(f"{config['id']}:{text['subject']}"),
            "holds_identity": valid,
            "attempts": 0,
            "faults_text": None,
        }
        if kind and isinstance(data, dict):
            row["data"] = strict_json.dumps(_close_restricted(kind["schema"], data))
        return row

    # ---- storing ---------------------------------------------------------------------

    def _store(self, config, delivery, entries):
        for entry in entries:
            entry["result"] = _fresh_result(entry)
            if entry["faults"]:
                entry["row"]["faults_text"] = json.dumps(entry["faults"])
        results = [entry["result"] for entry in entries]
        delivery_id, stored = self._insert(config, delivery, entries, results, True)
        if not delivery_id:
            return self._answer_known_delivery(config, delivery, entries)
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

        :return: (id of the delivery or None, set of the receipts that were stored)
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
        )
        rows = [tuple(values[name] for name in DELIVERY_COLUMNS), *_rows(entries)]
        self.env.cr.execute(_insert_sql(len(entries)), rows)
        delivery_id, receipts = self.env.cr.fetchone()
        return delivery_id, set(receipts or ())

    # ---- what was there before -------------------------------------------------------

    def _answer_known_delivery(self, config, delivery, entries):
        self.env.cr.execute(
            "SELECT body_hash, results_text FROM construction_inbound_delivery"
            " WHERE source_id = %s AND webhook_id = %s ORDER BY holds_identity DESC",
            [config["id"], delivery["webhook_id"]],
        )
        known = self.env.cr.fetchall()
        if known and known[0][0] == delivery["body_hash"]:
            return [_repeated_result(result) for result in json.loads(known[0][1])]
        if all(body_hash != delivery["body_hash"] for body_hash, _results in known):
            results = [{"status": "conflict"} for _entry in entries]
            delivery_id, _none = self._insert(config, delivery, [], results, False)
            for entry in entries:
                self._keep_conflict(delivery_id, entry, "delivery", delivery["webhook_id"])
        return None

    def _answer_known_event(self, config, delivery_id, entry):
        row = entry["row"]
        self.env.cr.execute(
            "SELECT receipt, data_hash FROM construction_message WHERE source_id = %s"
            " AND event_source = %s AND event_id = %s AND holds_identity",
            [config["id"], row["event_source"], row["event_id"]],
        )
        receipt, data_hash = self.env.cr.fetchone()
        if data_hash == row["data_hash"]:
            entry["result"] = {"status": "duplicate", "receipt": receipt}
        else:
            entry["result"] = {"status": "conflict"}
            self._keep_conflict(delivery_id, entry, "event", row["event_id"])

    def _keep_conflict(self, delivery_id, entry, what, key):
        """Keep the second version beside the first, as a work item; nothing applies it."""
        entry["row"].update(holds_identity=False, state="exception")
        self.env.cr.execute(_insert_messages_sql("SELECT %s AS id", 1), [delivery_id, *_rows([entry])])
        message = self.env["construction.message"].search([("receipt", "=", entry["receipt"])], limit=1)
        self.env["construction.exception"]._raise_conflict(message, what, key)

    # ---- waking the lanes ------------------------------------------------------------

    def _wake(self, lanes):
        """See that a job is going to look at each (lane, shard), after the rows' commit."""
        for lane, shard in sorted(lanes):
            self.env["construction.message"]._wake_shard(lane, shard)
        self.env.cr.commit()  # pylint: disable=invalid-commit


# Text of constants only, made once for each size of a batch: SQL objects of fifty columns
# took a tenth of an accept.
@functools.lru_cache(maxsize=128)
def _insert_sql(count):
    """One statement for a delivery and ``count`` messages; a tuple of values for each."""
    messages = (
        _insert_messages_sql("SELECT id FROM delivery", count)
        if count
        else "SELECT NULL AS receipt WHERE false"
    )
    return (
        f"WITH delivery AS (INSERT INTO construction_inbound_delivery"
        f" ({', '.join(DELIVERY_COLUMNS)}) VALUES %s ON CONFLICT DO NOTHING RETURNING id),"
        f" message AS ({messages})"
        f" SELECT (SELECT id FROM delivery), (SELECT array_agg(receipt) FROM message)"
    )


def _insert_messages_sql(delivery, count):
    columns = ", ".join(MESSAGE_COLUMNS)
    typed = ", ".join(
        f"v.{name}::{CASTS[name]}" if name in CASTS else f"v.{name}" for name in MESSAGE_COLUMNS
    )
    rows = ", ".join(["%s"] * count)
    return (
        f"INSERT INTO construction_message (delivery_id, {columns})"
        f" SELECT d.id, {typed} FROM ({delivery}) d, (VALUES {rows}) v ({columns})"
        f" ON CONFLICT DO NOTHING RETURNING receipt"
    )


def _rows(entries):
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


def _repeated_result(result):
    if result["status"] == "accepted":
        return {**result, "status": "duplicate"}
    return result


def _close_restricted(schema_text, data):
    for path in schema.restricted_paths(schema_text):
        data = schema.replace_at(data, path, _close)
    return data


def _close(value):
    text = strict_json.dumps(value).encode()
    return crypto.PREFIX + crypto.encrypt(text).decode()
