# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from ..lib.hours import Hours, Span


class ConstructionEquipmentPosition(models.AbstractModel):
    """Which positions are stored at all: of machines that are known, in hours of work, and of no persons."""

    _name = "construction.equipment.position"
    _description = "Storing of Positions"

    @api.model
    def _stored_of(self, said):
        """Of positions that were said, those that may be stored.

        :param said: pairs of a device and a moment (naive UTC), of the company at work
        :return: set of (device id, moment)
        """
        company = self.env.company.sudo()
        machines = {(device.id, at): device.sudo()._machine_at(at) for device, at in said}
        known = self.env["maintenance.equipment"].sudo().union(*machines.values())
        if not company.construction_positions_of_persons:
            known -= known._carrying_persons()
        kept = {key: machine for key, machine in machines.items() if machine and machine in known}
        if company.construction_positions_off_hours or not kept:
            return set(kept)
        places = self._jobs_at(known)
        hours = {}
        result = set()
        for (device_id, at), machine in kept.items():
            job = self._job_at(places.get(machine, ()), at)
            if job not in hours:
                hours[job] = self._hours_of(company, job)
            if hours[job].hold(at):
                result.add((device_id, at))
        return result

    @api.model
    def _jobs_at(self, machines):
        """Where machines were: {machine: transfers}."""
        transfers = self.env["construction.equipment.transfer"].sudo()
        return transfers.search([("equipment_id", "in", machines.ids)]).grouped("equipment_id")

    @api.model
    def _job_at(self, transfers, at):
        for row in transfers:
            if row.date_from <= at and (not row.date_until or at < row.date_until):
                return row.job_id
        return self.env["project.project"].sudo()

    @api.model
    def _hours_of(self, company, job):
        """The hours of work of a job, or those of a company where a machine is on none."""
        calendar = job.construction_calendar_id or company.resource_calendar_id
        zone = job.job_tz or calendar.tz or "UTC"
        if not calendar or calendar.flexible_hours:
            return Hours(zone, ())
        rows = calendar.attendance_ids.filtered(
            lambda row: not row.display_type and row.day_period != "lunch"
        )
        leaves = self.env["resource.calendar.leaves"].sudo()
        off = leaves.search(
            Domain("resource_id", "=", False)
            & Domain("calendar_id", "in", (calendar.id, False))
            & Domain("company_id", "in", (company.id, False))
        )
        return Hours(
            zone,
            tuple(
                Span(
                    int(row.dayofweek),
                    row.hour_from,
                    row.hour_to,
                    int(row.week_type) if calendar.two_weeks_calendar else None,
                )
                for row in rows
            ),
            tuple((leave.date_from, leave.date_to) for leave in off),
        )
