# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .construction_equipment_batch import SIDES

# what a line of an entry says; the rest follows from payments
SAID = {
    *("move_id", "account_id", "partner_id", "name", "date", "debit", "credit", "balance", "amount_currency"),
    *("currency_id", "quantity", "price_unit", "tax_ids", "analytic_distribution", "construction_job_id"),
    *("cost_code_id", "cost_type_id", "construction_equipment_id", "display_type", "product_id"),
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    construction_equipment_id = fields.Many2one(
        "maintenance.equipment",
        string="Machine",
        domain="[('ownership', '!=', False)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The machine whose cost, or recovery, this is.",
    )
    construction_equipment_side = fields.Selection(SIDES, string="Of a Batch of Machines", readonly=True)

    def _construction_is_cost(self):
        # charges are the cost of jobs already
        return not self.move_id.construction_equipment_batch_id and super()._construction_is_cost()

    def copy_data(self, default=None):
        # of no batch it says nothing, and nobody is refused the copy or the reversal of a bill for it
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if not vals.get("construction_equipment_side"):
                vals.pop("construction_equipment_side", None)
        return vals_list

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self.env["account.move"].browse(
                {vals["move_id"] for vals in vals_list if vals.get("move_id")}
            )._construction_check_no_batch()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and SAID & vals.keys():
            self.move_id._construction_check_no_batch()
            if vals.get("move_id"):
                self.env["account.move"].browse(vals["move_id"])._construction_check_no_batch()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_no_batch(self):
        self.move_id._construction_check_no_batch()
