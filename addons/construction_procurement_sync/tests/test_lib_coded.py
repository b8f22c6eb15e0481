# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest

from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.construction_procurement_sync.lib.coded import agrees

maybe = st.one_of(st.none(), st.integers(1, 3))
cells = st.tuples(st.integers(1, 3), maybe, maybe)
weighed = st.lists(st.tuples(cells, st.integers(1, 9)), min_size=1, max_size=4)
codings = weighed.map(lambda rows: [(*cell, weight / sum(w for _c, w in rows)) for cell, weight in rows])
whole = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))


class TestCoded(unittest.TestCase):
    @given(codings, st.randoms())
    def test_shares_agree_in_any_order_and_cut(self, ordered, random):
        billed = [(*cell, part) for *cell, fraction in ordered for part in (fraction / 4, fraction * 3 / 4)]
        random.shuffle(billed)
        self.assertTrue(agrees(billed, ordered))

    @given(codings)
    def test_what_is_of_no_job_never_agrees(self, ordered):
        self.assertFalse(agrees([], ordered))
        self.assertFalse(agrees([(None, *share[1:]) for share in ordered], ordered))

    @given(codings, codings)
    def test_another_job_never_agrees(self, billed, ordered):
        assume({share[0] for share in billed} != {share[0] for share in ordered})
        self.assertFalse(agrees(billed, ordered))

    @given(whole, whole)
    def test_of_one_cell_it_is_that_cell(self, billed, ordered):
        self.assertEqual(agrees([(*billed, 1.0)], [(*ordered, 1.0)]), billed == ordered)

    @given(whole, whole)
    def test_a_part_of_it_is_not_all_of_it(self, cell, other):
        assume(cell != other)
        self.assertFalse(agrees([(*cell, 0.6), (*other, 0.4)], [(*cell, 1.0)]))
        self.assertFalse(agrees([(*cell, 0.6)], [(*cell, 1.0)]))

    def test_what_the_order_leaves_open_is_free(self):
        self.assertTrue(agrees([(1, 2, 3, 1.0)], [(1, None, None, 1.0)]))
        self.assertTrue(agrees([(1, 2, None, 1.0)], [(1, 2, 3, 1.0)]))
        self.assertFalse(agrees([(1, None, 3, 1.0)], [(1, 2, 3, 1.0)]))
