# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime
from itertools import permutations

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import DEVICE, MACHINE, EquipmentCommon

KIND = "equipment.device.assigned"
PART, FACT = f"{DEVICE}.assignment", f"{DEVICE}.fact"


@tagged("post_install", "-at_install")
class TestDevice(EquipmentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.first = self.record(self.say_machine("EX-12", serial="KAB-12345", make="Caterpillar"), MACHINE)
        self.second = self.record(self.say_machine("EX-14", pin="KMTPC2600A36012XX"), MACHINE)

    def say(self, machine="EX-12", since="2026-03-01", until=None, device="D-1", provider="trackunit", **kw):
        """A system says on which machine a device sits. :return: the message"""
        data = {"provider": provider, "device": device, "equipment": machine, "from": f"{since}T06:00:00Z"}
        if until:
            data["until"] = f"{until}T06:00:00Z"
        return self.send(self.field, KIND, device, data, **kw)

    def device(self, name="D-1"):
        return self.env[DEVICE].with_context(active_test=False).search([("name", "=", name)])

    def history(self, device=None):
        parts = (device or self.device()).assignment_ids.sorted("date_from")
        return [
            (part.equipment_id.equipment_number, part.date_from.day, part.date_until and part.date_until.day)
            for part in parts
        ]

    def item(self, device):
        return self.env["construction.exception"].search(
            [("record_ref", "=", f"{DEVICE},{device.id}"), ("state", "=", "open")]
        )

    def test_it_sits_where_it_is_said(self):
        message = self.say()
        self.assertState(message, "done")
        device = self.device()
        self.assertEqual((device.provider, device.equipment_id), ("trackunit", self.first))
        self.assertEqual(self.record(message, DEVICE), device)
        self.assertEqual(self.record(message, FACT).said_by, "T_Field")
        self.assertEqual(self.history(), [("EX-12", 1, False)])
        self.assertEqual(self.first.device_assignment_ids.device_id, device)

    def test_a_late_reading_is_of_the_machine_on_which_it_sat_then(self):
        self.say("EX-12", "2026-03-01")
        self.say("EX-14", "2026-03-12")
        at = self.device()._machine_at
        self.assertEqual(at(datetime(2026, 3, 10)), self.first)
        self.assertEqual(at(datetime(2026, 3, 12, 6)), self.second)
        self.assertFalse(at(datetime(2026, 2, 28)))

    def test_the_order_in_which_it_is_said_does_not_matter(self):
        said = (("EX-12", "2026-03-01"), ("EX-14", "2026-03-03"), ("EX-12", "2026-03-05"))
        found = set()
        for number, order in enumerate(permutations(said)):
            for machine, since in order:
                self.assertState(self.say(machine, since, device=f"P-{number}"), "done")
            found.add(str(self.history(self.device(f"P-{number}"))))
        self.assertEqual(found, {str([("EX-12", 1, 3), ("EX-14", 3, 5), ("EX-12", 5, False)])})

    def test_what_is_said_again_changes_nothing(self):
        self.say()
        again = self.say()
        self.assertState(again, "done")
        self.assertFalse(again.record_ids)
        self.assertEqual(len(self.device().fact_ids), 1)
        self.assertState(self.say(until="2026-03-20"), "done")
        self.assertEqual(self.history(), [("EX-12", 1, 20)])

    def test_two_machines_at_once_are_a_person_s(self):
        self.say("EX-12", "2026-03-01", "2026-03-20")
        message = self.say("EX-14", "2026-03-10")
        self.assertState(message, "exception", "conflict")
        self.assertIn("EX-12", message.exception_id.sentence)
        self.assertIn("EX-14", message.exception_id.sentence)
        self.assertEqual(self.history(), [("EX-12", 1, 20)])
        self.device().fact_ids.with_user(self.manager).action_withdraw()
        message.exception_id.with_user(self.manager).action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.history(), [("EX-14", 10, False)])

    def test_several_at_once_and_a_bad_one_among_them(self):
        ends = {"provider": "trackunit", "from": "2026-03-02T06:00:00Z", "until": "2026-03-01T06:00:00Z"}
        messages = [
            self.receive(
                self.field, KIND, name, {"provider": "trackunit", "from": "2026-03-01T06:00:00Z", **data}
            )
            for name, data in {
                "D-1": {"device": "D-1", "equipment": "EX-12"},
                "D-2": {"device": "D-2", "equipment": "EX-99"},
                "D-3": {"device": "D-3", "equipment": "EX-14"},
                "D-4": {"device": "D-4", "equipment": "EX-14", **ends},
            }.items()
        ]
        self.run_all()
        self.assertEqual([message.state for message in messages], ["done", "exception", "done", "exception"])
        self.assertEqual(messages[3].exception_id.category, "data")
        self.map_to(messages[1], self.second)
        self.assertEqual(self.device("D-2").equipment_id, self.second)

    def test_what_its_contract_rejects(self):
        data = {"provider": "p", "device": "d", "equipment": "e", "from": "2026-03-01"}
        self.assertEqual(list(self.faults(self.field, KIND, "d", data)), ["/data/from"])

    def test_the_database_keeps_two_apart(self):
        self.say()
        vals = {
            "device_id": self.device().id,
            "equipment_id": self.second.id,
            "date_from": datetime(2026, 3, 5),
        }
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env[PART].create(vals)
        other = self.env[DEVICE].create({"provider": "trackunit", "name": "D-2"})
        self.assertTrue(self.env[PART].create({**vals, "device_id": other.id}))

    def test_by_hand_as_by_event(self):
        with Form(self.env[DEVICE].with_user(self.manager)) as form:
            form.provider, form.name = "vendor", "H-1"
            with form.fact_ids.new() as line:
                line.equipment_id, line.date_from = self.first, datetime(2026, 3, 1)
        device = form.record
        self.assertEqual(self.history(device), [("EX-12", 1, False)])
        self.assertEqual(device.fact_ids.said_by, self.manager.name)
        with self.assertRaises(UserError):
            device.fact_ids.with_user(self.manager).date_from = datetime(2026, 3, 2)
        with self.assertRaises(UserError):
            self.env[FACT].with_user(self.manager).create(
                {
                    "device_id": device.id,
                    "equipment_id": self.second.id,
                    "date_from": datetime(2026, 3, 1),
                }
            )

    def test_the_same_number_is_certain(self):
        devices = (
            self.env[DEVICE]
            .with_user(self.manager)
            .create(
                [
                    {"provider": "vendor", "name": "A", "serial_no": "kab12345", "make": "CAT"},
                    {"provider": "other", "name": "B", "pin": "KMTPC2600A36012XX"},
                ]
            )
        )
        self.assertEqual([device.equipment_id for device in devices], [self.first, self.second])
        self.assertFalse(self.item(devices[0]))

    def test_what_is_alike_is_a_person_s_to_say(self):
        device = self.env[DEVICE].create({"provider": "vendor", "name": "A", "serial_no": "KAB-1Z345"})
        self.assertFalse(device.equipment_id)
        item = self.item(device)
        self.assertEqual([entry["id"] for entry in item.candidates], self.first.ids)
        self.assertEqual(item.owner_id, self.manager)
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        with self.assertRaises(AccessError):
            item.with_user(buyer).action_decide("sits_on", None, self.first.id)
        item.with_user(self.manager).action_decide("sits_on", None, self.first.id)
        self.assertEqual((item.state, device.equipment_id), ("resolved", self.first))
        self.assertEqual(device.fact_ids.said_by, self.manager.name)

    def test_it_is_none_of_ours(self):
        device = self.env[DEVICE].create({"provider": "vendor", "name": "A", "serial_no": "XYZ-98765"})
        item = self.item(device)
        item.with_user(self.manager).action_decide("not_ours", "The neighbour's")
        self.assertEqual((item.state, device.active, device.fact_ids.ids), ("resolved", False, []))

    def test_said_by_hand_closes_the_question(self):
        device = self.env[DEVICE].create({"provider": "vendor", "name": "A", "serial_no": "missing"})
        item = self.item(device)
        self.assertFalse(item.candidates)
        self.env[FACT].with_user(self.manager).create({"device_id": device.id, "equipment_id": self.first.id})
        self.assertEqual(item.state, "resolved")

    def test_who_may(self):
        self.say()
        for role in ("site_supervisor", "buyer", "project_manager", "cost_controller", "accounts_payable"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            self.job.job_member_ids = user
            self.first.sudo().job_id = self.job
            with self.subTest(role):
                for model in (DEVICE, PART, FACT):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))
                self.assertNotIn("device_assignment_ids", self.first.with_user(user).fields_get())
        auditor = self.user_with("auditor", "construction_base.group_auditor")
        for user, keeps in ((self.manager, True), (self.dispatcher, False), (auditor, False)):
            for model in (DEVICE, FACT):
                records = self.env[model].with_user(user)
                self.assertTrue(records.has_access("read"))
                self.assertEqual(records.has_access("create"), keeps)
            self.assertFalse(self.env[PART].with_user(user).has_access("write"))
        with self.assertRaises(AccessError):
            self.device().fact_ids.with_user(self.dispatcher).action_withdraw()
