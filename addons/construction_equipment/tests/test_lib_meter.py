# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal as D
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import figures, meter, share
from odoo.addons.construction_equipment.lib.meter import Reading, Replacement, walk

settings.register_profile("construction", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("construction")

START = datetime(2026, 3, 2, 6, tzinfo=timezone.utc)


def at(hours):
    return START + timedelta(hours=float(hours))


def daily(*figures_, every=24):
    return [Reading(at(every * index), D(figure)) for index, figure in enumerate(figures_)]


def kinds(result):
    return [(anomaly.kind, int(anomaly.hours), anomaly.state) for anomaly in result.anomalies]


def working(result):
    """What a flat stretch is cut at, where a step after it is spread over it, makes no difference."""
    return [delta for delta in result.deltas if delta.hours]


def minutes(most):
    return st.integers(1, most).map(lambda number: D(number) / 60)


@st.composite
def plausible(draw, least=2):
    """Readings of a meter that works: it rises by no more than the clock."""
    moment, hours, result = D(0), D(draw(st.integers(0, 50))), []
    for _turn in range(draw(st.integers(least, 8))):
        result.append(Reading(at(moment), hours))
        passed = draw(minutes(3000))
        moment += passed
        hours += (passed * draw(st.integers(0, 100)) / 100).quantize(D("0.01"), "ROUND_DOWN")
    return result


noise = st.lists(
    st.builds(
        Reading,
        st.integers(0, 20000).map(lambda minute: START + timedelta(minutes=minute)),
        st.one_of(
            st.integers(0, 600).map(lambda tenths: D(tenths) / 10),
            st.sampled_from([D(52750), D(-1), "missing", "x"]),
        ),
    ),
    max_size=12,
)
anything = st.one_of(noise, st.tuples(plausible(), noise).map(lambda both: [*both[0], *both[1]]))
replacements = st.lists(
    st.builds(
        Replacement,
        st.integers(0, 20000).map(lambda minute: START + timedelta(minutes=minute)),
        st.one_of(st.none(), st.integers(0, 60).map(D)),
        st.integers(0, 60).map(D),
    ),
    max_size=2,
)
resolutions = st.sampled_from([D(0), D("0.5"), D(1)])


class TestFigures(unittest.TestCase):
    def test_of_the_issue(self):
        """The spike that a return convicts."""
        result = walk(daily(5267, 52750, 5275, 5283))
        self.assertEqual(result.hours, 16)
        self.assertEqual(kinds(result), [("spike", 52750, "convicted")])
        self.assertEqual([reading.hours for reading in result.accepted], [5267, 5275, 5283])

    def test_of_the_rules(self):
        """Falls: the last accepted reading stays what it was."""
        result = walk(daily(5267, 5275, 5270, 12))
        self.assertEqual(result.hours, 8)
        self.assertEqual(kinds(result), [("fall", 5270, "open"), ("fall", 12, "open")])

    def test_replaced(self):
        readings = [Reading(at(0), D(5270)), Reading(at(30), D(20))]
        result = walk(readings, [Replacement(at(10), D(5270), D(12))])
        self.assertEqual((result.hours, result.anomalies), (8, ()))
        self.assertEqual(kinds(walk(readings)), [("fall", 20, "open")])

    def test_old_reading_counts_at_or_above_the_last_accepted(self):
        readings = [Reading(at(0), D(5270)), Reading(at(34), D(20))]
        found = {}
        for old in (5269, 5270, 5273, 9999, None):
            result = walk(readings, [Replacement(at(10), old if old is None else D(old), D(12))])
            found[old] = result.hours, [anomaly.kind for anomaly in result.anomalies]
        self.assertEqual(
            found,
            {
                5269: (8, ["old_reading"]),
                5270: (8, []),
                5273: (11, []),
                9999: (8, ["old_reading"]),
                None: (8, []),
            },
        )

    def test_a_reading_at_the_moment_of_the_replacement(self):
        """It is of the meter to which it is nearer."""
        for there in (5272, 12):
            readings = [Reading(at(0), D(5270)), Reading(at(10), D(there)), Reading(at(30), D(20))]
            result = walk(readings, [Replacement(at(10), D(5272), D(12))])
            self.assertEqual((result.hours, result.anomalies), (10, ()))

    def test_tolerance(self):
        """The largest of 0.1 h, the provider's resolution and 2 % of the time."""
        for elapsed, hours, resolution, spike in (
            (1, "1.1", 0, False),
            (1, "1.11", 0, True),
            (100, "102", 0, False),
            (100, "102.01", 0, True),
            (1, "2", 1, False),
            (1, "2.1", 1, True),
        ):
            readings = [Reading(at(0), D(10)), Reading(at(elapsed), D(10) + D(hours))]
            result = walk(readings, resolution=D(resolution))
            self.assertEqual(bool(result.waiting), spike, (elapsed, hours))
            self.assertEqual(result.hours, 0 if spike else elapsed)

    def test_a_spike_waits(self):
        readings = daily(5267, 52750)
        for waited, waiting, anomalies in (
            (71, 1, []),
            (72, 0, [("spike", 52750, "open")]),
        ):
            result = walk(readings, now=at(24 + waited))
            self.assertEqual(result.hours, 0)
            self.assertEqual((len(result.waiting), kinds(result)), (waiting, anomalies))

    def test_a_spike_that_the_next_agrees_with_is_decided_by_a_person(self):
        result = walk(daily(5267, 52750, 52758))
        self.assertEqual(kinds(result), [("spike", 52750, "open")])
        self.assertEqual(result.waiting, ())
        self.assertEqual([(delta.hours, delta.questioned) for delta in result.deltas], [(8, True)])

    def test_no_clock_makes_a_spike_right(self):
        """100 h at once are no hours, however long the meter stands there afterwards."""
        result = walk(daily(100, 200, *[200] * 9))
        self.assertEqual(result.hours, 0)
        self.assertEqual(kinds(result), [("spike", 200, "open")])

    def test_a_return_convicts_what_agreed_with_the_spike(self):
        result = walk(daily(5267, 52750, 52758, 5283, 5291))
        self.assertEqual(result.hours, 24)
        self.assertEqual(kinds(result), [("spike", 52750, "convicted"), ("spike", 52758, "convicted")])

    def test_two_spikes(self):
        result = walk(daily(5267, 52750, 99999, 5275))
        self.assertEqual(result.hours, 8)
        self.assertEqual(kinds(result), [("spike", 52750, "convicted"), ("spike", 99999, "convicted")])
        result = walk(daily(5267, 52750, 6000, 5275))
        self.assertEqual(result.hours, 8)
        self.assertEqual(kinds(result), [("spike", 52750, "convicted"), ("spike", 6000, "convicted")])

    def test_a_spike_below_a_spike_takes_its_place(self):
        result = walk(daily(5267, 52750, 6000, 6008))
        self.assertEqual(result.hours, 8)
        self.assertEqual(kinds(result), [("spike", 52750, "convicted"), ("spike", 6000, "open")])

    def test_a_person_decides(self):
        readings = daily(5267, 5300, 5308)
        self.assertEqual(walk(readings).hours, 8)
        right = walk(readings, right=[at(24)])
        self.assertEqual((right.hours, right.anomalies), (24 + 8, ()))  # at most the clock
        self.assertFalse(any(delta.questioned for delta in right.deltas))
        wrong = walk(readings, wrong=[at(24)])
        self.assertEqual((wrong.hours, kinds(wrong)), (41, [("spike", 5300, "rejected")]))

    def test_bad_readings_stop_no_other(self):
        bad = [
            Reading(datetime(1, 1, 1, tzinfo=timezone.utc), D(5270)),
            Reading("0001-01-01T00:00:00Z", "5270"),
            Reading(at(3), "missing"),
            Reading(at(4), -1),
            Reading(at(5), "1e9"),
            Reading(at(6), "five"),
            Reading(datetime(2026, 3, 2), 5270),
        ]
        result = walk([*daily(5267, 5275), *bad])
        self.assertEqual(result.hours, 8)
        self.assertEqual(
            sorted(anomaly.kind for anomaly in result.anomalies),
            ["missing", "moment", "moment", "negative", "out_of_range", "unreadable", "unreadable"],
        )

    def test_a_second_version_is_kept_beside_the_first(self):
        readings = [*daily(5267, 5275), Reading(at(24), D(5270), 2), Reading(at(24), D(5275), 3)]
        result = walk(readings)
        self.assertEqual((result.hours, kinds(result)), (8, [("version", 5270, "open")]))

    def test_whole_hours(self):
        """A provider that says whole hours, every quarter of an hour, of a machine that never rests."""
        readings = [Reading(at(D(quarter) / 4), D(quarter // 4)) for quarter in range(33)]
        result = walk(readings, resolution=D(1))
        self.assertEqual((result.hours, result.anomalies), (8, ()))

    def test_the_future(self):
        now = at(0)
        self.assertEqual(figures.moment(at(23), now), at(23))
        self.assertEqual(figures.moment(at(25), now).kind, "moment")

    def test_shares_of_thirds(self):
        """What a division leaves below the last digit is not rounded away."""
        self.assertEqual(share.shared(D(3), [D(1) / 3, D(2) / 3], share.HOUR), [1, 2])

    def test_doctests(self):
        for module in (figures, meter, share):
            self.assertEqual(doctest.testmod(module).failed, 0)


class TestAnyReadings(unittest.TestCase):
    @given(anything, replacements, resolutions, st.randoms(use_true_random=False))
    def test_the_order_in_which_they_came_does_not_matter(self, readings, replaced, resolution, chance):
        shuffled, others = readings[:], replaced[:]
        chance.shuffle(shuffled)
        chance.shuffle(others)
        self.assertEqual(walk(readings, replaced, resolution), walk(shuffled, others, resolution))

    @given(anything, replacements, resolutions)
    def test_never_more_than_the_clock(self, readings, replaced, resolution):
        deltas = walk(readings, replaced, resolution).deltas
        for delta in deltas:
            self.assertLess(delta.start, delta.end)
            self.assertGreaterEqual(delta.hours, 0)
            self.assertLessEqual(delta.hours, delta.elapsed + meter.tolerance(delta.elapsed, resolution))
        for first, second in pairwise(deltas):
            self.assertLessEqual(first.end, second.start)
        if deltas:
            clock = meter.hours_between(deltas[0].start, deltas[-1].end)
            self.assertLessEqual(sum(delta.counted for delta in deltas), clock)

    @given(anything, replacements)
    def test_each_reading_has_one_fate(self, readings, replaced):
        result = walk(readings, replaced, now=at(9999))
        odd = [(str(anomaly.at), str(anomaly.hours)) for anomaly in result.anomalies]
        odd = [
            place
            for place, anomaly in zip(odd, result.anomalies, strict=True)
            if anomaly.kind != "old_reading"
        ]
        fine = [(str(reading.at), str(reading.hours)) for reading in result.accepted]
        # the first of an undecided level is an anomaly and what the others agree with
        told = set(odd) | set(fine)
        self.assertEqual(told, {(str(reading.at), str(reading.hours)) for reading in readings})
        self.assertEqual(result.waiting, ())

    @given(anything, st.integers(1, 100), st.integers(0, 600))
    def test_what_is_read_later_takes_nothing_that_is_settled(self, readings, later, hours):
        before = walk(readings)
        last = max((figures.moment(reading.at) for reading in readings), default=START)
        after = walk([*readings, Reading(last + timedelta(hours=later), D(hours))])
        settled = [delta for delta in working(before) if not delta.questioned]
        self.assertEqual([delta for delta in settled if delta not in after.deltas], [])

    @given(anything, replacements, resolutions)
    def test_a_walk_may_begin_at_any_anchor(self, readings, replaced, resolution):
        whole = walk(readings, replaced, resolution)
        for anchor in whole.anchors:
            part = walk(
                [reading for reading in readings if reading.at >= anchor],
                [replacement for replacement in replaced if replacement.at >= anchor],
                resolution,
            )
            self.assertEqual(part.deltas, tuple(delta for delta in whole.deltas if delta.start >= anchor))
            self.assertEqual(part.waiting, whole.waiting)

    @given(anything, replacements, resolutions, anything)
    def test_a_walk_may_restart_where_the_meter_stands_still(self, readings, replaced, resolution, late):
        """Also with what comes later, of moments after *since*."""
        whole = walk(readings, replaced, resolution)
        for moment, since in whole.restarts.items():
            more = [*readings, *(reading for reading in late if reading.at > since)]
            after = walk(more, replaced, resolution)
            part = walk(
                [reading for reading in more if reading.at >= moment],
                [replacement for replacement in replaced if replacement.at >= moment],
                resolution,
            )
            self.assertEqual(
                [delta for delta in part.deltas if delta.end > since],
                [delta for delta in after.deltas if delta.end > since],
            )
            self.assertIn(moment, after.restarts)
            self.assertEqual(
                [delta for delta in after.deltas if delta.end <= moment],
                [delta for delta in whole.deltas if delta.end <= moment],
            )

    def test_a_machine_that_is_parked_is_not_walked_from_its_last_hour(self):
        readings = [Reading(at(D(quarter) / 4), D(5)) for quarter in range(400)]
        restarts = walk(readings).restarts
        self.assertEqual(max(restarts), at(D(395) / 4))
        self.assertEqual(restarts[max(restarts)], at(D(399) / 4))

    @given(anything, resolutions, anything)
    def test_what_is_read_after_an_anchor_changes_nothing_before(self, readings, resolution, late):
        whole = walk(readings, resolution=resolution)
        for anchor in whole.anchors:
            more = walk([*readings, *(reading for reading in late if reading.at > anchor)], (), resolution)
            self.assertEqual(
                [delta for delta in more.deltas if delta.end <= anchor],
                [delta for delta in whole.deltas if delta.end <= anchor],
            )

    @given(plausible())
    def test_a_meter_that_works_has_no_anomaly(self, readings):
        result = walk(readings)
        self.assertEqual((result.anomalies, result.waiting), ((), ()))
        self.assertEqual(sum(delta.hours for delta in result.deltas), readings[-1].hours - readings[0].hours)

    @given(plausible(least=3), st.data())
    def test_a_late_reading_changes_its_neighbours_only(self, readings, data):
        late = data.draw(st.integers(1, len(readings) - 2))
        before = walk(readings[:late] + readings[late + 1 :])
        after = walk(readings)
        around = readings[late - 1].at, readings[late + 1].at
        self.assertEqual(
            [delta for delta in before.deltas if (delta.start, delta.end) != around],
            [delta for delta in after.deltas if readings[late].at not in (delta.start, delta.end)],
        )
        self.assertEqual(before.hours, after.hours)

    @given(plausible(), st.data())
    def test_a_late_reading_that_is_bad_changes_no_hours(self, readings, data):
        place = data.draw(st.integers(1, len(readings) - 1))
        first, second = readings[place - 1 : place + 1]
        moment = first.at + (second.at - first.at) / 2
        bad = data.draw(st.sampled_from([first.hours - 1, second.hours + 5000]))
        result = walk([*readings, Reading(moment, bad)])
        self.assertEqual(result.deltas, walk(readings).deltas)
        self.assertEqual(len(result.anomalies), 1)

    @given(plausible(), st.integers(0, 5000).map(D))
    def test_a_replaced_meter_goes_on(self, readings, new):
        """Replaced at the moment of a reading, by one that begins anywhere: the same hours."""
        middle = readings[len(readings) // 2]
        rest = [
            Reading(reading.at, reading.hours - middle.hours + new) if reading.at > middle.at else reading
            for reading in readings
        ]
        result = walk(rest, [Replacement(middle.at, middle.hours, new)])
        self.assertEqual((result.hours, result.anomalies), (walk(readings).hours, ()))
