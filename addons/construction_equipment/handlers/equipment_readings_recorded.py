# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timezone

from odoo import models

from odoo.addons.construction_sync.lib.keyform import clean

from ..lib import page
from ..lib.derive import FIGURES
from ..models.construction_equipment_reading import agree

ROWS_OF_A_LINE = 10


class EquipmentReadingsRecorded(models.AbstractModel):
    """A page of readings. Only they have identity: the page is traced, and compared with no other."""

    _name = "construction.handler.equipment.readings.recorded"
    _inherit = "construction.equipment.mixin"
    _description = "Readings recorded"
    _event_type = "equipment.readings.recorded"
    _event_group = "construction_equipment.group_service_reading"
    # by the million, and nobody waits for one
    _event_lane = "bulk"
    # where machines were is kept in readings alone, and forgotten there
    _event_personal_done = True

    def _weight(self, data):
        # a reading costs less than a line of a document
        return 1 + len(data["readings"]) // ROWS_OF_A_LINE

    def _resolve(self, work):
        received = work.message.received_at or datetime.now()
        return page.read(work.data["readings"], received.replace(tzinfo=timezone.utc))

    def _apply(self, works):
        devices, new = self._devices(works)
        rows = {}
        stored = self._stored_positions(works, devices)
        for work in works:
            for row in work.resolved[0]:
                device = devices[self._provider(work), clean(row.device)]
                position = row.position if (device.id, row.at) in stored else (None, None)
                values = (*row.figures, *position)
                said = rows.setdefault((device.id, row.at), [])
                if not any(agree(values, other) for other, _origin, _message in said):
                    said.append((values, row.origin, work.message.id))
        made, others = self.env["construction.equipment.reading"]._store(rows)
        for work in works:
            work.trace(new.filtered(lambda device, work=work: device.provider == self._provider(work)))
            new -= new.filtered(lambda device, work=work: device.provider == self._provider(work))
        self._tell_odd(works, devices, others)
        self.env["construction.equipment.derivation"].sudo()._of_page(self._fresh(rows, made))
        for work in works:
            work.note(
                self.env._(
                    "%(total)s readings, %(odd)s odd figures; new of all that were handled together: "
                    "%(made)s.",
                    total=len(work.data["readings"]),
                    odd=len(work.resolved[1]),
                    made=len(made),
                )
            )

    def _fresh(self, rows, made):
        """Moments at which meters were read that nobody had read: {(device id, figure, origin): moments}."""
        fresh = {}
        for key in made:
            values, origin, _message = rows[key][0]
            for figure, value in zip(page.MOST, values, strict=False):
                if value is not None and figure in FIGURES:
                    fresh.setdefault((key[0], figure, origin), set()).add(key[1])
        return fresh

    def _provider(self, work):
        return clean(work.data["provider"])

    def _devices(self, works):
        """The devices of these pages: ({(provider, name): device}, those that are new)."""
        devices = self.env["construction.equipment.device"]
        first = {}
        for work in works:
            heard = first.setdefault(self._provider(work), {})
            for row in work.resolved[0]:
                name = clean(row.device)
                heard[name] = min(heard.get(name, row.at), row.at)
        found, new = {}, devices
        for provider, heard in first.items():
            here, made = devices._found_or_made(provider, heard)
            found.update({(provider, name): device for name, device in here.items()})
            new |= made
            devices._heard({here[name]: moment for name, moment in heard.items()})
        new._propose()
        # for what is looked up by moment, once
        devices.union(*found.values()).sudo().assignment_ids.fetch(
            ["equipment_id", "date_from", "date_until"]
        )
        return found, new

    def _stored_positions(self, works, devices):
        """Of the positions that these pages say, those that may be stored: set of (device id, moment)."""
        said = {
            (devices[self._provider(work), clean(row.device)], row.at)
            for work in works
            for row in work.resolved[0]
            if row.position != (None, None)
        }
        return self.env["construction.equipment.position"]._stored_of(said)

    def _tell_odd(self, works, devices, others):
        anomalies = self.env["construction.equipment.anomaly"].sudo()
        by_message = {work.message.id: work for work in works}
        names = {device.id: (provider, device) for (provider, _name), device in devices.items()}
        vals_of = {
            work.message.id: [self._odd_vals(work, odd, devices) for odd in work.resolved[1]]
            for work in works
        }
        for device_id, moment, version, *values, _origin, message_id in others:
            provider, device = names[device_id]
            vals_of[message_id].append(
                {
                    "kind": "version",
                    "device_id": device.id,
                    "provider": provider,
                    "at": moment,
                    "date": moment.date(),
                    "at_said": moment.isoformat(),
                    "figure": "",
                    "said": self._figures_in_words(values),
                    "version": version,
                }
            )
        for message_id, vals_list in vals_of.items():
            work = by_message[message_id]
            made = anomalies._tell(vals_list) if vals_list else anomalies
            for error in made._work_items(self._provider(work)):
                work.tell(error)

    def _figures_in_words(self, values):
        figures = zip(page.MOST, values, strict=False)
        return ", ".join(f"{name} {value.normalize():f}" for name, value in figures if value is not None)

    def _odd_vals(self, work, odd, devices):
        known = devices.get((self._provider(work), clean(odd.device) if odd.device else ""))
        at = page.figures.moment(odd.at)
        at = False if isinstance(at, page.figures.Bad) else at.replace(tzinfo=None, microsecond=0)
        return {
            "kind": odd.kind,
            "device_id": known.id if known else False,
            "provider": self._provider(work),
            "at": at,
            "date": (at or work.message.received_at).date(),
            "at_said": odd.at[:64],
            "figure": odd.figure if known else f"{odd.device[:64]} {odd.figure}",
            "said": odd.said[:64],
            "version": 0,
        }
