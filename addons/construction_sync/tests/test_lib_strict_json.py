# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import unittest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import strict_json

from . import vectors

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")), inner, max_size=4
        )
    ),
    max_leaves=20,
)


class TestStrictJson(unittest.TestCase):
    def test_published_cases(self):
        for case in vectors.load("json/jsontestsuite_half.json"):
            body = base64.b64decode(case["body_b64"])
            with self.subTest(case["name"]):
                try:
                    strict_json.loads(body)
                    accepted = True
                except strict_json.MalformedJson:
                    accepted = False
                if case["expect"] == "reject":
                    self.assertFalse(accepted)
                # what is well-formed but stands for two things is ours to refuse
                elif case["expect"] == "accept" and "duplicated_key" not in case["name"]:
                    if not (b"\x00" in body or b"\\u0000" in body):
                        self.assertTrue(accepted)

    def test_numbers_are_exact(self):
        value = strict_json.loads(b'{"a": 0.1, "b": 10.50, "c": 3, "d": 1e2}')
        self.assertEqual(value["a"] + value["a"] + value["a"], Decimal("0.3"))
        self.assertEqual(str(value["b"]), "10.50")
        self.assertIsInstance(value["c"], int)
        self.assertEqual(value["d"], 100)

    def test_refused(self):
        for body in (
            b'{"a": 1, "a": 2}',
            b"[NaN]",
            b"[Infinity]",
            b"[-Infinity]",
            b"\xff",
            b"\xef\xbb\xbf{}",
            b"",
            b'["\\u0000"]',
            b'["\\ud800"]',
            b"[" * 65 + b"]" * 65 + b"]",
            b"[" * 100000,
            b"[" * 70 + b"]" * 70,
            b"[1e999999999]",
            b"[" + b"9" * 5000 + b"]",
        ):
            with self.subTest(body[:40]), self.assertRaises(strict_json.MalformedJson) as caught:
                strict_json.loads(body)
            self.assertNotIn("ud800", str(caught.exception))

    @given(VALUES)
    def test_round_trip(self, value):
        again = strict_json.loads(strict_json.dumps(value).encode())
        self.assertEqual(again, value)

    @given(st.dictionaries(st.text("abc", max_size=3), VALUES, max_size=5))
    def test_hash_ignores_key_order(self, value):
        turned = dict(reversed(value.items()))
        self.assertEqual(strict_json.canonical_hash(value), strict_json.canonical_hash(turned))

    def test_hash_tells_values_apart(self):
        seen = {strict_json.canonical_hash(v) for v in ({"a": 1}, {"a": "1"}, {"a": 2}, {"b": 1}, [], None)}
        self.assertEqual(len(seen), 6)
