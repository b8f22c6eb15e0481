# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _construction_is_direct(self):
        """Whether this is one of the general products that stand for what has no item."""
        self.ensure_one()
        names = self.sudo()._get_external_ids()[self.id]
        return any(name.startswith("construction_procurement_sync.product_direct_") for name in names)
