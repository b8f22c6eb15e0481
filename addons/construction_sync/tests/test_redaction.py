# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from contextlib import suppress
from unittest.mock import patch

from psycopg2.errors import RaiseException

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.construction_sync.models import construction_redaction as redaction

from .common import HANDLER, HubCommon

PAGE = "test.page.recorded"
PLACE = {"type": ["number", "string"], "maxLength": 32, "x-classification": "personal"}
SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 60},
        "readings": {
            "type": "array",
            "items": {"type": "object", "properties": {"at": {"type": "integer"}, "latitude": PLACE}},
        },
        "bank_account": {"type": "string", "maxLength": 34, "x-classification": "restricted"},
    },
}
SECRET = "48.137154"


@tagged("post_install", "-at_install")
class TestRedaction(HubCommon):
    """What a schema marks personal is taken out of what came, by one door that is logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page_kind = cls.env["construction.event.type"].create(
            {
                "name": PAGE,
                "handler_model": HANDLER,
                "schema_text": json.dumps(SCHEMA),
                "personal_until_done": True,
            }
        )
        cls.source.event_type_ids |= cls.page_kind
        cls.source.flush_recordset()
        cls.redaction = cls.env["construction.redaction"]

    def page(self, subject="P-1", **data):
        readings = [{"at": 1, "latitude": SECRET}, {"at": 2, "latitude": 11.5}]
        return self.note(subject, kind=PAGE, **{"readings": readings, **data})

    def take_out(self):
        """What the scheduled job does, in the test's transaction."""
        self.env.flush_all()
        for step in (self.redaction._take_out_due, self.redaction._take_out_due_bodies):
            last = 0
            while last is not None:
                last, _count = step(last)
        self.env.invalidate_all()

    def held(self, message):
        """All that is stored of a message and its delivery, in clear."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT row_to_json(m)::text FROM construction_message m WHERE id = %s", [message.id]
        )
        (row,) = self.env.cr.fetchone()
        return row + message.delivery_id._body().decode()

    def assertOut(self, message, subject=None):
        self.assertTrue(message.redacted_at)
        self.assertTrue(message.delivery_id.redacted_at)
        for value in (SECRET, "11.5", "latitude"):
            self.assertNotIn(value, self.held(message))

    def aged(self, *messages, days=91):
        """As if they had come long ago."""
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE construction_message DISABLE TRIGGER construction_message_guard")
        ids = [message.id for message in messages]
        self.env.cr.execute(
            "UPDATE construction_message SET received_at = received_at - make_interval(days => %s)"
            " WHERE id = ANY(%s)",
            [days, ids],
        )
        self.env.cr.execute("ALTER TABLE construction_message ENABLE TRIGGER construction_message_guard")
        self.env.invalidate_all()

    # ---- when ----------------------------------------------------------------------------

    def test_when_it_is_done(self):
        triggers = self.env["ir.cron.trigger"].search([])
        message = self.delivered(self.page(bank_account="DE89"))
        self.assertTrue(message.holds_personal)
        self.take_out()
        self.assertIn(SECRET, self.held(message), "it has to be handled")
        before, body_hash = message.data_hash, message.delivery_id.body_hash
        self.run_all()
        self.assertEqual(message.state, "done")
        cron = self.env.ref("construction_sync.construction_redaction_cron_take_out")
        self.assertIn(cron, (self.env["ir.cron.trigger"].search([]) - triggers).cron_id)
        self.take_out()
        self.assertOut(message)
        self.assertFalse(message.holds_personal)
        self.assertEqual((message.data_hash, message.delivery_id.body_hash), (before, body_hash))
        self.assertEqual([row["at"] for row in message._payload()["readings"]], [1, 2])
        self.assertIn("••••••", message.payload, "what is restricted is there still")

    def test_what_waits_or_fails_keeps_it_until_the_age(self):
        waiting, failed = self.delivered(self.page("P-1", after="P-9"), self.page("P-2", mode="ask"))
        self.run_all()
        self.assertEqual((waiting.state, failed.state), ("waiting", "exception"))
        self.take_out()
        for message in (waiting, failed):
            self.assertIn(SECRET, self.held(message))
        self.aged(failed)
        self.take_out()
        self.assertTrue(failed.redacted_at)
        self.assertFalse(waiting.redacted_at)
        self.assertFalse(failed.delivery_id.redacted_at, "the other one of the batch may need it")
        self.assertEqual(failed.state, "exception")
        self.aged(waiting)
        self.take_out()
        self.assertOut(waiting)
        self.assertOut(failed)
        self.delivered(self.page("P-9"))
        self.run_all()
        self.assertEqual(waiting.state, "done", "and it goes on without")

    def test_by_age_alone(self):
        self.page_kind.write({"personal_until_done": False, "personal_days": 30})
        message = self.delivered(self.page())
        self.run_all()
        self.aged(message, days=29)
        self.take_out()
        self.assertFalse(message.redacted_at)
        self.aged(message, days=2)
        self.take_out()
        self.assertOut(message)

    def cron(self):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            try:
                self.env(cr=cr)["construction.redaction"]._cron_take_out()
            finally:
                self.env.invalidate_all()

    def test_in_batches_and_again_where_it_ended(self):
        messages = self.Message.union(*(self.delivered(self.page(f"P-{number}")) for number in range(5)))
        self.run_all()
        self.env.flush_all()
        door, calls = type(self.redaction)._take_out, []

        def dying(redaction, ids, reason):
            calls.append(ids)
            if len(calls) == 2:
                raise ZeroDivisionError("the process ends")
            return door(redaction, ids, reason)

        with patch(f"{redaction.__name__}.AT_ONCE", 2):
            # what raises in ``assertRaises`` is undone
            with patch.object(type(self.redaction), "_take_out", dying), suppress(ZeroDivisionError):
                self.cron()
            self.assertEqual(len(calls), 2)
            self.assertEqual(len(messages.filtered("redacted_at")), 2)
            self.cron()
        for message in messages:
            self.assertOut(message)
        entries = self.entries()
        self.cron()
        self.assertEqual(self.entries(), entries, "there is nothing left to do")

    def test_others_are_left_alone(self):
        message = self.delivered(self.note("N-1"))
        self.run_all()
        self.aged(message, days=900)
        self.take_out()
        self.assertFalse(message.redacted_at or message.delivery_id.redacted_at or message.holds_personal)

    # ---- where ---------------------------------------------------------------------------

    def test_a_batch_with_others(self):
        note, page, second = self.delivered(self.note("N-1"), self.page("P-1"), self.page("P-2"))
        self.run_all()
        self.take_out()
        self.assertOut(page)
        self.assertOut(second)
        self.assertFalse(note.redacted_at)
        events = note.delivery_id._events()
        self.assertEqual([event["subject"] for event in events], ["N-1", "P-1", "P-2"])
        self.assertEqual(events[0]["data"], note._payload())

    def test_a_corrected_message(self):
        message = self.delivered(self.page(mode="ask"))
        self.run_all()
        changed = message._payload()
        changed["readings"][0]["latitude"] = "47.999"
        changed["mode"] = "fine"
        message.exception_id.choices = False
        message._correct(changed, "Says the test")
        self.run_all()
        self.assertEqual(message.state, "done")
        self.take_out()
        self.assertOut(message)
        self.assertNotIn("47.999", self.held(message))
        self.assertEqual(message._payload()["mode"], "fine")

    def test_nobody_reads_it_before(self):
        event = self.page()
        message = self.delivered(event)
        self.deliver({**event, "data": {**event["data"], "readings": [{"at": 1, "latitude": "47.999"}]}})
        second = self.Message.search([("event_id", "=", event["id"]), ("holds_identity", "=", False)])
        self.assertTrue(second.version_diff)
        for role in ("integration_manager", "buyer", "auditor"):
            user = self.users[role]
            user.group_ids |= self.env.ref("base.group_allow_export")
            seen = (message | second).with_user(user)
            rows = seen.export_data(["payload", "version_diff"])["datas"]
            for text in [*seen.mapped("payload"), *rows[0], *rows[1]]:
                for value in (SECRET, "11.5", "47.999"):
                    self.assertNotIn(value, text or "")

    def test_history_and_items_say_nothing_of_it(self):
        message = self.delivered(self.page(mode="bug"))
        with mute_logger("odoo.addons.construction_sync.models.construction_message_handling"):
            self.run_all()
        said = message.history_ids.mapped("detail") + message.history_ids.mapped("note") + [message.problem]
        self.assertNotIn(SECRET, str(said))

    # ---- known again ---------------------------------------------------------------------

    def test_the_same_again(self):
        event = self.page()
        first = self.deliver(event, webhook_id="w-1")
        self.run_all()
        self.take_out()
        receipt = first[0]["receipt"]
        again = [{"status": "duplicate", "receipt": receipt}]
        self.assertEqual(self.deliver(event, webhook_id="w-1"), again, "the same delivery")
        self.assertEqual(self.deliver(event, webhook_id="w-2"), again, "the same event in another")
        delivery = self.env["construction.inbound.delivery"].search([("webhook_id", "=", "w-2")])
        self.assertIn(SECRET, delivery._body().decode())
        self.take_out()
        self.assertNotIn(SECRET, delivery._body().decode(), "nobody waits for what it repeats")
        other = self.page(readings=[{"at": 1, "latitude": 47}])
        other["id"] = event["id"]
        self.assertEqual(self.deliver(other)[0]["status"], "conflict")
        self.assertIsNone(self.deliver(other, webhook_id="w-1"), "another body under a known id")

    def test_refused_for_a_right(self):
        self.source.event_type_ids -= self.page_kind
        event, note = self.page(), self.note("N-1")
        results = self.deliver(event, note, webhook_id="w-1")
        self.assertEqual([result["status"] for result in results], ["rejected", "accepted"])
        message = self.Message.search([("state", "=", "rejected")])
        self.run_all()
        self.take_out()
        self.assertIn(SECRET, self.held(message), "it may be taken in")
        self.aged(message)
        self.take_out()
        self.assertOut(message)
        self.source.event_type_ids |= self.page_kind
        message.with_user(self.users["integration_manager"])._take_in()
        self.run_all()
        self.assertEqual(message.state, "done", "known by the hash of what it was")
        self.take_out()
        self.assertOut(message)

    def test_refused_for_its_content(self):
        event = self.page(name="", readings={"first": {"latitude": SECRET}}, more={"latitude": 11.5})
        self.assertEqual(self.deliver(event)[0]["status"], "rejected")
        message = self.Message.search([("state", "=", "rejected")])
        self.aged(message)
        self.take_out()
        self.assertOut(message)

    # ---- the door ------------------------------------------------------------------------

    def entries(self):
        return self.env["construction.audit.entry"].search(
            [("res_model", "=", "construction.source"), ("res_id", "=", self.source.id)], order="id"
        )

    def test_who_and_why(self):
        before = self.entries()
        messages = self.delivered(self.page("P-1"), self.page("P-2"))
        self.run_all()
        self.take_out()
        made = self.entries() - before
        self.assertEqual(len(made), 2, "one for the messages, one for the delivery")
        self.assertEqual(messages.redaction_id | messages.delivery_id.redaction_id, made)
        self.assertTrue(made[0].after.startswith("2; test.page.recorded v1: done"))
        self.assertIn(self.env.user.name, messages[0].redaction_note)
        auditor = messages.delivery_id.with_user(self.users["auditor"])
        self.assertTrue(auditor.redaction_note)

    def test_a_person_does_it_at_once(self):
        one, two = self.delivered(self.page("P-1", after="P-9"), self.page("P-2", after="P-9"))
        self.run_all()
        for role in ("buyer", "auditor", "project_manager"):
            with self.assertRaises(AccessError):
                one.with_user(self.users[role]).action_redact()
            with self.assertRaises(AccessError):
                one.with_user(self.users[role])._redact("x")
        manager = self.users["integration_manager"]
        action = one.with_user(manager).action_redact()
        wizard = self.env[action["res_model"]].with_user(manager).with_context(**action["context"])
        with self.assertRaises(UserError):
            wizard.create({"reason": " "}).action_redact()
        wizard.create({"reason": "The driver asked"}).action_redact()
        self.assertTrue(one.redacted_at)
        self.assertNotIn(SECRET, one.data)
        self.assertEqual(one.redaction_note, f"{manager.name}: 1; The driver asked")
        self.assertIn(SECRET, self.held(two), "the body with it")
        two.with_user(manager)._redact("He asked again")
        self.assertOut(one)
        self.assertOut(two)
        with self.assertRaises(UserError):
            two.with_user(manager)._redact("And again")

    def test_guarded_for_everybody_else(self):
        message = self.delivered(self.page())
        self.run_all()
        self.env.flush_all()
        entry = self.entries()[-1]
        self.take_out()
        statements = (
            "UPDATE construction_message SET data = '{}' WHERE id = %(id)s",
            "UPDATE construction_message SET redacted_at = NULL, redaction_id = NULL WHERE id = %(id)s",
            "UPDATE construction_message SET redaction_id = %(old)s WHERE id = %(id)s",
            "UPDATE construction_message SET data = '{}', redacted_at = now(), redaction_id = %(old)s"
            " WHERE id = %(id)s",
            "UPDATE construction_message SET data_hash = 'x', redacted_at = %(at)s, redaction_id = %(new)s"
            " WHERE id = %(id)s",
            'UPDATE construction_message SET data = \'{"name": "x"}\', redacted_at = %(at)s,'
            " redaction_id = %(new)s WHERE id = %(id)s",
            "UPDATE construction_message SET data = '{\"more\": 1}', redacted_at = %(at)s,"
            " redaction_id = %(new)s WHERE id = %(id)s",
            "UPDATE construction_inbound_delivery SET body_token = 'x' WHERE id = %(delivery)s",
            "UPDATE construction_inbound_delivery SET hashes_text = 'x' WHERE id = %(delivery)s",
            "UPDATE construction_inbound_delivery SET body_token = 'x', redacted_at = now(),"
            " redaction_id = %(old)s WHERE id = %(delivery)s",
            "UPDATE construction_inbound_delivery SET body_hash = 'x', redacted_at = %(at)s,"
            " redaction_id = %(new)s WHERE id = %(delivery)s",
        )
        new = self.redaction._log({self.source.id: 1}, "why", "what")[self.source.id]
        values = {
            "id": message.id,
            "delivery": message.delivery_id.id,
            "old": entry.id,
            "new": new.id,
            "at": fields.Datetime.to_string(new.at),
        }
        for statement in statements:
            with self.subTest(statement), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(statement, values)

    def test_what_is_marked_later(self):
        self.source.event_type_ids -= self.page_kind
        known = self.delivered(self.note("N-1", amount="77.75"))
        self.run_all()
        self.take_out()
        self.assertFalse(known.redacted_at)
        marked = json.loads(self.kind.schema_text)
        marked["properties"]["amount"]["x-classification"] = "personal"
        self.kind.sudo().write({"schema_text": json.dumps(marked), "personal_until_done": True})
        self.env.invalidate_all()
        self.take_out()
        self.assertTrue(known.redacted_at)
        self.assertNotIn("77.75", self.held(known))

    def test_due_is_found_by_index(self):
        """A thousand times as much that is done costs nothing."""
        for query in (
            "SELECT id FROM construction_message WHERE holds_personal AND event_type_id = 1"
            " AND (received_at < now() OR state = 'done') ORDER BY received_at LIMIT 25",
            "SELECT id FROM construction_message WHERE holds_personal AND event_type_id IS NULL"
            " AND type_name = 'x' AND received_at < now() ORDER BY received_at LIMIT 25",
            "SELECT d.id FROM construction_inbound_delivery d WHERE d.holds_personal AND d.id > 0"
            " AND NOT EXISTS (SELECT FROM construction_message m"
            " WHERE m.delivery_id = d.id AND m.holds_personal) ORDER BY d.id LIMIT 25",
        ):
            with self.subTest(query), self.env.cr.savepoint():
                self.env.cr.execute("SET LOCAL enable_seqscan = off")
                self.env.cr.execute("EXPLAIN " + query)
                plan = "\n".join(row[0] for row in self.env.cr.fetchall())
                self.assertIn("personal_index", plan)

    def test_ages_that_a_person_chooses(self):
        kind = self.page_kind.with_user(self.users["integration_manager"])
        kind.personal_days = 10
        self.assertEqual(
            self.env["construction.audit.entry"].search([], order="id desc", limit=1).after, "10"
        )
        with self.assertRaises(ValidationError):
            kind.personal_days = 0
