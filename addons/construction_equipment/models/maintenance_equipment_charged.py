# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta, timezone

from odoo import fields, models

from ..lib.day import DAY, begins


class MaintenanceEquipment(models.Model):
    """A machine whose hours jobs pay for."""

    # apart from what a machine is: where it was on a day, and what its hours were charged to
    _inherit = "maintenance.equipment"  # pylint: disable=consider-merging-classes-inherited

    def _construction_stays_on(self, date):
        """The transfers by which jobs have the machine on their day of a date, the earliest first."""
        self.ensure_one()
        transfers = self.env["construction.equipment.transfer"].sudo()
        noon = fields.Datetime.to_datetime(date)
        near = transfers.search(
            [
                ("equipment_id", "=", self.id),
                ("job_id", "!=", False),
                ("date_from", "<", noon + timedelta(days=3)),
                "|",
                ("date_until", "=", False),
                ("date_until", ">", noon - timedelta(days=2)),
            ],
            order="date_from",
        )
        found = transfers
        for stay in near:
            clock = stay.job_id._construction_clock()
            start, end = (
                begins(day, clock).astimezone(timezone.utc).replace(tzinfo=None) for day in (date, date + DAY)
            )
            if stay.date_from < end and (not stay.date_until or stay.date_until > start):
                found |= stay
        return found

    def _construction_jobs_on(self, date):
        """The jobs that have the machine on a date: project.project, a list."""
        return list(self._construction_stays_on(date).job_id)

    def _construction_code_on(self, date, job):
        """The cost code to which a job's use of the machine goes where a statement says none."""
        stays = self._construction_stays_on(date).filtered(lambda stay: stay.job_id == job)
        return stays.cost_code_id[:1] or job.sudo().construction_equipment_code_id
