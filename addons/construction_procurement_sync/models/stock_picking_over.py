# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work


class StockPickingOver(models.Model):
    """More than a job's order asks for is received once the order is changed: by hand as by event.

    A bill is paid up to what was received, so what nobody ordered would pass the budget unasked.
    """

    # apart from what a receipt is: how much may come is another idea
    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    def _action_done(self):
        result = super()._action_done()
        if not at_work(self.env):
            self._construction_check_over()
        return result

    def _construction_check_over(self):
        """:raises UserError: where these transfers brought more of a released job order than it asks for"""
        came = self.move_ids.filtered(lambda move: move.state == "done" and not move._is_purchase_return())
        came.sudo().purchase_line_id.with_env(self.env)._construction_check_over()


class PurchaseOrderLineOver(models.Model):
    # the same for the order's lines
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_check_over(self):
        """:raises UserError: where more of these lines of a job's order was received than it asks for"""
        over = self.sudo().filtered(
            lambda line: (
                line.order_id._construction_is_for_job()
                and line._construction_compare(line.qty_received, line.product_qty) > 0
            )
        )
        if over:
            raise UserError(
                self.env._(
                    "This is more than order %(order)s asks for: %(details)s. Change the order first, so "
                    "that its budget and approvals are asked; or receive what was ordered.",
                    order=listed(self.env, over.order_id.mapped("name")),
                    details=listed(self.env, [line._construction_over_label() for line in over], "; "),
                )
            )

    def _construction_over_label(self, received=None):
        """How much of this line came, or how much will have come, and how much was ordered."""
        received = denoised(self.qty_received) if received is None else received
        return self.env._(
            "line %(line)s: %(received)s received of %(ordered)s ordered",
            line=self._construction_line_label(),
            received=self.product_uom_id._construction_words(received),
            ordered=self.product_uom_id._construction_words(self.product_qty),
        )
