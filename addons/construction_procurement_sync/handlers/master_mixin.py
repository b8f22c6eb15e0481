# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.exceptions import Superseded


class ConstructionMasterMixin(models.AbstractModel):
    """Master data: create or update one record by key, the newest version stands."""

    _name = "construction.master.mixin"
    _inherit = "construction.procurement.mixin"
    _description = "Master Data Event Handler"

    _event_lane = "standard"
    _master_kind = None
    _master_model = None

    def _reference_keys(self, data):
        return [(self._master_kind, data[self._master_key()])]

    def _master_key(self):
        return self._master_kind

    def _find_existing(self, work, key):
        """A record that was there before the interface, found by an exact unique key."""
        return self.env[self._master_model]

    def _prepare_vals(self, work, record):
        """Field values of the event; record is what they are written to, or empty."""
        raise NotImplementedError

    def _resolve(self, work):
        key = work.data[self._master_key()]
        record = self._ref(work, self._master_kind, key, model=self._master_model, required=False)
        record = record or self._find_existing(work, key)
        self._check_newest(work, record)
        vals = self._prepare_vals(work, record)
        vals.update(
            construction_external_key=key,
            construction_occurred_at=work.message.occurred_at,
            construction_revision=work.data.get("revision") or 0,
        )
        return {"key": key, "record": record, "vals": vals}

    def _check_newest(self, work, record):
        """:raises Superseded: when a newer version of the record was applied before"""
        if not record or not record.construction_occurred_at:
            return
        mine = (work.data.get("revision") or 0, work.message.occurred_at)
        applied = (record.construction_revision, record.construction_occurred_at)
        if mine < applied:
            raise Superseded(
                self.env._(
                    "%(record)s is already as of %(applied)s.",
                    record=record.display_name,
                    applied=record.construction_occurred_at,
                )
            )

    def _apply(self, works):
        new = [work for work in works if not work.resolved["record"]]
        if new:
            records = self.env[self._master_model].create([work.resolved["vals"] for work in new])
            for work, record in zip(new, records, strict=True):
                work.resolved["record"] = record
                work.trace(record)
        for work in works:
            if work not in new:
                self._update(work, work.resolved["record"], work.resolved["vals"])
        self._bind_many(
            works[0],
            self._master_kind,
            {work.resolved["key"]: work.resolved["record"] for work in works},
        )
        for work in works:
            self._after(work, work.resolved["record"])

    def _update(self, work, record, vals):
        changed = {
            name: value
            for name, value in vals.items()
            if record._fields[name].convert_to_write(record[name], record) != value
        }
        if changed:
            record.write(changed)
            work.trace(record, "update")

    def _after(self, work, record):
        """What follows once the record is there."""
