from odoo import fields, models


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
