# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConstructionEquipmentScopeMixin(models.AbstractModel):
    """Something about the money of one machine, or of a class of them, in one company and currency."""

    _name = "construction.equipment.scope.mixin"
    _description = "Of a Machine or Class"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        domain=[("ownership", "!=", False)],
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    category_id = fields.Many2one(
        "maintenance.equipment.category", string="Class", ondelete="restrict", index="btree_not_null"
    )

    @api.depends("equipment_id", "category_id")
    def _compute_name(self):
        for found in self:
            of = found.equipment_id or found.category_id
            found.name = of.display_name if of else self.env._("Any Machine")

    @api.constrains("equipment_id", "category_id")
    def _check_scope(self):
        for found in self:
            if found.equipment_id and found.category_id:
                raise ValidationError(self.env._("It is of a machine or of a class, not of both."))

    @api.model
    def _next_month(self):
        return (fields.Date.context_today(self).replace(day=1) + timedelta(days=31)).replace(day=1)
