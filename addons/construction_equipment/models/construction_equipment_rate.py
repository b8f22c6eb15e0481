# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib import rate

BASES = [
    (rate.HOUR, "Hour"),
    (rate.DAY, "Day"),
    (rate.WEEK, "Week"),
    (rate.MONTH, "Month"),
    (rate.CALENDAR_DAY, "Calendar Day on the Job"),
]
IDLE_POLICIES = [
    (rate.SAME, "On the Code of the Work"),
    (rate.ON_STANDBY, "On the Standby Code"),
    (rate.NOT_TO_JOB, "Not to the Job"),
]
# amounts that may be left unsaid, and the field that says whether they are said
SAID = {"own": "is_dual", "standby": "has_standby", "idle": "has_idle", "overtime": "has_overtime"}
# what may still be written on a rate by which a job was charged: when it ends
NO_AMOUNT = {"note", "message_ids", "message_follower_ids", "activity_ids", "message_main_attachment_id"}
FREE_WHEN_USED = {"date_to", "active", "message_ids", "message_follower_ids", "activity_ids"}


class ConstructionEquipmentRate(models.Model):
    """What jobs pay for a machine, from a date to another, both included.

    The most specific rate holds, see lib.rate. Once a job was charged by it, it only ends: another one takes
    its place, and what it changes of earlier charges is corrected, so that both stay visible.
    """

    _name = "construction.equipment.rate"
    _inherit = ["mail.thread", "construction.reach.mixin"]
    _description = "Equipment Rate"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date(string="Until", tracking=True, help="The last day; empty: until another follows.")
    job_id = fields.Many2one(
        "project.project",
        domain=[("is_construction_job", "=", True)],
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="For this job only; before any other rate.",
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        domain=[("ownership", "!=", False)],
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    category_id = fields.Many2one(
        "maintenance.equipment.category",
        string="Class",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="For all machines of the class, and of those below it.",
    )
    basis = fields.Selection(BASES, string="Per", required=True, default=rate.HOUR, tracking=True)
    operating = fields.Monetary(tracking=True, help="With the engine at work; of a dual rate, beside owning.")
    is_dual = fields.Boolean(string="Dual Rate", help="An amount for owning each hour, one for operating.")
    own = fields.Monetary(string="Owning", tracking=True)
    has_standby = fields.Boolean(string="Standby Rate")
    standby = fields.Monetary(
        tracking=True, help="Without it: nothing, and of a dual rate what owning costs."
    )
    has_idle = fields.Boolean(string="Idle Rate")
    idle = fields.Monetary(tracking=True, help="Without it: as operating, and of a dual rate as owning.")
    has_overtime = fields.Boolean(string="Overtime Rate")
    overtime = fields.Monetary(tracking=True, help="Always of an hour. Without it: as operating.")
    down = fields.Monetary(tracking=True, help="While it cannot be used.")
    minimum_hours = fields.Float(tracking=True, help="Of a machine and date, over its jobs.")
    maximum_hours = fields.Float(tracking=True, help="Of a machine and date, over its jobs; 0: none.")
    idle_policy = fields.Selection(
        IDLE_POLICIES, string="Idle Hours", required=True, default=rate.SAME, tracking=True
    )
    standby_code_id = fields.Many2one(
        "construction.cost.code",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="The cost code of standby, and of idle hours where they go there; without it that of the work.",
    )
    note = fields.Text(string="Why")

    _dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A rate ends on the day it begins, or later."
    )
    _of_nothing_negative = models.Constraint(
        "CHECK(LEAST(operating, own, standby, idle, overtime, down, minimum_hours, maximum_hours) >= 0)",
        "Amounts and hours of a rate are not negative.",
    )
    _bounds = models.Constraint(
        "CHECK(COALESCE(maximum_hours, 0) = 0 OR maximum_hours >= COALESCE(minimum_hours, 0))",
        "The maximum is not below the minimum.",
    )
    _within_a_day = models.Constraint(
        "CHECK(GREATEST(minimum_hours, maximum_hours) <= 25)", "A day has no more than 25 hours."
    )
    # ids as ranges of one: Postgres compares them in such an index without an extension
    _one_at_a_time = models.Constraint(
        "EXCLUDE USING gist (int4range(company_id, company_id, '[]') WITH &&,"
        " int4range(COALESCE(job_id, 0), COALESCE(job_id, 0), '[]') WITH &&,"
        " int4range(COALESCE(equipment_id, 0), COALESCE(equipment_id, 0), '[]') WITH &&,"
        " int4range(COALESCE(category_id, 0), COALESCE(category_id, 0), '[]') WITH &&,"
        " daterange(date_from, date_to, '[]') WITH &&) WHERE (active)",
        "Another rate of the same job, machine and class holds on some of these days: end it first.",
    )

    @api.depends("job_id", "equipment_id", "category_id", "date_from")
    def _compute_name(self):
        for found in self:
            of = [r.display_name for r in (found.job_id, found.equipment_id, found.category_id) if r]
            found.name = " · ".join(of or [self.env._("All Machines")])

    @api.constrains("equipment_id", "category_id")
    def _check_scope(self):
        for found in self:
            if found.equipment_id and found.category_id:
                raise ValidationError(self.env._("A rate is for a machine or for a class, not for both."))

    @api.constrains("has_idle", "idle", "basis", "minimum_hours", "maximum_hours")
    def _check_basis(self):
        for found in self:
            if found.basis != rate.HOUR and (found.minimum_hours or found.maximum_hours):
                raise ValidationError(
                    self.env._("Minimum and maximum hours are for rates of an hour; %s is not.", found.name)
                )

    # --- what holds ---------------------------------------------------------------------------------

    def _as_rule(self):
        """The lib.rate.Rate of one record."""
        self.ensure_one()
        said = {name: decimal(self[name]) if self[flag] else None for name, flag in SAID.items()}
        return rate.Rate(
            since=self.date_from,
            until=self.date_to or None,
            job=self.job_id.id or None,
            machine=self.equipment_id.id or None,
            category=self.category_id.id or None,
            company=self.company_id.id,
            currency=self.currency_id.id,
            operating=decimal(self.operating),
            down=decimal(self.down) or None,
            basis=self.basis,
            minimum=decimal(self.minimum_hours) or None,
            maximum=decimal(self.maximum_hours) or None,
            idle_policy=self.idle_policy,
            **said,
        )

    @api.model
    def _rates_of(self, equipment, jobs, date):
        """What holds for one machine and date.

        :return: {job: (construction.equipment.rate, lib.rate.Rate)}; a job without a rate is left out
        """
        nearest = [int(part) for part in (equipment.category_id.parent_path or "").split("/") if part][::-1]
        found = self.sudo().search(
            [
                ("company_id", "=", equipment.company_id.id),
                ("date_from", "<=", date),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", date),
                ("job_id", "in", [False, *jobs.ids]),
                ("equipment_id", "in", [False, equipment.id]),
                ("category_id", "in", [False, *nearest]),
            ]
        )
        rules = {record._as_rule(): record for record in found}
        result = {}
        for job in jobs:
            rule = rate.rate_for(rules, date, job.id, equipment.id, nearest, equipment.company_id.id)
            if rule:
                result[job] = rules[rule], rule
        return result

    # --- frozen once used ---------------------------------------------------------------------------

    def _construction_used(self):
        """Those of these rates by which a job was charged."""
        lines = self.env["construction.equipment.charge.line"].sudo()
        return (
            lines.search([("rate_id", "in", self.ids), ("charge_id.state", "!=", "proposed")]).rate_id & self
        )

    @api.model_create_multi
    def create(self, vals_list):
        # a rate that was ended before, for the database compares them at once
        self.flush_model()
        rates = super().create(vals_list)
        rates._reprice(rates._scopes())
        return rates

    def write(self, vals):
        if vals.keys() - FREE_WHEN_USED and (used := self._construction_used()):
            raise UserError(
                self.env._(
                    "Jobs were charged by %s: end it, and enter the rate that holds instead.",
                    ", ".join(used.mapped("name")),
                )
            )
        if not vals.keys() - NO_AMOUNT:
            return super().write(vals)
        before = self._scopes()
        result = super().write(vals)
        self._reprice(before + self._scopes())
        return result

    def _scopes(self):
        """Of which machine-days these rates speak: a list of domains."""
        scopes = []
        for found in self:
            scope = [("company_id", "=", found.company_id.id), ("date", ">=", found.date_from)]
            scope += [("date", "<=", found.date_to)] if found.date_to else []
            scope += [("job_id", "=", found.job_id.id)] if found.job_id else [("job_id", "!=", False)]
            scope += [("equipment_id", "=", found.equipment_id.id)] if found.equipment_id else []
            if found.category_id:
                scope += [("equipment_id.category_id", "child_of", found.category_id.ids)]
            scopes.append(Domain(scope))
        return scopes

    @api.model
    def _reprice(self, scopes):
        """Propose anew what jobs pay for the approved days of some scopes: approved charges are corrected."""
        days = self.env["construction.equipment.day"].sudo()
        found = days.search(Domain.OR(scopes) & Domain("state", "=", "approved")) if scopes else days
        charges = self.env["construction.equipment.charge"].sudo()
        for equipment, date in found.grouped(lambda day: (day.equipment_id, day.date)):
            charges._propose(equipment, date)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if used := self._construction_used():
            raise UserError(self.env._("Jobs were charged by %s: it stays.", ", ".join(used.mapped("name"))))
