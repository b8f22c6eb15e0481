# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..lib.revisions import LineState
from ..tools import decimal


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)

    def write(self, vals):
        result = super().write(vals)
        if "qty_received" in vals:
            # what is certified, by hand or by event; goods are received by their moves
            self._construction_touch()
        return result

    def _construction_touch(self):
        """Have a bill that is matched in another transaction at this moment look again.

        A bill writes the same rows when it is matched, so that of the two the later one goes again and
        sees what the other has done.
        """
        self.env["construction.bill.guard"]._touch({f"order_line:{line.id}" for line in self})

    def _construction_line_label(self):
        """What a person knows the line by."""
        self.ensure_one()
        return (
            self._construction_line_key() or (self.name or self.product_id.name or "?").splitlines()[0][:60]
        )

    def _construction_taken(self, besides=None):
        """Quantity taken by bills that are posted or cleared to post, in the order's unit.

        :param besides: account.move whose own lines do not count
        :return: dict order line → Decimal
        """
        billed = dict.fromkeys(self, decimal(0))
        for line in self.sudo().invoice_lines:
            move = line.move_id
            counts = move.state == "posted" or (move.state == "draft" and move.construction_cleared)
            if move == besides or not counts:
                continue
            order_line = line.purchase_line_id.sudo(self.env.su)
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, order_line.product_uom_id, round=False
            )
            billed[order_line] += decimal(-quantity if move.move_type == "in_refund" else quantity)
        return billed

    def _construction_line_states(self, keys=None):
        """What was ordered, received and billed, as the pure rules take it.

        :param dict keys: line → what the event calls it, where that is not the line's own key
        """
        keys = keys or {}
        billed = self._construction_taken()
        return [
            LineState(
                keys.get(line) or line.construction_external_line,
                decimal(line.product_qty),
                decimal(line.qty_received),
                billed[line],
            )
            for line in self
        ]
