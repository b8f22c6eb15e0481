# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ANOMALY, DEVICE, MACHINE, PLACE, READING, EquipmentCommon

KIND = "equipment.readings.recorded"


def reading(hour=8, device="D-1", day=2, **said):
    if not said:
        said = {"meter_hours": f"{5000 + hour}.5"}
    return {"device": device, "at": f"2026-03-{day:02}T{hour:02}:00:00Z", "origin": "telematics", **said}


@tagged("post_install", "-at_install")
class TestReading(EquipmentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.digger = self.record(self.say_machine("EX-12"), MACHINE)
        self.other = self.record(self.say_machine("EX-14"), MACHINE)
        self.sits("D-1", "EX-12", "2026-03-01")

    def sits(self, device, machine, since):
        self.send(
            self.field,
            "equipment.device.assigned",
            device,
            {"provider": "trackunit", "device": device, "equipment": machine, "from": f"{since}T00:00:00Z"},
        )

    def page(self, *readings, page="P-1", provider="trackunit", receive=False):
        data = {"provider": provider, "page": page, "readings": list(readings)}
        return (self.receive if receive else self.send)(self.field, KIND, page, data)

    def stored(self, device="D-1"):
        return self.env[READING].search([("device_id.name", "=", device)], order="at, version")

    def odd(self):
        """Of what cannot be read, and not of what hours make of it."""
        kinds = ("missing", "unreadable", "negative", "out_of_range", "moment", "version")
        return self.env[ANOMALY].search([("company_id", "=", self.company.id), ("kind", "in", kinds)])

    def item(self, cause):
        return self.env["construction.exception"].search([("cause_key", "=like", cause)])

    def test_a_page_is_stored(self):
        message = self.page(
            reading(8, meter_hours="5267.5", idle_hours=12, fuel_used=10, fuel_unit="gal_us", latitude=46.78,
                    longitude="-92.1"),
            reading(9, distance="3", distance_unit="mi"),
        )  # fmt: skip
        self.assertState(message, "done")
        first, second = self.stored()
        self.assertRecordValues(
            first,
            [
                {
                    "at": datetime(2026, 3, 2, 8),
                    "version": 1,
                    "meter_hours": 5267.5,
                    "operating_hours": 0,
                    "idle_hours": 12,
                    "fuel_used": 37.854,
                    "latitude": 46.78,
                    "longitude": -92.1,
                    "origin": "telematics",
                    "message_id": message.id,
                    "equipment_id": self.digger.id,
                }
            ],
        )
        self.assertEqual(second.distance, 4.828)
        self.assertFalse(self.odd())
        self.assertEqual(first.with_user(self.manager).action_open_message()["res_id"], message.id)

    def test_pages_again_in_other_sizes_and_orders(self):
        readings = [
            reading(hour, device, meter_hours=f"{5000 + hour}.3")
            for hour in range(10)
            for device in ("D-1", "D-2", "D-3")
        ]
        self.page(*readings)
        before = self.env[READING].search([]).ids
        self.page(*reversed(readings), page="P-2")
        for number in range(0, 30, 7):
            self.page(*readings[number : number + 7], page=f"P-{number + 3}")
        self.assertEqual(self.env[READING].search([]).ids, before)
        self.assertEqual(len(before), 30)
        self.assertFalse(self.odd())

    def test_several_pages_in_one_batch(self):
        messages = [
            self.page(reading(8), reading(9 + number), page=f"P-{number}", receive=True)
            for number in range(4)
        ]
        self.run_all()
        self.assertEqual({message.state for message in messages}, {"done"})
        self.assertEqual(len(self.stored()), 5)

    def test_two_providers_may_call_their_devices_alike(self):
        self.page(reading(8, meter_hours=1))
        self.page(reading(8, meter_hours=2), provider="komtrax")
        self.assertEqual(set(self.stored().mapped("device_id.provider")), {"komtrax", "trackunit"})
        self.assertFalse(self.odd())

    def test_other_figures_are_kept_beside_and_a_person_chooses(self):
        self.page(reading(8, meter_hours=5267))
        for _again in range(2):
            message = self.page(reading(8, meter_hours=5276), reading(9, meter_hours=5268), page="P-2")
        self.assertState(message, "done")
        self.assertEqual(
            [(row.meter_hours, row.version) for row in self.stored()], [(5267, 1), (5276, 2), (5268, 1)]
        )
        odd = self.odd()
        self.assertEqual((odd.kind, odd.equipment_id, odd.version), ("version", self.digger, 2))
        self.assertEqual(odd.what, "Meter Hours 5276; stands: Meter Hours 5267")
        item = self.item("anomaly:version:%")
        self.assertEqual((item.state, item.owner_id), ("open", self.manager))
        with self.assertRaises(AccessError):
            odd.with_user(self.dispatcher).action_take_other()
        odd.with_user(self.manager).action_take_other()
        self.assertEqual(
            [(row.meter_hours, row.version) for row in self.stored()][:2], [(5276, 1), (5267, 2)]
        )
        self.assertEqual((odd.state, odd.settled_by_id, item.state), ("settled", self.manager, "resolved"))
        with self.assertRaises(UserError):
            odd.with_user(self.manager).action_take_other()
        # neither of them is told of again
        self.page(reading(8, meter_hours=5276), page="P-3")
        self.page(reading(8, meter_hours=5267), page="P-4")
        self.assertEqual((self.odd(), len(self.stored())), (odd, 3))

    def test_two_figures_for_one_moment_in_one_page(self):
        self.page(reading(8, meter_hours=1), reading(8, meter_hours=2), reading(8, meter_hours=1))
        self.assertEqual([row.version for row in self.stored()], [1, 2])
        self.assertEqual(self.odd().kind, "version")

    def test_bad_ones_stop_no_other(self):
        bad = [
            reading(8, meter_hours="missing"),
            reading(9, meter_hours=-1),
            reading(10, meter_hours=9999999),
            {"device": "D-1", "at": "0001-01-01T00:00:00Z", "meter_hours": 5, "origin": "telematics"},
            {"device": "missing", "at": "2026-03-02T08:00:00Z", "meter_hours": 5, "origin": "telematics"},
            reading(11, fuel_used=1, fuel_unit="barrel"),
        ]
        for number in range(2):
            message = self.page(*bad, reading(12), page=f"P-{number}")
            self.assertState(message, "done")
            self.assertEqual(len(self.stored()), 1)
            self.assertEqual(
                sorted(self.odd().mapped("kind")),
                ["missing", "missing", "moment", "negative", "out_of_range", "unreadable"],
            )
        self.assertFalse(self.env[DEVICE].search([("name", "=", "missing")]))
        items = self.item("anomaly:%")
        self.assertEqual(len(items), 6)
        self.odd().with_user(self.manager).action_settle()
        self.assertEqual(set(items.mapped("state")), {"resolved"})

    def test_its_contract_checks_shape_alone(self):
        data = {"provider": "trackunit", "page": "P", "readings": [reading(8)]}
        for fault in (
            {"readings": []},
            {"readings": [reading(8)] * 2001},
            {"readings": [{"device": "D", "origin": "telematics"}]},
            {"readings": [reading(8, meter_hours=True)]},
            {"readings": [{**reading(8), "origin": "guess"}]},
        ):
            self.assertTrue(self.faults(self.field, KIND, "P", {**data, **fault}))
        odd = [{"device": "D", "at": "missing", "meter_hours": "none", "origin": "manual"}]
        self.assertFalse(self.faults(self.field, KIND, "P", {**data, "readings": odd}))

    def test_a_late_reading_is_of_the_machine_on_which_it_sat_then(self):
        self.sits("D-1", "EX-14", "2026-03-12")
        self.page(reading(8, day=10), reading(8, day=13))
        self.assertEqual([row.equipment_id for row in self.stored()], [self.digger, self.other])
        search = self.env[READING].search
        self.assertEqual(search([("equipment_id", "=", self.digger.id)]), self.stored()[0])
        self.assertFalse(search([("equipment_id", "=", False)]))

    def test_a_device_that_nobody_knows_is_asked_about(self):
        message = self.page(reading(8, "EX-12"), reading(7, "EX-12"))
        self.assertState(message, "done")
        device = self.env[DEVICE].search([("name", "=", "EX-12")])
        self.assertEqual(device.date_first, datetime(2026, 3, 2, 7))
        item = self.item(f"device:{device.id}:machine")
        self.assertEqual(item.candidates[0]["id"], self.digger.id)
        self.assertFalse(self.stored("EX-12").equipment_id)
        item.with_user(self.manager).action_decide("sits_on", None, self.digger.id)
        self.assertEqual(self.stored("EX-12").equipment_id, self.digger)

    def test_an_earlier_reading_of_a_device_that_was_placed_since_it_was_heard(self):
        self.digger.serial_no = "KAB-12345"
        device = self.env[DEVICE].create(
            {
                "provider": "trackunit",
                "name": "D-7",
                "serial_no": "KAB12345",
                "date_first": datetime(2026, 3, 5),
            }
        )
        self.page(reading(8, "D-7", day=4), reading(8, "D-7", day=6))
        self.assertEqual(device.date_first, datetime(2026, 3, 4, 8))
        self.assertEqual(self.stored("D-7").mapped("equipment_id"), self.digger)
        self.assertEqual(len(self.stored("D-7").filtered("equipment_id")), 2)
        # what was said with its moment stays as it was said
        self.page(reading(8, "D-1", day=1), reading(23, "D-1", day=1))
        self.env[READING].invalidate_model()
        self.assertEqual(device.fact_ids.date_from, datetime(2026, 3, 4, 8))

    def test_where_persons_are_is_not_stored(self):
        self.digger.carries_persons = True
        here = {"latitude": 46.78, "longitude": -92.1}
        self.page(reading(8, meter_hours=1, **here), reading(8, "D-9", meter_hours=1, **here))
        self.assertFalse(any(self.stored().mapped("latitude") + self.stored("D-9").mapped("latitude")))

    def test_old_positions_are_forgotten(self):
        for name, latitude, radius in (
            ("Site", 46.781, 500),
            ("Yard in It", 46.7805, 150),
            ("Far", 46.8, 500),
        ):
            self.env[PLACE].create({"name": name, "latitude": latitude, "longitude": -92.1, "radius": radius})
        self.page(
            reading(8, latitude=46.78, longitude=-92.1, meter_hours=5),
            reading(9, latitude=46.7, longitude=-92.1, meter_hours=6),
        )
        now = fields.Datetime.now()
        days = (now - datetime(2026, 3, 2)).days
        for kept, latitude in ((days + 5, 46.78), (days - 5, 0)):
            self.env["ir.config_parameter"].set_param("construction_equipment.position_days", str(kept))
            self.assertFalse(self.env[READING]._forget_positions())
            self.assertEqual(self.stored()[0].latitude, latitude)
        self.assertEqual(self.stored().mapped("meter_hours"), [5, 6])
        # then only the place, by the smallest circle
        self.assertEqual([row.place_id.name for row in self.stored()], ["Yard in It", False])

    def test_who_may(self):
        self.page(reading(8, latitude=46.78, longitude=-92.1, meter_hours=-1), reading(9))
        models = (READING, ANOMALY)
        for role in ("site_supervisor", "buyer", "project_manager", "cost_controller", "accounts_payable"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            with self.subTest(role):
                for model in models:
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))
        self.assertFalse(self.env[READING].with_user(self.dispatcher).has_access("read"))
        auditor = self.user_with("auditor", "construction_base.group_auditor")
        for user, sees in ((self.manager, True), (auditor, False)):
            readings = self.env[READING].with_user(user)
            self.assertTrue(readings.search([]))
            self.assertEqual("latitude" in readings.fields_get(), sees)
            for model in models:
                records = self.env[model].with_user(user)
                self.assertFalse(any(map(records.has_access, ("write", "create", "unlink"))))
            if not sees:
                with self.assertRaises(AccessError):
                    readings.search([("latitude", ">", 0)])
                with self.assertRaises(AccessError):
                    self.odd().with_user(user).action_settle()

    def test_a_page_takes_few_statements(self):
        start = datetime(2026, 3, 2)
        many = [
            {
                "device": f"D-{number % 20}",
                "at": f"{(start + timedelta(minutes=15 * (number // 20))).isoformat()}Z",
                "meter_hours": f"{5000 + number / 100}",
                "idle_hours": 3,
                "origin": "telematics",
            }
            for number in range(2000)
        ]
        self.page(*[{**said, "at": "2026-03-01T00:00:00Z"} for said in many[:20]], page="P-0")
        counts = {}
        # not all of their figures are exact in binary
        for size in (20, 2000):
            message = self.page(*many[-size:], page=f"P-{size}", receive=True)
            self.env.flush_all()
            before, begun = self.env.cr.sql_log_count, time.process_time()
            self.run_all()
            self.assertState(message, "done")
            counts[size] = self.env.cr.sql_log_count - before, time.process_time() - begun
        self.assertLess(counts[2000][0], counts[20][0] + 20, counts)
        self.assertEqual(len(self.env[READING].search([])), 2020)
