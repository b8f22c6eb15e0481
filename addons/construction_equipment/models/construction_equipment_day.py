# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, float_compare

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..lib import day as day_rule
from ..lib import precedence
from ..lib.charge import Usage
from .construction_equipment_claim import FIGURES, ORIGINS

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
        check_company=True,
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

    # --- derived ------------------------------------------------------------------------------------

    @api.model
    def _derive(self, equipment, dates):
        """Have the days of one machine say what is said of them now; approved ones stay as they are.

        Writing the rows of a date serialises who tells of it: the later of two at once sees what the other
        said.

        :return: the days of these dates
        """
        claims = self.env["construction.equipment.claim"].sudo()
        claims.flush_model()
        found = claims.search([("equipment_id", "=", equipment.id), ("date", "in", list(dates))])
        for date, said in found.grouped("date").items():
            self._write_rows(equipment, date, self._of_jobs(equipment, date, said))
        return self.sudo().search([("equipment_id", "=", equipment.id), ("date", "in", list(dates))])

    @api.model
    def _of_jobs(self, equipment, date, claims):
        """What was said of each job on one date: {job: [(precedence.Claim, record)]}.

        A statement without a job is the only job's of that date, or shared by what the others measured there.
        """
        of_job = {}
        for claim in claims.filtered("job_id"):
            of_job.setdefault(claim.job_id, []).append((claim._as_rule(), claim))
        for claim in claims - claims.filtered("job_id"):
            jobs = [job for job in of_job if job] or equipment._construction_jobs_on(date) or [claim.job_id]
            if len(jobs) == 1:
                of_job.setdefault(jobs[0], []).append((claim._as_rule(), claim))
                continue
            # where nobody knows, it stands on no job until a person says whose hours they are
            parts = self._shared(claim, of_job, jobs) or [(claim.job_id, claim._as_rule())]
            for job, rule in parts:
                of_job.setdefault(job, []).append((rule, claim))
        return of_job

    @api.model
    def _shared(self, claim, of_job, jobs):
        """A statement of the machine's whole day over its jobs, or nothing where a person has to share it."""
        rule = claim._as_rule()
        measured = {}
        for job in jobs:
            hours = precedence.chosen([said for said, _claim in of_job.get(job, ())]).get("hours")
            measured[job.job_number] = hours.value if hours else ZERO
        by_number = {job.job_number: job for job in jobs}
        figures = {job: [] for job in jobs}
        for name, value in rule.figures:
            parts = value is not None and day_rule.by_readings(value, measured)
            if value is not None and not parts:
                return []
            for number, part in (parts or {}).items():
                figures[by_number[number]].append((name, part))
        return [
            (job, precedence.Claim(rule.rank, rule.key, tuple(said), rule.version))
            for job, said in figures.items()
        ]

    def _write_rows(self, equipment, date, of_job):
        for job, said in of_job.items():
            row = self._row(equipment, date, job)
            choices = precedence.chosen([rule for rule, _claim in said])
            if row.state == "open":
                row.write(row._prepare_figures(choices, said))
            row._note_beside(choices, said)
        # what was said without a job before anybody named one is theirs by now
        rows = self.sudo().search([("equipment_id", "=", equipment.id), ("date", "=", date)])
        left = rows.filtered(lambda row: row.job_id not in of_job and row.state == "open")
        left.write({**dict.fromkeys(FIGURES, 0.0), "origin": False, "disputed": False})

    @api.model
    def _row(self, equipment, date, job):
        """The row of a machine, date and job, written by this transaction whether it was there or not."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO construction_equipment_day
                       (equipment_id, company_id, date, job_id, state,
                        create_uid, create_date, write_uid, write_date)
                VALUES (%(machine)s, %(company)s, %(date)s, %(job)s, 'open',
                        %(uid)s, now(), %(uid)s, now())
                ON CONFLICT (equipment_id, date, COALESCE(job_id, 0)) DO UPDATE SET write_date = now()
                RETURNING id
                """,
                machine=equipment.id,
                company=equipment.company_id.id,
                date=date,
                job=job.id or None,
                uid=self.env.uid,
            )
        )
        [row_id] = self.env.cr.fetchone()
        row = self.sudo().browse(row_id)
        row.invalidate_recordset()
        return row

    def _prepare_figures(self, choices, said):
        vals = {name: float(choices[name].value) if name in choices else 0.0 for name in FIGURES}
        limit = self.job_id.construction_daily_hours
        if limit and "overtime_hours" not in choices:
            usage = Usage(None, decimal(vals["hours"]), decimal(vals["idle_hours"]), limit=decimal(limit))
            vals["overtime_hours"] = float(usage.overtime)
        vals["origin"] = choices["hours"].claim.rank if "hours" in choices else False
        code = next((claim.cost_code_id for _rule, claim in reversed(said) if claim.cost_code_id), None)
        if code and not self.cost_code_id:
            vals["cost_code_id"] = code.id
        elif not self.cost_code_id:
            vals["cost_code_id"] = self.equipment_id._construction_code_on(self.date, self.job_id).id
        return vals

    def _note_beside(self, choices, said):
        """Say which statements count, and whether others say something else."""
        used = {(choice.claim.rank, choice.claim.key) for choice in choices.values()}
        records = self.env["construction.equipment.claim"].sudo()
        counting = records.union(*(claim for rule, claim in said if (rule.rank, rule.key) in used))
        everything = records.union(*(claim for _rule, claim in said))
        (counting - counting.filtered("counts")).counts = True
        (everything - counting).filtered("counts").counts = False
        others = any(
            other.says(name) != choice.value for name, choice in choices.items() for other in choice.beside
        )
        mine = any(
            float_compare(self[name], float(choice.value), precision_digits=6)
            for name, choice in choices.items()
        )
        self.disputed = others or mine

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
        for found in rows:
            found._row(found.equipment_id, found.date, found.job_id)
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
        rows.write({"state": "open", "approved_by_id": False, "approved_at": False})
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
