from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..lib import commitment
from ..lib.amounts import ZERO, decimal
from .construction_cost_source_mixin import UNCHECKED

# Changes of these change what the line has in the ledger.
COST_FIELDS = {
    "analytic_distribution",
    "construction_job_id",
    "cost_code_id",
    "cost_type_id",
    "product_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "qty_received",
    "qty_received_manual",
    "construction_closed_short",
}


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = [
        "purchase.order.line",
        "construction.coding.mixin",
        "construction.cost.source.mixin",
    ]

    construction_closed_short = fields.Boolean(
        string="Closed Short",
        readonly=True,
        copy=False,
        help="Nothing more is expected on this line: what was not received is no longer committed.",
    )

    def _compute_analytic_distribution(self):
        with self._construction_coding_kept():
            return super()._compute_analytic_distribution()

    # --- position ---------------------------------------------------------------------------------

    def _construction_cost_document(self):
        return self.order_id

    def _construction_cost_position(self):
        lines = self.filtered(lambda l: not l.display_type and l.analytic_distribution)
        positions = {}
        for line, figures in lines._construction_order_lines().items():
            positions[line] = line._construction_line_position(figures)
        return positions

    def _construction_line_position(self, figures):
        order = self.order_id
        if order.state == "cancel":
            return []
        split = [order.currency_id, order.currency_rate or 1]
        amount, quantity = commitment.open_amount(figures), commitment.open_quantity(figures)
        amount *= self._construction_cost_factor()
        if order.state == "purchase":
            accrual = commitment.received_not_billed(figures) * self._construction_cost_factor()
            return self._construction_split_position(
                "commitment", amount, *split, quantity
            ) + self._construction_split_position("accrual", accrual, *split, commitment.unbilled(figures))
        stage = "reserved" if order.state == "to approve" else "draft"
        return self._construction_split_position("pending", amount, *split, quantity, stage)

    def _construction_request(self, figures):
        """Position of the open amount of one line, whatever the state of its order."""
        order = self.order_id
        amount = commitment.open_amount(figures) * self._construction_cost_factor()
        return self._construction_split_position(
            "commitment", amount, order.currency_id, order.currency_rate or 1
        )

    def _construction_controlled_jobs(self):
        """Ids of the jobs of these lines that have a budget to control them by."""
        jobs = self.env["project.project"].sudo()
        for line in self:
            for job, *_coding in line._construction_coding_splits():
                jobs |= job
        return set(jobs._construction_under_budget_control().ids)

    def _construction_order_lines(self):
        """{line: lib.commitment.OrderLine} in the order's currency and the line's unit."""
        billed = self._construction_billed()
        return {
            line: commitment.OrderLine(
                amount=decimal(line.price_subtotal),
                quantity=decimal(line.product_qty),
                received=decimal(line.qty_received),
                billed=billed[line.id][0],
                billed_amount=billed[line.id][1],
                closed_short=line.construction_closed_short,
                unit_price=decimal(line.price_unit_discounted) if not line.product_qty else ZERO,
                slack=line.product_uom_id._construction_slack(line.move_ids.product_uom | billed[line.id][2]),
            )
            for line in self
        }

    def _construction_billed(self):
        """{line id: (quantity, net amount, units billed in)} of posted bills less refunds."""
        nothing = (ZERO, ZERO, self.env["uom.uom"])
        result = defaultdict(lambda: nothing)
        released = self.filtered(lambda l: l.order_id.state == "purchase")
        if not released:
            return result
        later = self.env.context.get("construction_ignore_moves")
        if not isinstance(later, frozenset):  # as a remote call might give it
            later = ()
        groups = self.env["account.move.line"]._read_group(
            [
                ("purchase_line_id", "in", released.ids),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                *([("move_id", "not in", list(later))] if later else []),
            ],
            ["purchase_line_id", "product_uom_id", "currency_id", "move_type"],
            ["quantity:sum", "amount_currency:sum", "balance:sum"],
        )
        for line, uom, currency, move_type, quantity, amount, balance in groups:
            quantity = (uom or line.product_uom_id)._construction_said_in(quantity, line.product_uom_id)
            if currency != line.order_id.currency_id:
                amount = balance * line.order_id.currency_rate
            sign = -1 if move_type == "in_refund" else 1
            billed, billed_amount, units = result[line.id]
            result[line.id] = (
                billed + sign * quantity,
                billed_amount + round(decimal(amount), 6),
                units | uom,
            )
        return result

    def _construction_cost_factor(self):
        """1, or more when a tax on the line cannot be recovered: that part is cost."""
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        lost = taxes.invoice_repartition_line_ids.filtered(
            lambda r: r.repartition_type == "tax" and not r.use_in_tax_closing
        )
        if not lost or not self.price_subtotal:
            return decimal(1)
        computed = self.tax_ids.compute_all(
            self.price_unit_discounted, self.order_id.currency_id, self.product_qty
        )
        amount = sum(t["amount"] for t in computed["taxes"] if not t["use_in_tax_closing"])
        return 1 + decimal(amount) / decimal(self.price_subtotal)

    # --- when it changes --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # the lines, not the values: default values come from the context, too
        if not self.env.su and any(line.construction_closed_short for line in lines):
            raise AccessError(self.env._("Use the order's button to close a line short."))
        coded = lines.filtered("analytic_distribution")
        if coded:
            coded._construction_cost_changed()
        return lines

    def write(self, vals):
        if "construction_closed_short" in vals and not self.env.su:
            raise AccessError(self.env._("Use the order's button to close a line short."))
        opened = self._construction_opened_by(vals) if vals.get("product_qty") else self.browse()
        with self.order_id._construction_changed_together():
            result = super().write(vals)
            if opened:
                opened.sudo().write({"construction_closed_short": False})
            if COST_FIELDS & set(vals):
                self._construction_cost_changed()
        return result

    def _construction_opened_by(self, vals):
        """Those of these lines that were closed short and of which more is ordered: they are open again."""
        unit = self.env["uom.uom"].browse(vals.get("product_uom_id"))
        return self.filtered(
            lambda line: (
                line.construction_closed_short
                and not vals.get("construction_closed_short")
                and line.product_uom_id.compare(
                    (unit or line.product_uom_id)._compute_quantity(
                        vals["product_qty"], line.product_uom_id, round=False
                    ),
                    line.product_qty,
                )
                > 0
            )
        )

    def web_save_multi(self, vals_list, specification):
        with self.order_id._construction_changed_together():
            return super().web_save_multi(vals_list, specification)

    @api.model
    def load(self, fields, data):
        with self.env["purchase.order"]._construction_changed_together():
            return super().load(fields, data)

    def unlink(self):
        coded = self.filtered("analytic_distribution")
        entries = self.env["construction.cost.entry"].sudo()
        posted = entries._posted_sums([coded])
        vals_list = []
        for line in coded.sudo():
            sums = posted.get((line._name, line.id), {})
            reverse = {k: tuple(-f for f in figures) for k, figures in sums.items() if any(figures)}
            if reverse:
                vals_list += line._construction_prepare_entries(reverse, None)
        coded._construction_forget_cost_change()
        entries._check_periods(vals_list)
        result = super().unlink()
        entries.create(vals_list)
        return result

    def _compute_qty_received(self):
        result = super()._compute_qty_received()
        self.filtered("analytic_distribution")._construction_note_cost_change()
        return result

    def _construction_released(self):
        """Those of these lines whose order holds budget."""
        return self.filtered(lambda l: l.order_id.state in ("to approve", "purchase"))

    def _construction_cost_changed(self):
        """Check and post changed lines of released orders at once, or with all that changes together.

        Drafts are posted when the transaction ends.
        """
        released = self._construction_released()
        (self - released)._construction_note_cost_change()
        if not released:
            return
        noted = self.env.cr.cache.get(UNCHECKED)
        if noted is not None:
            released._construction_note_in(noted)
            return
        released.order_id._construction_check_budget(released)
        released._construction_post_cost()

    def _construction_post_cost(self, date=None):
        noted = self.env.cr.cache.get(UNCHECKED)
        if noted:
            (self - self._construction_checked())._construction_note_in(noted, date)
        return super()._construction_post_cost(date)

    def _construction_close_short(self):
        """Take what was not received off the commitment of these lines."""
        self.sudo().write({"construction_closed_short": True})
