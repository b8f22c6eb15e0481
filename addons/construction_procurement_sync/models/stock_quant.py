# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

from ..lib.at_once import at_once


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.private
    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        """Ask for no lock that the validation of a transfer of many lines has already."""
        known = at_once(self.env)
        if known is None or limit != 1 or not allow_referencing:
            return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
        if self[:1].id in known.locked:
            return self[:1]
        locked = super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
        known.locked.update(locked.ids)
        return locked

    @api.model
    def _construction_lock(self, products, locations):
        """Lock what is in stock of some products, as Odoo does line by line when it moves them.

        Who holds a row keeps it, and others who move these goods meanwhile write a row beside it, which
        Odoo merges later. What was changed since this transaction began fails to serialize here, and not
        after all the work. So do products whose cost follows what is received.
        """
        costed = products.filtered(lambda product: product.cost_method != "standard")
        if costed:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM product_product WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                    costed.ids,
                )
            )
        self.env.cr.execute(
            SQL(
                """SELECT id FROM stock_quant WHERE product_id = ANY(%s) AND location_id = ANY(%s)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                products.ids,
                locations.ids,
            )
        )
