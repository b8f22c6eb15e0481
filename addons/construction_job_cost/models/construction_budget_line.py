# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..lib.ledger import sums


class ConstructionBudgetLine(models.Model):
    _name = "construction.budget.line"
    _description = "Job Budget Line"
    _inherit = ["construction.cost.source.mixin"]
    _order = "budget_id, sequence, id"

    sequence = fields.Integer(default=10)
    budget_id = fields.Many2one("construction.budget", required=True, index=True, ondelete="cascade")
    job_id = fields.Many2one(related="budget_id.job_id", store=True, index=True)
    company_id = fields.Many2one(related="budget_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="budget_id.currency_id")
    state = fields.Selection(related="budget_id.state")
    cost_code_id = fields.Many2one(
        "construction.cost.code",
        required=True,
        domain="[('company_id', '=', company_id)]",
        ondelete="restrict",
    )
    cost_type_id = fields.Many2one("construction.cost.type", ondelete="restrict")
    name = fields.Char(string="Description")
    quantity = fields.Float(digits="Product Unit")
    product_uom_id = fields.Many2one("uom.uom", string="Unit")
    amount = fields.Monetary(required=True, help="In a change: what is added, or taken (negative).")

    def _construction_cost_document(self):
        return self.budget_id

    def _construction_cost_position(self):
        return {
            line: [
                {
                    "kind": "budget",
                    "stage": "original" if line.budget_id.kind == "original" else "change",
                    "job_id": line.job_id.id,
                    "cost_code_id": line.cost_code_id.id,
                    "cost_type_id": line.cost_type_id.id,
                    "currency_id": line.currency_id.id,
                    "amount": line.amount,
                    "amount_currency": line.amount,
                    "quantity": line.quantity,
                }
            ]
            for line in self
            if line.budget_id.state == "approved"
        }

    @api.model
    def _construction_cost_of_jobs(self, jobs):
        return self.search([("job_id", "in", jobs.ids), ("state", "=", "approved")])

    def _construction_cost_history(self):
        return {
            line: {line.budget_id.date: sums(position)}
            for line, position in self._construction_cost_position().items()
        }

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_budget_id")
        ids = {vals.get("budget_id", default) for vals in vals_list} - {False, None}
        # before, for the database would refuse it without a sentence
        self.env["construction.budget"].browse(ids)._check_draft()
        lines = super().create(vals_list)
        lines.budget_id._check_draft()
        lines.budget_id._construction_note_author()
        return lines

    def write(self, vals):
        before = self.budget_id
        before._check_draft()
        result = super().write(vals)
        self.budget_id._check_draft()
        (before | self.budget_id)._construction_note_author()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self.budget_id._check_draft()
        self.budget_id._construction_note_author()
