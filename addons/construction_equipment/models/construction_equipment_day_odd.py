# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import models

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib.day import Clock, length
from .construction_equipment_anomaly_hours import OF_A_DAY

PRESENT = ("hours", "standby_hours", "down_hours")
TOLERANCE = Decimal("0.1")
SHORTEST = Decimal(22)  # a day in which the clock is set forward by two hours


class ConstructionEquipmentDay(models.Model):
    """What is odd about machine-days."""

    # apart from how they are derived
    _inherit = "construction.equipment.day"  # pylint: disable=consider-merging-classes-inherited

    def _tell_odd(self, pairs, rows):
        """Tell of days that cannot be. Approved hours are what a person says.

        :param pairs: {(machine id, date)}
        :param rows: {(machine id, date, job id or None): the row as a dict}
        """
        result = super()._tell_odd(pairs, rows)
        wanted = {}
        of_date = {}
        for (machine, date, job), row in rows.items():
            of_date.setdefault((machine, date), {})[job] = row
            if row["state"] == "open" and decimal(row["idle_hours"]) > decimal(row["hours"]) + TOLERANCE:
                said = self.env._("%(idle)g of %(hours)g", idle=row["idle_hours"], hours=row["hours"])
                self._want(wanted, machine, date, "idle", job, said)
        self._want_closed(wanted, rows)
        self._want_too_many(wanted, of_date)
        self._want_two_jobs(wanted, of_date)
        anomalies = self.env["construction.equipment.anomaly"].sudo()
        there = anomalies.search(
            [
                ("kind", "in", OF_A_DAY),
                ("equipment_id", "in", list({machine for machine, _date in pairs})),
                ("date", "in", list({date for _machine, date in pairs})),
            ]
        )
        there = {
            (row.equipment_id.id, row.date, row.kind, row.job_id.id or None): row
            for row in there
            if (row.equipment_id.id, row.date) in pairs
        }
        if wanted or there:
            anomalies._reconcile(wanted, there)
        return result

    def _want(self, wanted, machine, date, kind, job, said):
        equipment = self.env["maintenance.equipment"].sudo().browse(machine)
        wanted[machine, date, kind, job] = {
            "kind": kind,
            "state": "open",
            "company_id": equipment.company_id.id,
            "equipment_id": machine,
            "job_id": job,
            "date": date,
            "at_said": str(date),
            "said": said,
        }

    def _want_closed(self, wanted, rows):
        jobs = {key[2] for key, row in rows.items() if key[2] and row["state"] == "open" and row["hours"]}
        shut = set(self.env["project.project"].sudo().browse(jobs)._construction_shut().ids)
        for (machine, date, job), row in rows.items():
            if job in shut and row["state"] == "open" and row["hours"]:
                self._want(wanted, machine, date, "closed_job", job, f"{row['hours']:g}")

    def _want_too_many(self, wanted, of_date):
        for (machine, date), found in of_date.items():
            total = sum(decimal(row[name]) for row in found.values() for name in PRESENT)
            if total <= SHORTEST:
                continue
            jobs = self.env["project.project"].sudo().browse(job for job in found if job)
            clocks = [job._construction_clock() for job in jobs] or [Clock("UTC")]
            if total > max(length(date, clock) for clock in clocks) + TOLERANCE:
                self._want(wanted, machine, date, "too_many", None, f"{float(total):g}")

    def _want_two_jobs(self, wanted, of_date):
        """Hours on several jobs, of which one did not have the machine that day."""
        several = {}
        for pair, found in of_date.items():
            jobs = {job for job, row in found.items() if job and row["hours"]}
            if len(jobs) > 1:
                several[pair] = jobs
        if not several:
            return
        places = self.env["construction.equipment.whereabouts"].sudo()._on_days(several)
        for (machine, date), jobs in several.items():
            had = places[machine, date].keys()
            if had and jobs - had:
                numbers = self.env["project.project"].sudo().browse(sorted(jobs)).mapped("display_name")
                self._want(wanted, machine, date, "two_jobs", None, ", ".join(numbers)[:128])
