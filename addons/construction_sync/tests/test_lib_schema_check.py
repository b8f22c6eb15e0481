# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import unittest
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import schema

from . import hanging

SCHEMA = {
    "$id": "urn:test",
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"$ref": "#/$defs/number"},
        "b": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"$ref": "#/$defs/line"}},
        "c": {"type": ["string", "null"], "minLength": 1, "maxLength": 3, "pattern": "^[a-z]"},
        "d": {"enum": ["x", "y"]},
        "e": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9},
        "f": {"type": "string", "format": "date"},
        "g": {"minimum": -1, "maxItems": 1, "properties": {"a": {"type": "boolean"}}},
    },
    "$defs": {
        "number": {"anyOf": [{"type": "number", "maximum": 5}, {"type": "string", "pattern": "^1+$"}]},
        "line": {"type": "object", "required": ["d"], "properties": {"d": {"enum": ["x"]}}},
    },
}
NAMES = st.sampled_from("abcdefgh")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.decimals(-3, 12, places=2)
    | st.sampled_from(["", "x", "y", "11", "abc", "abcd", "2026-02-03", "2026-02-30"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner), max_leaves=8
)
OBJECTS = st.fixed_dictionaries(
    {"a": st.integers(0, 6) | st.sampled_from(["11", "2"])},
    optional={
        "b": st.lists(st.fixed_dictionaries({"d": st.sampled_from("xy")}), max_size=3) | VALUES,
        "c": LEAVES,
        "d": LEAVES,
        "e": LEAVES,
        "f": LEAVES,
        "g": VALUES,
    },
)


class TestSchemaCheck(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.validator = schema.validator(json.dumps(SCHEMA))
        self.check = schema.quick_check(json.dumps(SCHEMA))

    @settings(max_examples=500, deadline=None)
    @given(OBJECTS | VALUES)
    def test_it_says_what_jsonschema_says(self, value):
        self.assertEqual(self.check(value), self.validator.is_valid(value))

    def test_examples(self):
        self.assertTrue(self.check({"a": Decimal("1.5"), "z": [1]}))
        self.assertFalse(self.check({"a": True}))
        self.assertFalse(self.check({}))
        self.assertTrue(self.check({"a": 1, "b": [{"d": "x"}]}))
        self.assertFalse(self.check({"a": 1, "b": [{"d": "y"}]}))

    def test_a_closed_contract(self):
        closed = json.dumps({"type": "object", "additionalProperties": False})
        self.assertEqual(schema.faults(closed, {}), [])
        self.assertEqual(len(schema.faults(closed, {"a": 1})), 1)

    def test_a_text_that_fits_nearly(self):
        # written so that an engine which tries every way to part it would not end
        text = json.dumps({"pattern": "^([a-z]+[+-]?)*$"})
        with hanging.ends():
            self.assertEqual(len(schema.faults(text, "a" * 60 + "!")), 1)
        self.assertEqual(schema.faults(text, "a+b"), [])
