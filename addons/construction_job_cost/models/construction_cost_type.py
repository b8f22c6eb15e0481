# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ConstructionCostType(models.Model):
    _inherit = "construction.cost.type"

    @api.model
    def _construction_usual(self, item=None, cost_code=None):
        """The type of a line that says none: its item's, else its code's, else *Material*."""
        for record in (item, cost_code):
            usual = record and record.sudo().usual_cost_type_id
            if usual:
                return self.browse(usual.id)
        return super()._construction_usual(item, cost_code)

    def _construction_item_vals(self):
        return {**super()._construction_item_vals(), "usual_cost_type_id": self.id}
