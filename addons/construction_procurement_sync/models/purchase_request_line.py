# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .construction_shut_job_mixin import OPEN_JOBS
from .purchase_request import ASKS

# what is approved of a line
ASKED = {
    "product_id",
    "product_qty",
    "product_uom_id",
    "estimated_cost",
    "analytic_distribution",
    "construction_job_id",
    "cost_code_id",
    "cost_type_id",
    "request_id",
}


class PurchaseRequestLine(models.Model):
    _name = "purchase.request.line"
    _inherit = ["purchase.request.line", "construction.coding.mixin", "construction.shut.job.mixin"]

    construction_job_id = fields.Many2one(domain=OPEN_JOBS)
    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)

    def _construction_binding(self):
        return self.filtered(lambda line: line.request_id.state in ASKS)

    def _construction_coded_document(self):
        return self.request_id.display_name

    @api.onchange("product_id")
    def _onchange_construction_item(self):
        self._construction_fill_type()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.request_id._construction_note_entered()
        return lines

    def write(self, vals):
        if not ASKED & vals.keys():
            return super().write(vals)
        before = self.request_id
        result = super().write(vals)
        (before | self.request_id)._construction_note_entered()
        return result

    def unlink(self):
        self.request_id._construction_note_entered()
        return super().unlink()
