# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import construction_equipment_day_unattended as unattended
from .charge_common import CHARGE, DAY, RATE
from .hours_common import HoursCommon


@tagged("post_install", "-at_install")
class TestUnattended(HoursCommon):
    """Hours that nobody doubts are approved by the rule, and no others."""

    def set_up_once(self):
        super().set_up_once()
        self.company.construction_equipment_unattended = True
        self.code = self.env["construction.cost.code"].search([("company_id", "=", self.company.id)], limit=1)
        self.site = self.a_job("J-U", "UTC")
        self.site.construction_equipment_code_id = self.code
        self.move(self.at(5), self.site)
        self.env[RATE].create({"company_id": self.company.id, "date_from": "2026-01-01", "operating": 95})
        self.controller = self.user_with("money", "construction_base.group_cost_controller")

    def readings(self, day=10, work=8, step=6, **more):
        """Readings through a whole day: the machine works on it as evenly as the clock goes."""
        hours = range(-step, 24 + step + 1, step)
        figures = [100 + min(max(hour, 0), 24) * work / 24 for hour in hours]
        self.page(*(self.reading(self.at(day, h), f, **more) for h, f in zip(hours, figures, strict=True)))
        return self.day(day)

    def day(self, day=10):
        return self.env[DAY].search([("equipment_id", "=", self.digger.id), ("date", "=", f"2026-03-{day}")])

    def run_rule(self):
        with patch.object(unattended, "DAYS_BACK", 3000), patch.object(self.env.cr, "commit"):
            self.env[DAY]._cron_approve_unattended()

    def assert_waits(self, day):
        self.run_rule()
        self.assertEqual(day.mapped("state"), ["open"] * len(day))
        self.assertFalse(self.env[CHARGE].search([("equipment_id", "=", self.digger.id)]))

    def test_nobody_doubts_it(self):
        day = self.readings()
        self.assertEqual((day.hours, day.state), (8, "open"))
        self.run_rule()
        self.assertEqual((day.state, day.approved_by_rule, day.approved_by_id.ids), ("approved", True, []))
        self.assertTrue(day.approved_at)
        charge = self.env[CHARGE].search([("equipment_id", "=", self.digger.id)])
        self.assertEqual((charge.amount, charge.state), (760, "proposed"))
        charge.with_user(self.controller).action_approve()
        self.assertEqual(charge.approved_by_id, self.controller)

    def test_only_where_the_company_wants_it(self):
        self.assertFalse(self.env["res.company"].new().construction_equipment_unattended)
        self.company.construction_equipment_unattended = False
        day = self.readings()
        self.assert_waits(day)
        self.assertFalse(day._approve_unattended())

    def test_a_hole_in_the_readings(self):
        """They end before the day does."""
        hours = range(-6, 19, 6)
        self.page(*(self.reading(self.at(10, hour), 100 + max(hour, 0) / 3) for hour in hours))
        self.assert_waits(self.day())

    def test_estimated(self):
        self.page(*self.daily(100, 108, 116, start=9))
        day = self.day()
        self.assertTrue(day.estimated)
        self.assert_waits(day)

    def test_a_statement_is_no_telematics_of_the_whole_day(self):
        data = {"equipment": "EX-12", "date": "2026-03-10", "hours": 8, "origin": "telematics"}
        self.send(self.field, "equipment.utilization.recorded", "EX-12", data)
        self.assert_waits(self.day())

    def test_disputed(self):
        day = self.readings()
        data = {"equipment": "EX-12", "date": "2026-03-10", "hours": 5, "origin": "rental"}
        self.send(self.field, "equipment.utilization.recorded", "EX-12", data)
        self.assertTrue(day.disputed)
        self.assert_waits(day)

    def test_hours_of_a_person(self):
        day = self.readings()
        self.env[DAY].with_user(self.manager)._enter(
            self.digger, day.date, self.site, {"standby_hours": 2}, override=False
        )
        self.assert_waits(self.day())

    def test_an_anomaly(self):
        day = self.readings()
        self.env["construction.equipment.anomaly"].create(
            {
                "kind": self.env["construction.equipment.anomaly"]._fields["kind"].selection[0][0],
                "device_id": self.env["construction.equipment.device"].search([], limit=1).id,
                "equipment_id": self.digger.id,
                "date": day.date,
                "at": "2026-03-10 12:00:00",
            }
        )
        self.assert_waits(day)

    def test_without_a_code(self):
        self.site.construction_equipment_code_id = False
        self.assert_waits(self.readings())

    def test_a_job_that_takes_no_cost(self):
        day = self.readings()
        self.site.job_status = "suspended"
        self.assert_waits(day)

    def test_a_transfer_within_the_day(self):
        self.move(self.at(10, 11), self.a_job("J-V", "UTC"))
        self.assert_waits(self.readings())

    def test_it_comes_within_the_day(self):
        self.move(self.at(8), place=self.yard)
        self.move(self.at(10, 3), self.site)
        self.readings()
        found = self.day().filtered("job_id")
        self.run_rule()
        self.assertEqual(found.state, "open")

    def test_a_day_whose_approval_was_taken_back(self):
        day = self.readings()
        self.run_rule()
        day.with_user(self.manager).action_reopen()
        self.assertEqual((day.state, day.approved_by_rule, day.attended), ("open", False, True))
        self.run_rule()
        self.assertEqual(day.state, "open")
        day.with_user(self.manager).action_approve()
        self.assertEqual((day.approved_by_id, day.approved_by_rule), (self.manager, False))

    def test_nobody_writes_it(self):
        day = self.readings()
        for vals in ({"approved_by_rule": True}, {"attended": False}, {"state": "approved"}):
            with self.assertRaises(AccessError):
                day.with_user(self.manager).write(vals)
