# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta, timezone

from odoo import api, models
from odoo.tools import SQL

from ..lib.day import DAY, Clock, Stay, begins


class ConstructionEquipmentWhereabouts(models.AbstractModel):
    """Where many machines were, in few statements."""

    _name = "construction.equipment.whereabouts"
    _description = "Where Machines Were"

    @api.model
    def _homes(self, machines):
        """The clocks of machines while they are on no job: {machine id: lib.day.Clock}."""
        found = self.env["maintenance.equipment"].sudo().browse(sorted(machines))
        return {machine.id: machine._construction_home_clock() for machine in found}

    @api.model
    def _stays(self, machines):
        """When jobs had machines: {machine id: [lib.day.Stay] by time}, whose job is its id.

        :param machines: {machine id: (from, until)}, with their zone
        """
        result = {}
        rows = self._rows(machines)
        clocks = self._clocks({row["job"] for row in rows})
        for row in rows:
            stay = Stay(row["job"], clocks[row["job"]], row["since"], row["until"])
            result.setdefault(row["machine"], []).append(stay)
        return result

    @api.model
    def _clocks(self, jobs):
        found = self.env["project.project"].sudo().browse(sorted(jobs))
        return {job.id: job._construction_clock() for job in found}

    @api.model
    def _rows(self, machines):
        """Transfers by which jobs had machines in a time, by time."""
        if not machines:
            return []
        self.env["construction.equipment.transfer"].flush_model()
        keys = [(machine, _naive(low), _naive(high)) for machine, (low, high) in machines.items()]
        self.env.cr.execute(
            SQL(
                "SELECT equipment_id, job_id, cost_code_id, date_from, date_until"
                " FROM construction_equipment_transfer"
                " JOIN unnest(%s::int[], %s::timestamp[], %s::timestamp[]) AS wanted(machine, low, high)"
                " ON equipment_id = machine AND date_from <= high AND COALESCE(date_until, 'infinity') >= low"
                " WHERE active AND job_id IS NOT NULL ORDER BY equipment_id, date_from",
                *map(list, zip(*keys, strict=True)),
            )
        )
        return [
            {
                "machine": machine,
                "job": job,
                "code": code,
                "since": since.replace(tzinfo=timezone.utc),
                "until": until.replace(tzinfo=timezone.utc) if until else None,
            }
            for machine, job, code, since, until in self.env.cr.fetchall()
        ]

    @api.model
    def _on_days(self, pairs):
        """Which jobs have machines on their day of a date: {(machine id, date): {job id: cost code id}}.

        The jobs by time; the cost code is that of the first of a job's transfers that names one.
        """
        reach = {}
        for machine, date in pairs:
            noon = begins(date, Clock("UTC"))
            low, high = noon - 2 * DAY, noon + 3 * DAY
            known = reach.get(machine, (low, high))
            reach[machine] = min(low, known[0]), max(high, known[1])
        rows = self._rows(reach)
        clocks = self._clocks({row["job"] for row in rows})
        of_machine = {}
        for row in rows:
            of_machine.setdefault(row["machine"], []).append(row)
        result = {}
        for machine, date in pairs:
            found = result.setdefault((machine, date), {})
            for row in of_machine.get(machine, ()):
                clock = clocks[row["job"]]
                start, end = begins(date, clock), begins(date + timedelta(days=1), clock)
                if row["since"] < end and (row["until"] is None or row["until"] > start):
                    found[row["job"]] = found.get(row["job"]) or row["code"]
        return result


def _naive(moment):
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
