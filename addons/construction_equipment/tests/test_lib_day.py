# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal as D
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import day, meter
from odoo.addons.construction_equipment.lib.day import Clock, Stay
from odoo.addons.construction_equipment.lib.meter import Delta

settings.register_profile("construction", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("construction")

UTC = timezone.utc
NOON = time(12)
BERLIN, BRISBANE = "Europe/Berlin", "Australia/Brisbane"
# set forward at midnight, by half an hour, over a whole date; set back at midnight
ZONES = [
    BERLIN,
    BRISBANE,
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "America/St_Johns",
    "UTC",
]
ODD_DAYS = [
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2018, 11, 4),
    date(2011, 12, 30),
    date(2011, 11, 6),
    date(2026, 4, 5),
]

zones = st.sampled_from(ZONES)
starts = st.sampled_from([time(0), time(0, 30), time(2, 30), NOON, time(23, 59)])
clocks = st.builds(Clock, zones, starts)
moments = st.one_of(
    st.datetimes(datetime(2011, 1, 1), datetime(2027, 1, 1)),
    st.builds(
        lambda found, minutes: datetime.combine(found, time(0)) + timedelta(minutes=minutes),
        st.sampled_from(ODD_DAYS),
        st.integers(-2000, 2000),
    ),
).map(lambda moment: moment.replace(microsecond=0, tzinfo=UTC))


def local(zone, *parts, fold=0):
    return datetime(*parts, fold=fold, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def worked(start, end):
    """A meter that did not rest."""
    return Delta(start, end, meter.hours_between(start, end))


@st.composite
def stretches(draw):
    """Hours between readings that follow one another."""
    moment, result = draw(moments), []
    for _turn in range(draw(st.integers(1, 4))):
        end = moment + timedelta(minutes=draw(st.integers(1, 6000)))
        share = draw(st.integers(0, 101))  # a little above the clock
        result.append(Delta(moment, end, meter.hours_between(moment, end) * share / 100))
        moment = end
    return result


@st.composite
def histories(draw, start):
    """Stays one after another, some with a gap between."""
    moment, result = start + timedelta(minutes=draw(st.integers(-3000, 3000))), []
    for number in range(draw(st.integers(0, 3))):
        until = moment + timedelta(minutes=draw(st.integers(1, 5000)))
        result.append(Stay(f"J-{number}", draw(clocks), moment, until))
        moment = until + timedelta(minutes=draw(st.sampled_from([0, 0, 600])))
    return result


class TestShifts(unittest.TestCase):
    def found(self, deltas, stays):
        return {
            key: (round(known.hours, 2), known.estimated)
            for key, known in day.days(deltas, stays, Clock("UTC")).items()
        }

    def test_berlin_when_the_clock_is_set(self):
        """22:00 to 06:00 by readings, the day from 12:00."""
        since = local(BERLIN, 2026, 1, 1)
        stays = [Stay("J-1", Clock(BERLIN, NOON), since)]
        for month, number, hours in ((3, 28, 7), (10, 24, 9), (3, 27, 8)):
            shift = worked(local(BERLIN, 2026, month, number, 22), local(BERLIN, 2026, month, number + 1, 6))
            self.assertEqual(self.found([shift], stays), {(date(2026, month, number), "J-1"): (hours, False)})

    def test_brisbane_with_a_transfer_at_night(self):
        clock = Clock(BRISBANE, NOON)
        transfer = local(BRISBANE, 2026, 3, 11, 2)
        stays = [Stay("J-1", clock, local(BRISBANE, 2026, 3, 1), transfer), Stay("J-2", clock, transfer)]
        shift = worked(local(BRISBANE, 2026, 3, 10, 22), local(BRISBANE, 2026, 3, 11, 6))
        first = date(2026, 3, 10)
        self.assertEqual(self.found([shift], stays), {(first, "J-1"): (4, False), (first, "J-2"): (4, False)})

    def test_from_midnight_to_midnight_a_night_is_of_two_dates(self):
        stays = [Stay("J-1", Clock(BRISBANE), local(BRISBANE, 2026, 3, 1))]
        shift = worked(local(BRISBANE, 2026, 3, 10, 22), local(BRISBANE, 2026, 3, 11, 6))
        self.assertEqual([hours for hours, _odd in self.found([shift], stays).values()], [2, 6])
        # but a shift as such belongs to the date on which it starts
        self.assertEqual(day.date_of(shift.start, stays[0].clock), date(2026, 3, 10))

    def test_a_transfer_by_day(self):
        """At 11:20 in 07:00 to 15:00: 4 h 20 and 3 h 40."""
        transfer = local(BERLIN, 2026, 5, 4, 11, 20)
        stays = [
            Stay("J-1", Clock(BERLIN), local(BERLIN, 2026, 5, 1), transfer),
            Stay("J-2", Clock(BERLIN), transfer),
        ]
        shift = worked(local(BERLIN, 2026, 5, 4, 7), local(BERLIN, 2026, 5, 4, 15))
        found = [part.hours for part in day.shares(shift, stays, Clock("UTC"))]
        self.assertEqual([round(hours * 60, 3) for hours in found], [260, 220])
        self.assertEqual(sum(found), 8)

    def test_the_job_s_own_zone_decides(self):
        moment = local(BRISBANE, 2026, 3, 11, 6)
        shift = worked(moment, moment + timedelta(hours=1))
        stays = [Stay("J-1", Clock(BRISBANE), moment)]
        self.assertEqual(list(self.found([shift], stays)), [(date(2026, 3, 11), "J-1")])
        self.assertEqual(list(self.found([shift], [])), [(date(2026, 3, 10), None)])

    def test_silent_days(self):
        """A meter that rose 24 h over three silent days: not all on the day of the reading."""
        stays = [Stay("J-1", Clock("UTC"), datetime(2026, 1, 1, tzinfo=UTC))]
        silent = Delta(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC), D(24))
        self.assertEqual(
            self.found([silent], stays),
            {(date(2026, 3, number), "J-1"): (8, True) for number in (2, 3, 4)},
        )

    def test_a_weekend_at_rest_is_not_estimated(self):
        start = datetime(2026, 3, 6, 18, tzinfo=UTC)
        for elapsed, hours, estimated in ((60, "0.5", False), (60, "0.51", True), (12, "8", False)):
            delta = Delta(start, start + timedelta(hours=elapsed), D(hours))
            self.assertEqual(day.is_estimated(delta), estimated)

    def test_a_statement_with_a_transfer(self):
        self.assertEqual(
            day.by_readings(D(10), {"J-10": D(1), "J-9": D(2)}, D("0.01")),
            {"J-9": D("6.66"), "J-10": D("3.34")},
        )
        self.assertEqual(day.by_readings(D(9), {"J-1": D(0)}), {"J-1": D(9)})
        self.assertIsNone(day.by_readings(D(9), {"J-1": D(0), "J-2": D(0)}))
        self.assertIsNone(day.by_readings(D(9), {}))

    def test_doctests(self):
        self.assertEqual(doctest.testmod(day).failed, 0)


