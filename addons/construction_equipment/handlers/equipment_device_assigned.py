# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.keyform import clean


class EquipmentDeviceAssigned(models.AbstractModel):
    """A device sits on a machine from a moment on: a fact, whatever came before or comes later."""

    _name = "construction.handler.equipment.device.assigned"
    _inherit = "construction.equipment.mixin"
    _description = "Device put on a machine"
    _event_type = "equipment.device.assigned"
    _event_group = "construction_equipment.group_service_device"

    def _reference_keys(self, data):
        yield "equipment", data["equipment"]

    def _resolve(self, work):
        data = work.data
        machine = self._machine(work, data["equipment"])
        since = self._moment(data["from"])
        until = self._moment(data["until"]) if data.get("until") else False
        if until and until <= since:
            raise InvalidData(self.env._("It ends before it begins."), "/until", record=machine)
        return {"equipment_id": machine.id, "date_from": since, "date_until": until}

    def _apply(self, works):
        devices = self.env["construction.equipment.device"]
        facts = self.env["construction.equipment.device.fact"]
        source = works[0].message.source_id.name
        by_provider = {}
        for work in works:
            by_provider.setdefault(clean(work.data["provider"]), set()).add(clean(work.data["device"]))
        found, new = {}, devices
        for provider, names in by_provider.items():
            here, made = devices._found_or_made(provider, names)
            found.update({(provider, name): device for name, device in here.items()})
            new |= made
        wanted = []
        for work in works:
            device = found[clean(work.data["provider"]), clean(work.data["device"])]
            work.resolved["device_id"] = device.id
            if device in new:
                work.trace(device)
                new -= device
            if device._says(work.resolved):
                work.note(self.env._("That is said of device %s already.", device.display_name))
            else:
                wanted.append(work)
        made = facts.create([{**work.resolved, "said_by": source} for work in wanted])
        for work, fact in zip(wanted, made, strict=True):
            work.trace(fact)
