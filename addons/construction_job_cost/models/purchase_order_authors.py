# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .purchase_order_line import COST_FIELDS

# what is approved of an order, and is nothing that came of it
PARTY = {"partner_id", "currency_id"}
APPROVED = (COST_FIELDS | {"product_id"}) - {
    "qty_received",
    "qty_received_manual",
    "construction_closed_short",
}
RELEASED = ("purchase", "cancel")


class PurchaseOrder(models.Model):
    """Who enters an order, or changes it before it is released, neither approves it nor overrides for it."""

    _name = "purchase.order"
    # apart from the order: what it costs and whose it is are two ideas
    _inherit = ["purchase.order", "construction.authors.mixin"]  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if PARTY & vals.keys():
            self._construction_note_entered()
        return super().write(vals)

    def _construction_note_entered(self):
        """Note who changes what is approved of these orders, as long as it is not."""
        self.filtered(lambda order: order.state not in RELEASED)._construction_note_author()


class PurchaseOrderLine(models.Model):
    # the same for its lines
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.order_id._construction_note_entered()
        return lines

    def write(self, vals):
        if not APPROVED & vals.keys():
            return super().write(vals)
        before = self.order_id
        result = super().write(vals)
        (before | self.order_id)._construction_note_entered()
        return result

    def unlink(self):
        self.order_id._construction_note_entered()
        return super().unlink()