class TestDays(unittest.TestCase):
    def test_a_start_that_does_not_exist(self):
        """02:30 is left out on 29 March: the day begins when the clock is set forward."""
        begins = day.begins(date(2026, 3, 29), Clock(BERLIN, time(2, 30)))
        self.assertEqual(begins, datetime(2026, 3, 29, 1, tzinfo=UTC))
        self.assertEqual(day.length(date(2026, 3, 28), Clock(BERLIN, time(2, 30))), D("23.5"))

    def test_a_start_that_comes_twice(self):
        clock = Clock(BERLIN, time(2, 30))
        self.assertEqual(day.begins(date(2026, 10, 25), clock), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
        for fold in (0, 1):
            moment = local(BERLIN, 2026, 10, 25, 2, 45, fold=fold)
            self.assertEqual(day.date_of(moment, clock), date(2026, 10, 25))

    def test_a_date_that_was_left_out(self):
        """Samoa had no 30 December 2011: nothing belongs to it."""
        clock = Clock("Pacific/Apia")
        self.assertEqual(day.length(date(2011, 12, 30), clock), 0)
        self.assertEqual(day.date_of(local("Pacific/Apia", 2011, 12, 31), clock), date(2011, 12, 31))

    def test_a_midnight_that_comes_twice(self):
        """Newfoundland set its clock back at 00:01: the evening that came once more is of the new date."""
        clock = Clock("America/St_Johns")
        again = local("America/St_Johns", 2010, 11, 6, 23, 30, fold=1)
        self.assertEqual(day.date_of(again, clock), date(2010, 11, 7))
        self.assertEqual(day.date_of(again - timedelta(hours=1), clock), date(2010, 11, 6))

    @given(moments, clocks)
    def test_each_moment_is_in_one_day(self, moment, clock):
        found = day.date_of(moment, clock)
        self.assertLessEqual(day.begins(found, clock), moment)
        self.assertGreater(day.begins(found + day.DAY, clock), moment)

    @given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from([BERLIN, BRISBANE]), starts)
    def test_days_have_23_to_25_hours(self, found, zone, start):
        self.assertTrue(23 <= day.length(found, Clock(zone, start)) <= 25)

    @given(starts)
    def test_a_year_has_its_hours(self, start):
        clock = Clock(BERLIN, start)
        year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
        self.assertEqual(sum(day.length(found, clock) for found in year), 8760)


