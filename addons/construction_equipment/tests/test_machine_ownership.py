# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.tests import tagged

from .common import MACHINE, EquipmentCommon

FIRST, THEN = "2026-04-01T08:00:00Z", "2026-04-02T08:00:00Z"
# {property: (what is said first, what is said then, the field)}
PROPERTIES = {
    "name": ("Digger", "Excavator", "name"),
    "ownership": ("owned", "leased", "ownership"),
    "serial": ("SN-10001", "SN-10002", "serial_no"),
    "pin": ("PIN-10001", "PIN-10002", "pin"),
    "make": ("Volvo", "Komatsu", "make"),
    "model": ("EC220", "PC210", "model"),
    "category": ("Excavators", "Loaders", "category_id"),
    "home": ("YARD", "SHOP", "home_place_id"),
}


@tagged("post_install", "-at_install")
class TestMachineOwnership(EquipmentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.category.create({"name": "Loaders"})
        self.yard.create({"name": "Workshop", "code": "SHOP", "kind": "workshop"})
        self.first = {name: said for name, (said, _then, _field) in PROPERTIES.items()}
        self.machine_of_master = self.record(self.say_machine(time=FIRST, **self.first), MACHINE)

    def proposals(self):
        return self.env["construction.exception"].search(
            [("record_ref", "=", f"{MACHINE},{self.machine_of_master.id}"), ("state", "=", "open")]
        )

    def test_each_property_is_in_the_table(self):
        kind = self.env["construction.event.type"].search([("name", "=", "master.equipment.upserted")])
        properties = set(json.loads(kind.schema_text)["properties"])
        self.assertEqual(properties - {"equipment", "revision"}, set(PROPERTIES))

    def test_its_own_source_writes_each(self):
        for name, (_said, then, field) in PROPERTIES.items():
            with self.subTest(name):
                before = self.machine_of_master[field]
                self.assertState(self.say_machine(**{**self.first, name: then}, time=THEN), "done")
                self.assertNotEqual(self.machine_of_master[field], before)
                self.assertFalse(self.proposals())

    def test_another_proposes_each(self):
        for name, (_said, then, field) in PROPERTIES.items():
            with self.subTest(name):
                before = self.machine_of_master[field]
                message = self.say_machine(source=self.field, **{**self.first, name: then}, time=THEN)
                self.assertState(message, "done")
                self.assertEqual(self.machine_of_master[field], before)
                item = self.proposals()
                self.assertEqual(len(item), 1)
                label = self.machine_of_master._fields[field].string
                self.assertIn(label, str(item.comparison))
                item.with_user(self.owner).action_decide("keep", "Asked both")

    def test_a_person_lets_it_in(self):
        self.say_machine(source=self.field, **{**self.first, "home": "SHOP"}, time=THEN)
        self.proposals().with_user(self.owner).action_decide("take_once", "It moved")
        self.run_all()
        self.assertEqual(self.machine_of_master.home_place_id.code, "SHOP")

    def test_an_unknown_machine_of_another_event_is_offered(self):
        handler = self.env["construction.handler.master.equipment.upserted"]
        self.assertEqual(handler._reference_model("equipment"), MACHINE)
        self.assertEqual(handler._reference_numbers("equipment"), ("equipment_number", "serial_no", "pin"))
        self.assertIn("equipment", handler._reference_kinds())
