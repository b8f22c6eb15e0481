# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import ZERO
from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.models.construction_event_document import OTHER, REPEAT

from ..models.construction_equipment_claim import FIGURES

MOST_HOURS = 25  # a day on which the clock is set back
PARTS = ("hours", "standby_hours", "down_hours")


class EquipmentUtilizationRecorded(models.AbstractModel):
    """What one system says of a machine's day. What counts of it, the day derives."""

    _name = "construction.handler.equipment.utilization.recorded"
    _inherit = "construction.equipment.statement.mixin"
    _description = "Machine utilization recorded"
    _event_type = "equipment.utilization.recorded"
    _event_group = "construction_equipment.group_service_utilization"
    _document_kind = "equipment_statement"

    def _document_key(self, data):
        # two jobs of a day are two statements, and so are two kinds of sources
        return document_key(data["equipment"], data["date"], data["origin"], data.get("job") or "")

    def _reference_keys(self, data):
        yield "equipment_statement", self._document_key(data)
        yield "equipment", data["equipment"]
        yield "job", data.get("job")
        yield "cost_code", data.get("cost_code")

    def _resolve(self, work):
        data = work.data
        if data.get("job"):
            self._job(work, data["job"])
        machine = self._machine(work, data["equipment"])
        known = self._know(work, "construction.equipment.claim")
        if known.verdict == REPEAT:
            return {"record": known.record, "vals": None}
        if known.verdict == OTHER:
            raise self._other_content(work, known, self._words_of(work), job=work.job, record=known.record)
        if data.get("job"):
            self._open_job(work, data["job"])
        vals = self._prepare_vals(work, machine)
        if not known.record:
            former = self._version_of(work, vals)
            vals.update(first_version=vals["version"], root_id=(former.root_id or former).id)
        return {"record": known.record, "vals": vals}

    def _words_of(self, work):
        return self.env._(
            "The hours of %(machine)s on %(date)s", machine=work.data["equipment"], date=work.data["date"]
        )

    def _prepare_vals(self, work, machine):
        data = work.data
        code = self._cost_code(work, data["cost_code"], "/cost_code") if data.get("cost_code") else None
        return {
            "equipment_id": machine.id,
            "company_id": self.env.company.id,
            "date": self._job_date(work.job, data["date"]),
            "job_id": work.job.id if work.job else False,
            "cost_code_id": code.id if code else False,
            "origin": data["origin"],
            "key": f"{work.message.source_id.code}:{self._document_key(data)}",
            "said_at": work.message.occurred_at,
            "version": data.get("revision") or 0,
            "figures": self._figures(work),
            "construction_external_key": self._document_key(data),
            "construction_revision": data.get("revision") or 0,
            "construction_occurred_at": work.message.occurred_at,
        }

    def _figures(self, work):
        """What is said, as text by name.

        :raises InvalidData: for hours that no day has
        """
        said = {
            name: self._decimal(work.data[name], f"/{name}")
            for name in FIGURES
            if work.data.get(name) is not None
        }
        if said.get("idle_hours", ZERO) > said["hours"]:
            raise InvalidData(
                self.env._(
                    "%(idle)s idle hours are more than the %(hours)s operating hours.",
                    idle=said["idle_hours"],
                    hours=said["hours"],
                ),
                "/idle_hours",
                job=work.job,
            )
        if said.get("overtime_hours", ZERO) > said["hours"]:
            raise InvalidData(
                self.env._("There is more overtime than there are operating hours."),
                "/overtime_hours",
                job=work.job,
            )
        total = sum((said.get(name, ZERO) for name in PARTS), ZERO)
        if total > MOST_HOURS:
            raise InvalidData(self.env._("%s hours are more than a day has.", total), "/hours", job=work.job)
        return {name: str(value) for name, value in said.items()}

    def _apply(self, works):
        self._require_distinct(works)
        self._require_apart(works)
        claims = self.env["construction.equipment.claim"]
        said = [work for work in works if work.resolved["vals"]]
        new = [work for work in said if not work.resolved["record"]]
        records = claims.create([work.resolved["vals"] for work in new])
        for work, record in zip(new, records, strict=True):
            work.resolved["record"] = record
            work.trace(record)
        if new:
            keys = [self._work_key(work) for work in new]
            self._bind_many(new[0], self._document_kind, dict(zip(keys, records, strict=True)))
        touched = set()
        for work in said:
            record = work.resolved["record"]
            touched.add((record.equipment_id.id, record.date))
            if work not in new:
                record.write(work.resolved["vals"])
                touched.add((record.equipment_id.id, record.date))
                work.trace(record, "update")
        self._note_content(said)
        touched |= claims.union(*(work.resolved["record"] for work in said))._hold_newest()
        self.env["construction.equipment.day"]._derive_all(touched)
