# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_procurement_sync.lib.naming import lines_said, lines_that_name

keys = st.sampled_from(["A", "B", None])
lines = st.lists(keys, max_size=5).map(
    lambda codes: [
        {"line": str(number), **({"cost_code": code} if code else {})} for number, code in enumerate(codes)
    ]
)


class TestNaming(unittest.TestCase):
    @given(lines, st.sampled_from(["A", "B"]))
    def test_lines_name_their_own_code(self, rows, key):
        named = lines_that_name({"lines": rows}, "cost_code", f" {key}")
        self.assertEqual(named, {row["line"] for row in rows if row.get("cost_code") == key})
        self.assertLessEqual(named, lines_said({"lines": rows}))

    def test_a_job_stands_above(self):
        data = {"job": "J", "lines": [{"line": "1"}, {"line": "2", "job": "K"}]}
        self.assertEqual(lines_that_name(data, "job", "J"), {"1"})
        self.assertEqual(lines_that_name(data, "job", "K"), {"2"})

    def test_charges_are_called_by_where_they_stand(self):
        data = {"lines": [], "charges": [{"cost_code": "B"}, {"cost_code": "A"}], "allowances": None}
        self.assertEqual(lines_that_name(data, "cost_code", "A"), {"charges/1"})
