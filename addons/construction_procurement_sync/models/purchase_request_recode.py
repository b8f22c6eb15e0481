# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.construction_base.lib.decimals import decimal


class PurchaseRequestLine(models.Model):
    """What is asked for and not ordered may be left behind."""

    _name = "purchase.request.line"
    _inherit = ["purchase.request.line", "construction.left.behind.line.mixin"]  # pylint: disable=consider-merging-classes-inherited
    _construction_document_field = "request_id"
    _construction_coded_by = ("procurement.material.requested",)

    @api.model
    def _construction_open_lines(self, domain, kind, records):
        lines = self.search(
            domain
            & Domain("request_id.state", "in", ("draft", "to_approve", "approved", "in_progress"))
            & Domain("cancelled", "=", False),
            order="id",
        )
        # what was ordered of it is the order's
        lines = lines.filtered(lambda line: not line.purchase_lines.filtered(lambda p: p.state != "cancel"))
        return {line: decimal(line.estimated_cost) for line in lines}

    def _construction_is_open(self):
        return self.request_id.state not in ("rejected", "done")
