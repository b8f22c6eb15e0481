# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.construction_cost_source_mixin import MIXIN


class ConstructionReconciliationLine(models.TransientModel):
    _name = "construction.reconciliation.line"
    _description = "Job Cost Reconciliation Line"
    _nothing_seen = "It says what it shows itself: what differs by something else now is not let stand."

    reconciliation_id = fields.Many2one("construction.reconciliation", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    job_id = fields.Many2one("project.project")
    cost_code_id = fields.Many2one("construction.cost.code")
    cost_type_id = fields.Many2one("construction.cost.type")
    kind = fields.Selection("_selection_kind")
    reference = fields.Char(string="Document")
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
    posted = fields.Monetary(string="In the Ledger")
    expected = fields.Monetary(string="By the Document")
    difference = fields.Monetary()
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    closed = fields.Boolean(string="Period Closed", help="What differs on closed days can be let stand.")
    signature = fields.Char()
    problem = fields.Char(help="What is wrong with the document itself.")

    @api.model
    def _selection_kind(self):
        return self.env["construction.cost.entry"]._fields["kind"]._description_selection(self.env)

    def action_let_stand(self):
        """Keep this difference of past days as it is, with the reason that the window gives."""
        self.ensure_one()
        return self.reconciliation_id._let_stand(self)

    def action_open_document(self):
        """Open the order, bill or budget whose line differs."""
        self.ensure_one()
        sources = self.env[MIXIN]._construction_cost_models()
        if self.res_model not in (*sources, *self.env[MIXIN]._construction_cost_documents()):
            raise UserError(self.env._("%s has no job costs.", self.reference or self.res_model))
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("%s no longer exists.", self.reference))
        if self.res_model in sources:
            document = document._construction_cost_document()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }
