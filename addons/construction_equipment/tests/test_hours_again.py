# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .charge_common import DAY
from .common import DEVICE, READING
from .hours_common import HoursCommon

CLAIM = "construction.equipment.claim"


@tagged("post_install", "-at_install")
class TestHoursAgain(HoursCommon):
    """What decides on hours comes after they were read."""

    def device(self, name="D-1"):
        return self.env[DEVICE].search([("name", "=", name)])

    def said(self, machine):
        claims = self.env[CLAIM].search([("equipment_id", "=", machine.id)], order="date, job_id, key")
        return [(claim.date, claim.job_id.id, claim.measured) for claim in claims]

    def test_a_device_that_is_assigned_later(self):
        self.page(*(self.reading(self.at(10, hour), 100 + hour, "D-9") for hour in range(6)))
        self.assertFalse(self.days())
        self.sits("D-9", "EX-12", "2026-03-05")
        self.assertEqual(self.days(), {("03-10", None): 5})
        self.sits("D-9", "EX-14", "2026-03-10")
        self.assertEqual((self.days(), self.days(self.other)), ({}, {("03-10", None): 5}))
        facts = self.device("D-9").fact_ids
        facts.filtered(lambda fact: fact.equipment_id == self.other).with_user(self.manager).action_withdraw()
        self.assertEqual((self.days(), self.days(self.other)), ({("03-10", None): 5}, {}))

    def test_a_transfer_that_comes_later_and_one_that_did_not_happen(self):
        first, second = self.a_job("J-7", "UTC"), self.a_job("J-8", "UTC")
        self.page(*(self.reading(self.at(day, 12), 100 + 8 * day) for day in range(2, 28)))
        self.page(*(self.reading(self.at(10, 7 + hour), 180 - 5 + hour) for hour in range(8) if hour != 5))
        before = self.days()
        self.move(self.at(5), first)
        late = self.move(self.at(10, 11), second)
        days = self.days()
        self.assertEqual(
            {key: hours for key, hours in days.items() if key[0] == "03-10"},
            {("03-10", "J-7"): days["03-10", "J-7"], ("03-10", "J-8"): days["03-10", "J-8"]},
        )
        self.assertAlmostEqual(self.hours(), sum(before.values()), 5)
        late.with_user(self.dispatcher).action_withdraw()
        self.assertEqual({job for _date, job in self.days()}, {None, "J-7"})
        self.digger.transfer_ids.with_user(self.dispatcher).action_withdraw()
        self.assertEqual(self.days(), before)

    def test_another_version_is_made_to_stand(self):
        self.page(*self.daily(100, 104, 110))
        self.page(*self.daily(100, 107, 110))
        before = self.days()
        self.odd().with_user(self.manager).action_take_other()
        after = self.days()
        self.assertNotEqual(before, after)
        self.assertEqual(sum(before.values()), sum(after.values()))
        # as if it had come first
        self.sits("D-2", "EX-14", "2026-03-01")
        self.page(*self.daily(100, 107, 110, device="D-2"))
        self.assertEqual(self.days(self.other), after)

    def test_when_the_day_starts(self):
        job = self.a_job("J-7", "Europe/Berlin")
        self.move(self.at(1), job)
        zone = "Europe/Berlin"
        self.page(self.reading(self.at(10, 22, zone), 100), self.reading(self.at(11, 6, zone), 108))
        self.assertEqual(self.days(), {("03-10", "J-7"): 2, ("03-11", "J-7"): 6})
        job.construction_day_start = 12
        self.assertEqual(self.days(), {("03-10", "J-7"): 8})

    def test_whole_hours(self):
        self.page(*(self.reading(self.at(10, 8 + quarter / 4), 100 + quarter // 4) for quarter in range(17)))
        self.assertNotEqual(self.hours(), 4)
        self.device().with_user(self.manager).resolution = 1
        self.assertEqual(self.days(), {("03-10", None): 4})
        # a new one of its provider is taken for the same
        self.page(self.reading(self.at(10), 5, "D-4"))
        self.assertEqual(self.device("D-4").resolution, 1)

    def test_meter_of_record(self):
        self.sits("B-1", "EX-12", "2026-03-01")
        self.page(*self.daily(100, 107, device="B-1"), *self.daily(100, 105))
        total = self.hours()
        self.assertEqual(total, 7)
        machine = self.digger.with_user(self.manager)
        machine.meter_device_id = self.device()
        self.assertEqual(self.hours(), 5)
        day = self.env[DAY].search([("equipment_id", "=", self.digger.id)])
        self.assertEqual(set(day.mapped("origin")), {"meter_of_record"})
        self.assertEqual(set(day.mapped("disputed")), {True})
        self.page(self.reading(self.at(12, 18), 109, "B-1"), self.reading(self.at(12, 18), 106))
        self.assertEqual(self.hours(), 6)
        machine.meter_device_id = False
        self.assertEqual(self.hours(), 9)
        with self.assertRaises(ValidationError):
            self.other.with_user(self.manager).meter_device_id = self.device()
        with self.assertRaises(AccessError):
            self.digger.with_user(self.dispatcher).meter_device_id = self.device()
        supervisor = self.user_with("sup", "construction_base.group_site_supervisor")
        self.assertNotIn("meter_device_id", self.env[machine._name].with_user(supervisor).fields_get())

    def test_a_late_reading_and_approved_hours(self):
        job = self.a_job("J-7", "UTC")
        job.construction_equipment_code_id = self.env["construction.cost.code"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.move(self.at(1), job)
        self.page(self.reading(self.at(10, 8), 100), self.reading(self.at(10, 16), 106))
        day = self.env[DAY].search([("equipment_id", "=", self.digger.id)])
        day.with_user(self.manager).action_approve()
        self.page(self.reading(self.at(10, 18), 107))
        self.assertEqual((day.hours, day.state, day.disputed), (6, "approved", True))

    def test_whatever_comes_first(self):
        """Readings, devices, transfers in any order: the same hours as when all else is known before."""
        zone = "Australia/Brisbane"
        first, second = self.a_job("J-7", zone, start=12), self.a_job("J-8", "Europe/Berlin")
        chance = random.Random(5)
        meter, moment, read = 500.0, self.at(8), []
        for _number in range(40):
            moment += timedelta(minutes=chance.choice((15, 60, 60, 300, 1500)))
            meter += chance.choice((0, 0, 0.5, 1, 1))
            read.append((moment, meter + chance.choice((0,) * 9 + (9000, -4)), meter / 4))
        results = []
        for turn in range(6):
            key, names = f"W-{turn}", (f"A-{turn}", f"B-{turn}")
            self.say_machine(key)
            machine = self.machine(key)

            def tell(name, part):
                return lambda: self.page(
                    *(self.reading(at, hours, name, idle_hours=idle) for at, hours, idle in part)
                )

            pages = [tell(name, read[start : start + 9]) for name in names for start in range(0, 40, 9)]
            moves = [
                lambda m=machine, at=at, job=job: self.move(at, job, m)
                for at, job in ((self.at(9, 3), first), (self.at(11, 14), second), (self.at(20), first))
            ]
            sits = [
                lambda n=names, k=key: self.sits(n[0], k, "2026-03-08"),
                lambda n=names, k=key: self.sits(n[1], k, "2026-03-09"),
                lambda n=names: self.sits(n[1], "EX-14", "2026-03-13"),
                lambda n=names, k=key: self.sits(n[1], k, "2026-03-16"),
            ]
            deeds = [*sits, *moves, *pages]
            if turn:
                chance.shuffle(deeds)
            for deed in deeds:
                deed()
            results.append((self.days(machine), self.said(machine)))
            self.assertTrue(results[0][0])
            self.assertEqual(results[-1], results[0], turn)

    def test_a_late_reading_looks_at_its_neighbours_only(self):
        start, rows = self.at(1), []
        for number in range(96 * 25):
            rows.append(self.reading(start + timedelta(minutes=15 * number), 100 + number // 40 / 8))
        for part in range(0, len(rows), 2000):
            self.page(*rows[part : part + 2000])
        seen = []
        derivation = type(self.env["construction.equipment.derivation"])
        read = derivation._read

        def counting(model, windows):
            found = read(model, windows)
            seen.extend(len(window.rows) for window in found.values())
            return found

        self.patch(derivation, "_read", counting)
        before = self.days()
        self.page(self.reading(start + timedelta(days=11, minutes=7), 100 + 96 * 11 // 40 / 8))
        self.assertEqual(self.days(), before)
        self.assertLess(sum(seen), 300)
        self.assertEqual(self.env[READING].search_count([]), len(rows) + 1)
