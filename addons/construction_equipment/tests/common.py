# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.construction_master_sync.tests.common import MasterCommon

MACHINE, PLACE = "maintenance.equipment", "construction.equipment.place"
READING, ANOMALY = "construction.equipment.reading", "construction.equipment.anomaly"
DEVICE, TRANSFER = "construction.equipment.device", "construction.equipment.transfer"


class EquipmentCommon(MasterCommon):
    """The usual master data, a yard and the people of the fleet."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.yard = self.env[PLACE].create({"name": "Central Yard", "code": "YARD"})
        self.category = self.env["maintenance.equipment.category"].create({"name": "Excavators"})
        self.manager = self.user_with("fleet", "construction_equipment.group_equipment_manager")
        self.dispatcher = self.user_with("dispatch", "construction_equipment.group_dispatcher")

    def say_machine(self, key="EX-12", source=None, **data):
        """A system tells of a machine. :return: the message"""
        source = source or self.master
        time = {"time": data.pop("time")} if "time" in data else {}
        data = {"equipment": key, "name": f"Machine {key}", "ownership": "owned", **data}
        return self.send(source, "master.equipment.upserted", key, data, **time)

    def machine(self, key="EX-12"):
        return self.env[MACHINE].search(
            [("equipment_number", "=", key), ("company_id", "=", self.company.id)]
        )
