# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import charge as c
from odoo.addons.construction_equipment.lib import rate as r
from odoo.addons.construction_equipment.lib.charge import Usage
from odoo.addons.construction_equipment.lib.rate import Rate

settings.register_profile("construction", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("construction")

YEAR = date(2026, 1, 1)
DAY = date(2026, 3, 4)
BASES = [r.HOUR, r.DAY, r.WEEK, r.MONTH, r.CALENDAR_DAY]

hours = st.integers(0, 24 * 60).map(lambda minutes: (D(minutes) / 60).quantize(D("0.000001")))
money = st.integers(0, 30000).map(lambda cents: D(cents) / 100)
perhaps = st.one_of(st.none(), money)
bounds = st.one_of(st.none(), st.integers(1, 16).map(D))
rates = st.builds(
    Rate,
    st.just(YEAR),
    operating=money,
    standby=perhaps,
    idle=perhaps,
    overtime=perhaps,
    down=perhaps,
    own=perhaps,
    basis=st.sampled_from(BASES),
    minimum=bounds,
    maximum=bounds,
    idle_policy=st.sampled_from([r.SAME, r.ON_STANDBY, r.NOT_TO_JOB]),
)
hourly = rates.map(lambda rate: replace(rate, basis=r.HOUR))
usages = st.lists(
    st.builds(Usage, st.sampled_from(["J-1", "J-2", "J-9", "J-10"]), hours, hours, hours, hours),
    min_size=1,
    max_size=4,
    unique_by=lambda usage: usage.job,
)


def amounts(lines):
    result = {}
    for line in lines:
        result[line.job] = result.get(line.job, 0) + line.amount
    return result


def by_code(lines):
    result = {}
    for line in lines:
        result[line.code] = result.get(line.code, 0) + line.amount
    return {code: amount for code, amount in result.items() if amount}


def charged(*found, day=DAY, **values):
    return c.charge([(usage, Rate(YEAR, **values)) for usage in found], day)


class TestFigures(unittest.TestCase):
    def test_minimum_over_two_jobs(self):
        for numbers in (("J-1", "J-2"), ("J-9", "J-10")):
            found = [Usage(numbers[1], D(1)), Usage(numbers[0], D("1.5"))]
            self.assertEqual(
                amounts(charged(*found, operating=D(95), minimum=D(4))), {numbers[0]: 228, numbers[1]: 152}
            )

    def test_the_last_job_by_number_takes_the_cent(self):
        found = [Usage(job, D(1)) for job in ("J-10", "J-9", "J-8")]
        self.assertEqual(
            amounts(charged(*found, operating=D(25), minimum=D(4))),
            {"J-8": D("33.33"), "J-9": D("33.33"), "J-10": D("33.34")},
        )

    def test_dual_rate(self):
        """6 of 8 hours: owning 41 and operating 54 come to 652."""
        usage = Usage("J-1", D(8), idle=D(2))
        for policy, expected in (
            (r.SAME, {r.SAME: 652}),
            (r.ON_STANDBY, {r.SAME: 570, r.ON_STANDBY: 82}),
            (r.NOT_TO_JOB, {r.SAME: 570}),
        ):
            lines = charged(usage, own=D(41), operating=D(54), idle_policy=policy)
            self.assertEqual(by_code(lines), expected)
            self.assertEqual([(line.status, line.hours) for line in lines], [("operating", 6), ("idle", 2)])

    def test_transfer_at_20_past_11(self):
        """4 h 20 and 3 h 40 at 95."""
        found = [Usage("J-1", D("4.333333")), Usage("J-2", D("3.666667"))]
        self.assertEqual(amounts(charged(*found, operating=D(95))), {"J-1": D("411.67"), "J-2": D("348.33")})

    def test_statuses(self):
        usage = Usage("J-1", D(11), idle=D(2), standby=D(3), down=D(4), limit=D(9))
        values = {"operating": D(100), "overtime": D(150), "idle": D(30), "standby": D(40)}
        lines = charged(usage, **values)
        self.assertEqual(
            [(line.status, line.hours, line.amount) for line in lines],
            [
                ("operating", 7, 700),
                ("overtime", 2, 300),
                ("idle", 2, 60),
                ("standby", 3, 120),
                ("down", 4, 0),
            ],
        )
        self.assertEqual(sum(line.amount for line in charged(usage, **values, down=D(5))), 1200)

    def test_maximum(self):
        found = [Usage("J-1", D(8)), Usage("J-2", D(4))]
        self.assertEqual(
            amounts(charged(*found, operating=D(90), maximum=D(10))), {"J-1": D(600), "J-2": D(300)}
        )

    def test_down_is_neither_in_minimum_nor_maximum(self):
        usage = Usage("J-1", D(12), down=D(4))
        self.assertEqual(amounts(charged(usage, operating=D(90), down=D(5), maximum=D(10))), {"J-1": 920})
        usage = Usage("J-1", D(2), down=D(4))
        self.assertEqual(amounts(charged(usage, operating=D(90), down=D(5), minimum=D(4))), {"J-1": 380})

    def test_the_minimum_of_a_dual_rate(self):
        """Hours that are missing were owned, and not operated: 2.5 × 95 + 1.5 × 41."""
        lines = charged(Usage("J-1", D("2.5")), own=D(41), operating=D(54), minimum=D(4))
        self.assertEqual(amounts(lines), {"J-1": 299})

    def test_a_dual_rate_of_each_status(self):
        rate = Rate(YEAR, own=D(41), operating=D(54), overtime=D(70))
        found = {status: rate.of(status) for status in ("operating", "overtime", "idle", "standby", "down")}
        self.assertEqual(found, {"operating": 95, "overtime": 111, "idle": 41, "standby": 41, "down": 0})

    def test_overtime_is_of_the_hours_at_work(self):
        self.assertEqual(Usage("J-1", D(10), idle=D(9), limit=D(8)).overtime, 1)

    def test_no_minimum_without_work(self):
        for usage in (Usage("J-1"), Usage("J-1", standby=D(1))):
            lines = charged(usage, operating=D(95), standby=D(40), minimum=D(4))
            self.assertEqual(sum(line.amount for line in lines), 40 * usage.standby)

    def test_a_day_is_paid_once_over_its_jobs(self):
        found = [Usage("J-1", D(6)), Usage("J-2", D(2))]
        self.assertEqual(
            amounts(charged(*found, operating=D(800), basis=r.DAY)), {"J-1": D(600), "J-2": D(200)}
        )
        self.assertEqual(charged(Usage("J-1"), operating=D(800), basis=r.DAY), [])
        idle_date = charged(Usage("J-1", present=D(24)), operating=D(800), basis=r.CALENDAR_DAY)
        self.assertEqual(amounts(idle_date), {"J-1": 800})

    def test_jobs_of_one_date_share_it_to_the_cent(self):
        found = [Usage(job, D(2)) for job in ("J-3", "J-1", "J-2")]
        self.assertEqual(
            amounts(charged(*found, operating=D(100), basis=r.DAY)),
            {"J-1": D("33.33"), "J-2": D("33.33"), "J-3": D("33.34")},
        )
        resting = [Usage("J-1", present=D(6)), Usage("J-2", present=D(18))]
        self.assertEqual(
            amounts(charged(*resting, operating=D(800), basis=r.CALENDAR_DAY)), {"J-1": 200, "J-2": 600}
        )

    def test_a_day_at_standby_and_overtime_by_the_hour(self):
        standby = Usage("J-1", standby=D(8))
        for values, amount in (({}, 0), ({"standby": D(300)}, 300)):
            lines = charged(standby, operating=D(800), basis=r.DAY, **values)
            self.assertEqual(sum(line.amount for line in lines), amount)
        month = charged(standby, operating=D(3100), basis=r.MONTH)  # the job has it for the time
        self.assertEqual(amounts(month), {"J-1": 100})
        long = Usage("J-1", D(11), limit=D(9))
        self.assertEqual(
            amounts(charged(long, operating=D(800), overtime=D(120), basis=r.DAY)), {"J-1": 1040}
        )

    def test_week_and_month_add_up(self):
        for basis, days in ((r.WEEK, 7), (r.MONTH, 31)):
            found = sum(
                amounts(
                    charged(
                        Usage("J-1", D(number % 3)),
                        day=date(2026, 3, 2 if basis == r.WEEK else 1) + timedelta(days=number),
                        operating=D("9999.99"),
                        basis=basis,
                    )
                )["J-1"]
                for number in range(days)
            )
            self.assertEqual(found, D("9999.99"))

    def test_a_rate_raised_afterwards(self):
        """What was charged is taken back and made anew: the net is new, both are visible."""
        found = [Usage("J-1", D("1.5")), Usage("J-2", D(1))]
        before, after = (charged(*found, operating=D(rate), minimum=D(4)) for rate in (95, 104))
        corrections = c.corrections(before, after)
        self.assertEqual(
            [(line.job, line.before, line.after, line.difference) for line in corrections],
            [("J-1", 228, D("249.60"), D("21.60")), ("J-2", 152, D("166.40"), D("14.40"))],
        )
        self.assertEqual(c.corrections(after, after), [])

    def test_rented(self):
        lines = c.charge([(Usage("J-1", D(8), idle=D(1)), None)], DAY, rented=True)
        self.assertEqual([(line.hours, line.amount) for line in lines], [(7, 0), (1, 0)])

    def test_no_rate(self):
        with self.assertRaises(c.NoRate) as raised:
            c.charge([(Usage("J-1", D(8)), Rate(YEAR)), (Usage("J-2", D(8)), None)], DAY)
        self.assertEqual(raised.exception.jobs, ["J-2"])

    def test_doctests(self):
        for module in (c, r):
            self.assertEqual(doctest.testmod(module).failed, 0)


class TestAnyCharge(unittest.TestCase):
    @given(usages, rates, st.randoms(use_true_random=False))
    def test_the_order_of_the_jobs_does_not_matter(self, found, rate, chance):
        pairs = [(usage, rate) for usage in found]
        expected = c.charge(pairs, DAY)
        chance.shuffle(pairs)
        self.assertEqual(c.charge(pairs, DAY), expected)

    @given(usages, st.data())
    def test_amounts_are_cents_and_none_is_negative(self, found, data):
        for line in c.charge([(usage, data.draw(rates)) for usage in found], DAY):
            self.assertEqual(line.amount, line.amount.quantize(D("0.01")))
            self.assertGreaterEqual(line.amount, 0)

    @given(usages, rates)
    def test_hours_are_charged_as_they_are(self, found, rate):
        lines = c.charge([(usage, rate) for usage in found], DAY)
        for usage in found:
            total = sum(line.hours for line in lines if line.job == usage.job)
            self.assertEqual(total, usage.operating + usage.standby + usage.down)

    @given(usages, hourly)
    def test_jobs_add_up_to_the_machine(self, found, rate):
        """Within the minimum and maximum, what all jobs pay is what one job would pay for all hours."""
        found = [Usage(usage.job, usage.operating) for usage in found]
        together = Usage("J-1", sum(usage.operating for usage in found))
        rate = replace(rate, own=None)
        several = amounts(c.charge([(usage, rate) for usage in found], DAY))
        one = amounts(c.charge([(together, rate)], DAY))
        bound = rate.minimum is not None and together.operating < rate.minimum
        bound |= rate.maximum is not None and together.operating > rate.maximum
        allowed = 0 if bound or len(found) == 1 else D("0.005") * (len(found) + 1)
        self.assertLessEqual(abs(sum(several.values()) - sum(one.values())), allowed)

    @given(usages, hourly)
    def test_within_minimum_and_maximum(self, found, rate):
        lines = c.charge([(usage, rate) for usage in found], DAY)
        counted = sum(line.charged for line in lines if line.status != c.DOWN)
        slack = D("1e-9")
        if rate.maximum is not None:
            self.assertLessEqual(counted, rate.maximum + slack)
        if rate.minimum is not None and any(usage.operating for usage in found):
            least = rate.minimum
            if rate.maximum is None or rate.maximum >= least:
                self.assertGreaterEqual(counted, least - slack)

    @given(usages, rates, rates)
    def test_a_correction_is_the_difference(self, found, old, new):
        before, after = (c.charge([(usage, rate) for usage in found], DAY) for rate in (old, new))
        difference = sum(line.difference for line in c.corrections(before, after))
        self.assertEqual(difference, sum(line.amount for line in after) - sum(line.amount for line in before))

    @given(money, st.dates(date(2024, 1, 1), date(2028, 12, 31)))
    def test_a_month_adds_up(self, amount, day):
        last = monthrange(day.year, day.month)[1]
        parts = [c.date_part(amount, r.MONTH, day.replace(day=number)) for number in range(1, last + 1)]
        self.assertEqual(sum(parts), amount)


class TestRates(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.every = Rate(YEAR, operating=D(1))
        self.family = Rate(YEAR, category="earth", operating=D(2))
        self.category = Rate(YEAR, category="excavators", operating=D(3))
        self.machine = Rate(YEAR, machine="EX-1", operating=D(4))
        self.job = Rate(YEAR, job="J-1", operating=D(5))
        self.job_category = Rate(YEAR, job="J-1", category="excavators", operating=D(6))
        self.job_machine = Rate(YEAR, job="J-1", machine="EX-1", operating=D(7))
        self.all = [
            self.every,
            self.family,
            self.category,
            self.machine,
            self.job,
            self.job_category,
            self.job_machine,
        ]

    def found(self, rates, job="J-1", machine="EX-1", day=DAY, categories=("excavators", "earth")):
        return r.rate_for(rates, day, job, machine, categories, "A")

    def test_the_most_specific_wins(self):
        rates = self.all[:]
        while rates:
            self.assertEqual(self.found(rates[::-1]), rates[-1])
            rates.pop()
        self.assertIsNone(self.found([]))

    def test_of_two_the_one_that_began_later(self):
        earlier = replace(self.machine, operating=D(9))  # and not the one with the larger figure
        later = replace(self.machine, since=DAY, operating=D(4))
        for rates in ([later, earlier], [earlier, later]):
            self.assertEqual(self.found(rates), later)

    def test_of_others_none_holds(self):
        self.assertEqual(self.found(self.all, "J-2", "EX-2"), self.category)
        self.assertEqual(self.found(self.all, "J-2", "TR-1", categories=["trucks"]), self.every)
        self.assertIsNone(self.found([replace(self.every, company="B")]))

    def test_dates_are_included(self):
        rate = Rate(DAY, DAY, operating=D(1))
        one = timedelta(days=1)
        self.assertEqual(
            [self.found([rate], day=day) is rate for day in (DAY - one, DAY, DAY + one)],
            [False, True, False],
        )

    def test_overlaps(self):
        first, second = Rate(YEAR, DAY), Rate(DAY, job="J-1")
        self.assertEqual(r.overlaps([first, second]), [])
        self.assertEqual(r.overlaps([first, replace(second, job=None)]), [(first, replace(second, job=None))])
        self.assertEqual(r.overlaps([first, replace(first, since=DAY + timedelta(days=1), until=None)]), [])
