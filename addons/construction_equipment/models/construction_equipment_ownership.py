# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .maintenance_equipment import OWNERSHIP


class ConstructionEquipmentOwnership(models.Model):
    """Since when a machine is owned, rented or leased: what jobs paid before it changed stays."""

    _name = "construction.equipment.ownership"
    _description = "Ownership of a Machine"
    _order = "equipment_id, id desc"
    _rec_name = "ownership"

    equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="equipment_id.company_id", store=True, index=True)
    ownership = fields.Selection(OWNERSHIP, required=True, readonly=True)
    date_from = fields.Date(string="Since", help="Its first day. Empty: since it came.")

    _one_a_day = models.UniqueIndex(
        "(equipment_id, COALESCE(date_from, '-infinity'::date))",
        "A machine changes hands once a day: correct the line that is there.",
    )

    @api.constrains("date_from")
    def _check_order(self):
        for found in self:
            lines = found.equipment_id.sudo().construction_ownership_ids.sorted("id")
            dates = [line.date_from or date.min for line in lines]
            if dates != sorted(dates):
                raise ValidationError(
                    self.env._("%s: what it was before comes before.", found.equipment_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_rules_write()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() - {"date_from"}:
            self._check_rules_write()
        if "date_from" in vals and not vals["date_from"] and not self.env.su:
            raise ValidationError(self.env._("Say the first day."))
        dates = [found.date_from for found in self if found.date_from]
        result = super().write(vals)
        if "date_from" in vals:
            dates += [found.date_from for found in self if found.date_from]
            for machine in self.equipment_id:
                machine.sudo()._construction_recharge(min(dates, default=None))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_by_rules(self):
        self._check_rules_write()

    @api.model
    def _check_rules_write(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Whose it is follows from the machine: change it there, and here since when.")
            )
