# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..lib.at_once import at_once


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_push_rule(self, product_id, location_dest_id, values):
        """Look the rule up once for all lines of one transfer that are of one product and go to one place."""
        known = at_once(self.env)
        if known is None or values.get("domain"):
            return super()._get_push_rule(product_id, location_dest_id, values)
        names = ("route_ids", "warehouse_id", "packaging_uom_id")
        records = (product_id, location_dest_id, *(values.get(name) for name in names))
        key = (self.env.su, *(tuple(found.ids) if found else () for found in records))
        if key not in known.rules:
            known.rules[key] = super()._get_push_rule(product_id, location_dest_id, values).id
        return self.browse(known.rules[key] or ())
