# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from odoo.tests import tagged

from .common import TRANSFER
from .test_position_privacy import PositionCommon


@tagged("post_install", "-at_install")
class TestPositionHours(PositionCommon):
    """What is nobody's business is not stored: after hours, and where persons go."""

    def kept(self, *said):
        """At which of these days and hours (UTC) of March a position is stored."""
        self.page(*[self.reading(hour, day=day) for day, hour in said], page=f"P-{said}")
        rows = self.stored().filtered("latitude")
        return [(row.at.day, row.at.hour) for row in rows if (row.at.day, row.at.hour) in said]

    def calendar(self, *spans):
        return self.env["resource.calendar"].create(
            {
                "name": "Site",
                "company_id": self.company.id,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (0, 0, {"name": "x", "dayofweek": day, "hour_from": start, "hour_to": end})
                    for day, start, end in spans
                ],
            }
        )

    def moved(self, since):
        self.env[TRANSFER].create({"equipment_id": self.digger.id, "job_id": self.job.id, "date_from": since})

    def test_hours_of_the_company(self):
        self.company.resource_calendar_id = self.calendar(("0", 8, 12), ("0", 13, 17))
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        said = [(2, hour) for hour in (6, 7, 10, 11, 12, 15, 16)] + [(3, 9)]
        self.assertEqual(self.kept(*said), [(2, 7), (2, 10), (2, 12), (2, 15)])
        self.assertEqual(len(self.stored()), len(said), "their figures are")

    def test_the_company_says_so(self):
        self.company.resource_calendar_id = self.calendar(("0", 8, 12))
        self.company.construction_positions_off_hours = True
        self.assertEqual(self.kept((2, 3), (7, 9)), [(2, 3), (7, 9)])
        entry = self.env["construction.audit.entry"].search([], order="id desc", limit=1)
        self.assertEqual(
            (entry.res_model, entry.res_id, entry.after), ("res.company", self.company.id, "True")
        )
        self.assertEqual(entry.user_id, self.env.user)

    def test_hours_of_the_job_on_which_it_stood(self):
        self.company.resource_calendar_id = self.calendar(("0", 8, 12))
        self.company.resource_calendar_id.tz = "UTC"
        self.job.construction_calendar_id = self.calendar(("0", 22, 24), ("1", 0, 6))
        self.job.job_tz = "Australia/Brisbane"
        self.moved(datetime(2026, 3, 2, 11))
        # before it went there, the company's
        said = [(2, hour) for hour in (7, 9, 11, 12, 19, 20, 21)]
        self.assertEqual(self.kept(*said), [(2, 9), (2, 12), (2, 19)])

    def test_holidays(self):
        self.company.resource_calendar_id = calendar = self.calendar(("0", 0, 24), ("1", 0, 24))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 2),
                "date_to": datetime(2026, 3, 2, 23, 59, 59),
            }
        )
        self.assertEqual(self.kept((2, 9), (3, 9)), [(3, 9)])

    def test_machines_that_carry_persons(self):
        self.company.construction_positions_off_hours = True
        above = self.env["maintenance.equipment.category"].create({"name": "Vehicles"})
        self.category.parent_id = above
        self.digger.category_id = self.category
        self.assertEqual(self.kept((2, 9)), [(2, 9)])
        above.carries_persons = True
        self.assertFalse(any(self.stored().mapped("latitude")), "what is stored is forgotten")
        self.assertEqual(self.kept((3, 9)), [])
        above.carries_persons = False
        self.digger.carries_persons = True
        self.assertEqual(self.kept((4, 9)), [])
        self.company.construction_positions_of_persons = True
        self.assertEqual(self.kept((5, 9)), [(5, 9)])
        self.digger.carries_persons = False
        self.digger.carries_persons = True
        self.assertEqual(self.kept((5, 9)), [(5, 9)])

    def test_a_machine_that_is_marked_is_forgotten(self):
        self.company.construction_positions_off_hours = True
        self.sits("D-1", "EX-12", "2026-03-01")
        self.kept((2, 9))
        self.digger.with_user(self.manager).carries_persons = True
        self.assertFalse(any(self.stored().mapped("latitude")))

    def test_of_a_device_that_nobody_knows(self):
        self.company.construction_positions_off_hours = True
        self.page(self.reading(9, "D-9"))
        self.assertFalse(any(self.stored("D-9").mapped("latitude")))

    def test_a_page_asks_once(self):
        self.company.resource_calendar_id = self.calendar(*[(str(day), 0, 24) for day in range(7)])
        self.moved(datetime(2026, 3, 1))
        counts = []
        for size in (20, 600):
            said = {
                (self.stored_device, datetime(2026, 1 + number % 9, 3, number % 24)) for number in range(size)
            }
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["construction.equipment.position"]._stored_of(said)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    @property
    def stored_device(self):
        return self.env["construction.equipment.device"].search([("name", "=", "D-1")])
