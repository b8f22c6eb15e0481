# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .construction_shut_job_mixin import OPEN_JOBS


class PurchaseRequestLine(models.Model):
    _name = "purchase.request.line"
    _inherit = ["purchase.request.line", "construction.coding.mixin", "construction.shut.job.mixin"]

    construction_job_id = fields.Many2one(domain=OPEN_JOBS)
    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)

    @api.onchange("product_id")
    def _onchange_construction_item(self):
        self._construction_fill_type()
