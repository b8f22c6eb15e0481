# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.construction_base.lib.decimals import denoised

from ..lib.sums import is_rounding

# what a line that rounds the total is called, as other lines are by their number
ROUNDING = "/rounding"


class AccountMoveStated(models.Model):
    """What a supplier states on an invoice beside its lines, and whether it adds up."""

    # apart from matching: what a bill says and what it is compared with are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    construction_prepaid = fields.Monetary(
        string="Prepaid",
        readonly=True,
        copy=False,
        help="Paid before the bill came, as the supplier states it: payments of it are matched by hand.",
    )
    construction_rounding = fields.Monetary(
        string="Rounding",
        readonly=True,
        copy=False,
        help="By how much the supplier rounds what is to be paid; no part of the total.",
    )
    construction_to_pay = fields.Monetary(
        string="To Pay, as Stated",
        compute="_compute_construction_to_pay",
        help="The total, rounded as the supplier rounds it, less what was prepaid.",
    )
    construction_misstated = fields.Json(
        string="Does Not Add Up",
        readonly=True,
        copy=False,
        help="Lines whose stated amount is not what their quantity and price come to.",
    )

    @api.depends("amount_total", "construction_prepaid", "construction_rounding")
    def _compute_construction_to_pay(self):
        for move in self:
            move.construction_to_pay = (
                move.amount_total + move.construction_rounding - move.construction_prepaid
            )

    def _construction_problems(self, bank_account, by_hand=False):
        problems = super()._construction_problems(bank_account, by_hand)
        if not self.construction_misstated or any(found["rule"] == "duplicate" for found in problems):
            return problems
        faults = self._construction_faults()
        return problems + [self._construction_misstated_problem(faults)] if faults else problems

    def _construction_faults(self):
        """Those lines that are as their supplier states them still: what somebody corrected adds up."""
        lines = {line.construction_external_line: line for line in self.invoice_line_ids}
        return [
            fault
            for fault in self.construction_misstated
            if fault["line"] in lines and not lines[fault["line"]]._construction_adds_up(fault)
        ]

    def _construction_misstated_problem(self, faults):
        """Values of the hold of a bill that is taken as its supplier states it."""
        label = dict(self.env["construction.hold"]._fields["rule"]._description_selection(self.env))["sum"]
        details = [
            self.env._(
                "line %(line)s is stated at %(stated)s, and comes to %(computed)s",
                line=fault["line"],
                stated=self.currency_id.format(float(fault["stated"])),
                computed=self.currency_id.format(float(fault["computed"])),
            )
            for fault in faults
        ]
        excess = sum(abs(Decimal(fault["stated"]) - Decimal(fault["computed"])) for fault in faults)
        return {
            "rule": "sum",
            "name": f"{label}: " + "; ".join(details),
            "excess": float(excess),
            "figures": {"lines": faults},
        }

    def _construction_charges(self, lines):
        """Net amount of what lines charge that are of no order line, but for the rounding of the total."""
        charged = lines.filtered(
            lambda line: not line.purchase_line_id and not line._construction_is_rounding()
        )
        return sum((denoised(line.price_subtotal) for line in charged), Decimal(0))


class AccountMoveLineStated(models.Model):
    # the same for its lines
    _inherit = "account.move.line"  # pylint: disable=consider-merging-classes-inherited

    def _construction_is_rounding(self):
        """Whether this line is none but by which the supplier rounds the total."""
        digits = self.currency_id.decimal_places
        of_total = self.construction_external_line == ROUNDING
        return of_total and is_rounding(denoised(self.price_subtotal), digits)

    def _construction_adds_up(self, fault):
        """Whether this line comes to what was wrong on it, by figures of its own.

        :param fault: of ``construction_misstated``
        """
        amount, compare = self.price_subtotal, self.currency_id.compare_amounts
        if not compare(amount, float(fault["computed"])):
            return True
        # the stated amount, of another quantity or with a discount: its price was made of it before
        other = "quantity" in fault and self.product_uom_id.compare(self.quantity, float(fault["quantity"]))
        return not compare(amount, float(fault["stated"])) and bool(other or self.discount)
