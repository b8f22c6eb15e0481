# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib.amounts import allocate
from ..lib.billing import PRICE, QUANTITY, Billed
from ..lib.ledger import sums

# Money owed, held or earned is not cost, whatever coding its journal item carries.
NOT_COST = (
    "asset_receivable",
    "asset_cash",
    "asset_prepayments",
    "liability_payable",
    "liability_credit_card",
    "liability_current",
    "liability_non_current",
    "equity",
    "equity_unaffected",
    "income",
    "income_other",
    "off_balance",
)
CODING = {"analytic_distribution", "construction_job_id", "cost_code_id", "cost_type_id"}


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = [
        "account.move.line",
        "construction.coding.mixin",
        "construction.cost.source.mixin",
    ]
    _construction_worked_out_but = frozenset({"matching_number"})

    construction_credit = fields.Selection(
        [(PRICE, "The price"), (QUANTITY, "Goods")],
        string="Takes Back",
        readonly=True,
        copy=False,
        help="Of a credit of an order line: whether it lowers the price of what was billed, or takes goods "
        "back. It follows from what was billed before it was posted; no later bill changes it.",
    )

    def _compute_analytic_distribution(self):
        with self._construction_coding_kept():
            return super()._compute_analytic_distribution()

    @api.onchange("product_id")
    def _onchange_construction_item(self):
        self._construction_fill_type()

    def _construction_binding(self):
        """Lines of posted bills; what takes back one that was posted without a job is as that one."""
        posted = self.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.is_purchase_document(include_receipts=True)
                and not move.reversed_entry_id.invoice_line_ids._construction_without_job()
            )
        )
        return self.filtered(lambda line: line.display_type == "product" and line.move_id in posted)

    def _construction_coded_document(self):
        return self.move_id.ref or self.move_id.display_name

    def _construction_cost_document(self):
        return self.move_id

    def _construction_cost_date(self):
        return self.date

    def _construction_cost_position(self):
        positions = {}
        for line in self.filtered("analytic_distribution"):
            if line._construction_is_cost():
                positions[line] = line._construction_actual_position()
        return positions

    def _construction_cost_history(self):
        return {
            line: {line.date: sums(position)} for line, position in self._construction_cost_position().items()
        }

    def _construction_is_cost(self):
        """Whether a journal item is job cost.

        Recoverable tax, settlement and exchange differences, revenue and what Odoo books for stock
        valuation beside the bill are not: material is counted once, when it is billed to the job.
        """
        move = self.move_id
        return (
            move.state == "posted"
            and not move.is_sale_document(include_receipts=True)
            and self.account_id.account_type not in NOT_COST
            and self.display_type in ("product", "tax", "non_deductible_product", "non_deductible_tax")
            and not (self.tax_repartition_line_id and self.tax_repartition_line_id.use_in_tax_closing)
            and move.journal_id != move.company_id.currency_exchange_journal_id
            and not move.tax_cash_basis_rec_id
            and not move.stock_move_ids
        )

    def _construction_actual_position(self):
        """The item's balance, as the books have it, split by coding."""
        splits = [split for split in self._construction_coding_splits() if split[0]]
        if not splits:
            return []
        fractions = [split[3] for split in splits]
        amounts = allocate(self.balance, fractions, decimal(self.company_currency_id.rounding))
        in_currency = allocate(self.amount_currency, fractions, decimal(self.currency_id.rounding))
        quantity = 0.0
        if self.display_type == "product":
            quantity = self.quantity if self.balance >= 0 else -abs(self.quantity)
        return [
            {
                "kind": "actual",
                "job_id": job.id,
                "cost_code_id": code.id,
                "cost_type_id": cost_type.id,
                "currency_id": self.currency_id.id,
                "amount": amounts[index],
                "amount_currency": in_currency[index],
                "quantity": round(quantity * fraction, 6),
            }
            for index, (job, code, cost_type, fraction) in enumerate(splits)
        ]

    def _construction_as_billed(self):
        """These lines of order lines as :class:`lib.billing.Billed`, a deduction's as those of any other."""
        rows = []
        for line in self:
            order_line, move = line.purchase_line_id, line.move_id
            unit = order_line.product_uom_id
            quantity = (line.product_uom_id or unit)._construction_said_in(line.quantity, unit)
            if move.move_type == "in_refund":
                quantity = -quantity
            amount = decimal(line.amount_currency)
            if line.currency_id != order_line.currency_id:
                amount = decimal(line.balance) * decimal(order_line.order_id.currency_rate)
            quantity *= order_line._construction_quantity_sign()
            amount = order_line._construction_amount_sign() * round(amount, 6)
            if amount and order_line._construction_amount_sign() < 0:
                # a deduction comes as less on a bill, or as a credit note of it
                quantity = abs(quantity) if amount > 0 else -abs(quantity)
            rows.append(
                Billed(
                    move.id,
                    quantity,
                    amount,
                    move.reversed_entry_id.id or None,
                    came=move._origin.id or 0,
                    kind=line.construction_credit or None,
                )
            )
        return rows

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # Lines are born posted only when a posted entry is completed (an accrual, a rounding).
        posted = lines.filtered(lambda l: l.parent_state == "posted" and l.analytic_distribution)
        if posted:
            posted._construction_post_cost()
        return lines

    def write(self, vals):
        matched = "purchase_line_id" in vals
        if not (matched or CODING & set(vals)):
            return super().write(vals)
        posted = self.filtered(lambda line: line.parent_state == "posted")
        # which order line a posted line bills is what that one has open
        before = {line: line.purchase_line_id for line in posted} if matched else {}
        if matched:
            posted._construction_forget_credit()
        result = super().write(vals)
        if posted and CODING & set(vals):
            posted._construction_post_cost()
        for date, dated in posted.grouped("date").items() if matched else ():
            lines = dated.purchase_line_id.union(*(before[line] for line in dated))
            lines.sudo().filtered("analytic_distribution")._construction_post_cost(date)
        return result

    def _construction_forget_credit(self):
        """What these lines take back is decided anew."""
        decided = self.filtered("construction_credit")
        if decided:
            decided.sudo().write({"construction_credit": False})

    def _prepare_line_values_for_purchase(self):
        """What is ordered after its bill costs what the bill says."""
        vals_list = super()._prepare_line_values_for_purchase()
        for line, vals in zip(self, vals_list, strict=True):
            vals["analytic_distribution"] = line.analytic_distribution
        return vals_list
