# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

USUAL = "construction_base.cost_type_material"


class ConstructionCostType(models.Model):
    _name = "construction.cost.type"
    _description = "Cost Type"
    _inherit = "construction.coding.dimension"
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]
    _coding_plan = "construction_base.plan_cost_type"

    code = fields.Char(help="Short code used in interfaces and imports, such as MAT.")
    name = fields.Char(translate=True)
    sequence = fields.Integer(default=10)

    _code_unique = models.UniqueIndex("(code)", "Two cost types cannot have the same code.")

    @api.model
    def _construction_usual(self, item=None, cost_code=None):
        """The type of a line that says none: *Material*, where no module keeps what is usual.

        :param item: product.product or None
        :param cost_code: construction.cost.code or None
        """
        # env.ref would ask the database at each line
        return self.browse(self.env["ir.model.data"]._xmlid_to_res_id(USUAL) or ())

    def _construction_item_vals(self):
        """Values of an item by which this is its usual type; none where no module keeps that."""
        return {}
