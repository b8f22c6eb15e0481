# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_job_cost.lib.amounts import rounded

from ..lib.owning import Recovery, by_class

READERS = ("construction_base.group_cost_controller", "construction_base.group_auditor")


class ConstructionEquipmentRecovery(models.TransientModel):
    """What machines and classes have cost in a time, beside what jobs were charged for them."""

    _name = "construction.equipment.recovery"
    _description = "Pool and Recovery"
    _nothing_seen = "It only compares; a rate is adopted from a line by what is found again then."

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="From", required=True, default=lambda self: self._default_from())
    date_to = fields.Date(string="Until", required=True, default=lambda self: self._default_to())
    adopt_from = fields.Date(
        string="Adopt Rates From",
        required=True,
        default=lambda self: self._default_adopt(),
        help="Their first day.",
    )
    line_ids = fields.One2many("construction.equipment.recovery.line", "recovery_id", readonly=True)
    class_line_ids = fields.One2many(
        "construction.equipment.recovery.line",
        "recovery_id",
        domain=[("equipment_id", "=", False)],
        readonly=True,
    )
    machine_line_ids = fields.One2many(
        "construction.equipment.recovery.line",
        "recovery_id",
        domain=[("equipment_id", "!=", False)],
        readonly=True,
    )
    state = fields.Selection([("start", "Start"), ("done", "Compared")], default="start", readonly=True)

    @api.model
    def _default_to(self):
        return fields.Date.context_today(self).replace(day=1) - timedelta(days=1)

    @api.model
    def _default_from(self):
        return self._default_to().replace(month=1, day=1)

    @api.model
    def _default_adopt(self):
        return self.env["construction.equipment.scope.mixin"]._next_month()

    def _compute_display_name(self):
        self.display_name = self.env._("Pool and Recovery")

    def action_compare(self):
        """Put cost and recovery of each class and machine side by side."""
        self.ensure_one()
        self._check_reader()
        if self.date_to < self.date_from:
            raise UserError(self.env._("The time ends before it begins."))
        lines = self.env["construction.equipment.recovery.line"].sudo()
        lines.search([("recovery_id", "=", self.id)]).unlink()
        lines.create([self._prepare_line(*found) for found in self._found()])
        self.state = "done"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pool and Recovery"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def _check_reader(self):
        self.company_id.check_access("read")
        if not any(map(self.env.user.has_group, READERS)) and not self.env.su:
            raise AccessError(self.env._("What machines cost and earn is for cost controllers and auditors."))
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Switch to %s first.", self.company_id.sudo().name))

    def _found(self):
        """[(class, machine or none, lib.owning.Recovery)]: each class, then its machines."""
        machines, classes = self._of_machines(), self._of_classes()
        pools = by_class([(machine.category_id, found) for machine, found in machines.items()])
        for category, found in classes.items():
            pools[category] = pools.get(category, Recovery()) + found
        result = []
        for category in sorted(pools, key=lambda of: of.display_name or ""):
            result.append((category, None, pools[category]))
            of_class = [machine for machine in machines if machine.category_id == category]
            result += [(category, m, machines[m]) for m in sorted(of_class, key=lambda m: m.display_name)]
        return result

    def _recovery_of(self, category, machine):
        """The lib.owning.Recovery of one class, or of one machine of it."""
        found = {(of_class, one or machine.browse()): figures for of_class, one, figures in self._found()}
        return found.get((category, machine), Recovery())

    def _of_machines(self):
        """{machine: lib.owning.Recovery}"""
        result, period = {}, self._period
        items = self.env["account.move.line"].sudo()
        booked = items._read_group(
            [
                *period("date"),
                ("parent_state", "=", "posted"),
                ("account_id", "in", self.company_id.sudo().construction_equipment_owning_account_ids.ids),
                ("construction_equipment_id", "!=", False),
                ("construction_equipment_side", "=", False),
            ],
            ["construction_equipment_id"],
            ["balance:sum"],
        )
        entered = (
            self.env["construction.equipment.cost"]
            .sudo()
            ._read_group([*period("date"), ("equipment_id", "!=", False)], ["equipment_id"], ["amount:sum"])
        )
        for machine, cost in (*booked, *entered):
            result[machine] = result.get(machine, Recovery()) + Recovery(pool=decimal(round(cost, 6)))
        charged = (
            self.env["construction.equipment.charge"]
            .sudo()
            ._read_group(
                [
                    *period("accounting_date", "owner_company_id"),
                    ("state", "!=", "proposed"),
                    ("owner_amount", "!=", 0),
                ],
                ["equipment_id"],
                ["hours:sum", "owner_amount:sum"],
            )
        )
        for machine, hours, amount in charged:
            found = Recovery(hours=decimal(round(hours, 6)), recovered=decimal(round(amount, 6)))
            result[machine] = result.get(machine, Recovery()) + found
        return result

    def _of_classes(self):
        """{class: lib.owning.Recovery}: what was entered for a class as a whole."""
        entered = (
            self.env["construction.equipment.cost"]
            .sudo()
            ._read_group(
                [*self._period("date"), ("category_id", "!=", False)], ["category_id"], ["amount:sum"]
            )
        )
        return {category: Recovery(pool=decimal(round(cost, 6))) for category, cost in entered}

    def _period(self, field, company="company_id"):
        return [
            (company, "=", self.company_id.id),
            (field, ">=", self.date_from),
            (field, "<=", self.date_to),
        ]

    def _prepare_line(self, category, machine, found):
        step = decimal(self.currency_id.rounding)
        proposed = found.proposed
        return {
            "recovery_id": self.id,
            "category_id": category.id,
            "equipment_id": machine.id if machine else False,
            "cost": float(found.pool),
            "hours": float(found.hours),
            "recovered": float(found.recovered),
            "under": float(found.under),
            "charged_rate": float(rounded(found.recovered / found.hours, step)) if found.hours else 0.0,
            "proposed": float(rounded(proposed, step)) if proposed and proposed > 0 else 0.0,
        }
