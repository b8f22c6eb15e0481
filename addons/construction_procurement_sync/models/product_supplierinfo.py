# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    def _get_filtered_supplier(self, company_id, product_id, params=False):
        """A supplier that was moved to another company must not stop orders from the others."""
        here = self.env.company.parent_ids | self.env.companies
        usable = self.filtered(lambda seller: (seller.sudo().partner_id.company_id or here[:1]) in here)
        return super(ProductSupplierinfo, usable)._get_filtered_supplier(company_id, product_id, params)
