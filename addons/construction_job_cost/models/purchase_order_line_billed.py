# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import models

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from ..lib import billing, timeline


class PurchaseOrderLineBilled(models.Model):
    """What bills and credit notes come to of a line, and on which day."""

    # apart from the line: what it has in the ledger and what is billed of it are two ideas
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_billed(self, bills=None):
        """{line id: (quantity, net amount, units billed in)} of posted bills less refunds.

        What was credited of the price only is in neither: nothing more is to be billed for it.
        """
        units = self.env["uom.uom"]
        nothing = (ZERO, ZERO, units)
        result = defaultdict(lambda: nothing)
        for line_id, found in (self._construction_billed_on() if bills is None else bills).items():
            result[line_id] = (
                sum((bill.quantity for bill in found), ZERO),
                sum((bill.amount for bill in found), ZERO),
                units.browse({bill.unit for bill in found if bill.unit}),
            )
        return result

    def _construction_billed_on(self, decide=False):
        """{line id: [lib.timeline.Billed]}: posted bills less refunds, by accounting date.

        :param decide: keep what their credits take back: what is billed later makes no other of them
        """
        result = defaultdict(list)
        released = self.filtered(lambda l: l.order_id.state == "purchase")
        if not released:
            return result
        domain = [
            ("purchase_line_id", "in", released.ids),
            ("parent_state", "=", "posted"),
            ("display_type", "=", "product"),
        ]
        groups = self.env["account.move.line"]._read_group(
            domain,
            ["purchase_line_id", "date:day", "product_uom_id", "currency_id", "move_type"],
            ["quantity:sum", "quantity:min", "amount_currency:sum", "balance:sum"],
        )
        credited = self.browse()
        for line, date, uom, currency, move_type, quantity, least, amount, balance in groups:
            if move_type == "in_refund" or least < 0:
                credited |= line
            quantity = (uom or line.product_uom_id)._construction_said_in(quantity, line.product_uom_id)
            if currency != line.order_id.currency_id:
                amount = balance * line.order_id.currency_rate
            result[line.id].append(timeline.Billed(date, quantity, round(decimal(amount), 6), uom.id or 0))
        if credited:
            rows = self.env["account.move.line"].search(
                [*domain, ("purchase_line_id", "in", credited.ids)], order="date, id"
            )
            for line, own in rows.grouped("purchase_line_id").items():
                if decide:
                    line._construction_decide_credits(own)
                result[line.id] = line._construction_netted_on(own)
        return result

    def _construction_decide_credits(self, billed_by):
        """Keep what posted credits of one line take back, once something is billed to hold them against.

        :param billed_by: account.move.line, all posted ones of the line
        """
        found = billing.decide(billed_by._construction_as_billed(), **self._construction_netting(billed_by))
        for place, kind in found.items():
            billed_by[place].sudo().write({"construction_credit": kind})

    def _construction_netted_on(self, billed_by):
        """[lib.timeline.Billed] of the lines of bills and credit notes of one line, which are netted.

        :param billed_by: account.move.line, the earliest first
        """
        self.ensure_one()
        signs = self._construction_quantity_sign(), self._construction_amount_sign()
        result, rows, before = [], [], billing.Net()
        for move, own in billed_by.grouped("move_id").items():
            rows += own._construction_as_billed()
            now = self._construction_net(rows, billed_by)
            step = now - before
            unit = own.product_uom_id[:1].id or 0
            result.append(timeline.Billed(move.date, signs[0] * step.quantity, signs[1] * step.amount, unit))
            before = now
        return result

    def _construction_quantity_sign(self):
        """-1 of a line that orders less than nothing, else 1."""
        return -1 if self.product_qty < 0 else 1

    def _construction_amount_sign(self):
        """-1 of a line that takes off the order, else 1."""
        return -1 if (self.price_subtotal or self.price_unit) < 0 else 1

    def _construction_net(self, rows, billed_by=None):
        """What lines of bills and credit notes come to, a deduction's as those of any other.

        :param rows: list of lib.billing.Billed
        :param billed_by: the account.move.line that they are of, for their units
        """
        return billing.net(rows, **self._construction_netting(billed_by))

    def _construction_netting(self, billed_by=None):
        """By how much quantities and amounts of one line may differ and be the same."""
        self.ensure_one()
        units = self.sudo().move_ids.product_uom
        units |= billed_by.product_uom_id if billed_by else units
        return {
            "slack": self.product_uom_id._construction_slack(units),
            "step": decimal(self.currency_id.rounding),
        }
