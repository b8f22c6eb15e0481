# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class PurchaseOrderLineClosed(models.Model):
    """Nothing more comes of a line that is closed short, by event or by hand: no transfer waits for it."""

    # apart from the line: that nothing more of it comes is another idea
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_close_short(self):
        waiting = self.sudo().move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        waiting._construction_first_hand()._action_cancel()
        return super()._construction_close_short()

    def _create_or_update_picking(self):
        """Of what is closed short, ordering less asks for nothing: only more opens it again."""
        expected = self.filtered(lambda line: not line.construction_closed_short)
        return super(PurchaseOrderLineClosed, expected)._create_or_update_picking()
