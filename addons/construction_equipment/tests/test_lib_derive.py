# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal as D

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import derive
from odoo.addons.construction_equipment.lib import steady as rising
from odoo.addons.construction_equipment.lib.assignment import Assignment
from odoo.addons.construction_equipment.lib.day import Clock, Stay
from odoo.addons.construction_equipment.lib.meter import REACH, Reading, Replacement, walk

settings.register_profile("construction", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("construction")

START = datetime(2026, 3, 27, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
BERLIN, BRISBANE = Clock("Europe/Berlin", time(12)), Clock("Australia/Brisbane")
STAYS = {
    "M1": [Stay("J-1", BERLIN, START + 5 * HOUR, START + 40 * HOUR), Stay("J-2", BRISBANE, START + 50 * HOUR)]
}
HOMES = dict.fromkeys(("M1", "M2"), Clock("UTC"))
PARTS = [
    Assignment("M1", START - 100 * HOUR, START + 90 * HOUR),
    Assignment("M2", START + 90 * HOUR, START + 110 * HOUR),
    Assignment("M1", START + 120 * HOUR),
]

moments = st.integers(0, 800).map(lambda quarter: START + quarter * HOUR / 4)
steady = st.builds(
    lambda at, tenths: Reading(at, (D((at - START) // HOUR) / 3).quantize(D("0.1")) + D(tenths) / 10),
    moments,
    st.integers(0, 2),
)
wild = st.builds(Reading, moments, st.sampled_from([D(0), D(3), D(20), D(9000)]))
standing = st.builds(Reading, moments, st.just(D(7)))
pages = st.lists(st.lists(st.one_of(steady, steady, steady, standing, wild), max_size=12), max_size=6)
resolutions = st.sampled_from([D(0), D(1)])
replaced = st.lists(
    st.builds(Replacement, moments, st.sampled_from([None, D(5), D(30)]), st.sampled_from([D(0), D(5)])),
    max_size=1,
)


class Store:
    """What is kept of one meter: readings, restarts (the last of a date), and numbers of days."""

    def __init__(self, resolution, replacements):
        self.options = {"resolution": resolution, "replacements": {"M1": replacements}}
        self.readings, self.restarts, self.numbers = {}, {}, {}

    def walk(self, readings):
        ordered = sorted(readings, key=lambda reading: reading.at)
        return derive.walked(ordered, PARTS, **self.options)

    def page(self, readings):
        fresh = {}
        for reading in readings:
            if reading.at not in self.readings:
                fresh.setdefault(reading.at, reading)
        self.readings.update(fresh)
        if not fresh:
            return
        stored = dict(self.restarts.values())
        first, last = min(fresh), max(fresh)
        low = max((at for at, since in stored.items() if at < first and since < first), default=None)
        for high in [*sorted(at for at in stored if at > last), None]:
            inside = [
                reading
                for at, reading in self.readings.items()
                if (low is None or at >= low) and (high is None or at <= stored[high])
            ]
            after = self.walk(inside)
            before = self.walk([reading for reading in inside if reading.at not in fresh])
            if high is None or (high in after.restarts and high in before.restarts):
                break
        for key, numbers in derive.difference(before, after, STAYS, HOMES).items():
            derive.add(self.numbers, key, numbers)
        self.restarts = {
            day: (at, since)
            for day, (at, since) in self.restarts.items()
            if (low is not None and at <= low) or (high is not None and at > high)
        }
        for at, since in sorted(after.restarts.items()):
            if (low is None or at > low) and (high is None or at <= high):
                self.restarts[at.date()] = (at, since)

    @property
    def said(self):
        return {key: numbers for key, numbers in self.numbers.items() if any(numbers)}


class TestDerive(unittest.TestCase):
    @settings(max_examples=300)
    @given(pages, resolutions, replaced)
    def test_pages_in_any_order_are_what_all_readings_say_at_once(self, pages, resolution, replacements):
        store = Store(resolution, replacements)
        for page in pages:
            store.page(page)
        whole = store.walk(store.readings.values())
        self.assertEqual(store.said, derive.tally(whole.deltas, STAYS, HOMES))

    @given(pages)
    def test_no_hours_are_lost_between_jobs(self, pages):
        readings = {reading.at: reading for page in pages for reading in page}
        result = derive.walked([readings[at] for at in sorted(readings)], PARTS)
        numbers = derive.tally(result.deltas, STAYS, HOMES)
        self.assertEqual(
            sum(found[derive.HOURS] for found in numbers.values()),
            sum(int(delta.counted.quantize(D("0.000001")) * 1000000) for _machine, delta in result.deltas),
        )

    def test_a_device_that_counts_by_itself(self):
        """The machine's meter was replaced: what does not read it goes on."""
        replacement = Replacement(START + 10 * HOUR, D(5270), D(12))
        own = [Reading(START + hour * HOUR, D(100 + hour)) for hour in range(0, 30, 5)]
        self.assertEqual(derive.concerning(own, [replacement]), [])
        read = [Reading(START, D(5270)), Reading(START + 30 * HOUR, D(20))]
        self.assertEqual(derive.concerning(read, [replacement]), [replacement])
        self.assertEqual(walk(read, [replacement]).hours, 8)

    @given(
        st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 100)), max_size=40),
        st.integers(0, 500),
        resolutions,
    )
    def test_a_steady_meter_comes_to_the_same(self, steps, begin, resolution):
        """By whole numbers or by the walk."""
        moment, hours = START + begin * HOUR / 4, 5000
        rows = [(moment, hours)]
        for minutes, share in steps:
            moment += minutes * HOUR / 60
            hours += minutes * share // 6 if share > 30 else 0
            rows.append((moment, min(hours, rows[-1][1] + minutes * 1000 // 60)))
            hours = rows[-1][1]
        self.assertTrue(rising.is_steady(rows))
        readings = [Reading(at, D(said) / 1000) for at, said in rows]
        whole = derive.walked(readings, [Assignment("M1", START - 100 * HOUR)], resolution=resolution)
        self.assertEqual(
            rising.tally(rows, "M1", STAYS["M1"], HOMES["M1"]), derive.tally(whole.deltas, STAYS, HOMES)
        )
        self.assertEqual(rising.restarts(rows, max(REACH, resolution)), whole.restarts)

    def test_doctests(self):
        self.assertEqual(doctest.testmod(derive).failed, 0)
