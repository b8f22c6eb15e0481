# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestAgain(HubCommon):
    """What was refused by a contract or a right that has changed since: checked anew, never twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_kind = cls.env["construction.event.type"].create(
            {"name": "test.note.erased", "version": 1, "schema_text": "{}"}
        )

    def refuse(self, *events, **kw):
        self.source.event_type_ids = self.other_kind
        results = self.deliver(*events, **kw)
        self.source.event_type_ids = self.kind
        return results

    def kept(self, event):
        return self.Message.search([("event_id", "=", event["id"])])

    def test_the_same_delivery_once_the_type_is_allowed(self):
        event = self.note(bank_account="DE89370400440532013000")
        self.assertEqual(self.refuse(event, webhook_id="w")[0]["status"], "rejected")
        message = self.kept(event)
        (result,) = self.deliver(event, webhook_id="w")
        self.assertEqual(result, {"status": "accepted", "receipt": message.receipt})
        self.assertEqual(message.state, "received")
        self.assertEqual(message.event_type_id, self.kind)
        self.assertFalse(message.faults_text)
        self.assertIn("Sent again", message.history_ids.note)
        self.env.cr.execute("SELECT data FROM construction_message WHERE id = %s", [message.id])
        self.assertNotIn("DE8937", self.env.cr.fetchone()[0])
        again = self.deliver(event, webhook_id="w")
        self.assertEqual(again, [{"status": "duplicate", "receipt": message.receipt}])
        self.assertEqual(self.kept(event), message)
        self.run_all()
        self.assertEqual(message.state, "done")
        self.assertEqual(self.deliver(event, webhook_id="w"), again)

    def test_the_contract_was_mended(self):
        event = self.note(name="")
        self.assertEqual(self.deliver(event, webhook_id="w")[0]["status"], "rejected")
        self.assertEqual(self.deliver(event, webhook_id="w")[0]["status"], "rejected", "nothing has changed")
        self.kind.schema_text = '{"type": "object"}'
        self.assertEqual(self.deliver(event, webhook_id="w")[0]["status"], "accepted")
        self.assertEqual(self.kept(event).state, "received")

    def test_a_part_of_a_batch(self):
        good, bad, worse = self.note("N-1"), self.note("N-2", name=""), self.note("N-3", amount=[])
        first = self.deliver(good, bad, worse, webhook_id="w")
        self.assertEqual([r["status"] for r in first], ["accepted", "rejected", "rejected"])
        schema = self.kind.schema_text
        self.kind.schema_text = schema.replace('"minLength": 1', '"minLength": 0')
        self.assertNotEqual(schema, self.kind.schema_text)
        second = self.deliver(good, bad, worse, webhook_id="w")
        self.assertEqual([r["status"] for r in second], ["duplicate", "accepted", "rejected"])
        self.assertEqual(second[0]["receipt"], first[0]["receipt"])
        third = self.deliver(good, bad, worse, webhook_id="w")
        self.assertEqual([r["status"] for r in third], ["duplicate", "duplicate", "rejected"])
        self.assertEqual(third[1]["receipt"], second[1]["receipt"])
        self.assertEqual(len(self.kept(bad)), 1)

    def test_twice_in_one_batch(self):
        event = self.note()
        self.refuse(event, event, webhook_id="w")
        results = self.deliver(event, event, webhook_id="w")
        self.assertEqual([r["status"] for r in results], ["accepted", "duplicate"])
        self.assertEqual(results[0]["receipt"], results[1]["receipt"])
        self.assertEqual(sorted(self.kept(event).mapped("state")), ["received", "rejected"])

    def test_another_delivery_came_first(self):
        event = self.note()
        self.refuse(event, webhook_id="w")
        (new,) = self.deliver(event)
        self.assertEqual(new["status"], "accepted")
        self.assertEqual(self.deliver(event, webhook_id="w"), [{**new, "status": "duplicate"}])
        self.assertEqual(sorted(self.kept(event).mapped("state")), ["received", "rejected"])
        with self.assertRaisesRegex(UserError, "another delivery"):
            self.kept(event).filtered(lambda m: m.state == "rejected")._take_in()

    def test_other_data_came_first(self):
        event = self.note()
        self.refuse(event, webhook_id="w")
        self.deliver({**event, "data": {"name": "other"}})
        for _time in range(2):
            self.assertEqual(self.deliver(event, webhook_id="w"), [{"status": "conflict"}])
        self.assertEqual(sorted(self.kept(event).mapped("state")), ["exception", "received", "rejected"])

    def test_by_a_person(self):
        event = self.note()
        self.refuse(event)
        message = self.kept(event)
        self.source.event_type_ids = self.other_kind
        with self.assertRaisesRegex(UserError, "refused still"):
            message._take_in()
        self.source.event_type_ids = self.kind
        with self.assertRaises(UserError):
            message.with_user(self.users["auditor"])._take_in()
        message.with_user(self.users["integration_manager"])._take_in()
        self.assertEqual(message.state, "received")
        self.assertTrue(message.holds_identity)
        self.assertIn(self.users["integration_manager"].name, message.history_ids.note)
        with self.assertRaisesRegex(UserError, "not refused"):
            message._take_in()
        self.run_all()
        self.assertEqual(message.state, "done")
        self.assertEqual(self.deliver(event)[0]["status"], "duplicate")

    def test_by_a_person_from_a_batch(self):
        events = [self.note(f"N-{number}") for number in range(3)]
        self.refuse(*events)
        messages = self.Message.search([("event_id", "in", [event["id"] for event in events])])
        messages[1]._take_in()
        self.assertEqual(messages.mapped("state"), ["rejected", "received", "rejected"])
        messages.filtered(lambda m: m.state == "rejected")._take_in()
        self.run_all()
        self.assertEqual(set(messages.mapped("state")), {"done"})

    def test_what_else_a_message_brought_does_not_change(self):
        event = self.note()
        self.refuse(event)
        message = self.kept(event)
        for change in ("data_hash = 'x'", "receipt = 'x'", "received_at = now()", "subject = 'y'"):
            sets = f"{change}, state = 'received', holds_identity = true"
            if change.startswith("subject"):
                sets = f"{change}, state = 'received'"
            with self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                self.env.cr.execute(
                    f"UPDATE construction_message SET {sets} WHERE id = %s",
                    [message.id],
                    log_exceptions=False,
                )
