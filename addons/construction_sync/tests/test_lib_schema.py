# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from odoo.addons.construction_sync.lib import schema

TEXT = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["order", "lines"],
        "properties": {
            "order": {"type": "string", "minLength": 1},
            "bank": {"type": "string", "x-classification": "restricted"},
            "on": {"type": "string", "format": "date"},
            "lines": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["quantity"],
                    "properties": {
                        "quantity": {"type": ["number", "string"]},
                        "a/b": {"enum": ["x", "y"]},
                        "iban": {"type": "string", "x-classification": "restricted"},
                    },
                },
            },
        },
    }
)


class TestSchema(unittest.TestCase):
    def test_good(self):
        data = {"order": "1", "lines": [{"quantity": Decimal("1.5")}], "more": 1, "on": "2026-02-03"}
        self.assertEqual(schema.faults(TEXT, data), [])

    def test_what_happened_does_not_lie_far_ahead(self):
        text = json.dumps({"properties": {"on": {"type": "string", "x-maxAheadDays": 2}}})
        now = datetime.now(timezone.utc)
        for days, good in ((-40000, True), (0, True), (1.9, True), (4, False), (3000, False)):
            moment = now + timedelta(days=days)
            for value in (moment.isoformat(timespec="seconds"), moment.date().isoformat()):
                with self.subTest(value):
                    found = schema.faults(text, {"on": value})
                    self.assertEqual(not found, good)
                    if found:
                        self.assertEqual(found[0]["pointer"], "/data/on")
                        self.assertIn("in the future", found[0]["detail"])
        self.assertEqual(schema.faults(text, {"on": 7})[0]["detail"], "must be of type string")

    def test_a_description_stands_within_a_sentence(self):
        for description, wanted in (
            ("A decimal of zero or more", "must be a decimal of zero or more"),
            ("RFC 3339 with offset", "must be RFC 3339 with offset"),
        ):
            text = json.dumps({"properties": {"a": {"description": description, "anyOf": [{"minimum": 0}]}}})
            self.assertEqual(schema.faults(text, {"a": -1})[0]["detail"], wanted)

    def test_pointers_and_silence(self):
        data = {"order": 5, "on": "2026-02-30", "lines": [{}, {"quantity": None, "a/b": "secret-value"}]}
        faults = schema.faults(TEXT, data)
        self.assertEqual(
            [fault["pointer"] for fault in faults],
            ["/data/lines/0", "/data/lines/1/a~1b", "/data/lines/1/quantity", "/data/on", "/data/order"],
        )
        self.assertNotIn("secret-value", json.dumps(faults))
        self.assertIn("quantity", faults[0]["detail"])

    def test_dates_of_this_age_only(self):
        data = {"order": "1", "lines": [{"quantity": 1}]}
        for year, faults in ((1969, 1), (1970, 0), (2200, 0), (2201, 1), (9999, 1)):
            with self.subTest(year):
                self.assertEqual(len(schema.faults(TEXT, {**data, "on": f"{year}-12-31"})), faults)

    def test_many_faults_are_cut(self):
        data = {"order": "1", "lines": [{}] * 500}
        self.assertEqual(len(schema.faults(TEXT, data)), schema.MAX_FAULTS)

    def test_restricted(self):
        paths = schema.restricted_paths(TEXT)
        self.assertEqual(set(paths), {("bank",), ("lines", "*", "iban")})
        data = {"bank": "A", "lines": [{"iban": "B"}, {"quantity": 1}]}
        for path in paths:
            data = schema.replace_at(data, path, lambda value: "•")
        self.assertEqual(data, {"bank": "•", "lines": [{"iban": "•"}, {"quantity": 1}]})
