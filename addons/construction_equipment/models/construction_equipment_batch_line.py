# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..lib import batch
from .construction_equipment_batch import SIDES

ACCOUNTS = {side: f"construction_equipment_{side}_account_id" for side, _label in SIDES}


class ConstructionEquipmentBatchLine(models.Model):
    """One line of the journal entry of a batch: it says what the entry will be, or is."""

    _name = "construction.equipment.batch.line"
    _description = "Journal Batch Line of Machines"
    _order = "batch_id, id"

    batch_id = fields.Many2one(
        "construction.equipment.batch", required=True, ondelete="cascade", index=True, readonly=True
    )
    currency_id = fields.Many2one(related="batch_id.currency_id")
    name = fields.Char(compute="_compute_name")
    side = fields.Selection(SIDES, required=True, readonly=True)
    job_id = fields.Many2one("project.project", ondelete="restrict", index="btree_not_null", readonly=True)
    cost_code_id = fields.Many2one("construction.cost.code", ondelete="restrict", readonly=True)
    cost_type_id = fields.Many2one("construction.cost.type", ondelete="restrict", readonly=True)
    equipment_id = fields.Many2one(
        "maintenance.equipment", string="Machine", ondelete="restrict", index="btree_not_null", readonly=True
    )
    other_company_id = fields.Many2one("res.company", ondelete="restrict", readonly=True)
    back = fields.Boolean(string="Correction", readonly=True, help="Takes back what an earlier charge said.")
    amount = fields.Monetary(readonly=True)
    debit = fields.Monetary(compute="_compute_sides")
    credit = fields.Monetary(compute="_compute_sides")

    @api.depends("side", "job_id", "cost_code_id", "equipment_id", "other_company_id", "back")
    def _compute_name(self):
        labels = dict(self._fields["side"]._description_selection(self.env))
        for line in self:
            of = (line.job_id, line.cost_code_id, line.equipment_id, line.other_company_id)
            parts = [labels.get(line.side), *(record.sudo().display_name for record in of if record)]
            name = " · ".join(filter(None, parts))
            line.name = self.env._("%s, taken back", name) if line.back else name

    @api.depends("amount")
    def _compute_sides(self):
        for line in self:
            line.debit, line.credit = max(line.amount, 0), max(-line.amount, 0)

    def _prepare_move_line_vals(self):
        company = self.batch_id.company_id
        items = self.env["account.move.line"]
        coded = self.side == batch.COST
        # one that was sold to another company since is not to be named in these books
        machine = self.equipment_id.filtered(lambda found: found.company_id == company)
        return {
            "name": self.name,
            "account_id": company._construction_equipment_setting(ACCOUNTS[self.side]).id,
            "partner_id": self.other_company_id.sudo().partner_id.id,
            "balance": self.amount,
            "construction_equipment_side": self.side,
            "construction_equipment_id": machine.id,
            "analytic_distribution": coded
            and items._construction_distribution(self.job_id, self.cost_code_id, self.cost_type_id),
        }

    @api.model_create_multi
    def create(self, vals_list):
        self._check_rules_write()
        return super().create(vals_list)

    def write(self, vals):
        self._check_rules_write()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_rules(self):
        self._check_rules_write()

    @api.model
    def _check_rules_write(self):
        if not self.env.su:
            raise AccessError(self.env._("What a batch posts follows from its charges."))
