# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import InvalidData


class EquipmentTransferred(models.AbstractModel):
    """A machine went to a job: a fact, whatever came before or comes later."""

    _name = "construction.handler.equipment.transferred"
    _inherit = "construction.equipment.mixin"
    _description = "Machine transferred"
    _event_type = "equipment.transferred"
    _event_group = "construction_equipment.group_service_transfer"

    def _reference_keys(self, data):
        yield "equipment", data["equipment"]
        yield "job", data["job"]
        yield "cost_code", data.get("cost_code")
        yield "equipment_place", data.get("place")

    def _resolve(self, work):
        data = work.data
        self._job(work, data["job"])
        machine = self._machine(work, data["equipment"])
        code = self._cost_code(work, data["cost_code"], "/cost_code") if data.get("cost_code") else None
        place = self._place(work, data["place"]) if data.get("place") else None
        if place and place.job_id and place.job_id != work.job:
            raise InvalidData(
                self.env._(
                    "%(place)s is the site of %(job)s: name that job, or another place.",
                    place=place.display_name,
                    job=place.job_id.display_name,
                ),
                "/place",
                job=work.job,
                record=machine,
            )
        transfers = self.env["construction.equipment.transfer"]
        vals = transfers._prepare_said_vals(
            {
                "equipment_id": machine.id,
                "job_id": work.job.id,
                "place_id": place.id if place else False,
                "cost_code_id": code.id if code else False,
                "date_from": self._moment(data["at"]),
                "said_by": " · ".join(filter(None, (work.message.source_id.name, data.get("by")))),
            }
        )
        known = transfers._says(vals)
        if not known:
            self._open_job(work, data["job"])
        return {"known": known, "vals": vals}

    def _apply(self, works):
        new = []
        for work in works:
            if work.resolved["known"]:
                work.note(self.env._("That is known: %s.", work.resolved["known"].display_name))
            else:
                new.append(work)
        made = self.env["construction.equipment.transfer"].create([work.resolved["vals"] for work in new])
        for work, transfer in zip(new, made, strict=True):
            work.trace(transfer)
