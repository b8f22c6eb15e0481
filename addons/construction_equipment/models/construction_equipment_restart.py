# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL


class ConstructionEquipmentRestart(models.Model):
    """At which reading the walk of a meter may begin anew: the last of each date."""

    _name = "construction.equipment.restart"
    _description = "Restart of a Meter's Walk"
    _no_evidence = "worked out of readings, to look at few of them"
    _order = "device_id, at"
    _log_access = False
    _rec_name = "at"

    device_id = fields.Many2one(
        "construction.equipment.device", required=True, ondelete="cascade", readonly=True
    )
    figure = fields.Char(required=True, readonly=True)
    origin = fields.Char(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="Of the moment, in UTC.")
    at = fields.Datetime(string="Moment", required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, help="It does for what was read after this moment.")

    _one_a_date = models.UniqueIndex(
        "(device_id, figure, origin, date)", "A meter has one restart a date: the last."
    )

    @api.model
    def _note(self, windows, restarts):
        """Have the restarts within windows be these.

        :param windows: {(device, figure, origin): (from, until)} as moments or None, naive UTC
        :param restarts: {(device, figure, origin): {moment: since}}, naive UTC
        """
        if not windows:
            return
        keys = [(*meter, low, high) for meter, (low, high) in windows.items()]
        self.env.cr.execute(
            SQL(
                "DELETE FROM construction_equipment_restart restart"
                " USING unnest(%s::int[], %s::text[], %s::text[], %s::timestamp[], %s::timestamp[])"
                " AS gone(device, meter, said_by, low, high)"
                " WHERE restart.device_id = device AND restart.figure = meter AND restart.origin = said_by"
                " AND restart.at > COALESCE(low, '-infinity') AND restart.at <= COALESCE(high, 'infinity')",
                *map(list, zip(*keys, strict=True)),
            )
        )
        lines = {}
        for meter, (low, high) in windows.items():
            for moment, since in sorted(restarts[meter].items()):
                if (low is None or moment > low) and (high is None or moment <= high):
                    lines[(*meter, moment.date())] = (*meter, moment.date(), moment, since)
        if lines:
            self.env.cr.execute_values(
                "INSERT INTO construction_equipment_restart (device_id, figure, origin, date, at, since)"
                " VALUES %s ON CONFLICT (device_id, figure, origin, date)"
                " DO UPDATE SET at = EXCLUDED.at, since = EXCLUDED.since",
                list(lines.values()),
                page_size=5000,
            )
        self.invalidate_model()

    @api.model
    def _before(self, moments, days=0):
        """The last restart that does for what is read from moments on: {meter: moment or None}.

        :param moments: {(device, figure, origin): moment}
        :param days: that it lies before the one which does already
        """
        return self._nearest(
            moments,
            SQL(
                "SELECT max(at) FROM construction_equipment_restart"
                " WHERE device_id = device AND figure = meter AND origin = said_by AND at < moment"
                " AND since < moment"
            )
            if not days
            else SQL(
                "SELECT max(far.at) FROM construction_equipment_restart far"
                " WHERE far.device_id = device AND far.figure = meter AND far.origin = said_by"
                " AND far.at < moment AND far.since < (SELECT COALESCE(max(near.at), '-infinity')"
                " FROM construction_equipment_restart near WHERE near.device_id = device"
                " AND near.figure = meter AND near.origin = said_by AND near.at < moment"
                " AND near.since < moment) - make_interval(days => %s)",
                days,
            ),
        )

    @api.model
    def _after(self, moments, days=0):
        """The first restart some days after moments: {meter: (moment, since) or None}."""
        found = self._nearest(
            moments,
            SQL(
                "SELECT min(at) FROM construction_equipment_restart"
                " WHERE device_id = device AND figure = meter AND origin = said_by"
                " AND at > moment + make_interval(days => %s)",
                days,
            ),
        )
        known = {meter: moment for meter, moment in found.items() if moment}
        since = self._nearest(
            known,
            SQL(
                "SELECT since FROM construction_equipment_restart"
                " WHERE device_id = device AND figure = meter AND origin = said_by AND at = moment"
            ),
        )
        return {meter: (moment, since[meter]) if moment else None for meter, moment in found.items()}

    @api.model
    def _between(self, spans):
        """Restarts after a moment and up to another, by time: {meter: [moment]}."""
        result = {}
        if spans:
            self.env.cr.execute(
                SQL(
                    "SELECT device, meter, said_by, at"
                    " FROM unnest(%s::int[], %s::text[], %s::text[], %s::timestamp[], %s::timestamp[])"
                    " AS wanted(device, meter, said_by, low, high) JOIN construction_equipment_restart"
                    " ON device_id = device AND figure = meter AND origin = said_by"
                    " AND at > low AND at <= high ORDER BY at",
                    *map(list, zip(*((*meter, *span) for meter, span in spans.items()), strict=True)),
                )
            )
            for device, meter, origin, moment in self.env.cr.fetchall():
                result.setdefault((device, meter, origin), []).append(moment)
        return result

    @api.model
    def _meters(self, devices):
        """The meters of devices that were walked: [(device, figure, origin)]."""
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT device_id, figure, origin FROM construction_equipment_restart"
                " WHERE device_id = ANY(%s)",
                devices,
            )
        )
        return self.env.cr.fetchall()

    def _nearest(self, moments, query):
        if not moments:
            return {}
        keys = [(*meter, moment) for meter, moment in moments.items()]
        self.env.cr.execute(
            SQL(
                "SELECT device, meter, said_by, (%s)"
                " FROM unnest(%s::int[], %s::text[], %s::text[], %s::timestamp[])"
                " AS wanted(device, meter, said_by, moment)",
                query,
                *map(list, zip(*keys, strict=True)),
            )
        )
        return {(device, meter, origin): found for device, meter, origin, found in self.env.cr.fetchall()}
