# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import time

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..lib.day import Clock


class ProjectProject(models.Model):
    """What a job says of the machines on it."""

    _inherit = "project.project"

    construction_day_start = fields.Float(
        string="Day of Machines Starts",
        help="The clock time, where the job is, at which a machine's day begins: 12:00 for work at night.",
    )
    construction_daily_hours = fields.Float(
        string="Machine Hours a Day",
        help="Operating hours of a machine above these are overtime; 0: none are.",
    )
    construction_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Hours of Work",
        check_company=True,
        ondelete="restrict",
        help="When people work on this job; empty: in the hours of the company. Outside them it is not "
        "stored where machines are, unless the company says so.",
    )
    construction_equipment_code_id = fields.Many2one(
        "construction.cost.code",
        string="Code of Machines",
        check_company=True,
        ondelete="restrict",
        help="Where machines are charged when neither a statement nor a transfer names a cost code.",
    )

    @api.constrains("construction_day_start", "construction_daily_hours")
    def _check_construction_hours(self):
        for job in self:
            if not 0 <= job.construction_day_start < 24 or not 0 <= job.construction_daily_hours <= 24:
                raise ValidationError(
                    self.env._("A clock time lies from 0:00 to 23:59, and a day has 24 hours.")
                )

    def write(self, vals):
        """When the day of machines starts decides on whose date their hours are."""
        if not {"construction_day_start", "job_tz"} & vals.keys():
            return super().write(vals)
        before = {job: job._construction_clock() for job in self}
        result = super().write(vals)
        changed = self.filtered(lambda job: job._construction_clock() != before[job])
        transfers = self.env["construction.equipment.transfer"].sudo()
        transfers.search([("job_id", "in", changed.ids)])._derive_hours()
        return result

    def _construction_resume_opened(self):
        """Hours on a job that is open again are odd no more."""
        result = super()._construction_resume_opened()
        odd = self.env["construction.equipment.anomaly"].sudo()
        found = odd.search([("kind", "=", "closed_job"), ("job_id", "in", self.ids), ("state", "=", "open")])
        days = self.env["construction.equipment.day"].sudo()
        days._derive_all({(row.equipment_id.id, row.date) for row in found})
        return result

    def _construction_clock(self):
        """When the day of machines starts on one job, as a lib.day.Clock."""
        self.ensure_one()
        job = self.sudo()
        minutes = round(job.construction_day_start * 60)
        return Clock(job.job_tz or "UTC", time(*divmod(minutes, 60)))
