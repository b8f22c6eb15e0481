# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import assignment
from odoo.addons.construction_equipment.lib.assignment import Assignment, changed, dates, history, machine_at

MARCH = datetime(2026, 3, 1, tzinfo=timezone.utc)


def at(day):
    return MARCH + timedelta(days=day - 1)


def on(machine, since, until=None):
    return Assignment(machine, at(since), until and at(until))


days = st.integers(1, 28)
facts = st.lists(
    st.builds(on, st.sampled_from(["M1", "M2", "M3"]), days, st.one_of(st.none(), days)), max_size=6
)


def date_of(moment, _machine):
    return moment.date()


class TestAssignment(unittest.TestCase):
    def test_a_tracker_that_moved(self):
        """Moved on 12 March: a late reading of the 10th is of the machine on which it sat then."""
        for said in ([on("M1", 1), on("M2", 12)], [on("M2", 12), on("M1", 1)]):
            found, conflicts = history(said)
            self.assertEqual((found, conflicts), ([on("M1", 1, 12), on("M2", 12)], []))
            self.assertEqual([machine_at(found, at(day)) for day in (10, 12, 20)], ["M1", "M2", "M2"])
            self.assertIsNone(machine_at(found, at(0)))

    def test_two_that_cannot_both_be(self):
        first, second = on("M1", 1, 15), on("M2", 12)
        found, conflicts = history([second, first])
        self.assertEqual(found, [first])
        self.assertEqual([(conflict.first, conflict.second) for conflict in conflicts], [(first, second)])
        self.assertEqual(len(history([on("M1", 5, 5)])[1]), 1)

    def test_more_of_the_same(self):
        for said, expected in (
            ([on("M1", 1), on("M1", 1)], [on("M1", 1)]),
            ([on("M1", 1), on("M1", 1, 9)], [on("M1", 1, 9)]),
            ([on("M1", 1, 9), on("M1", 5)], [on("M1", 1)]),
            ([on("M1", 1, 9), on("M1", 5, 7)], [on("M1", 1, 9)]),
            ([on("M1", 1, 9), on("M1", 9, 12)], [on("M1", 1, 12)]),
        ):
            self.assertEqual(history(said), (expected, []))
            self.assertEqual(history(said[::-1]), (expected, []))

    def test_what_is_derived_again(self):
        """The move of the 12th becomes known on the 20th: the days from the last reading before it."""
        spans = changed([on("M1", 1)], [on("M1", 1, 12), on("M2", 12)])
        self.assertEqual(spans, [assignment.Span(at(12), None, "M1", "M2")])
        found = dates(spans, [at(day) for day in (3, 11, 13, 14)], date_of)
        expected = {date(2026, 3, day) for day in range(11, 15)}
        self.assertEqual(found, {"M1": expected, "M2": expected})
        self.assertEqual(dates(spans, [at(3), at(11)], date_of), {})

    def test_an_assignment_that_comes_after_its_readings(self):
        spans = changed([], [on("M1", 5)])
        self.assertEqual(dates(spans, [at(6), at(8)], date_of), {"M1": {date(2026, 3, d) for d in (6, 7, 8)}})

    @given(facts, st.randoms(use_true_random=False))
    def test_the_order_in_which_they_came_does_not_matter(self, said, chance):
        shuffled = said[:]
        chance.shuffle(shuffled)
        self.assertEqual(history(shuffled), history(said))

    def test_two_machines_from_one_moment(self):
        """Also where the first is said to sit there since before, too."""
        for said in ([on("M1", 2), on("M2", 2)], [on("M1", 1), on("M1", 2), on("M2", 2)]):
            found, conflicts = history(said)
            self.assertEqual([part.machine for part in found], ["M1"])
            self.assertEqual(len(conflicts), 1)

    @given(facts)
    def test_none_lies_over_another(self, said):
        found, conflicts = history(said)
        for first, second in pairwise(found):
            self.assertIsNotNone(first.until)
            self.assertLessEqual(first.until, second.since)
        for part in found:
            self.assertTrue(part.until is None or part.since < part.until)
        if not conflicts:
            for fact in said:
                self.assertEqual(machine_at(found, fact.since), fact.machine)

    @given(facts, facts)
    def test_changed_is_where_they_differ(self, some, others):
        before, after = history(some)[0], history(others)[0]
        spans = changed(before, after)
        for hour in range(-24, 30 * 24, 12):
            moment = MARCH + timedelta(hours=hour)
            inside = [
                span for span in spans if span.since <= moment and (not span.until or moment < span.until)
            ]
            pair = machine_at(before, moment), machine_at(after, moment)
            self.assertEqual(
                [(span.before, span.after) for span in inside], [pair] if pair[0] != pair[1] else []
            )
        self.assertEqual(changed(before, before), [])

    @given(facts, facts, st.lists(days, max_size=8))
    def test_each_reading_that_moves_has_its_day_derived(self, some, others, read):
        before, after = history(some)[0], history(others)[0]
        moments = [at(day) for day in read]
        found = dates(changed(before, after), moments, date_of)
        for moment in moments:
            pair = machine_at(before, moment), machine_at(after, moment)
            for machine in filter(None, pair if pair[0] != pair[1] else ()):
                self.assertIn(moment.date(), found[machine])

    def test_doctests(self):
        self.assertEqual(doctest.testmod(assignment).failed, 0)
