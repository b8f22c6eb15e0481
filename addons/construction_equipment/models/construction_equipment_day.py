# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..lib import precedence
from ..lib.charge import Usage
from .construction_equipment_claim import ORIGINS

STATES = [("open", "To Approve"), ("approved", "Approved")]
MANAGER = "construction_equipment.group_equipment_manager"
CODED = {"cost_code_id"}


class ConstructionEquipmentDay(models.Model):
    """Hours of one machine, date and job: one row, whoever tells of them and in whatever order.

    Derived from all that was said (construction.equipment.claim), figure by figure. An approval says the
    figures for good: what comes after it stands beside, and is no figure of the day.
    """

    _name = "construction.equipment.day"
    _description = "Machine-Day"
    _order = "date desc, equipment_id, job_id, id"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "maintenance.equipment", string="Machine", required=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    date = fields.Date(required=True, index=True, readonly=True)
    job_id = fields.Many2one("project.project", ondelete="restrict", index="btree_not_null", readonly=True)
    cost_code_id = fields.Many2one(
        "construction.cost.code",
        domain="[('company_id', '=', job_company_id or company_id)]",
        ondelete="restrict",
        help="What the work is charged to.",
    )
    hours = fields.Float(readonly=True, help="Operating: with the engine at work or idle.")
    idle_hours = fields.Float(readonly=True, help="A part of the operating hours.")
    working_hours = fields.Float(compute="_compute_working_hours", store=True)
    standby_hours = fields.Float(readonly=True)
    down_hours = fields.Float(readonly=True)
    overtime_hours = fields.Float(readonly=True, help="Operating hours above the job's daily limit.")
    origin = fields.Selection(ORIGINS, readonly=True, help="Whose word the operating hours are.")
    disputed = fields.Boolean(readonly=True, help="Another source says other figures.")
    estimated = fields.Boolean(
        readonly=True,
        help="The meter rose while nothing was read for more than 12 hours: who approves says that it was "
        "on these days.",
    )
    questioned = fields.Boolean(
        readonly=True, help="Hours since a reading that is too high, on which nobody has decided."
    )
    state = fields.Selection(STATES, required=True, default="open", readonly=True, index=True)
    approved_by_id = fields.Many2one("res.users", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    claim_ids = fields.One2many("construction.equipment.claim", compute="_compute_claim_ids")
    charge_ids = fields.One2many("construction.equipment.charge", compute="_compute_charge_ids")
    may_approve = fields.Boolean(compute="_compute_may_approve")

    _one_a_day = models.UniqueIndex(
        "(equipment_id, date, COALESCE(job_id, 0))", "A machine has one row a date and job."
    )

    @api.depends("equipment_id", "date")
    def _compute_display_name(self):
        for found in self:
            found.display_name = f"{found.equipment_id.display_name} {found.date}"

    @api.depends("hours", "idle_hours")
    def _compute_working_hours(self):
        for found in self:
            found.working_hours = max(found.hours - found.idle_hours, 0)

    def _compute_claim_ids(self):
        for found in self:
            found.claim_ids = found._claims().filtered(
                lambda c, f=found: c.job_id in (f.job_id, c.job_id.browse())
            )

    def _compute_charge_ids(self):
        charges = self.env["construction.equipment.charge"]
        readable = charges.has_access("read")
        for found in self:
            of_day = [("equipment_id", "=", found.equipment_id.id), ("date", "=", found.date)]
            found.charge_ids = readable and charges.search([*of_day, ("job_id", "=", found.job_id.id)])

    @api.depends_context("uid")
    def _compute_may_approve(self):
        for found in self:
            found.may_approve = found.state == "open" and not found._approval_stop()

    def _claims(self):
        """All that was said of the machine and date of one day."""
        return self.env["construction.equipment.claim"].search(
            [("equipment_id", "=", self.equipment_id.id), ("date", "=", self.date)]
        )

    def _as_usage(self, number):
        """The lib.charge.Usage of one day, under the number of its job."""
        self.ensure_one()
        hours, overtime = decimal(self.hours), decimal(self.overtime_hours)
        return Usage(
            number,
            operating=hours,
            idle=decimal(self.idle_hours),
            standby=decimal(self.standby_hours),
            down=decimal(self.down_hours),
            limit=max(hours - overtime, ZERO) if overtime else None,
            present=Decimal(1),
        )

    # --- approved by a person -----------------------------------------------------------------------

    def _approval_stop(self):
        """Why the user may not approve one day, in a sentence; None where he may."""
        self.ensure_one()
        user = self.env.user
        manages = user.has_group(MANAGER) or (
            user.has_group("construction_base.group_project_manager") and self.job_id.user_id == user
        )
        if not manages and not user._is_superuser():
            return self.env._("Hours are approved by the equipment manager or the manager of the job.")
        authors = self.sudo()._claims().filtered("counts").entered_by_id
        if user in authors:
            return self.env._("%s: who entered or overrode hours does not approve them.", self.display_name)
        if self.job_id and not self.cost_code_id:
            return self.env._("%s has no cost code: say what the work is charged to.", self.display_name)
        if self.job_id and self.job_id._construction_shut_stop():
            return self.env._(
                "%(day)s: job %(job)s is closed or suspended.",
                day=self.display_name,
                job=self.job_id.display_name,
            )
        return None

    def action_approve(self):
        """Approve the hours of these days, and propose what the jobs pay for them.

        :raises AccessError: for who may not, and for who entered or overrode them
        """
        days = self.filtered(lambda found: found.state == "open")
        for found in days:
            found.check_access("read")
            if stop := found._approval_stop():
                raise (AccessError if found.cost_code_id or not found.job_id else UserError)(stop)
        rows = days.sudo()
        rows._rows({(found.equipment_id.id, found.date, found.job_id.id or None) for found in rows})
        now = fields.Datetime.now()
        rows.write({"state": "approved", "approved_by_id": self.env.uid, "approved_at": now})
        for (equipment, date), _of_date in rows.grouped(
            lambda found: (found.equipment_id, found.date)
        ).items():
            self.env["construction.equipment.charge"].sudo()._propose(equipment, date)
        return True

    def action_reopen(self):
        """Take an approval back, so that the figures follow what was said; charges are corrected anew."""
        for found in self:
            found.check_access("read")
            if not self.env.user.has_group(MANAGER):
                raise AccessError(self.env._("The equipment manager takes an approval back."))
        rows = self.sudo().filtered(lambda found: found.state == "approved")
        rows.write({"state": "open", "approved_by_id": False, "approved_at": False, "kept_correction": False})
        for (equipment, date), _of_date in rows.grouped(
            lambda found: (found.equipment_id, found.date)
        ).items():
            self._derive(equipment, [date])
            self.env["construction.equipment.charge"].sudo()._propose(equipment, date)
        return True

    # --- entered by a person ------------------------------------------------------------------------

    @api.model
    def _enter(self, equipment, date, job, figures, *, override=False, reason=None, code=None):
        """Hours as the user says: a manual entry, or what stands instead of all that was said.

        :param figures: {name: Decimal or None}, see FIGURES
        :raises AccessError: for who may not
        """
        user = self.env.user
        equipment.check_access("read")
        if job:
            job.check_access("read")
        if override and not user.has_group(MANAGER):
            raise AccessError(self.env._("The equipment manager overrides hours."))
        if override and not (reason or "").strip():
            raise UserError(self.env._("Say why these hours stand instead of what was said."))
        if not override and not user.has_group("construction_base.group_construction_user"):
            raise AccessError(self.env._("Hours are entered by who works on the job."))
        known = self.sudo().search(
            [("equipment_id", "=", equipment.id), ("date", "=", date), ("job_id", "=", job.id)]
        )
        if known.state == "approved":
            raise UserError(
                self.env._("%s is approved: its approval is taken back first.", known.display_name)
            )
        self._check_figures(figures)
        claims = self.env["construction.equipment.claim"].sudo()
        key = f"user:{user.id}" if not override else "override"
        before = claims.search(
            [
                ("equipment_id", "=", equipment.id),
                ("date", "=", date),
                ("job_id", "=", job.id),
                ("key", "=", key),
            ]
        )
        claims.create(
            {
                "equipment_id": equipment.id,
                "company_id": equipment.company_id.id,
                "date": date,
                "job_id": job.id,
                "cost_code_id": code.id if code else False,
                "origin": precedence.APPROVED if override else precedence.MANUAL,
                "key": key,
                "version": max(before.mapped("version"), default=0) + 1,
                "figures": {name: str(value) for name, value in figures.items() if value is not None},
                "reason": reason,
                "entered_by_id": user.id,
            }
        )
        return self._derive(equipment.sudo(), [date]).filtered(lambda found: found.job_id == job)

    @api.model
    def _check_figures(self, figures):
        """:raises UserError: for hours that no day has"""
        said = {name: value for name, value in figures.items() if value is not None}
        if any(value < 0 for value in said.values()):
            raise UserError(self.env._("Hours are not negative."))
        if said.get("idle_hours", ZERO) > said.get("hours", said.get("idle_hours", ZERO)):
            raise UserError(self.env._("Idle hours are a part of the operating hours: they are not more."))
        if sum(said.get(name, ZERO) for name in ("hours", "standby_hours", "down_hours")) > 25:
            raise UserError(self.env._("A day does not have so many hours."))

    # --- guarded ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Machine-days follow from what is said of them: enter hours instead.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - CODED:
                raise AccessError(
                    self.env._("Machine-days follow from what is said of them: enter hours instead.")
                )
            if any(found.state != "open" for found in self):
                raise UserError(self.env._("What is approved stays: take the approval back first."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A machine-day stays: what was said of it is kept."))
