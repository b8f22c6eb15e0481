# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_sync.errors import InvalidData

from ..lib.figures import MOST_HOURS

FIGURES = ("old_reading", "new_reading")


class EquipmentMeterReplaced(models.AbstractModel):
    """The hour meter of a machine was replaced: a fact, whatever was read before or comes later."""

    _name = "construction.handler.equipment.meter.replaced"
    _inherit = "construction.equipment.mixin"
    _description = "Meter replaced"
    _event_type = "equipment.meter.replaced"
    _event_group = "construction_equipment.group_service_meter"

    def _reference_keys(self, data):
        yield "equipment", data["equipment"]

    def _resolve(self, work):
        data = work.data
        machine = self._machine(work, data["equipment"])
        read = {name: self._decimal(data[name], f"/{name}") for name in FIGURES}
        for name, hours in read.items():
            if hours > MOST_HOURS:
                raise InvalidData(self.env._("No meter reads %s hours.", hours), f"/{name}", record=machine)
        vals = {
            "equipment_id": machine.id,
            "at": self._moment(data["at"]),
            **{name: float(hours) for name, hours in read.items()},
            "authorised_by": " ".join(data["authorised_by"].split()),
            "said_by": work.message.source_id.name,
        }
        return {"known": self._known_as(vals), "vals": vals}

    def _known_as(self, vals):
        replacements = self.env["construction.equipment.meter.replacement"]
        there = replacements.search(
            [("equipment_id", "=", vals["equipment_id"]), ("at", "=", vals["at"])], limit=1
        )
        same = there and all(decimal(there[name]) == decimal(vals[name]) for name in FIGURES)
        return there if same else replacements

    def _apply(self, works):
        new = []
        for work in works:
            if work.resolved["known"]:
                work.note(self.env._("That is known: %s.", work.resolved["known"].display_name))
            else:
                new.append(work)
        replacements = self.env["construction.equipment.meter.replacement"]
        for work, made in zip(new, replacements.create([work.resolved["vals"] for work in new]), strict=True):
            work.trace(made)
