# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from datetime import datetime, timedelta, timezone
from math import cos, pi, radians

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import fence
from odoo.addons.construction_equipment.lib.fence import EARTH, Circle, Position, Rule, distance, proposals

START = datetime(2026, 3, 2, 6, tzinfo=timezone.utc)
SITE, YARD = Circle("site", 52.5, 13.4, 200), Circle("yard", 52.6, 13.4, 100)
CIRCLES = [SITE, YARD]

tracks = st.lists(
    st.tuples(st.integers(0, 600), st.sampled_from([0, 90, 199, 230, 251, 400, 11119])), max_size=20
)


def north(circle, metres, minute):
    """A position so far north of a circle's centre, so many minutes after the start."""
    degrees = metres / EARTH * 180 / pi
    return Position(START + timedelta(minutes=minute), circle.latitude + degrees, circle.longitude)


def minutes(found):
    return [
        (proposal.place, *((at - START).total_seconds() / 60 for at in (proposal.since, proposal.seen)))
        for proposal in found
    ]


class TestDistance(unittest.TestCase):
    def test_degrees(self):
        here = Position(START, 52.0, 13.0)
        self.assertAlmostEqual(distance(here, Position(START, 53.0, 13.0)), EARTH * radians(1), 3)
        east = distance(here, Position(START, 52.0, 13.001))
        self.assertAlmostEqual(east, EARTH * radians(0.001) * cos(radians(52)), 3)

    def test_over_the_date_line(self):
        found = distance(Position(START, 0, 179.9995), Position(START, 0, -179.9995))
        self.assertAlmostEqual(found, EARTH * radians(0.001), 3)

    @given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
    def test_both_ways_and_never_beyond_the_other_side(self, one, two, three, four):
        first, second = Position(START, one, two), Position(START, three, four)
        self.assertAlmostEqual(distance(first, second), distance(second, first), 6)
        self.assertTrue(0 <= distance(first, second) <= EARTH * pi + 1)


class TestFence(unittest.TestCase):
    def test_inside_for_so_many_minutes_proposes(self):
        track = [north(SITE, 50, minute) for minute in (0, 5, 10, 15, 20)]
        self.assertEqual(minutes(proposals(track, CIRCLES)), [("site", 0, 15)])
        self.assertEqual(proposals(track[:3], CIRCLES), [])
        self.assertEqual(proposals(track, CIRCLES, "site"), [])
        self.assertEqual(minutes(proposals(track, CIRCLES, "yard")), [("site", 0, 15)])

    def test_driving_through_proposes_nothing(self):
        track = [north(SITE, metres, minute) for minute, metres in enumerate((500, 150, 0, 150, 500))]
        self.assertEqual(proposals(track, CIRCLES, "yard", Rule(minutes=5)), [])

    def test_30_m_outside_for_3_minutes_is_no_transfer(self):
        for outside in (230, 500):  # within the margin; or beyond it, but not for long
            track = [north(SITE, 0, minute) for minute in range(0, 10)]
            track += [north(SITE, outside, minute) for minute in (10, 11, 12, 13)]
            track += [north(SITE, 0, minute) for minute in (14, 15, 16)]
            self.assertEqual(proposals(track, CIRCLES, "site"), [])
            # nor does it end the stay that is not known yet
            self.assertEqual(minutes(proposals(track, CIRCLES, "yard")), [("site", 0, 15)])

    def test_within_the_margin_for_long(self):
        """Who was inside is inside there; who was not, is not."""
        ring = [north(SITE, 230, minute) for minute in range(1, 20)]
        inside = north(SITE, 199, 0)
        self.assertEqual(minutes(proposals([inside, *ring], CIRCLES, "yard")), [("site", 0, 15)])
        self.assertEqual(proposals(ring, CIRCLES, "yard"), [])

    def test_longer_outside_begins_a_new_stay(self):
        track = [north(SITE, 0, minute) for minute in range(0, 10)]
        track += [north(SITE, 500, minute) for minute in range(10, 16)]
        track += [north(SITE, 0, minute) for minute in range(16, 40)]
        self.assertEqual(minutes(proposals(track, CIRCLES, "yard")), [("site", 16, 31)])

    def test_there_and_back(self):
        track = [north(YARD, 0, minute) for minute in (0, 20)]
        track += [north(SITE, 0, minute) for minute in (60, 80)]
        track += [north(YARD, 0, minute) for minute in (120, 140)]
        self.assertEqual(
            minutes(proposals(track, CIRCLES)), [("yard", 0, 20), ("site", 60, 80), ("yard", 120, 140)]
        )

    def test_circles_over_one_another(self):
        """The smallest counts, and where the machine is known to be is kept."""
        inner = Circle("store", SITE.latitude, SITE.longitude, 50)
        track = [north(SITE, 10, minute) for minute in (0, 20, 40)]
        self.assertEqual(minutes(proposals(track, [SITE, inner])), [("store", 0, 20)])
        self.assertEqual(proposals(track, [SITE, inner], "site"), [])

    @given(tracks, st.randoms(use_true_random=False))
    def test_the_order_in_which_they_came_does_not_matter(self, track, chance):
        positions = [north(SITE, metres, minute) for minute, metres in track]
        shuffled, circles = positions[:], CIRCLES[:]
        chance.shuffle(shuffled)
        chance.shuffle(circles)
        self.assertEqual(proposals(shuffled, circles), proposals(positions, CIRCLES))

    @given(tracks)
    def test_what_is_proposed_lasted(self, track):
        positions = [north(SITE, metres, minute) for minute, metres in track]
        here = "yard"
        for proposal in proposals(positions, CIRCLES, here):
            self.assertGreaterEqual(proposal.seen - proposal.since, timedelta(minutes=15))
            self.assertNotEqual(proposal.place, here)
            here = proposal.place

    def test_doctests(self):
        self.assertEqual(doctest.testmod(fence).failed, 0)
