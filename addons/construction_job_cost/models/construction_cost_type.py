from odoo import api, models

LAST = "construction_base.cost_type_material"


class ConstructionCostType(models.Model):
    _inherit = "construction.cost.type"

    @api.model
    def _construction_usual(self, item=None, cost_code=None):
        """The type of a line that says none: its item's, else its code's, else *Material*.

        :param item: product.product or None
        :param cost_code: construction.cost.code or None
        """
        for record in (item, cost_code):
            if record and record.sudo().usual_cost_type_id:
                return self.browse(record.sudo().usual_cost_type_id.id)
        # env.ref would ask the database at each line
        return self.browse(self.env["ir.model.data"]._xmlid_to_res_id(LAST) or ())
