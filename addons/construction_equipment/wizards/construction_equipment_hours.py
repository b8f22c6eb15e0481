# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_base.lib.decimals import decimal


class ConstructionEquipmentHours(models.TransientModel):
    """Hours of a machine's day, as a person says: from the cab, or instead of all that was said."""

    _name = "construction.equipment.hours"
    _description = "Enter Hours of a Machine"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("day_id",)
    _shows = ("day_id",)

    day_id = fields.Many2one("construction.equipment.day")
    equipment_id = fields.Many2one(
        "maintenance.equipment", string="Machine", required=True, domain=[("ownership", "!=", False)]
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    job_id = fields.Many2one("project.project", domain=[("is_construction_job", "=", True)], required=True)
    cost_code_id = fields.Many2one("construction.cost.code")
    hours = fields.Float(string="Operating", required=True)
    idle_hours = fields.Float(string="Of Which Idle")
    standby_hours = fields.Float(string="Standby")
    down_hours = fields.Float(string="Down")
    override = fields.Boolean(string="Instead of All Statements")
    may_override = fields.Boolean(compute="_compute_may_override")
    reason = fields.Char()

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        day = self.env["construction.equipment.day"].browse(vals.get("day_id") or ())
        if day:
            vals.update(
                equipment_id=day.equipment_id.id,
                date=day.date,
                job_id=day.job_id.id,
                cost_code_id=day.cost_code_id.id,
                hours=day.hours,
                idle_hours=day.idle_hours,
                standby_hours=day.standby_hours,
                down_hours=day.down_hours,
            )
        elif vals.get("equipment_id") and not vals.get("job_id"):
            vals["job_id"] = self.env["maintenance.equipment"].browse(vals["equipment_id"]).job_id.id
        return vals

    @api.depends_context("uid")
    def _compute_may_override(self):
        self.may_override = self.env.user.has_group("construction_equipment.group_equipment_manager")

    @api.onchange("equipment_id")
    def _onchange_equipment_id(self):
        if self.equipment_id.job_id and not self.job_id:
            self.job_id = self.equipment_id.job_id

    def _shown(self):
        """The hours as they stand, which others may have said meanwhile."""
        names = ("state", "cost_code_id", "hours", "idle_hours", "standby_hours", "down_hours", "origin")
        return {day: self._figures(day, *names) for day in self.day_id}

    def action_enter(self):
        self.ensure_one()
        self._check_seen()
        figures = {
            name: decimal(self[name]) for name in ("hours", "idle_hours", "standby_hours", "down_hours")
        }
        day = self.env["construction.equipment.day"]._enter(
            self.equipment_id,
            self.date,
            self.job_id,
            figures,
            override=self.override,
            reason=self.reason,
            code=self.cost_code_id,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": day._name,
            "res_id": day.id,
            "views": [[False, "form"]],
        }
