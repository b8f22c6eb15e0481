# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

# in the context of transfers that end with their order; an object, so that no caller can claim it
WITH_ORDER = object()


class StockPickingNoMore(models.Model):
    """What no transfer is to bring any more is not committed: *no backorder* by hand is *final* by event."""

    # apart from what a receipt is: what does not come is another idea
    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    def _action_done(self):
        result = super()._action_done()
        if self.env.context.get("cancel_backorder"):
            self._construction_expect_no_more()
        return result

    def action_cancel(self):
        open_ = self.filtered(lambda picking: picking.state not in ("done", "cancel"))
        result = super().action_cancel()
        if self.env.context.get("construction_with_order") is not WITH_ORDER:
            open_._construction_expect_no_more()
        return result

    def _construction_expect_no_more(self):
        """Close short what was ordered, did not come, and stands on no open transfer."""
        if at_work(self.env):
            # an event says itself whether it was the last one
            return
        for picking in self:
            lines = picking.move_ids._construction_first_hand().sudo().purchase_line_id
            short = lines.filtered(lambda line: line._construction_comes_no_more())
            if not short:
                continue
            short._construction_close_short()
            for order, found in short.grouped("order_id").items():
                order.message_post(
                    body=self.env._(
                        "Nothing more is expected of line %(lines)s, since %(transfer)s was ended with less: "
                        "closed short, and no longer committed. Order it anew to have it after all.",
                        lines=listed(self.env, [line._construction_line_label() for line in found]),
                        transfer=picking.display_name,
                    ),
                    author_id=self.env.user.partner_id.id,
                )


class PurchaseOrderLineNoMore(models.Model):
    # the same for the order lines
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_comes_no_more(self):
        """Whether less came of a line of a released job order than was ordered, and nothing is on its way."""
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return (
            self.order_id.state == "purchase"
            and self.order_id._construction_is_for_job()
            and not self.construction_closed_short
            and self._construction_compare(self.qty_received, self.product_qty) < 0
            and not moves._construction_first_hand()
        )


class PurchaseOrderNoMore(models.Model):
    # the same for the order, which ends its transfers itself
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def button_cancel(self):
        orders = self.with_context(construction_with_order=WITH_ORDER)
        return super(PurchaseOrderNoMore, orders).button_cancel()
