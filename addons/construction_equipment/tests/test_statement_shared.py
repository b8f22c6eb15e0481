# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from itertools import permutations

from odoo.tests import tagged

from .hours_common import HoursCommon


@tagged("post_install", "-at_install")
class TestStatementShared(HoursCommon):
    """A statement of a machine's whole day with a transfer is shared by that day's readings."""

    def say(self, hours, key="EX-12", **data):
        said = {"equipment": key, "date": "2026-03-10", "hours": hours, "origin": "manual", **data}
        return self.send(self.field, "equipment.utilization.recorded", key, said)

    def shared(self, key):
        """Hours and standby of its jobs."""
        rows = self.env["construction.equipment.day"].search([("equipment_id.equipment_number", "=", key)])
        return {
            row.job_id.job_number or None: (round(row.hours, 6), round(row.standby_hours, 6))
            for row in rows
            if row.origin
        }

    def test_by_the_readings_whatever_comes_first(self):
        first, second = self.a_job("J-7", "UTC"), self.a_job("J-8", "UTC")
        seen = []
        for number, order in enumerate(permutations(range(3))):
            key, device = f"M-{number}", f"T-{number}"
            self.say_machine(key)
            machine = self.machine(key)
            self.sits(device, key, "2026-03-01")
            self.move(self.at(1), first, machine)
            deeds = (
                lambda m=machine: self.move(self.at(10, 11), second, m),
                lambda d=device: self.page(
                    *(self.reading(self.at(10, 7 + hour), 100 + hour, d) for hour in range(9))
                ),
                lambda k=key: self.say("7.5", k, standby_hours=2),
            )
            for place in order:
                deeds[place]()
            seen.append(self.shared(key))
        # the readings say 4 h each; the standby that only a person knows is shared by them
        self.assertEqual(seen, [{"J-7": (4, 1), "J-8": (4, 1)}] * 6)

    def test_what_was_in_the_yard_is_no_job_s(self):
        job = self.a_job("J-7", "UTC")
        self.move(self.at(10, 9), job)
        self.page(*(self.reading(self.at(10, 7 + hour), 100 + hour) for hour in range(9)))
        self.say(8, standby_hours=4)
        self.assertEqual(self.shared("EX-12"), {None: (2, 1), "J-7": (6, 3)})

    def test_without_readings_a_person_shares_it(self):
        first, second = self.a_job("J-7", "UTC"), self.a_job("J-8", "UTC")
        self.move(self.at(1), first)
        self.move(self.at(10, 11), second)
        self.say(8)
        self.assertEqual(self.shared("EX-12"), {None: (8, 0)})
