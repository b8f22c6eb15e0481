# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import assignment, derive, steady
from ..lib.meter import REACH, Reading, Replacement

# how far to look for a reading after which nothing changes: near, then for a month, then for all of them
STEPS = (0, 30, None)


def aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


@dataclass
class Window:
    """The readings of one meter that are walked: from one moment to another, None: all of them."""

    low: datetime | None
    high: datetime | None = None  # where both walks are the same again
    until: datetime | None = None  # to where readings are needed to know that
    rows: list = field(default_factory=list)  # (moment, thousandths of an hour), by time
    kept: datetime | None = None  # since when readings are kept
    same: list = ()  # moments from which on nothing changes, if the walk comes to them

    @property
    def readings(self):
        return [Reading(moment, Decimal(hours) / 1000) for moment, hours in self.rows]


class ConstructionEquipmentDerivation(models.AbstractModel):
    """Hours of machine-days from what was read: few statements, whatever the number of devices.

    A *meter* is a device, one of its figures and the origin of its readings. Who derives writes the rows of
    its devices first: of two at once the second tries again, with what the first one has read.
    """

    _name = "construction.equipment.derivation"
    _description = "Hours from Readings"

    @api.model
    def _of_page(self, fresh):
        """Derive what readings that are new change, and no other day.

        :param fresh: {meter: moments of its new readings, naive UTC}
        """
        devices = self._lock({meter[0] for meter in fresh})
        parts = self._parts(devices)
        fresh = {meter: {aware(moment) for moment in moments} for meter, moments in fresh.items()}
        fresh = self._of_machines(fresh, devices, parts)
        pending = {meter: moments for meter, moments in fresh.items() if moments}
        walks, windows, changes = {}, {}, {}
        for days in STEPS:
            found = self._windows(pending, days)
            context = self._context(devices, parts, found)
            left = {}
            for meter, window in found.items():
                compared = self._steady if self._is_steady(meter, window, context) else self._compared
                walk, difference = compared(meter, window, pending[meter], context)
                if walk is None:
                    left[meter] = pending[meter]
                    continue
                walks[meter], windows[meter] = walk, window
                device, figure, origin = meter
                for (machine, date, job), numbers in difference.items():
                    changes.setdefault((device, origin, machine, date, job), {})[figure] = numbers
            pending = left
            if not pending:
                break
        touched = self.env["construction.equipment.claim"].sudo()._measure(changes)
        self._note_restarts(windows, walks)
        self._tell(windows, walks)
        self.env["construction.equipment.day"]._derive_all(touched)

    def _compared(self, meter, window, fresh, context):
        """What the readings of a window come to, and what new ones add.

        :return: (derive.Walked, {(machine, date, job): numbers}), or (None, {}) where more has to be read
        """
        after = self._walk(meter, window.readings, context)
        known = [reading for reading in window.readings if reading.at not in fresh]
        before = self._walk(meter, known, context)
        if window.high and not (window.high in after.restarts and window.high in before.restarts):
            return None, {}
        return after, derive.difference(before, after, context["stays"], context["homes"])

    def _is_steady(self, meter, window, context):
        """Whether a window holds nothing but a meter that rises no faster than the clock, on one machine."""
        device, figure, _origin = meter
        first, last = window.rows[0][0], window.rows[-1][0]
        parts = context["parts"][device]
        machine = assignment.machine_at(parts, first)
        here = any(
            part.since <= first and (part.until is None or last < part.until)
            for part in parts
            if part.machine == machine
        )
        replaced = context["replacements"].get(machine) if figure in derive.OF_THE_MACHINE else None
        if not here or replaced or meter in context["right"] or meter in context["wrong"]:
            return False
        return steady.is_steady(window.rows)

    def _steady(self, meter, window, fresh, context):
        """The same as ``_compared`` of a steady window."""
        machine = assignment.machine_at(context["parts"][meter[0]], window.rows[0][0])
        after = steady.restarts(window.rows, context["reach"][meter[0]])
        first, last = min(fresh), max(fresh)
        known = [row for row in window.rows if row[0] not in fresh]
        if window.high:
            before = steady.restarts(known, context["reach"][meter[0]])
            if window.high not in after or window.high not in before:
                return None, {}
        low = max((moment for moment, _hours in known if moment < first), default=first)
        high = min((moment for moment, _hours in known if moment > last), default=last)
        stays, home = context["stays"].get(machine, ()), context["homes"][machine]
        around = [[row for row in rows if low <= row[0] <= high] for rows in (window.rows, known)]
        new, old = (steady.tally(rows, machine, stays, home) if rows else {} for rows in around)
        for key, numbers in old.items():
            derive.add(new, key, numbers, -1)
        walk = derive.Walked(restarts=after)
        return walk, {key: numbers for key, numbers in new.items() if any(numbers)}

    # --- what is read -------------------------------------------------------------------------------

    @api.model
    def _lock(self, ids):
        """Write the rows of devices, so that whoever derives them at once tries again.

        :return: the devices
        """
        devices = self.env["construction.equipment.device"].sudo().browse(sorted(ids))
        devices.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE construction_equipment_device device SET write_date = now() FROM ("
                " SELECT id FROM construction_equipment_device WHERE id = ANY(%s)"
                " ORDER BY id FOR NO KEY UPDATE) AS locked WHERE device.id = locked.id",
                devices.ids,
            )
        )
        devices.invalidate_recordset(["write_date"])
        return devices

    def _parts(self, devices):
        """Where devices sat: {device id: [assignment.Assignment] by time}."""
        result = {}
        self.env["construction.equipment.device.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT device_id, equipment_id, date_from, date_until"
                " FROM construction_equipment_device_assignment WHERE device_id = ANY(%s) ORDER BY date_from",
                devices.ids,
            )
        )
        for device, machine, since, until in self.env.cr.fetchall():
            part = assignment.Assignment(machine, aware(since), aware(until) if until else None)
            result.setdefault(device, []).append(part)
        return result

    def _of_machines(self, fresh, devices, parts):
        """Those moments of meters at which their devices sat on a machine."""
        return {
            (device, *meter): {
                moment
                for moment in moments
                if assignment.machine_at(parts.get(device, ()), moment) is not None
            }
            for (device, *meter), moments in fresh.items()
        }

    def _windows(self, moments, days):
        """The readings of meters around moments that are new: {meter: Window}.

        :param days: see ``STEPS``
        """
        if not moments:
            return {}
        restarts = self.env["construction.equipment.restart"]
        first = {meter: naive(min(found)) for meter, found in moments.items()}
        last = {meter: naive(max(found)) for meter, found in moments.items()}
        before = restarts._before(first)
        after = restarts._after(last, days) if days is not None else {}
        result = {}
        for meter in moments:
            low, high = before[meter], after.get(meter)
            result[meter] = Window(
                aware(low) if low else None,
                aware(high[0]) if high else None,
                aware(high[1]) if high else None,
            )
        return self._read(result)

    def _read(self, windows):
        """Fill windows with what was read."""
        self.env["construction.equipment.reading"].flush_model()
        keys = [
            (number, *meter, window.low and naive(window.low), window.until and naive(window.until))
            for number, (meter, window) in enumerate(windows.items())
        ]
        if not keys:
            return windows
        figure = SQL(
            "CASE figure WHEN 'meter_hours' THEN meter_hours WHEN 'operating_hours' THEN operating_hours"
            " ELSE idle_hours END"
        )
        self.env.cr.execute(
            SQL(
                "SELECT number, at, round((%(figure)s) * 1000)::bigint"
                " FROM unnest(%(number)s::int[], %(device)s::int[], %(names)s::text[], %(origin)s::text[],"
                " %(low)s::timestamp[], %(high)s::timestamp[])"
                " AS wanted(number, device, figure, said_by, low, high)"
                " JOIN construction_equipment_reading ON device_id = device AND version = 1"
                " AND origin = said_by"
                " AND at >= COALESCE(low, '-infinity') AND at <= COALESCE(high, 'infinity')"
                " WHERE (%(figure)s) IS NOT NULL ORDER BY number, at",
                figure=figure,
                **dict(
                    zip(
                        ("number", "device", "names", "origin", "low", "high"),
                        map(list, zip(*keys, strict=True)),
                        strict=True,
                    )
                ),
            )
        )
        found = list(windows.values())
        for number, moment, hours in self.env.cr.fetchall():
            found[number].rows.append((moment.replace(tzinfo=timezone.utc), hours))
        return windows

    # --- walked -------------------------------------------------------------------------------------

    def _context(self, devices, parts, windows):
        """What beside readings decides on hours: a dict of lookups."""
        machines = {}  # machine: (from, until) as far as these windows reach
        for meter, window in windows.items():
            if not window.rows:
                continue
            start, end = window.rows[0][0], window.rows[-1][0]
            for part in parts.get(meter[0], ()):
                low, high = machines.get(part.machine, (start, end))
                machines[part.machine] = min(low, start), max(high, end)
        whereabouts = self.env["construction.equipment.whereabouts"]
        resolutions = {device.id: Decimal(str(device.resolution)) for device in devices}
        return {
            "parts": parts,
            "devices": {device.id: device for device in devices},
            "now": aware(fields.Datetime.now()),
            "resolution": resolutions,
            "reach": {device: max(REACH, found) for device, found in resolutions.items()},
            "homes": whereabouts._homes(machines),
            "stays": whereabouts._stays(machines),
            **self._decided(devices, machines),
        }

    def _decided(self, devices, machines):
        """What persons said of readings and meters."""
        replaced = self.env["construction.equipment.meter.replacement"]._of_machines(machines)
        return {
            "replacements": {
                machine: [Replacement(aware(at), Decimal(old), Decimal(new)) for at, old, new in said]
                for machine, said in replaced.items()
            },
            "right": {},
            "wrong": {},
        }

    def _walk(self, meter, readings, context):
        device, figure, _origin = meter
        return derive.walked(
            readings,
            context["parts"].get(device, ()),
            context["replacements"] if figure in derive.OF_THE_MACHINE else None,
            context["resolution"][device],
            context["now"],
            context["right"].get(meter, ()),
            context["wrong"].get(meter, ()),
        )

    # --- kept ---------------------------------------------------------------------------------------

    def _note_restarts(self, windows, walks):
        edges = {
            meter: (window.low and naive(window.low), window.high and naive(window.high))
            for meter, window in windows.items()
        }
        found = {
            meter: {naive(moment): naive(since) for moment, since in walk.restarts.items()}
            for meter, walk in walks.items()
        }
        self.env["construction.equipment.restart"].sudo()._note(edges, found)

    def _tell(self, windows, walks):
        """Tell of readings that give no hours."""
