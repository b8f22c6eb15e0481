# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionCostSourceMixin(models.AbstractModel):
    _inherit = "construction.cost.source.mixin"

    def _construction_prepare_entries(self, changes, date):
        """Give the entries of documents handled together the correlation of their own event."""
        vals_list = super()._construction_prepare_entries(changes, date)
        correlations = self.env.context.get("construction_correlations") or {}
        for vals in vals_list:
            document = vals["document_model"], vals["document_id"]
            vals["correlation_id"] = correlations.get(document, vals["correlation_id"])
        return vals_list
