# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import pathlib
import unittest

from odoo.addons.construction_sync.lib import contract, envelope, schema

from . import hanging

ADDONS = pathlib.Path(__file__).resolve().parents[2]
# a row of a btree index takes 2,704 bytes over all its columns
INDEX_ROW = 2600
# a key of a document is made of up to three keys of a sender, case folded (one letter may become
# three, of two bytes each), with a word for its kind
PARTS = 3
KEY_BYTES = 384
NAME_BYTES = 1000
TEXT_BYTES = 8000
FILE_BYTES = 4 * 64 * 1024**2
# what goes into columns without an index, by the name of the property or definition
UNINDEXED = {
    "text",
    "base64",
    "url",
    "name",
    "media_type",
    "delivery_note",
    "email",
    "street",
    "street2",
    "city",
    "state",
    "country",
}


def texts(node, name="", root=None):
    """Every place of a schema where a text may stand: (name of the property or definition, schema)."""
    root = root or node
    if isinstance(node, list):
        for item in node:
            yield from texts(item, name, root)
    elif isinstance(node, dict):
        kinds = node.get("type", ())
        if "string" in ([kinds] if isinstance(kinds, str) else kinds):
            yield name, node
        elif not {"type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf"} & node.keys() and name:
            yield name, node  # says nothing of its type: a text would do
        for key, item in node.items():
            if key in ("properties", "$defs"):
                for child, value in item.items():
                    yield from texts(value, child, root)
            elif key in ("items", "additionalProperties", "anyOf", "oneOf", "allOf"):
                yield from texts(item, name, root)


def walk(node):
    if isinstance(node, dict):
        yield node
        for item in node.values():
            yield from walk(item)
    elif isinstance(node, list):
        for item in node:
            yield from walk(item)


class TestLimits(unittest.TestCase):
    """What a schema lets in, the store takes: PostgreSQL counts bytes, JSON Schema characters."""

    def schemas(self):
        files = sorted(ADDONS.glob("*/schemas/*.v*.json"))
        self.assertGreater(len(files), 9)
        for path in files:
            with self.subTest(path.name):
                yield path, contract.read(path.read_text())

    def test_each_text_has_a_limit_that_its_store_takes(self):
        for _path, text in self.schemas():
            for name, node in texts(json.loads(text)):
                with self.subTest(name):
                    self.assertIn("maxLength", node)
                    most = min(4 * node["maxLength"], node.get(schema.MAX_BYTES, 1 << 60))
                    if name == "base64":
                        self.assertLessEqual(most, FILE_BYTES)
                    elif name in UNINDEXED:
                        self.assertLessEqual(most, TEXT_BYTES)
                    else:
                        self.assertLessEqual(most, KEY_BYTES, "a key, which is looked up by an index")

    def test_names_fit_the_index_of_names(self):
        for path, text in self.schemas():
            if path.name.startswith("master."):
                for name in ("name", "customer"):
                    node = json.loads(text)["properties"].get(name)
                    if node:
                        self.assertEqual(node, {"$ref": "#/$defs/name"})
                        limit = json.loads(text)["$defs"]["name"][schema.MAX_BYTES]
                        # Odoo writes "company, contact" into one indexed column
                        self.assertLessEqual(2 * limit, INDEX_ROW)

    def test_numbers_and_lists_have_limits(self):
        for _path, text in self.schemas():
            for node in walk(json.loads(text)):
                kinds = node.get("type")
                if kinds in ("number", "integer"):
                    self.assertIn("maximum", node)
                    self.assertTrue({"minimum", "exclusiveMinimum"} & node.keys(), node)
                elif kinds == "array":
                    self.assertIn("maxItems", node)

    def test_composed_keys_fit(self):
        self.assertLess(PARTS * KEY_BYTES * 2 + 128, INDEX_ROW)
        # 128 letters of two bytes that fold into three of two bytes each are the worst there is
        self.assertEqual(max(len(chr(c).casefold().encode()) for c in range(0xD7FF)), 6)
        self.assertLess(PARTS * 128 * 6 + 128, INDEX_ROW)

    def test_the_envelope_fits_its_indexes(self):
        limit = envelope.BYTES
        self.assertLess(limit["source"] + limit["id"] + 64, INDEX_ROW)
        self.assertLess(limit["type"] + limit["subject"] + 64, INDEX_ROW)
        self.assertLess(limit["correlationid"] + 64, INDEX_ROW)

    def test_bytes_are_counted_in_both_checks(self):
        text = json.dumps({"type": "object", "properties": {"a": {"type": "string", "x-maxBytes": 6}}})
        self.assertEqual(schema.faults(text, {"a": "abcdef", "b": "x" * 99}), [])
        self.assertEqual(schema.faults(text, {"a": "日本"}), [])
        fault = {"pointer": "/data/a", "detail": "must have at most 6 bytes of UTF-8"}
        self.assertEqual(schema.faults(text, {"a": "日本x"}), [fault])
        fault["detail"] = "must be of type string"
        self.assertEqual(schema.faults(text, {"a": 7}), [fault])

    def test_what_one_check_refuses_is_refused(self):
        # Python's $ stands before a last line feed, that of JSON Schema does not
        text = json.dumps({"type": "object", "properties": {"a": {"type": "string", "pattern": "^[0-9]$"}}})
        self.assertEqual(len(schema.faults(text, {"a": "1\n"})), 1)

    def test_broken_schemas_are_named(self):
        for text in (
            "{",
            "",
            None,
            "[]",
            "7",
            '{"type": "text"}',
            '{"properties": []}',
            '{"properties": {"a": {"pattern": "("}}}',
            '{"properties": {"a": {"$ref": "#/$defs/none"}}}',
            '{"required": "a"}',
            '{"type": "object", "properties": {"a": {"maxLength": "x"}}}',
        ):
            with self.subTest(text):
                self.assertTrue(schema.is_broken(text))
                with self.assertRaises(schema.BrokenSchema):
                    schema.faults(text, {})
        self.assertIn("/type", schema.is_broken('{"type": "text"}'))
        self.assertIsNone(schema.is_broken("{}"))

    def test_no_text_keeps_a_pattern_busy(self):
        for path, text in self.schemas():
            patterns = {
                node["pattern"] for _path, node in schema.texts(json.loads(text)) if "pattern" in node
            }
            for pattern in patterns:
                alone = json.dumps({"pattern": pattern})
                with self.subTest(path.name, pattern=pattern), hanging.ends():
                    for filler in map(chr, range(32, 127)):
                        for start in ("", "A", "2026-01-01T00:00:00.", "1."):
                            schema.faults(alone, start + filler * 500 + "\n!")

    def test_a_key_is_made_of_characters(self):
        """What no XML holds is found in no document either: mails, archives and answers are made of it."""
        found = 0
        for path, text in self.schemas():
            defs = json.loads(text).get("$defs", {})
            if "key" not in defs:
                continue
            found += 1
            key = json.dumps(defs["key"])
            for good in ("PO-1", "a b", "Łódź/7", "x"):
                self.assertEqual(schema.faults(key, good), [], path.name)
            for bad in ("P\x1fO", "P\tO", "\x7f", "P\ufffe", "P\uffff-1", " P", "P ", "", "P\n"):
                self.assertTrue(schema.faults(key, bad), (path.name, bad))
        self.assertTrue(found)
