# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .product_template import AMOUNTS


class ProductProduct(models.Model):
    _inherit = "product.product"

    standard_price = fields.Float(groups=AMOUNTS)
    avg_cost = fields.Monetary(groups=AMOUNTS)
    total_value = fields.Monetary(groups=AMOUNTS)
    suggest_estimated_price = fields.Float(groups=AMOUNTS)
