# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta, timezone

from odoo import api, fields, models

from ..lib import derive, unattended
from ..lib.day import DAY, begins

# how far back days that wait are looked at again
DAYS_BACK = 62
BATCH = 500


class ConstructionEquipmentDay(models.Model):
    """Hours that nobody doubts are approved by a rule, where the company wants it: lib.unattended.

    Who approved is then the rule, and no person. A day whose approval a person took back stays with persons.
    """

    # apart from what persons approve
    _inherit = "construction.equipment.day"  # pylint: disable=consider-merging-classes-inherited

    approved_by_rule = fields.Boolean(
        readonly=True, help="Complete telematics, no anomaly, coded, one job all day: no person approved it."
    )
    attended = fields.Boolean(
        readonly=True, help="A person took its approval back: the rule leaves it alone."
    )

    def action_reopen(self):
        result = super().action_reopen()
        reopened = self.sudo().filtered(lambda found: found.state == "open")
        reopened.write({"approved_by_rule": False, "attended": True})
        return result

    @api.model
    def _cron_approve_unattended(self):
        """Approve the days of companies that want it, and of which nothing is doubtful."""
        companies = self.env["res.company"].search([("construction_equipment_unattended", "=", True)])
        since = fields.Date.context_today(self) - timedelta(days=DAYS_BACK)
        days = self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("state", "=", "open"),
                ("date", ">=", since),
                ("job_id", "!=", False),
                ("attended", "=", False),
                ("estimated", "=", False),
                ("questioned", "=", False),
                ("disputed", "=", False),
            ],
            order="date, id",
        )
        for start in range(0, len(days), BATCH):
            days[start : start + BATCH]._approve_unattended()
            done = min(start + BATCH, len(days))
            if not self.env["ir.cron"]._commit_progress(processed=done - start, remaining=len(days) - done):
                break

    def _approve_unattended(self):
        """Approve those of these days that the rule lets. :return: them"""
        wanted = self.filtered(lambda found: found.company_id.construction_equipment_unattended)
        found = wanted.filtered(lambda day: day.state == "open" and not unattended.stop(day._as_unattended()))
        if not found:
            return found
        found._rows({(day.equipment_id.id, day.date, day.job_id.id) for day in found})
        found.write(
            {
                "state": "approved",
                "approved_by_id": False,
                "approved_by_rule": True,
                "approved_at": fields.Datetime.now(),
            }
        )
        charges = self.env["construction.equipment.charge"].sudo()
        for equipment, date in found.grouped(lambda day: (day.equipment_id, day.date)):
            charges._propose(equipment, date)
        return found

    def _as_unattended(self):
        """The lib.unattended.Day of one day."""
        self.ensure_one()
        counting = (
            self.sudo()
            ._claims()
            .filtered(lambda c: c.counts and c.job_id in (self.job_id, c.job_id.browse()))
        )
        start, end = self._of_clock()
        return unattended.Day(
            ranks=frozenset(claim.origin for claim in counting),
            covered=min((self._covered(claim) for claim in counting), default=timedelta()),
            length=end - start,
            anomalies=self._open_anomalies(start, end),
            estimated=self.estimated,
            questioned=self.questioned,
            disputed=self.disputed,
            coded=bool(self.job_id and self.cost_code_id and not self.job_id._construction_shut()),
            alone=self._has_machine_alone(start, end),
            over=fields.Datetime.now() >= end,
            attended=self.attended,
        )

    def _of_clock(self):
        """The moments at which one day begins and ends: naive UTC."""
        clock = self.job_id._construction_clock()
        return tuple(
            begins(date, clock).astimezone(timezone.utc).replace(tzinfo=None)
            for date in (self.date, self.date + DAY)
        )

    @api.model
    def _covered(self, claim):
        """How much of the day lies between the readings of one statement: nothing where it has none."""
        measured = claim.measured or {}
        main = next((measured[name] for name in derive.FIGURES[:2] if name in measured), None)
        parts = [numbers for numbers in (main, measured.get("idle_hours")) if numbers]
        return timedelta(microseconds=min((numbers[derive.COVERED] for numbers in parts), default=0))

    def _open_anomalies(self, start, end):
        return (
            self.env["construction.equipment.anomaly"]
            .sudo()
            .search_count(
                [
                    ("equipment_id", "=", self.equipment_id.id),
                    ("date", "in", list({self.date, start.date(), end.date()})),
                    ("state", "!=", "settled"),
                ]
            )
        )

    def _has_machine_alone(self, start, end):
        stays = self.equipment_id._construction_stays_on(self.date)
        whole = len(stays) == 1 and stays.job_id == self.job_id
        if not whole or stays.date_from > start or (stays.date_until and stays.date_until < end):
            return False
        others = self.sudo().search(
            [("equipment_id", "=", self.equipment_id.id), ("date", "=", self.date), ("id", "!=", self.id)]
        )
        names = ("hours", "standby_hours", "down_hours")
        return not any(other[name] for other in others for name in names)
