# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import envelope

GOOD = {
    "specversion": "1.0",
    "id": "1",
    "source": "/field",
    "type": "procurement.delivery.received",
    "time": "2026-02-03T22:00:00+10:00",
    "subject": "PO-1",
    "dataschema": "https://example.com/procurement.delivery.received/v1",
    "data": {"a": 1},
}


def pointers(event):
    return [fault["pointer"] for fault in envelope.faults(event)]


class TestEnvelope(unittest.TestCase):
    def test_good(self):
        self.assertEqual(envelope.faults(GOOD), [])
        more = {"sequence": "12", "correlationid": "c", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
        self.assertEqual(envelope.faults({**GOOD, **more, "anything": {"else": True}}), [])

    def test_each_missing_attribute_is_named(self):
        for name in ("id", "source", "type", "subject", "specversion", "time", "dataschema", "data"):
            event = {k: v for k, v in GOOD.items() if k != name}
            self.assertEqual(pointers(event), [f"/{name}"])

    def test_faults(self):
        for name, value in (
            ("specversion", "0.3"),
            ("type", "Delivery"),
            ("time", "2026-02-03T22:00:00"),
            ("time", "2026-02-30T22:00:00Z"),
            ("time", 5),
            ("dataschema", "https://example.com/x"),
            ("dataschema", "/v0"),
            ("dataschema", "urn:construction:procurement.delivery.received-v1"),
            ("data", []),
            ("sequence", -1),
            ("sequence", True),
            ("sequence", 2**63),
            ("correlationid", ""),
            ("traceparent", "zz"),
            ("datacontenttype", "text/xml"),
            ("id", "x" * 256),
            ("id", "\U00020000" * 255),
            ("source", "x" * 1025),
            ("source", "日" * 1020),
            ("subject", "\U00020000" * 200),
            ("correlationid", "\U00020000" * 200),
            ("subject", " "),
            ("subject", "a\x07b"),
        ):
            with self.subTest((name, value)):
                self.assertEqual(pointers({**GOOD, name: value}), [f"/{name}"])
        self.assertEqual(pointers({**GOOD, "data_base64": "AA=="}), ["/data_base64"])
        for value in ("x", None, 3, []):
            self.assertEqual(pointers(value), [""])

    def test_mode(self):
        self.assertEqual(envelope.mode("application/cloudevents+json", {}), "structured")
        self.assertEqual(envelope.mode("application/cloudevents-batch+json", {}), "batch")
        self.assertEqual(envelope.mode("application/json", {"ce-specversion": "1.0"}), "binary")
        for other in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
            self.assertIsNone(envelope.mode(other, {}))
        self.assertIsNone(envelope.mode("text/xml", {"ce-specversion": "1.0"}))

    def test_binary_headers(self):
        headers = [(f"Ce-{k.capitalize()}", v) for k, v in GOOD.items() if k != "data"]
        headers += [("ce-subject", "Euro%20%E2%82%AC"), ("X-Other", "no")]
        event = envelope.from_headers(headers, "application/json; charset=utf-8", {"a": 1})
        self.assertEqual(envelope.faults(event), [])
        self.assertEqual(event["subject"], "Euro €")
        self.assertNotIn("x-other", event)

    @given(
        st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)),
        st.integers(-14 * 60, 14 * 60),
    )
    def test_moments(self, moment, offset):
        from datetime import timedelta

        local = moment.replace(tzinfo=timezone.utc).astimezone(timezone(timedelta(minutes=offset)))
        self.assertEqual(envelope.parse_time(local.isoformat()), moment)

    def test_fractions(self):
        self.assertEqual(envelope.parse_time("2026-02-03T10:00:00.9Z").microsecond, 900000)
        self.assertEqual(envelope.parse_time("2026-02-03T10:00:00.123456789Z").microsecond, 123456)

    def test_the_longest_that_is_taken(self):
        for name, value in (("id", "日" * 255), ("source", "日" * 341), ("subject", "日" * 255)):
            self.assertEqual(pointers({**GOOD, name: value}), [])
            self.assertEqual(envelope.clip(value, envelope.BYTES[name]), value)

    def test_no_moment_of_the_future(self):
        latest = datetime(2026, 2, 3, 12, 0)
        self.assertEqual(envelope.faults(GOOD, latest), [])
        late = {**GOOD, "time": "2026-02-03T12:00:00.000001Z"}
        self.assertEqual([fault["pointer"] for fault in envelope.faults(late, latest)], ["/time"])

    @given(st.recursive(st.none() | st.text() | st.integers(), lambda i: st.dictionaries(st.text(), i)))
    def test_never_raises(self, event):
        envelope.faults(event)
