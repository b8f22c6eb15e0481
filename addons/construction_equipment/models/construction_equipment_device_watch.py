# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# how many of its last readings say what a device's habit is, and how many it needs to have one
HABIT, LEAST = 500, 10
KEPT = "construction_equipment.reading_days"
AT_ONCE = 50000
# readings before the days that may be derived again, with which their walk begins
RUN_UP = timedelta(days=4)


class ConstructionEquipmentDevice(models.Model):
    """Devices that are on no machine, that fall silent, and whose readings are gone."""

    # apart from what a device is and where it sat
    _inherit = "construction.equipment.device"  # pylint: disable=consider-merging-classes-inherited

    date_purged = fields.Datetime(
        string="Readings Kept Since",
        readonly=True,
        copy=False,
        help="No day before is derived again: its readings are gone.",
    )

    def _odd(self, kind, **vals):
        """Values of an anomaly of one device."""
        return {
            "kind": kind,
            "state": "open",
            "company_id": self.company_id.id,
            "device_id": self.id,
            "provider": self.provider,
            "figure": "",
            "said": "",
            "at_said": "",
            "date": fields.Date.today(),
            **vals,
        }

    def _odd_there(self, *kinds):
        found = self.env["construction.equipment.anomaly"].sudo()
        return found.search([("kind", "in", kinds), ("device_id", "in", self.ids)]) if self else found

    def _tell_unassigned(self):
        """Tell that readings of these are nobody's; where nothing was said of one it is asked already."""
        there = {row.device_id: row for row in self._odd_there("unassigned")}
        wanted = {device: device._odd("unassigned") for device in self}
        if wanted:
            self.env["construction.equipment.anomaly"]._reconcile(wanted, there)

    def _settle_unassigned(self):
        """Settle it where every reading of these is some machine's by now."""
        there = {row.device_id: row for row in self._odd_there("unassigned") if row.state == "open"}
        if not there:
            return
        self.env.cr.execute(
            SQL(
                "SELECT id FROM construction_equipment_device device WHERE id = ANY(%s) AND EXISTS ("
                " SELECT 1 FROM construction_equipment_reading WHERE device_id = device.id AND NOT EXISTS ("
                " SELECT 1 FROM construction_equipment_device_assignment part"
                " WHERE part.device_id = device.id AND date_from <= at"
                " AND (date_until IS NULL OR at < date_until)))",
                [device.id for device in there],
            )
        )
        still = {found for (found,) in self.env.cr.fetchall()}
        gone = {device: row for device, row in there.items() if device.id not in still}
        self.env["construction.equipment.anomaly"]._reconcile({}, gone)

    def _derive_assignments(self):
        result = super()._derive_assignments()
        self.sudo()._settle_unassigned()
        return result

    @api.model
    def _tell_purged(self, dates):
        """Tell that something was said of dates whose readings are gone. :param dates: {device id: dates}"""
        dates = {device: found for device, found in dates.items() if found}
        if not dates:
            return
        devices = self.sudo().browse(sorted(dates))
        there = {(row.device_id.id, row.at_said): row for row in devices._odd_there("purged")}
        wanted = {
            (device.id, str(date)): device._odd("purged", at_said=str(date), date=date)
            for device in devices
            for date in dates[device.id]
        }
        self.env["construction.equipment.anomaly"]._reconcile(
            wanted, {key: row for key, row in there.items() if key in wanted}
        )

    # --- silence ------------------------------------------------------------------------------------

    @api.model
    def _cron_silence(self):
        """Tell which devices are silent for longer than they ever were lately, and for a day."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                SELECT device.id, habit.last
                FROM construction_equipment_device device
                CROSS JOIN LATERAL (
                    SELECT max(at) AS last, count(*) AS read, max(at - previous) AS gap FROM (
                        SELECT at, lag(at) OVER (ORDER BY at) AS previous FROM (
                            SELECT at FROM construction_equipment_reading
                            WHERE device_id = device.id ORDER BY at DESC LIMIT %(habit)s
                        ) AS latest
                    ) AS gaps
                ) AS habit
                WHERE device.active AND habit.read >= %(least)s
                AND habit.last < %(now)s - greatest(interval '24 hours', 2 * habit.gap)
                AND EXISTS (
                    SELECT 1 FROM construction_equipment_device_assignment part
                    WHERE part.device_id = device.id AND date_from <= %(now)s
                    AND (date_until IS NULL OR date_until > %(now)s)
                )
                """,
                habit=HABIT,
                least=LEAST,
                now=now,
            )
        )
        silent = dict(self.env.cr.fetchall())
        anomalies = self.env["construction.equipment.anomaly"].sudo()
        there = anomalies.search([("kind", "=", "silence"), ("state", "=", "open")])
        again = self.browse(silent)._odd_there("silence")
        there = {(row.device_id.id, row.at_said): row for row in there | again}
        wanted = {}
        for device in self.sudo().browse(sorted(silent)):
            last = silent[device.id].replace(microsecond=0)
            vals = device._odd("silence", at=last, at_said=str(last), date=last.date())
            wanted[device.id, vals["at_said"]] = vals
        anomalies._reconcile(wanted, there)

    # --- purged -------------------------------------------------------------------------------------

    @api.model
    def _cron_purge(self):
        """Take out readings that are older than the company keeps them: 0 days are for ever."""
        days = int(self.env["ir.config_parameter"].sudo().get_param(KEPT, 0))
        if days <= 0:
            return
        more = self._purge(fields.Datetime.now() - timedelta(days=days))
        self.env["ir.cron"]._commit_progress(processed=1, remaining=int(more))

    @api.model
    def _purge(self, before):
        """Take out readings of before a moment. :return: whether there are more"""
        self.env["construction.equipment.reading"].flush_model()
        kept = before + RUN_UP
        self.env.cr.execute(
            SQL(
                "WITH gone AS (DELETE FROM construction_equipment_reading WHERE id IN ("
                " SELECT id FROM construction_equipment_reading WHERE at < %s LIMIT %s) RETURNING device_id)"
                " SELECT device_id, count(*) FROM gone GROUP BY device_id",
                before,
                AT_ONCE,
            )
        )
        counts = dict(self.env.cr.fetchall())
        devices = self.sudo().browse(sorted(counts))
        devices.filtered(
            lambda device: not device.date_purged or device.date_purged < kept
        ).date_purged = kept
        self.env.cr.execute(
            SQL(
                "DELETE FROM construction_equipment_restart WHERE at < %s AND device_id = ANY(%s)",
                before,
                devices.ids,
            )
        )
        self.env["construction.equipment.reading"].invalidate_model()
        return sum(counts.values()) >= AT_ONCE
