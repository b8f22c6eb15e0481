# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..lib import revisions, units


class TestRevisions(TestCase):
    @given(st.permutations(list(range(6))))
    def test_any_order_ends_at_the_newest(self, arrivals):
        applied = None
        for revision in arrivals:
            if revisions.order_of(applied, revision) == revisions.APPLY:
                applied = revision
        self.assertEqual(applied, 5)


class TestUnits(TestCase):
    def test_standard_units(self):
        self.assertEqual(units.standard_unit("DZN"), "uom.product_uom_dozen")
        self.assertEqual(units.standard_unit("m3"), "uom.product_uom_cubic_meter")
        self.assertIsNone(units.standard_unit("pallet"))
        self.assertIsNone(units.standard_unit(None))
