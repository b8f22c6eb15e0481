# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import datetime, timedelta

from odoo.tests import tagged

from .charge_common import DAY
from .hours_common import HoursCommon

CLAIM = "construction.equipment.claim"


@tagged("post_install", "-at_install")
class TestHours(HoursCommon):
    """Hours of machine-days from pages of readings: the figures of the rules, through the system."""

    def test_a_spike_that_a_return_convicts(self):
        self.page(*self.daily(5267, 52750, 5275, 5283))
        self.assertEqual(self.hours(), 16)
        for reading in self.daily(5267, 52750, 5275, 5283, device="D-2"):
            self.sits("D-2", "EX-14", "2026-03-01")
            self.page(reading)
        self.assertEqual(self.hours(self.other), 16)
        self.assertEqual(sorted(self.days(self.other).values()), sorted(self.days().values()))

    def test_falls(self):
        self.page(*self.daily(5267, 5275, 5270, 12))
        self.assertEqual(self.hours(), 8)

    def test_what_is_kept(self):
        job = self.a_job("J-7", "UTC")
        self.move(self.at(1), job)
        self.page(
            self.reading(self.at(10, 7), 100, idle_hours=30),
            self.reading(self.at(10, 15), 108, idle_hours="32.5"),
        )
        day = self.env[DAY].search([("equipment_id", "=", self.digger.id)])
        self.assertRecordValues(
            day,
            [
                {
                    "job_id": job.id,
                    "hours": 8,
                    "idle_hours": 2.5,
                    "working_hours": 5.5,
                    "origin": "telematics",
                    "estimated": False,
                    "questioned": False,
                    "disputed": False,
                    "state": "open",
                }
            ],
        )
        claim = day.claim_ids
        self.assertRecordValues(
            claim,
            [
                {
                    "key": "trackunit/D-1/telematics",
                    "figures": {"hours": "8", "idle_hours": "2.5"},
                    "counts": True,
                    "device_id": claim.device_id.id,
                }
            ],
        )

    def test_a_count_of_operating_hours_where_there_is_no_meter(self):
        self.page(
            self.reading(self.at(10, 7), operating_hours=50), self.reading(self.at(10, 9), operating_hours=51)
        )
        self.assertEqual(self.days(), {("03-10", None): 1})
        self.page(self.reading(self.at(10, 7.5), 5000), self.reading(self.at(10, 10), 5002))
        self.assertEqual(self.days(), {("03-10", None): 2})

    def test_three_silent_days(self):
        self.page(self.reading(self.at(10), 100), self.reading(self.at(13), 124))
        self.assertEqual(self.days(), {(f"03-{day}", None): 8 for day in (10, 11, 12)})
        days = self.env[DAY].search([("equipment_id", "=", self.digger.id)])
        self.assertEqual(set(days.mapped("estimated")), {True})
        # what is read between them takes the guess away
        self.page(self.reading(self.at(11), 110), self.reading(self.at(12), 110))
        self.assertEqual(self.days(), dict(zip(self.days(), (10, 0, 14), strict=True)))
        self.assertEqual(days.mapped("estimated"), [True, False, True])

    def test_nights_in_berlin(self):
        job = self.a_job("J-7", "Europe/Berlin", start=12)
        self.move(self.at(1), job)
        for day, month, hours in ((28, 3, 7), (24, 10, 9)):
            begin = self.at(day, 22, "Europe/Berlin", month)
            end = self.at(day + 1, 6, "Europe/Berlin", month)
            meter = 1000 * month
            self.page(self.reading(begin, meter), self.reading(end, meter + hours))
            self.assertEqual(self.days()[f"{month:02}-{day}", "J-7"], hours)
        self.assertEqual({hours for hours in self.days().values() if hours}, {7, 9, 0} - {0})

    def test_a_transfer_at_night_in_brisbane(self):
        first = self.a_job("J-7", "Australia/Brisbane", start=12)
        second = self.a_job("J-8", "Australia/Brisbane", start=12)
        zone = "Australia/Brisbane"
        self.move(self.at(5, 8, zone), first)
        self.move(self.at(11, 2, zone), second)
        self.page(*(self.reading(self.at(10, 22 + hour, zone), 100 + hour) for hour in range(9)))
        self.assertEqual(self.days(), {("03-10", "J-7"): 4, ("03-10", "J-8"): 4})

    def test_a_late_reading_of_a_tracker_that_moved(self):
        self.sits("D-1", "EX-14", "2026-03-12")
        self.page(self.reading(self.at(10, 8), 100), self.reading(self.at(13, 8), 200))
        self.page(self.reading(self.at(13, 12), 203))
        self.page(self.reading(self.at(10, 14), 105))
        self.assertEqual(self.days(), {("03-10", None): 5})
        self.assertEqual(self.days(self.other), {("03-13", None): 3})

    def test_pages_in_other_sizes_and_orders(self):
        """The same days, whatever comes first; and what the readings say when they come at once."""
        chance = random.Random(11)
        job = self.a_job("J-7", "Europe/Berlin")
        self.sits("D-2", "EX-14", "2026-03-01")
        for machine in (self.digger, self.other):
            self.move(self.at(10, 9), job, machine)
            self.move(self.at(11, 2), self.job, machine)
        meter, moment, readings = 100.0, self.at(9), []
        for number in range(60):
            moment += timedelta(minutes=chance.choice((15, 15, 30, 240, 900)))
            meter += chance.choice((0, 0, 0.25, 0.5))
            said = chance.choice((meter,) * 12 + (meter + 5000, meter - 3))
            readings.append((moment, round(said, 2), number % 3 and round(meter / 3, 2)))
        for device in ("D-1", "D-2"):
            pages = [
                self.reading(at, hours, device, **({"idle_hours": idle} if idle else {}))
                for at, hours, idle in readings
            ]
            if device == "D-1":
                self.page(*pages)
                continue
            for _turn in range(2):
                chance.shuffle(pages)
                for start in range(0, 60, 7):
                    self.page(*pages[start : start + 7])
        self.assertTrue(self.hours())
        self.assertEqual(self.days(), self.days(self.other))
        said = {
            machine: [
                (claim.date, claim.job_id, claim.measured)
                for claim in self.env[CLAIM].search([("equipment_id", "=", machine.id)], order="date, job_id")
            ]
            for machine in (self.digger, self.other)
        }
        self.assertEqual(said[self.digger], said[self.other])

    def test_a_page_of_many_machines_takes_few_statements(self):
        start = datetime(2026, 3, 10)
        for number in range(60):
            self.say_machine(f"M-{number}")
            self.sits(f"T-{number}", f"M-{number}", "2026-03-01")
        counts = {}
        for turn, size in enumerate((2, 60, 60)):
            readings = [
                self.reading(
                    self.at(10 + turn, hour),
                    100 + 9 * turn + hour / 2,
                    f"T-{number}",
                    idle_hours=3 * turn + hour / 4,
                )
                for number in range(size)
                for hour in range(4)
            ]
            message = self.page(*readings, receive=True)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.run_all()
            self.assertState(message, "done")
            counts[turn] = self.env.cr.sql_log_count - before
        self.assertTrue(start)
        self.assertLess(max(counts[1], counts[2]), counts[0] + 10, counts)
