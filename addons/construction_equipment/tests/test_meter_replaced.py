# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from itertools import permutations

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MACHINE
from .hours_common import HoursCommon

REPLACED, KIND = "construction.equipment.meter.replacement", "equipment.meter.replaced"


@tagged("post_install", "-at_install")
class TestMeterReplaced(HoursCommon):
    def replaced(self, machine="EX-12", day=11, old=5270, new=12, **said):
        data = {
            "equipment": machine,
            "at": self.at(day, 6).isoformat(),
            "old_reading": old,
            "new_reading": new,
            "authorised_by": "Ana",
            **said,
        }
        return self.send(self.field, KIND, machine, data)

    def test_its_hours_go_on(self):
        self.page(*self.daily(5270, 20))
        self.assertEqual(self.hours(), 0)
        message = self.replaced()
        self.assertState(message, "done")
        self.assertEqual(self.hours(), 8)
        self.assertRecordValues(
            self.record(message, REPLACED),
            [
                {
                    "equipment_id": self.digger.id,
                    "old_reading": 5270,
                    "new_reading": 12,
                    "authorised_by": "Ana",
                    "said_by": "T_Field",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertState(self.replaced(), "done")
        self.assertEqual(len(self.digger.meter_replacement_ids), 1)
        self.digger.meter_replacement_ids.with_user(self.manager).action_withdraw()
        self.assertEqual(self.hours(), 0)

    def test_whatever_comes_first(self):
        seen = set()
        for number, order in enumerate(permutations(range(3))):
            key, device = f"M-{number}", f"T-{number}"
            self.say_machine(key)
            self.sits(device, key, "2026-03-01")
            first, second = self.daily(5270, 20, device=device)
            deeds = [
                lambda r=first: self.page(r),
                lambda r=second: self.page(r),
                lambda k=key: self.replaced(k, old=5273),
            ]
            for place in order:
                deeds[place]()
            seen.add(str(self.days(self.machine(key))))
        self.assertEqual(len(seen), 1)
        self.assertEqual(self.hours(self.machine("M-0")), 11)

    def test_a_device_that_counts_by_itself_goes_on(self):
        self.sits("B-1", "EX-12", "2026-03-01")
        self.page(*self.daily(5270, 20), *self.daily(300, 306, device="B-1"))
        self.replaced()
        self.digger.with_user(self.manager).meter_device_id = self.digger.device_assignment_ids.filtered(
            lambda part: part.device_id.name == "B-1"
        ).device_id
        self.assertEqual(self.hours(), 6)

    def test_other_figures_for_one_moment(self):
        self.replaced()
        message = self.replaced(old=5271)
        self.assertState(message, "exception", "conflict")
        self.assertIn("5270", message.exception_id.sentence)
        self.digger.meter_replacement_ids.with_user(self.manager).action_withdraw()
        message.exception_id.with_user(self.manager).action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertState(self.replaced(day=15, new=300000), "exception", "data")
        self.assertTrue(self.faults(self.field, KIND, "EX-12", {"equipment": "EX-12"}))

    def test_by_hand(self):
        self.page(*self.daily(5270, 20))
        vals = {"equipment_id": self.digger.id, "at": "2026-03-11 06:00:00", "old_reading": 5270}
        made = self.env[REPLACED].with_user(self.manager).create({**vals, "new_reading": 12})
        self.assertEqual((self.hours(), made.authorised_by), (8, self.manager.name))
        with self.assertRaises(UserError):
            made.with_user(self.manager).old_reading = 1
        with self.assertRaises(UserError):
            self.env[REPLACED].with_user(self.manager).create({**vals, "new_reading": 13})

    def test_who_may(self):
        self.replaced()
        for role in ("site_supervisor", "buyer", "project_manager", "cost_controller"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            with self.subTest(role):
                self.assertFalse(self.env[REPLACED].with_user(user).has_access("read"))
                self.assertNotIn("meter_replacement_ids", self.env[MACHINE].with_user(user).fields_get())
        auditor = self.user_with("auditor", "construction_base.group_auditor")
        for user in (self.dispatcher, auditor):
            found = self.env[REPLACED].with_user(user).search([])
            self.assertTrue(found)
            self.assertFalse(found.has_access("create"))
            with self.assertRaises(AccessError):
                found.action_withdraw()
