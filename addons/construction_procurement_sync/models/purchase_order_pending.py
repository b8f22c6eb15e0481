# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PurchaseOrderPending(models.Model):
    """Which unreleased orders count as pending cost: those that somebody has put forward."""

    # apart from the order: what it says and what it counts for are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    construction_stopped = fields.Boolean(
        string="Stopped on its Way",
        readonly=True,
        copy=False,
        help="Sent as approved by another system, and stopped here: it counts as pending until it is "
        "released, cancelled or set back to draft.",
    )

    def _construction_pending_stage(self):
        stage = super()._construction_pending_stage()
        if stage or self.state not in ("draft", "sent"):
            return stage
        reviews = self.sudo().review_ids
        requested = reviews and "rejected" not in reviews.mapped("status")
        return "draft" if requested or self.construction_stopped else None

    def _construction_put_forward(self):
        """Count orders of events as pending, because something stopped them."""
        self._construction_note_stopped(True)
        self.order_line._construction_post_cost()

    def _construction_note_stopped(self, stopped):
        orders = self.sudo().filtered(lambda order: order.construction_stopped != stopped)
        # past the rules of reviews, of which this is no part
        models.BaseModel.write(orders, {"construction_stopped": stopped})

    def write(self, vals):
        if vals.get("state") in ("draft", "cancel", "purchase"):
            # by whatever button: one that is set back to draft is in preparation again
            self._construction_note_stopped(False)
        return super().write(vals)
