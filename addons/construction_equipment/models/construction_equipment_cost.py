# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConstructionEquipmentCost(models.Model):
    """What a machine or class has cost its owner and the books do not say by machine: entered by hand."""

    _name = "construction.equipment.cost"
    _inherit = ["mail.thread", "construction.reach.mixin", "construction.equipment.scope.mixin"]
    _description = "Owning Cost, Entered"
    _order = "date desc, id desc"
    _check_company_auto = True

    date = fields.Date(required=True, default=fields.Date.context_today, index=True, tracking=True)
    amount = fields.Monetary(required=True, tracking=True)
    reason = fields.Char(string="What For", required=True, tracking=True)

    @api.constrains("equipment_id", "category_id")
    def _check_whose(self):
        for found in self:
            if not found.equipment_id and not found.category_id:
                raise ValidationError(self.env._("Say which machine, or which class of them, has cost it."))
