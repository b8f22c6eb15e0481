# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import datetime, timedelta, timezone

from odoo.tests import tagged

from ..lib import strict_json
from .common import HubCommon


@tagged("post_install", "-at_install")
class TestAccept(HubCommon):
    def status(self, *events, **kw):
        results = self.deliver(*events, **kw)
        return [result["status"] for result in results] if results is not None else None

    def test_accepted_row(self):
        event = self.note("PO-1", correlationid="c1", amount=1.10)
        event["correlationid"] = "c1"
        message = self.delivered(event)
        self.assertEqual(message.state, "received")
        self.assertEqual(message.subject, "PO-1")
        self.assertEqual(message.correlation, "c1")
        self.assertEqual(message.company_id, self.company)
        self.assertEqual(message.lane, "standard")
        self.assertEqual(str(message.occurred_at), "2026-02-03 10:00:00")
        self.assertTrue(message.delivery_id.holds_identity)

    def test_same_delivery_is_a_duplicate_with_the_first_receipt(self):
        event = self.note()
        first = self.deliver(event, webhook_id="w1", body=b"x")
        again = self.deliver(event, webhook_id="w1", body=b"x")
        self.assertEqual(again, [{"receipt": first[0]["receipt"], "status": "duplicate"}])
        self.assertEqual(self.Message.search_count([("event_id", "=", event["id"])]), 1)

    def test_same_event_in_another_delivery(self):
        event = self.note()
        first = self.deliver(event)
        again = self.deliver(event)
        self.assertEqual(again[0], {"receipt": first[0]["receipt"], "status": "duplicate"})
        # and the second delivery is known too, with that answer
        self.deliver(event, webhook_id="w2", body=b"x")
        third = self.deliver(event, webhook_id="w2", body=b"x")
        self.assertEqual(third[0]["receipt"], first[0]["receipt"])
        self.assertEqual(self.Message.search_count([("event_id", "=", event["id"])]), 1)

    def test_delivery_id_with_another_body(self):
        self.deliver(self.note(), webhook_id="w1", body=b"x")
        other = self.note("N-2")
        self.assertIsNone(self.status(other, webhook_id="w1", body=b"y"))
        kept = self.Message.search([("event_id", "=", other["id"])])
        self.assertEqual(kept.state, "exception")
        self.assertEqual(kept.exception_id.category, "conflict")
        # sent again it is refused again, and kept once
        self.assertIsNone(self.status(other, webhook_id="w1", body=b"y"))
        self.assertEqual(self.Message.search([("event_id", "=", other["id"])]), kept)
        # the first version still answers
        self.assertEqual(self.status(self.note(), webhook_id="w1", body=b"x"), ["duplicate"])

    def test_event_id_with_other_data(self):
        event = self.note(event_id="same")
        self.deliver(event)
        changed = {**event, "data": {"name": "other"}}
        self.assertEqual(self.status(changed), ["conflict"])
        both = self.Message.search([("event_id", "=", "same")])
        self.assertEqual(sorted(both.mapped("state")), ["exception", "received"])
        self.assertEqual(both.exception_id.severity, "high")

    def test_any_value_in_any_attribute_is_answered(self):
        good = {
            **self.note(),
            "correlationid": "c",
            "sequence": 1,
            "traceparent": None,
            "datacontenttype": "",
        }
        values = (
            None,
            True,
            0,
            -1,
            1.5,
            10**30,
            "",
            " ",
            "\x00",
            "\u202e",
            "x" * 5000,
            [],
            ["x"],
            {},
            {"a": []},
        )
        events = [
            {**good, "id": f"v-{number}-{name}", name: value}
            for name in good
            for number, value in enumerate(values)
        ]
        results = self.deliver(*events, *values)
        self.assertEqual(len(results), len(events) + len(values))
        self.assertLessEqual({result["status"] for result in results}, {"accepted", "rejected", "conflict"})
        kept = self.Message.search([("state", "=", "rejected")])
        rejected = [result for result in results if result["status"] == "rejected"]
        self.assertEqual(len(kept), len(rejected), "what breaks the contract is kept")
        self.assertTrue(all(result["faults"] for result in rejected))

    def test_limits_count_bytes(self):
        long = {"id": "\U00020000" * 255, "source": "日" * 1020, "subject": "\U00020000" * 255}
        for name, value in long.items():
            event = {**self.note(), name: value}
            self.assertEqual(self.status(event), ["rejected"], name)
        # the longest that is taken, of what does not compress, in every index at once
        rng = random.Random(8)
        text = {name: "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(255)) for name in long}
        text["source"] = "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(341))
        longest = {**self.note(), **text, "correlationid": text["id"][::-1]}
        message = self.delivered(longest)
        self.assertEqual((message.event_id, message.subject), (text["id"], text["subject"]))
        self.assertEqual(self.status({**longest, "data": {"name": "x"}}), ["conflict"])
        webhook_id = "".join(chr(rng.randrange(33, 127)) for _ in range(255))
        self.assertEqual(self.status(self.note(), webhook_id=webhook_id), ["accepted"])

    def test_numbers_no_store_takes(self):
        for raw in (b"1e400", b"-1e400", b"9" * 5000, b"0." + b"9" * 5000):
            with self.assertRaises(strict_json.MalformedJson):
                strict_json.loads(b'{"a":' + raw + b"}")
        for raw in (b"9" * 128, b"1e308", b"1e-308", b"-" + b"9" * 100 + b".5"):
            data = strict_json.loads(b'{"amount":' + raw + b',"more":' + raw + b"}")
            self.assertEqual(self.status(self.note(**data)), ["accepted"], raw)

    def test_time_to_the_microsecond(self):
        event = {**self.note(), "time": "2026-02-03T10:00:00.123456Z"}
        self.assertEqual(self.delivered(event).occurred_at.microsecond, 123456)

    def test_no_time_of_the_future(self):
        def status(hours):
            moment = datetime.now(timezone.utc) + timedelta(hours=hours)
            results = self.deliver({**self.note(), "time": moment.isoformat()})
            return results[0]["status"], results[0].get("faults", [{}])[0].get("pointer")

        self.assertEqual(status(23.9), ("accepted", None))
        self.assertEqual(status(24.1), ("rejected", "/time"))
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("construction_sync.future_hours", "1")
        self.assertEqual(status(1.1), ("rejected", "/time"))
        for nonsense in ("soon", "inf", "nan"):
            parameters.set_param("construction_sync.future_hours", nonsense)
            self.assertEqual(status(23.9), ("accepted", None))
            self.assertEqual(status(24.1), ("rejected", "/time"))

    def test_conflict_is_not_applied_by_a_replay_of_the_first(self):
        event = self.note(event_id="same")
        self.deliver(event)
        self.deliver({**event, "data": {"name": "other"}})
        self.run_all()
        self.assertFalse(self.env["res.partner"].search([("name", "=", "other")]))

    def test_a_batch_has_a_fate_each(self):
        known = self.note("N-1", event_id="known")
        self.deliver(known)
        bad = self.note("N-2")
        del bad["data"]["name"]
        twin = self.note("N-3", event_id="twin")
        results = self.deliver(known, bad, {**known, "data": {"name": "x"}}, twin, twin, "no object")
        self.assertEqual(
            [result["status"] for result in results],
            ["duplicate", "rejected", "conflict", "accepted", "duplicate", "rejected"],
        )
        self.assertEqual(results[1]["faults"][0]["pointer"], "/data")
        self.assertEqual(results[3]["receipt"], results[4]["receipt"])

    def test_repeated_batch(self):
        events = [self.note("N-1"), self.note("N-2")]
        first = self.deliver(*events, webhook_id="b", body=b"x")
        again = self.deliver(*events, webhook_id="b", body=b"x")
        self.assertEqual([r["status"] for r in again], ["duplicate", "duplicate"])
        self.assertEqual([r["receipt"] for r in again], [r["receipt"] for r in first])

    def test_empty_batch(self):
        self.assertEqual(self.deliver(), [])

    def test_rejected_is_kept_and_holds_no_identity(self):
        bad = self.note(event_id="fix-me", name="")
        self.assertEqual(self.status(bad), ["rejected"])
        kept = self.Message.search([("event_id", "=", "fix-me")])
        self.assertEqual(kept.state, "rejected")
        self.assertIn("/data/name", kept.faults_text)
        self.assertEqual(self.status({**bad, "data": {"name": "good"}}), ["accepted"])

    def test_type_not_allowed(self):
        self.assertEqual(self.status(self.note(kind="test.note.erased")), ["rejected"])
        other_version = self.note()
        other_version["dataschema"] = "https://example.com/test.note.written/v2"
        self.assertEqual(self.status(other_version), ["rejected"])

    def test_two_sources_have_identities_of_their_own(self):
        other = self.make_source("second")
        event = self.note(event_id="same")
        self.assertEqual(self.status(event), ["accepted"])
        self.assertEqual(self.status(event, source=other), ["accepted"])

    def test_restricted_values_are_not_stored_in_the_clear(self):
        message = self.delivered(self.note(bank_account="DE89370400440532013000"))
        self.env.cr.execute(
            "SELECT m.data, d.body_token FROM construction_message m"
            " JOIN construction_inbound_delivery d ON d.id = m.delivery_id WHERE m.id = %s",
            [message.id],
        )
        for text in self.env.cr.fetchone():
            self.assertNotIn("DE8937", text)
        self.assertNotIn("DE8937", message.payload)
        self.assertIn("bank_account", message.payload)
        self.run_all()
        partner = self.env["res.partner"].search([("ref", "=", "DE89370400440532013000")])
        self.assertEqual(len(partner), 1)

    def test_accepting_leaves_one_job(self):
        jobs = self.env["queue.job"].search([]).ids
        self.deliver(self.note("N-1"))
        self.deliver(self.note("N-1"))
        new = self.env["queue.job"].search([("id", "not in", jobs)])
        self.assertEqual(len(new), 1)
        self.assertEqual(new.channel, "root.construction.standard")
