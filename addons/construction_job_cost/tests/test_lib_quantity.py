# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from decimal import Decimal as D

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.construction_job_cost.lib import quantity as q

# of one kind each, by how many of their reference they are
KINDS = [
    [D(1), D(1000), D(1000000), D("453.592"), D("28.3495")],
    [D(1), D(10), D(1000), D("25.4"), D("304.8"), D("914.4"), D(1000000)],
    [D(1), D(12), D(6)],
]
units = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(*[st.sampled_from(kind)] * 3))
digits = st.integers(0, 6)
whole = st.integers(1, 10**9).map(lambda number: D(number).scaleb(-3))
cuts = st.lists(st.fractions(0, 1), max_size=12)


def split(total, places, precision=6):
    """Parts of a total that add up to it, each with no more digits than somebody would write."""
    bounds = [
        D(0),
        *sorted(q.rounded(total * D(p.numerator) / p.denominator, precision) for p in places),
        total,
    ]
    return [after - before for before, after in zip(bounds, bounds[1:], strict=False)]


class TestQuantity(unittest.TestCase):
    @given(units, digits, whole, cuts)
    def test_any_split_ends_at_the_whole(self, kind, places, total, parts):
        """In whatever unit the parts are said, and in whatever unit they are kept."""
        said, kept, _ordered = kind
        stored = beyond = D(0)
        for part in split(total, parts):
            step, over = q.more(q.converted(part, said, kept), stored, beyond, places)
            stored, beyond = stored + step, beyond + over
            self.assertLessEqual(abs(beyond), D(6).scaleb(-places - 1))
        self.assertEqual(stored, q.rounded(q.converted(total, said, kept), places))

    @example((D(1000), D(1000), D("453.592")), 1, D("96.950"), [])
    @given(units, digits, whole, cuts)
    def test_what_is_kept_is_the_same_as_what_came_in_every_unit(self, kind, places, total, parts):
        said, kept, ordered = kind
        stored = beyond = D(0)
        for part in split(total, parts):
            step, over = q.more(q.converted(part, said, kept), stored, beyond, places)
            stored, beyond = stored + step, beyond + over
        allowed = q.slack(places, ordered, said, kept)
        there = q.converted(stored, kept, ordered)
        self.assertEqual(q.compare(there, q.converted(total, said, ordered), allowed), 0)

    @given(units, digits, whole, cuts)
    def test_any_split_of_what_is_billed_ends_at_the_whole(self, kind, places, total, parts):
        """In whatever unit it is billed, what is billed of a line is what was received of it."""
        said, _kept, ordered = kind
        received = q.rounded(q.converted(total, said, ordered), places)
        allowed = q.slack(places, ordered, said)
        billed = [q.converted(part, said, ordered) for part in split(total, parts)]
        self.assertEqual(q.kept_of(sum(billed), [received], allowed, places), received)
        # and a part of it that is more than rounding is not taken for it
        part = q.rounded(sum(billed) / 2, places)
        if received - part > 2 * allowed:
            self.assertEqual(q.kept_of(part, [received], allowed, places), part)

    @given(units, digits, whole, cuts)
    def test_what_came_and_goes_back_leaves_nothing(self, kind, places, total, parts):
        said, kept, _ordered = kind
        stored = beyond = D(0)
        steps = split(total, parts)
        for part in [*steps, *(-part for part in reversed(steps))]:
            step, over = q.more(q.converted(part, said, kept), stored, beyond, places)
            stored, beyond = stored + step, beyond + over
        self.assertEqual((stored, q.rounded(beyond, 12)), (0, 0))

    @given(digits, whole, whole)
    def test_of_one_unit_what_differs_in_a_digit_is_not_the_same(self, places, first, second):
        first, second = q.rounded(first, places), q.rounded(second, places)
        self.assertEqual(q.compare(first, second, q.slack(places, D(1))), (first > second) - (first < second))

    @given(units, digits, whole, whole)
    def test_comparing_is_the_same_from_both_sides_and_in_both_units(self, kind, places, first, second):
        one, other, _third = kind
        allowed = q.slack(places, one, other)
        result = q.compare(first, second, allowed)
        self.assertEqual(result, -q.compare(second, first, allowed))
        there = [q.converted(value, one, other) for value in (first, second)]
        if abs(abs(first - second) - allowed) > D("1e-9"):
            self.assertEqual(result, q.compare(*there, q.slack(places, other, one)))

    def test_a_hundred_feet_in_metres(self):
        stored = beyond = D(0)
        for metres in ("10", "10", "10", "0.48"):
            step, over = q.more(q.converted(D(metres), D(1000), D("304.8")), stored, beyond, 2)
            stored, beyond = stored + step, beyond + over
        self.assertEqual(stored, 100)
