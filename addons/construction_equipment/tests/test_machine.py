# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MACHINE, EquipmentCommon

LATER, LATEST = "2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z"
ALL = {
    "serial": "KAB-12345",
    "pin": "CAT0320EKKAB12345",
    "make": "Caterpillar",
    "model": "320",
    "category": "Excavators",
    "home": "YARD",
}


@tagged("post_install", "-at_install")
class TestMachine(EquipmentCommon):
    def test_it_is_equipment_of_odoo(self):
        message = self.say_machine(**ALL)
        self.assertState(message, "done")
        machine = self.record(message, MACHINE)
        self.assertRecordValues(
            machine,
            [
                {
                    "name": "Machine EX-12",
                    "equipment_number": "EX-12",
                    "ownership": "owned",
                    "serial_no": "KAB-12345",
                    "pin": "CAT0320EKKAB12345",
                    "make": "Caterpillar",
                    "model": "320",
                    "category_id": self.category.id,
                    "home_place_id": self.yard.id,
                    "company_id": self.company.id,
                    "construction_external_key": "EX-12",
                    "construction_serial_key": "KAB12345",
                    "cost": 0,
                }
            ],
        )
        self.assertEqual(machine.display_name, "EX-12 Machine EX-12")

    def test_the_newest_version_stands(self):
        machine = self.record(self.say_machine(**ALL), MACHINE)
        self.assertState(self.say_machine(**{**ALL, "model": "320 GC"}, time=LATEST), "done")
        self.assertState(self.say_machine(**{**ALL, "model": "319"}, time=LATER), "superseded")
        self.assertEqual((machine.model, self.machine()), ("320 GC", machine))

    def test_many_at_once(self):
        messages = [
            self.receive(
                self.master,
                "master.equipment.upserted",
                key,
                {"equipment": key, "name": key, "ownership": "rented", "serial": f"SN-{key}"},
            )
            for key in ("M-1", "M-2", "M-3")
        ]
        self.run_all()
        self.assertEqual([message.state for message in messages], ["done"] * 3)
        self.assertEqual(len(self.machine("M-1") | self.machine("M-2") | self.machine("M-3")), 3)

    def test_what_its_contract_rejects(self):
        kind, data = "master.equipment.upserted", {"equipment": "X", "name": "X", "ownership": "borrowed"}
        self.assertEqual(list(self.faults(self.master, kind, "X", data)), ["/data/ownership"])
        self.assertEqual(self.faults(self.master, kind, "X", {**data, "ownership": "leased"}), {})
        data.pop("ownership")
        self.assertIn("ownership", str(self.faults(self.master, kind, "X", data)))

    def test_money_is_nobody_s_word(self):
        message = self.say_machine(cost=250000, purchase_price="250000")
        self.assertState(message, "done")
        self.assertFalse(self.machine().cost)

    def test_what_tells_no_machine_apart_is_left_aside(self):
        for key, serial in (("M-1", "missing"), ("M-2", "missing"), ("M-3", "0000000")):
            message = self.say_machine(key, serial=serial)
            self.assertState(message, "done")
            self.assertFalse(self.machine(key).serial_no)
            self.assertIn(serial, " ".join(filter(None, message.history_ids.mapped("note"))))

    def test_an_unknown_category_or_home_is_asked_about(self):
        message = self.say_machine(category="Cranes")
        self.assertState(message, "exception", "mapping")
        # who keeps machines says what such a name means
        item = message.exception_id.with_user(self.manager)
        item.fix_res_id = self.category.id
        item.action_map_and_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.machine().category_id, self.category)
        message = self.say_machine(category="Cranes", home="Nowhere", time=LATER)
        self.assertState(message, "exception", "mapping")
        self.map_to(message, self.yard)
        self.assertEqual(self.machine().home_place_id, self.yard)

    def test_a_category_is_found_by_its_path(self):
        child = self.category.create({"name": "Mini", "parent_id": self.category.id})
        self.say_machine(category="Excavators / Mini")
        self.assertEqual(self.machine().category_id, child)

    def test_two_with_one_serial_are_asked_about(self):
        first = self.record(self.say_machine(**ALL), MACHINE)
        message = self.say_machine("R-7", serial="kab 12345", make="CAT")
        self.assertState(message, "exception", "duplicate")
        self.assertIn("EX-12 Machine EX-12", message.exception_id.sentence)
        self.map_to(message, first)
        # two keys of one system: which of them writes is asked, as ever
        self.assertEqual(message.exception_id.cause_key, "alias:equipment:R-7")
        message.exception_id.with_user(self.owner).action_decide("never", "An old number")
        self.run_all()
        self.assertState(message, "ignored")
        self.assertFalse(self.machine("R-7"))

    def test_two_with_one_pin_in_one_batch(self):
        messages = [
            self.receive(
                self.master,
                "master.equipment.upserted",
                key,
                {"equipment": key, "name": key, "ownership": "owned", "pin": "CAT0320EKKAB12345"},
            )
            for key in ("M-1", "M-2")
        ]
        self.run_all()
        self.assertEqual([message.state for message in messages], ["done", "exception"])
        self.assertEqual(messages[1].exception_id.category, "duplicate")

    def test_another_make_may_have_the_same_serial_but_for_its_spelling(self):
        self.say_machine(**ALL)
        other = self.say_machine("D-1", serial="KAB12345", make="Komatsu")
        self.assertState(other, "done")
        same = self.say_machine("D-2", serial="KAB-12345", make="Volvo")
        self.assertState(same, "exception", "duplicate")

    def test_one_entered_by_hand_is_proposed_to(self):
        machine = (
            self.env[MACHINE]
            .with_user(self.manager)
            .create({"name": "By Hand", "equipment_number": " EX-12 ", "ownership": "owned"})
        )
        message = self.say_machine(name="By Event")
        self.assertState(message, "done")
        self.assertEqual((machine.name, machine.equipment_number), ("By Hand", "EX-12"))
        item = self.env["construction.exception"].search(
            [("record_ref", "=", f"{MACHINE},{machine.id}"), ("state", "=", "open")]
        )
        self.assertIn("Odoo owns", item.sentence)

    def test_numbers_are_one_machine_s_by_hand_too(self):
        self.say_machine(**ALL)
        for name, value in (("equipment_number", "EX-12"), ("pin", "cat-0320 EK KAB 12345")):
            with self.subTest(name), self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                self.env[MACHINE].create({"name": "Again", "ownership": "owned", name: value})
                self.env.flush_all()

    def test_certificates_say_how_long(self):
        machine = self.record(self.say_machine(), MACHINE)
        certificates = self.env["maintenance.equipment.certificate"].with_user(self.manager)
        self.assertFalse(machine.certificate_state)
        for days, state in ((400, "valid"), (20, "expiring"), (-1, "expired")):
            certificates.create(
                {
                    "equipment_id": machine.id,
                    "name": state,
                    "renewal_date": fields.Date.today() + timedelta(days=days),
                }
            )
            machine.invalidate_recordset()
            self.assertEqual(machine.certificate_state, state)
            found = self.env[MACHINE].search([("certificate_state", "=", state)])
            self.assertEqual(found, machine)
        self.assertFalse(self.env[MACHINE].search([("certificate_state", "=", "valid")]))
        none = self.env[MACHINE].search([("certificate_state", "=", False)])
        self.assertNotIn(machine, none)
