# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_base.lib.transaction import notes
from odoo.addons.construction_base.models.construction_coding_mixin import CODING_FIELDS

from ..lib import commitment, timeline
from ..lib.ledger import sums
from .construction_cost_source_mixin import UNCHECKED

# Changes of these change what the line has in the ledger.
COST_FIELDS = {
    "order_id",
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
    # Odoo clears the last of a section or a note
    _construction_worked_out_but = frozenset({"product_uom_qty"})

    construction_closed_short = fields.Boolean(
        string="Closed Short",
        readonly=True,
        copy=False,
        help="Nothing more is expected on this line: what was not received is no longer committed.",
    )

    def _compute_analytic_distribution(self):
        with self._construction_coding_kept():
            return super()._compute_analytic_distribution()

    @api.onchange("product_id")
    def _onchange_construction_item(self):
        self._construction_fill_type()

    def _construction_binding(self):
        return self._construction_released()

    def _construction_coded_document(self):
        return self.order_id.display_name

    # --- position ---------------------------------------------------------------------------------

    def _construction_cost_document(self):
        return self.order_id

    def _construction_cost_position(self):
        return {
            line: line._construction_position_of(line._construction_terms(figures), figures)
            for line, figures in self._construction_order_lines().items()
        }

    def _construction_cost_expected(self, date=None):
        """What each line has on each day from a date on; notes since when it is what it is now."""
        steps = self.env["construction.cost.step"]._steps_of(self)
        bills = self._construction_billed_on(decide=True)
        expected, noted = {}, []
        for line, figures in self._construction_order_lines(bills).items():
            since = date or line._construction_cost_date()
            known = steps.get(line.id, [])
            step = timeline.next_step(known, since, line._construction_terms(figures), figures.received)
            if step:
                noted.append((line, step))
                known = [*known, step]
            expected[line] = since, line._construction_days(known, bills[line.id], figures, since)
        if noted:
            self.env["construction.cost.step"]._append(noted)
        return expected

    def _construction_cost_history(self):
        steps = self.env["construction.cost.step"]._steps_of(self)
        known = self.filtered(lambda line: line.id in steps)
        bills = known._construction_billed_on()
        return {
            line: line._construction_days(steps[line.id], bills[line.id], figures)
            for line, figures in known._construction_order_lines(bills).items()
        }

    def _construction_days(self, steps, bills, figures, since=None):
        """{day: {key: figures}}: what the line has from each day on on which something changed."""
        days = timeline.days_of(steps, bills)
        if since:
            days = [since, *(day for day in days if day > since)]
        return {
            day: sums(self._construction_position_of(*timeline.line_on(day, steps, bills, figures)))
            for day in days
        }

    def _construction_cost_changes(self, expected, posted):
        since, days = expected
        return timeline.changes(days, posted, since)

    def _construction_position_of(self, terms, figures):
        order = self.order_id
        # its order's, for what one line lacks is no reason to show nothing of all others
        company = self.company_id or order.company_id
        currency = self.env["res.currency"].browse(terms.currency) or company.currency_id
        return timeline.position(
            terms,
            figures,
            decimal(currency.rounding),
            decimal(company.currency_id.rounding),
            currency != company.currency_id,
        )

    def _construction_terms(self, figures):
        """lib.timeline.Terms of the line as it stands."""
        order = self.order_id
        if self.display_type or not self.analytic_distribution or order.state == "cancel":
            return timeline.Terms()
        released = order.state == "purchase"
        stage = timeline.COMMITTED if released else order._construction_pending_stage()
        if not stage:
            return timeline.Terms()
        return timeline.Terms(
            stage,
            amount=figures.amount,
            quantity=figures.quantity,
            unit_price=figures.unit_price,
            closed_short=figures.closed_short,
            factor=self._construction_cost_factor(),
            rate=decimal(order.currency_rate or 1),
            currency=order.currency_id.id,
            coding=tuple(
                (job.id, code.id, cost_type.id, decimal(fraction))
                for job, code, cost_type, fraction in self._construction_coding_splits()
                if job
            ),
        )

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

    def _construction_order_lines(self, bills=None):
        """{line: lib.commitment.OrderLine} in the order's currency and the line's unit.

        :param bills: what ``_construction_billed_on`` says, where it is known already
        """
        billed = self._construction_billed(bills)
        return {
            line: commitment.OrderLine(
                amount=decimal(line.price_subtotal),
                quantity=decimal(line.product_qty),
                received=decimal(line.qty_received),
                billed=billed[line.id][0],
                billed_amount=billed[line.id][1],
                closed_short=line.construction_closed_short,
                unit_price=decimal(line._construction_net_price()) if not line.product_qty else ZERO,
                slack=line.product_uom_id._construction_slack(line.move_ids.product_uom | billed[line.id][2]),
            )
            for line in self
        }

    def _construction_net_price(self):
        """Price of one unit, less discount and without any tax that is in it, unrounded."""
        self.ensure_one()
        return self._construction_price(self.price_unit_discounted, "raw_total_excluded_currency")

    def _construction_taxed_price(self, net_price):
        """The price of one unit that says a net price on this line: with the taxes that are in it."""
        self.ensure_one()
        return self._construction_price(net_price, "raw_total_included_currency", "total_excluded")

    def _construction_price(self, price, wanted, special_mode=False):
        included = self.tax_ids.flatten_taxes_hierarchy().filtered("price_include")
        if not included:
            return price
        base_line = self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            None,
            tax_ids=self.tax_ids if wanted == "raw_total_excluded_currency" else included,
            price_unit=price,
            quantity=1.0,
            currency_id=self.order_id.currency_id,
            product_id=self.product_id,
            product_uom_id=self.product_uom_id,
            special_mode=special_mode,
        )
        self.env["account.tax"]._add_tax_details_in_base_line(base_line, self.company_id, "round_globally")
        return round(base_line["tax_details"][wanted], 10)

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

    @api.model
    def _prepare_add_missing_fields(self, values):
        # none of them follows from the coding, which would be worked out for a line that is thrown away
        return super()._prepare_add_missing_fields(
            {field: value for field, value in values.items() if field not in CODING_FIELDS}
        )

    def write(self, vals):
        if "construction_closed_short" in vals and not self.env.su:
            raise AccessError(self.env._("Use the order's button to close a line short."))
        opened = self._construction_opened_by(vals) if vals.get("product_qty") else self.browse()
        with self.order_id._construction_changed_together():
            if opened:
                # before it is written, for what is expected of it follows
                opened.sudo().write({"construction_closed_short": False})
            result = super().write(vals)
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
                and line.product_uom_id._construction_compare(
                    (unit or line.product_uom_id)._construction_said_in(
                        vals["product_qty"], line.product_uom_id
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
        posted = entries._posted_days([coded])
        vals_list = []
        for line in coded.sudo():
            days = posted.get((line._name, line.id), {})
            for date, reverse in timeline.changes({}, days, line._construction_cost_date()).items():
                vals_list += line._construction_prepare_entries(reverse, date)
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
        noted = notes(self.env).get(UNCHECKED)
        if noted is not None:
            released._construction_note_in(noted)
            return
        released.order_id._construction_check_budget(released)
        released._construction_post_cost()

    def _construction_post_cost(self, date=None):
        noted = notes(self.env).get(UNCHECKED)
        if noted:
            (self - self._construction_checked())._construction_note_in(noted, date)
        return super()._construction_post_cost(date)

    def _construction_close_short(self):
        """Take what was not received off the commitment of these lines."""
        self.sudo().write({"construction_closed_short": True})
