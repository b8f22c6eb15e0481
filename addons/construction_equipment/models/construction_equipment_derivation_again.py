# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..lib import derive
from .construction_equipment_derivation import Window, aware

# days that lie wholly between two moments by any clock: its zone, and a day that starts late
BEGUN, ENDED = timedelta(days=2), timedelta(days=3)
# days between what changes and where a window ends
MARGIN = timedelta(days=5)
# days beyond what changes to look at, then all that was read
STEPS = (6, 60, None)


class ConstructionEquipmentDerivation(models.AbstractModel):
    """Hours derived anew because what decides on them has changed, and not what was read."""

    # apart from what new readings add
    _inherit = "construction.equipment.derivation"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _again(self, spans):
        """Derive anew what devices say between two moments, and the days that change by it.

        :param spans: {device id: (from, until)}, naive UTC; None is the first or the last of its readings
        """
        if not spans:
            return
        # before anything is read: what another one reads at once is not seen here
        devices = self._lock(spans)
        meters = self._meters(spans)
        if not meters:
            return
        parts = self._parts(devices)
        pending, walks, windows = meters, {}, {}
        for days in STEPS:
            found = self._windows_again(pending, days)
            context = self._context(devices, parts, found)
            left = {}
            for meter, window in found.items():
                walk = self._walk(meter, window.readings, context)
                window.high = next((moment for moment in window.same if moment in walk.restarts), None)
                if window.until and not (window.high and window.high + MARGIN <= window.until):
                    left[meter] = pending[meter]
                    continue
                walks[meter], windows[meter] = (walk, context), window
            pending = left
            if not pending:
                break
        touched = self._replace(walks, windows)
        walked = {meter: walk for meter, (walk, _context) in walks.items()}
        self._note_restarts(windows, walked)
        self._tell(windows, walked)
        self.env["construction.equipment.day"]._derive_all(touched)

    @api.model
    def _again_on(self, spans):
        """The same for all devices that sat on machines between two moments.

        :param spans: {machine id: (from, until)}, naive UTC
        """
        if not spans:
            return
        self.env["construction.equipment.device.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT device_id, min(greatest(date_from, low)),"
                " NULLIF(max(least(COALESCE(date_until, 'infinity'), high)), 'infinity')"
                " FROM construction_equipment_device_assignment"
                " JOIN unnest(%s::int[], %s::timestamp[], %s::timestamp[]) AS wanted(machine, low, high)"
                " ON equipment_id = machine AND date_from <= COALESCE(high, 'infinity')"
                " AND COALESCE(date_until, 'infinity') >= COALESCE(low, '-infinity') GROUP BY device_id",
                *map(list, zip(*((key, *span) for key, span in spans.items()), strict=True)),
            )
        )
        found = {}
        for device, low, high in self.env.cr.fetchall():
            found[device] = (low, high)
        self._again(found)
        self.env["construction.equipment.day"]._derive_unsaid(spans)

    # --- what is looked at --------------------------------------------------------------------------

    def _meters(self, spans):
        """Those of which something was read in spans, or next to them: {meter: span}."""
        self.env["construction.equipment.reading"].flush_model()
        names = SQL(", ").join(SQL.identifier(name) for name in derive.FIGURES)
        there = SQL(", ").join(
            SQL("bool_or(%s IS NOT NULL)", SQL.identifier("read", name)) for name in derive.FIGURES
        )
        self.env.cr.execute(
            SQL(
                "SELECT device, read.origin, %(there)s"
                " FROM unnest(%(devices)s::int[], %(lows)s::timestamp[], %(highs)s::timestamp[])"
                " AS wanted(device, low, high) CROSS JOIN LATERAL ("
                "(SELECT origin, %(names)s FROM construction_equipment_reading WHERE device_id = device"
                " AND at >= COALESCE(low, '-infinity') AND at <= COALESCE(high, 'infinity'))"
                " UNION ALL (SELECT origin, %(names)s FROM construction_equipment_reading"
                " WHERE device_id = device AND at < low ORDER BY at DESC LIMIT 1)"
                " UNION ALL (SELECT origin, %(names)s FROM construction_equipment_reading"
                " WHERE device_id = device AND at > high ORDER BY at LIMIT 1)"
                ") AS read GROUP BY device, read.origin",
                there=there,
                names=names,
                devices=list(spans),
                lows=[low for low, _high in spans.values()],
                highs=[high for _low, high in spans.values()],
            )
        )
        result = {}
        for device, origin, *read in self.env.cr.fetchall():
            for figure, found in zip(derive.FIGURES, read, strict=True):
                if found:
                    result[device, figure, origin] = spans[device]
        for meter in self.env["construction.equipment.restart"]._meters(list(spans)):
            result[meter] = spans[meter[0]]
        return result

    def _windows_again(self, spans, days):
        """The readings around spans, so far that their days are whole: {meter: Window}."""
        restarts = self.env["construction.equipment.restart"]
        lows = {meter: low for meter, (low, _high) in spans.items() if low}
        highs = {meter: high for meter, (_low, high) in spans.items() if high}
        before = restarts._before(lows, MARGIN.days)
        after = restarts._after(highs, days) if days else {}
        between = {meter: (highs[meter], found[0]) for meter, found in after.items() if found}
        same = restarts._between(between)
        result = {}
        for meter in spans:
            low, found = before.get(meter), after.get(meter)
            window = Window(aware(low) if low else None, None, aware(found[1]) if found else None)
            window.same = [aware(moment) for moment in same.get(meter, ())]
            result[meter] = window
        return self._read(result)

    # --- kept ---------------------------------------------------------------------------------------

    def _replace(self, walks, windows):
        """Have devices say what walks say, on all days that lie wholly in their windows.

        :return: (machine, date) that changed
        """
        ranges, wanted = {}, {}
        for meter, (walk, context) in walks.items():
            device, figure, origin = meter
            first, last = self._whole_days(windows[meter])
            known = ranges.get((device, origin), (first, last))
            ranges[device, origin] = min(first, known[0]), max(last, known[1])
            found = derive.tally(walk.deltas, context["stays"], context["homes"])
            for (machine, day, job), numbers in found.items():
                if first <= day <= last:
                    wanted.setdefault((device, origin, machine, day, job), {})[figure] = numbers
        claims = self.env["construction.equipment.claim"].sudo()
        known = claims._measured_between(ranges)
        result = {}
        for key in {*known, *wanted}:
            device, origin, _machine, day, _job = key
            said = {name: tuple(numbers) for name, numbers in known.get(key, {}).items()}
            for figure in derive.FIGURES:
                meter = device, figure, origin
                if meter in walks and in_range(day, self._whole_days(windows[meter])):
                    said.pop(figure, None)
            result[key] = {**said, **wanted.get(key, {})}
        return claims._write_measured(result, known)

    def _whole_days(self, window):
        """The first and the last date whose day lies in a window by any clock."""
        first = window.low.date() + BEGUN if window.low else date.min
        last = window.until.date() - ENDED if window.until else date.max
        return first, last


def in_range(day, span):
    return span[0] <= day <= span[1]
