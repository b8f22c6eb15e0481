# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_job_cost.lib.quantity import exact

from .account_move import BILL_TYPES


class PurchaseOrderLineBilled(models.Model):
    """How much of a line may be billed, and how much is, by bills that are posted or cleared to post."""

    # apart from the line: what of it is billed is another idea
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_accepted(self):
        """What of each line is accepted, in its unit: all that was received, unless a module says less.

        The rule of quantities goes by what was received; what hangs on acceptance has rules of its own.

        :return: dict order line → Decimal
        """
        return {line: exact(line.qty_received) for line in self}

    def _construction_certified(self):
        """What of services may be billed at most by their certificates, of those that have some.

        :return: dict order line → Decimal, of the lines that have certificates
        """
        return {}

    def _construction_is_deduction(self):
        """Whether a line takes off the order: it bills less, and nothing of it is ever received."""
        self.ensure_one()
        return self.price_subtotal < 0 or self.product_qty < 0

    def _construction_received_to_bill(self):
        """What may be billed of a line without anybody's word, as a quantity above 0."""
        self.ensure_one()
        if self._construction_is_deduction():
            return self._construction_quantity_sign() * exact(self.product_qty)
        return exact(self.qty_received)

    def _construction_billable_with_word(self):
        """What may be billed of a service that somebody says was done; None of what is received as goods.

        Up to what is certified, where certificates exist, else up to what is ordered.
        """
        self.ensure_one()
        if self.qty_received_method == "stock_moves" or self._construction_is_deduction():
            return None
        return exact(self._construction_certified().get(self, self.product_qty))

    # --- what is billed -----------------------------------------------------------

    def _construction_billed_rows(self, besides=None, also=None):
        """What bills and credit notes bill of these lines: those that are posted, and bills cleared to post.

        A credit note frees nothing before it is posted.

        :param besides: account.move that do not count; ``also``: one that does in any case
        :return: {order line: [lib.billing.Billed]}
        """
        rows = {line: [] for line in self}
        for line in self.sudo().invoice_lines.sorted(lambda row: (row.date, row.id)):
            move = line.move_id
            cleared = move.state == "draft" and move.construction_cleared and move.move_type in BILL_TYPES
            counts = move.state == "posted" or cleared or move == also
            if line.display_type == "product" and counts and not (besides and move in besides):
                rows[line.purchase_line_id.with_env(self.env)] += line._construction_as_billed()
        return rows

    def _construction_billing_slack(self, lines):
        """By how much quantities of a line may differ and be the same, as it came and is billed.

        :param lines: account.move.line
        """
        self.ensure_one()
        units = self.sudo().move_ids.product_uom | lines.sudo().product_uom_id
        return self.product_uom_id._construction_slack(units)
