# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.models.construction_event_document import OTHER, REPEAT


class SiteNoteWritten(models.AbstractModel):
    """A site note that comes by event is a record of its job."""

    _name = "construction.handler.site.note.written"
    _inherit = "construction.domain.mixin"
    _description = "Site note written"
    _event_type = "site.note.written"
    _event_group = "construction_site_diary.group_service_site_note"
    # what it is in the crosswalk, and so what makes two events one document: its key
    _document_kind = "note"

    def _reference_keys(self, data):
        yield "note", self._document_key(data)
        yield "job", data["job"]

    def _resolve(self, work):
        data = work.data
        self._job(work, data["job"])
        known = self._know(work, "construction.site.note")
        if known.verdict == REPEAT:
            return {"record": known.record, "vals": None}
        if known.verdict == OTHER:
            what = self.env._("Site note %s", data["note"])
            raise self._other_content(work, known, what, job=work.job, record=known.record)
        self._open_job(work, data["job"])
        return {"record": known.record, "vals": self._prepare_vals(work)}

    def _prepare_vals(self, work):
        data = work.data
        return {
            "name": data["note"],
            "job_id": work.job.id,
            "company_id": self.env.company.id,
            "date": self._job_date(work.job, data["happened_at"]),
            "description": data.get("description"),
            "reported_by": data.get("reported_by"),
            "construction_external_key": data["note"],
            "construction_revision": data.get("revision") or 0,
            "construction_occurred_at": work.message.occurred_at,
        }

    def _apply(self, works):
        self._require_distinct(works)
        said = [work for work in works if work.resolved["vals"]]
        new = [work for work in said if not work.resolved["record"]]
        records = self.env["construction.site.note"].create([work.resolved["vals"] for work in new])
        for work, record in zip(new, records, strict=True):
            work.trace(record)
        if new:
            keys = [self._work_key(work) for work in new]
            self._bind_many(new[0], "note", dict(zip(keys, records, strict=True)))
        for work in said:
            if work not in new:
                work.resolved["record"].write(work.resolved["vals"])
                work.trace(work.resolved["record"], "update")
        self._note_content(said)
