# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "construction.external.mixin"]
    # the usual cost type where the job costs keep one, what is stocked where Odoo's Inventory does
    _construction_proposed_fields = frozenset(
        ("name", "default_code", "usual_cost_type_id", "categ_id", "is_storable")
    )
