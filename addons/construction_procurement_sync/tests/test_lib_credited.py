# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_procurement_sync.lib.credited import Row, codings_credited, merged

quantities = st.integers(1, 50).map(Decimal)
rows = st.lists(
    st.tuples(st.sampled_from("ABC"), quantities).map(lambda row: row), min_size=1, max_size=5
).map(lambda found: [Row(number, coding, quantity) for number, (coding, quantity) in enumerate(found)])


class TestCredited(unittest.TestCase):
    @given(rows, st.integers(0, 300).map(Decimal))
    def test_all_of_it_is_of_something_billed(self, bills, quantity):
        found = codings_credited(quantity, bills)
        self.assertEqual(sum(part for _coding, part in found), quantity or 1)
        self.assertLessEqual({coding for coding, _part in found}, {row.coding for row in bills})

    @given(rows, st.data())
    def test_what_is_billed_is_credited_once(self, bills, data):
        """In parts, of whatever bills, each coding gives back what was billed on it."""
        billed, back, credits = {}, {}, []
        for row in bills:
            billed[row.coding] = billed.get(row.coding, 0) + row.quantity
        left = sum(billed.values())
        while left:
            quantity = Decimal(data.draw(st.integers(1, int(left))))
            for coding, part in codings_credited(quantity, bills, credits):
                back[coding] = back.get(coding, 0) + part
                credits.append(Row(None, coding, part))
            left -= quantity
        self.assertEqual(back, billed)

    @given(rows, st.data())
    def test_a_named_bill_comes_first(self, bills, data):
        named = data.draw(st.sampled_from(bills))
        quantity = Decimal(data.draw(st.integers(1, int(named.quantity))))
        found = codings_credited(quantity, bills, back_of=named.document)
        self.assertEqual(found, [(named.coding, quantity)])

    @given(st.lists(st.tuples(st.sampled_from("123"), quantities), min_size=1, max_size=5))
    def test_a_distribution_stays_whole(self, parts):
        found = merged([({key: 100.0}, quantity) for key, quantity in parts])
        self.assertAlmostEqual(sum(found.values()), 100, places=4)
