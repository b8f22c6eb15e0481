# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class TierReview(models.Model):
    _inherit = "tier.review"

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews._construction_orders_put_forward()
        return reviews

    def write(self, vals):
        result = super().write(vals)
        if "status" in vals:
            self._construction_orders_put_forward()
        return result

    def unlink(self):
        orders = self._construction_orders()
        result = super().unlink()
        orders.order_line._construction_note_cost_change()
        return result

    def _construction_orders(self):
        ids = [review.res_id for review in self.sudo() if review.model == "purchase.order"]
        return self.env["purchase.order"].sudo().browse(ids).exists()

    def _construction_orders_put_forward(self):
        """An order is pending while its review is asked for."""
        self._construction_orders().order_line._construction_note_cost_change()
