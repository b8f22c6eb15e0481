# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import fields, models

from .construction_accept import insert_messages_sql, message_rows, open_lane_sql

# what is read anew from the stored bytes when a rejected message is taken in
TAKEN_COLUMNS = (
    "event_type_id",
    "type_name",
    "version",
    "event_source",
    "event_id",
    "subject",
    "occurred_at",
    "correlation",
    "sequence",
    "traceparent",
    "data",
    "lane",
    "shard",
    "weight",
    "holds_personal",
)


class ConstructionAcceptKnown(models.AbstractModel):
    """What was there before: the same again, other content under a known id, what was refused."""

    # in a file of its own: what is new and what is known are two ideas
    _inherit = "construction.accept"  # pylint: disable=consider-merging-classes-inherited

    def _answer_known_delivery(self, config, delivery, entries):
        cr = self.env.cr
        identity = [config["id"], delivery["webhook_id"]]
        cr.execute(
            "SELECT id, body_hash, results_text FROM construction_inbound_delivery"
            " WHERE source_id = %s AND webhook_id = %s ORDER BY holds_identity DESC",
            identity,
        )
        known = cr.fetchall()
        if known and known[0][1] == delivery["body_hash"]:
            delivery_id, _hash, results = known[0]
            return self._answer_again(config, delivery_id, entries, json.loads(results))
        if all(body_hash != delivery["body_hash"] for _id, body_hash, _results in known):
            results = [{"status": "conflict"} for _entry in entries]
            delivery_id, _none = self._insert(config, delivery, [], results, False)
            for entry in entries:
                self._keep_conflict(delivery_id, entry, "delivery", delivery["webhook_id"])
        return None

    def _answer_again(self, config, delivery_id, entries, results):
        """The answers of a delivery that is known; what was refused in it is checked anew."""
        if len(results) != len(entries):
            return [_repeated_result(result) for result in results]
        taken = False
        for entry, result in zip(entries, results, strict=True):
            if result["status"] != "rejected":
                entry["result"] = _repeated_result(result)
            elif entry["faults"]:
                entry["result"] = {"status": "rejected", "faults": entry["faults"]}
            else:
                taken = True
                entry["result"] = self._take_in_entry(config, delivery_id, entry) or result
        answers = [entry["result"] for entry in entries]
        if taken:
            self.env.cr.execute(
                "UPDATE construction_inbound_delivery SET results_text = %s WHERE id = %s",
                [json.dumps([_first_result(answer) for answer in answers]), delivery_id],
                log_exceptions=False,
            )
        return answers

    def _take_in_entry(self, config, delivery_id, entry):
        """Take in what was refused in a known delivery. :return: the result, or None when it is not there"""
        holder = self._find_holder(config, entry)
        if holder:
            return self._answer_holder(delivery_id, entry, *holder)
        row = entry["row"]
        self.env.cr.execute(
            "SELECT id FROM construction_message WHERE delivery_id = %s AND state = 'rejected'"
            " AND data_hash = %s AND event_id IS NOT DISTINCT FROM %s"
            " AND event_source IS NOT DISTINCT FROM %s ORDER BY id LIMIT 1",
            [delivery_id, row["data_hash"], row["event_id"], row["event_source"]],
        )
        found = self.env.cr.fetchone()
        if not found:
            return None
        message = self.env["construction.message"].browse(found[0])
        note = self.env._("Sent again; its contract or right has changed since it was refused.")
        return {"receipt": self._take_in_message(message, entry, note), "status": "accepted"}

    def _take_in_message(self, message, entry, note):
        """Make a rejected message a received one. :return: its receipt"""
        self.env.cr.execute(
            f"SELECT {open_lane_sql('%s', '%s')}", [entry["row"]["source_id"], entry["row"]["subject"]]
        )
        entry["row"]["lane"] = self.env.cr.fetchone()[0] or entry["row"]["lane"]
        self.env.cr.execute(
            f"UPDATE construction_message SET {', '.join(f'{name} = %s' for name in TAKEN_COLUMNS)},"
            " state = 'received', holds_identity = true, faults_text = NULL, problem = NULL, queued_at = %s"
            " WHERE id = %s AND state = 'rejected' RETURNING receipt",
            [*(entry["row"][name] for name in TAKEN_COLUMNS), fields.Datetime.now(), message.id],
            log_exceptions=False,
        )
        (receipt,) = self.env.cr.fetchone()
        message.invalidate_recordset()
        message._log("received", note)
        return receipt

    def _answer_known_event(self, config, delivery_id, entry):
        entry["result"] = self._answer_holder(delivery_id, entry, *self._find_holder(config, entry))

    def _find_holder(self, config, entry):
        """(receipt, hash of the data) of the message that holds the identity of an event, or None."""
        row = entry["row"]
        self.env.cr.execute(
            "SELECT receipt, data_hash FROM construction_message WHERE source_id = %s"
            " AND event_source = %s AND event_id = %s AND holds_identity",
            [config["id"], row["event_source"], row["event_id"]],
        )
        return self.env.cr.fetchone()

    def _answer_holder(self, delivery_id, entry, receipt, data_hash):
        if data_hash == entry["row"]["data_hash"]:
            return {"status": "duplicate", "receipt": receipt}
        self._keep_conflict(delivery_id, entry, "event", entry["row"]["event_id"])
        return {"status": "conflict"}

    def _keep_conflict(self, delivery_id, entry, what, key):
        """Keep the second version beside the first, as a work item; nothing applies it."""
        entry["row"].update(holds_identity=False, state="exception")
        self.env.cr.execute(
            insert_messages_sql("SELECT %s AS id", 1),
            [delivery_id, *message_rows([entry])],
            log_exceptions=False,
        )
        message = self.env["construction.message"].search([("receipt", "=", entry["receipt"])], limit=1)
        self.env["construction.exception"]._raise_conflict(message, what, key)


def _repeated_result(result):
    if result["status"] == "accepted":
        return {**result, "status": "duplicate"}
    return result


def _first_result(answer):
    """What a delivery keeps: the answer that its first sending got, with its receipt."""
    if answer["status"] == "duplicate":
        return {**answer, "status": "accepted"}
    return answer
