# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.lib.words import listed

from ..lib.tolerance import rate_excess


class AccountMoveCurrency(models.Model):
    """A bill is in the currency of its order, at the rate of its day, or somebody says that it is not.

    An event in another currency is refused; by hand both are typed.
    """

    # apart from matching prices: in which money they are said is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_match_problems(self, by_hand=False):
        return super()._construction_match_problems(by_hand) + self._construction_currency_problems()

    def _construction_credit_problems(self):
        return super()._construction_credit_problems() + self._construction_currency_problems()

    def _construction_currency_problems(self):
        """Values of the hold of a bill in other money than its order's, or at a rate that somebody typed."""
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        orders = lines.purchase_line_id.order_id
        others = orders.filtered(lambda order: order.currency_id != self.currency_id)
        excess = self._construction_rate_excess(sum(lines.mapped("price_subtotal")))
        if not others and not excess:
            return []
        details, amount = [], 0.0
        if others:
            billed = lines.filtered(lambda line: line.purchase_line_id.order_id in others)
            amount = abs(sum(billed.mapped("price_subtotal")))
            details.append(
                self.env._(
                    "it is in %(currency)s, and ordered was in another currency: %(orders)s",
                    currency=self.currency_id.name,
                    orders=listed(self.env, [f"{order.name} ({order.currency_id.name})" for order in others]),
                )
            )
        if excess:
            amount = max(amount, float(excess) * (self.invoice_currency_rate or 1.0))
            details.append(
                self.env._(
                    "its rate is %(rate)s %(currency)s for 1 %(company)s, and that of its day %(expected)s",
                    rate=f"{self.invoice_currency_rate:.6g}",
                    currency=self.currency_id.name,
                    company=self.company_currency_id.name,
                    expected=f"{self.expected_currency_rate:.6g}",
                )
            )
        label = dict(self.env["construction.hold"]._fields["rule"]._description_selection(self.env))
        return [
            {
                "rule": "currency",
                "name": f"{label['currency']}: {'; '.join(details)}",
                "excess": float(amount),
                "figures": {
                    "lines": [{"rate": f"{self.invoice_currency_rate:.6g}"}] if excess else [],
                    # who lets one currency pass lets no other one
                    "currencies": [self.currency_id.name] if others else [],
                    "amount": float(amount),
                },
            }
        ]

    def _construction_rate_excess(self, amount):
        """By how much a typed rate makes another cost of an amount than the rate of the day, if too much."""
        if self.reversed_entry_id.invoice_currency_rate == self.invoice_currency_rate:
            # what is taken back goes at the rate at which it came
            return denoised(0)
        policy = self.company_id._construction_match_policy()
        rates = (
            denoised(self.invoice_currency_rate or 1.0, 12),
            denoised(self.expected_currency_rate or 1.0, 12),
        )
        return rate_excess(denoised(amount), *rates, policy.line_price)
