# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import unattended as u
from odoo.addons.construction_equipment.lib.precedence import MEASURED, RANKS

WHOLE = timedelta(hours=24)
CLEAR = u.Day(frozenset(["telematics"]), WHOLE, WHOLE)
DOUBTS = {
    "anomalies": 1,
    "estimated": True,
    "questioned": True,
    "disputed": True,
    "coded": False,
    "alone": False,
    "over": False,
    "attended": True,
    "covered": timedelta(hours=23, minutes=59),
    "ranks": frozenset(),
}
days = st.builds(
    u.Day,
    st.frozensets(st.sampled_from(RANKS)),
    st.integers(0, 25).map(lambda hours: timedelta(hours=hours)),
    st.integers(23, 25).map(lambda hours: timedelta(hours=hours)),
    st.integers(0, 2),
    *[st.booleans()] * 7,
)


class TestUnattended(unittest.TestCase):
    def test_examples_of_the_docstrings(self):
        failed, count = doctest.testmod(u)
        self.assertTrue(count)
        self.assertFalse(failed)

    def test_one_doubt_is_enough(self):
        self.assertIsNone(u.stop(CLEAR))
        for name, value in DOUBTS.items():
            with self.subTest(name):
                self.assertTrue(u.stop(replace(CLEAR, **{name: value})))

    def test_other_words(self):
        for rank in RANKS:
            with self.subTest(rank):
                stop = u.stop(replace(CLEAR, ranks=frozenset(["telematics", rank])))
                self.assertEqual(stop is None, rank in MEASURED)

    @given(days)
    def test_it_approves_only_what_nobody_doubts(self, day):
        if u.stop(day) is None:
            self.assertTrue(day.ranks and day.ranks <= MEASURED and day.covered >= day.length)
            self.assertTrue(day.coded and day.alone and day.over)
            self.assertFalse(day.anomalies or day.estimated or day.questioned or day.disputed or day.attended)

    @given(days)
    def test_a_doubt_more_never_helps(self, day):
        if u.stop(day) is not None:
            for name, value in DOUBTS.items():
                self.assertIsNotNone(u.stop(replace(day, **{name: value})))