class TestShares(unittest.TestCase):
    @given(stretches(), st.data(), clocks)
    def test_shares_add_up_and_never_pass_the_clock(self, deltas, data, home):
        stays = data.draw(histories(deltas[0].start))
        for delta in deltas:
            shares = day.shares(delta, stays, home)
            self.assertLessEqual(abs(sum(share.hours for share in shares) - delta.counted), day.HOUR / 2)
            self.assertEqual((shares[0].start, shares[-1].end), (delta.start, delta.end))
            for first, second in pairwise(shares):
                self.assertEqual(first.end, second.start)
            for share in shares:
                clock = meter.hours_between(share.start, share.end)
                self.assertLessEqual(share.hours, clock + len(shares) * day.HOUR)
                self.assertGreaterEqual(share.hours, 0)

    @given(stretches(), st.data(), clocks)
    def test_each_share_is_of_the_job_and_the_date_it_lies_in(self, deltas, data, home):
        stays = data.draw(histories(deltas[0].start))
        for delta in deltas:
            for share in day.shares(delta, stays, home):
                middle = share.start + (share.end - share.start) / 2
                there = [
                    stay for stay in stays if stay.since <= middle and (not stay.until or middle < stay.until)
                ]
                self.assertEqual(share.job, there[0].job if there else None)
                clock = there[0].clock if there else home
                self.assertEqual(share.date, day.date_of(middle, clock))

    @given(stretches(), st.data(), clocks, st.randoms(use_true_random=False))
    def test_the_order_does_not_matter(self, deltas, data, home, chance):
        stays = data.draw(histories(deltas[0].start))
        expected = day.days(deltas, stays, home)
        chance.shuffle(deltas)
        chance.shuffle(stays)
        self.assertEqual(day.days(deltas, stays, home), expected)

    @given(stretches(), st.data(), clocks)
    def test_only_what_changed_is_derived_again(self, before, data, home):
        after = data.draw(st.lists(st.sampled_from(before), unique=True).map(lambda kept: [*kept]))
        if data.draw(st.booleans()):
            after = [replace(delta, hours=delta.hours / 2) for delta in after[:1]] + after[1:]
        stays = data.draw(histories(before[0].start))
        old, new = day.days(before, stays, home), day.days(after, stays, home)
        touched = day.changed(before, after, stays, home)
        for key in {*old, *new}:
            if old.get(key) != new.get(key):
                self.assertIn(key, touched)
        self.assertEqual(day.changed(before, before[::-1], stays, home), set())

    def test_a_late_reading_changes_its_days_only(self):
        """One of the 4th between those of the 2nd and the 6th, in a month: the dates of its gap alone."""
        start = datetime(2026, 3, 1, tzinfo=UTC)
        known = [number for number in range(0, 30) if number not in (2, 3, 4)]
        readings = [meter.Reading(start + day.DAY * number, D(8 * number)) for number in known]
        late = meter.Reading(start + day.DAY * 3, D(20))
        before, after = (meter.walk(found).deltas for found in (readings, [late, *readings]))
        touched = day.changed(before, after, [], Clock("UTC"))
        self.assertEqual({found.day for found, _job in touched}, {2, 3, 4, 5})

    @given(
        st.integers(0, 2400).map(lambda number: D(number) / 100),
        st.dictionaries(st.sampled_from(["J-1", "J-2", "J-10"]), st.integers(0, 24).map(D)),
    )
    def test_a_statement_is_shared_wholly(self, hours, measured):
        found = day.by_readings(hours, measured)
        if found is not None:
            self.assertEqual(sum(found.values()), hours)
            self.assertGreaterEqual(min(found.values()), 0)
