# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_base.lib.transaction import notes

from ..errors import BudgetExceeded
from ..lib import budget
from ..lib.cause import Changes
from .construction_cost_entry import ACCOUNTING
from .construction_cost_source_mixin import UNCHECKED

OVERRIDE_FIELDS = {
    "construction_override_by_id",
    "construction_override_reason",
    "construction_override_amount",
    "construction_override_used",
}


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"
    _construction_worked_out_but = frozenset()
    _construction_commits = True
    _construction_plain_view = "construction_job_cost.purchase_order_view_form_plain"
    _construction_full_groups = ("purchase.group_purchase_user", *ACCOUNTING)

    construction_override_by_id = fields.Many2one(
        "res.users", string="Budget Overridden By", readonly=True, copy=False
    )
    construction_override_reason = fields.Char(string="Budget Override Reason", readonly=True, copy=False)
    construction_override_amount = fields.Monetary(
        string="Budget Override",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What the order was short of on the day of the override, in company currency. It may go over "
        "budget by this much, once.",
    )
    construction_override_used = fields.Monetary(
        string="Budget Override Used",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What the override has let pass.",
    )
    construction_has_job = fields.Boolean(compute="_compute_construction_has_job")

    @api.depends("order_line.construction_job_id")
    def _compute_construction_has_job(self):
        for order in self:
            order.construction_has_job = bool(order.order_line.construction_job_id)

    @api.constrains("state")
    def _check_lines_have_jobs(self):
        self.order_line._check_coding_has_job()

    # --- when the order changes ---------------------------------------------------------------------

    def _add_precomputed_values(self, vals_list):
        with self.env["construction.coding.mixin"]._construction_made_with_lines():
            return super()._add_precomputed_values(vals_list)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # the orders, not the values: default values come from the context, too
        if not self.env.su and any(order[name] for order in orders for name in OVERRIDE_FIELDS):
            raise AccessError(self.env._("A budget is overridden by the wizard, with a reason."))
        return orders

    def write(self, vals):
        if OVERRIDE_FIELDS & set(vals) and not self.env.su:
            raise AccessError(self.env._("A budget is overridden by the wizard, with a reason."))
        state = vals.get("state")
        if state and state != "purchase":
            self._construction_check_nothing_came(state)
        if state in ("to approve", "purchase"):
            passed = ("to approve", "purchase") if state == "to approve" else ("purchase",)
            self.filtered(lambda o: o.state not in passed)._construction_check_budget()
        with self._construction_changed_together():
            result = super().write(vals)
        if state in ("draft", "sent"):
            # ordered anew, all of it is expected again
            self.order_line.filtered("construction_closed_short").sudo().construction_closed_short = False
        if state or {"currency_id", "date_order"} & set(vals):
            if state in ("to approve", "purchase", "cancel"):
                self.order_line._construction_post_cost()
            else:
                self.order_line._construction_note_cost_change()
        return result

    def web_save_multi(self, vals_list, specification):
        with self._construction_changed_together():
            return super().web_save_multi(vals_list, specification)

    @api.model
    def load(self, fields, data):
        with self._construction_changed_together():
            return super().load(fields, data)

    @api.model
    @contextmanager
    def _construction_changed_together(self):
        """Within it what changes of released orders is noted; its end checks and posts it as a whole.

        A line that gives back makes room for one that takes, whichever is written first.

        :raise BudgetExceeded: at the end
        """
        at_work = notes(self.env)
        if UNCHECKED in at_work:
            yield at_work[UNCHECKED]
            return
        noted = at_work[UNCHECKED] = Changes()
        try:
            yield noted
        except Exception:
            # undone by whoever caught it, or checked before it is committed
            if noted:
                self.env.cr.precommit.add(partial(self._construction_settle_changes, noted))
            raise
        finally:
            del at_work[UNCHECKED]
        self._construction_settle_changes(noted)

    @api.model
    def _construction_settle_changes(self, noted):
        """Check the lines of a lib.cause.Changes, then post them, each with its own cause."""
        if not noted:
            return
        causes = self.with_context(construction_cost_causes=noted) if any(noted.values()) else self
        lines = causes.env["purchase.order.line"].browse([line_id for _model, line_id in noted]).exists()
        released = lines._construction_released()
        released.order_id._construction_check_budget(released)
        lines._construction_post_cost()
        self.env["construction.cost.entry"]._note_room()

    def _construction_check_nothing_came(self, state):
        """:param state: what these orders would be instead of released
        :raises UserError: where goods came, or bills: the order would owe nothing for them
        """
        for order in self.sudo().filtered(lambda o: o.state == "purchase"):
            came = order.order_line.filtered(
                lambda line: (
                    line.analytic_distribution
                    and line.qty_received > 0
                    and any(job for job, *_coding in line._construction_coding_splits())
                )
            )
            if came:
                names = [(line.name or line.product_id.name or "").split("\n")[0] for line in came]
                words = {"order": order.name, "lines": ", ".join(names)}
                if state == "cancel":
                    raise UserError(
                        self.env._(
                            "Order %(order)s is not cancelled: something was received of it (%(lines)s), "
                            "and will be billed. Close it short, or return the goods first.",
                            **words,
                        )
                    )
                raise UserError(
                    self.env._(
                        "Order %(order)s is not set to draft: something was received of it (%(lines)s), "
                        "and will be billed. Close it short, or return the goods first.",
                        **words,
                    )
                )
            bills = order.invoice_ids.filtered(lambda bill: bill.state == "posted")
            if bills and order.order_line.filtered("analytic_distribution"):
                raise UserError(
                    self.env._(
                        "Order %(order)s stays released: it is billed (%(bills)s). Close it short, or have "
                        "its bills cancelled first.",
                        order=order.name,
                        bills=", ".join(bills.mapped("display_name")),
                    )
                )

    def _construction_pending_stage(self):
        """The stage of what the order would commit while it is not released, or None.

        An order counts as pending from when somebody puts it forward: before that it is in preparation.
        """
        self.ensure_one()
        return "reserved" if self.state == "to approve" else None

    # --- budget -------------------------------------------------------------------------------------

    def _construction_check_budget(self, lines=None):
        """Check that the budget has room for what the orders ask for beyond what they already hold.

        Orders that come together are taken one after the other: each finds less by what those before it
        take. Holds under concurrency: the codes asked for are locked by a write, so that of two
        transactions the later one fails to serialize, is tried again and sees the other's commitment.

        :param lines: look at these lines only (others of the orders are unchanged)
        :raise BudgetExceeded: with the figures, when a job's policy is to block
        """
        checked = self.sudo().order_line if lines is None else lines.sudo()
        self.env["construction.cost.entry"]._post_together_now(besides=checked)
        requests = {
            order: order._construction_budget_requests(checked & order.order_line) for order in self.sudo()
        }
        for order, short in self._construction_find_short(requests, lock=True).items():
            if not order._construction_use_override(short):
                order.with_env(self.env)._construction_answer_shortages(short)

    @api.model
    def _construction_find_short(self, requests, lock=False):
        """{order: [lib.budget.Shortage]} of {order: what it asks for, by cell}, in their order.

        :param lock: lock the codes asked for, so that what is found holds until the end
        """
        cells, figures = self.env["construction.budget.cell"].sudo(), {}
        orders = self.sudo().browse([order.id for order in requests])
        for company, found in orders.grouped("company_id").items():
            asked = [requests[order] for order in found if any(a > 0 for a in requests[order].values())]
            codes = {key[:2] for amounts in asked for key in amounts}
            if codes:
                figures |= cells._lock_and_read(codes, company) if lock else cells._read_figures(codes)
        found = budget.stopped([requests[order] for order in orders], figures)
        return {orders[index]: short for index, short in found.items()}

    def _construction_budget_requests(self, lines):
        """{(job, code, type): what lines ask for beyond what they hold}, over jobs under control."""
        lines = lines.filtered(lambda l: not l.display_type and l.analytic_distribution)
        held = self.env["construction.cost.entry"].sudo()._posted_sums([lines])
        controlled = lines._construction_controlled_jobs()
        asked = [
            (_cell(share), share["amount"])
            for line, figures in lines._construction_order_lines().items()
            for share in line._construction_request(figures)
        ]
        has = [
            ((job, code, cost_type or None), sums[0])
            for positions in held.values()
            for (kind, stage, job, code, cost_type, _currency), sums in positions.items()
            if kind == "commitment" or stage == "reserved"
        ]
        requests = budget.net(has, asked)
        return {cell: amount for cell, amount in requests.items() if cell[0] in controlled}

    def _construction_short_amount(self):
        """What one order is short of at this moment, on all jobs, in company currency."""
        order = self.sudo()
        order.env["construction.cost.entry"]._post_together_now(besides=order.order_line)
        requests = {order: order._construction_budget_requests(order.order_line)}
        return float(_short(self._construction_find_short(requests).get(order, ())))

    def _construction_use_override(self, short):
        """Take a shortage off what a cost controller let pass. :return: whether it is covered"""
        self.ensure_one()
        if not self.construction_override_by_id:
            return False
        missing = _short(short)
        given, used = decimal(self.construction_override_amount), decimal(self.construction_override_used)
        if not budget.is_covered(missing, given, used):
            return False
        self.sudo().construction_override_used = float(used + missing)
        return True

    def _construction_answer_shortages(self, short):
        jobs = self.env["project.project"].sudo().browse({s.cell[0] for s in short})
        figures = [self._construction_shortage_figures(s) for s in short]
        message = self._construction_shortage_message(figures)
        if "block" in jobs.mapped("construction_budget_policy"):
            job = self.sudo().order_line.construction_job_id[:1]
            raise BudgetExceeded(
                message,
                figures,
                job=job,
                partner=self.sudo().partner_id,
                record=self,
                owner=job.user_id or None,
                figures=self._construction_shortage_words(figures),
            )
        self.sudo().message_post(body=message)

    def _construction_shortage_words(self, figures):
        """{cost code: what was asked for and what is left}, for who looks at the order that is stopped."""
        money = self.company_id.currency_id.format
        return {
            " / ".join(row[name] for name in ("cost_code", "cost_type") if row[name]): self.env._(
                "asked for %(requested)s, available %(available)s of %(budget)s",
                requested=money(row["requested"]),
                available=money(row["available"]),
                budget=money(row["budget"]),
            )
            for row in figures
        }

    def _construction_shortage_figures(self, short):
        job_id, code_id, type_id = short.cell
        return {
            "job": self.env["project.project"].sudo().browse(job_id).display_name,
            "cost_code": self.env["construction.cost.code"].sudo().browse(code_id or ()).display_name,
            "cost_type": self.env["construction.cost.type"].browse(type_id or ()).display_name,
            "budget": float(short.figures.budget),
            "actual": float(short.figures.actual),
            "committed": float(short.figures.committed),
            "pending": float(short.figures.reserved),
            "available": float(short.figures.available),
            "requested": float(short.requested),
        }

    def _construction_shortage_message(self, figures):
        currency = self.company_id.currency_id
        lines = []
        for line in figures:
            shown = {
                key: format_amount(self.env, value, currency) if isinstance(value, float) else value
                for key, value in line.items()
            }
            shown["where"] = " / ".join(line[key] for key in ("job", "cost_code", "cost_type") if line[key])
            lines.append(
                self.env._(
                    "%(where)s: asked for %(requested)s, available %(available)s (budget %(budget)s, "
                    "actual %(actual)s, open commitment %(committed)s, reserved %(pending)s).",
                    **shown,
                )
            )
        return self.env._(
            "Order %(order)s is over budget.\n%(lines)s\nReduce it, have the budget revised, or ask a "
            "cost controller who did not enter the order to override.",
            order=self.name,
            lines="\n".join(lines),
        )

    # --- buttons ------------------------------------------------------------------------------------

    def action_construction_override_budget(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override Budget"),
            "res_model": "construction.budget.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_construction_close_short(self):
        """Close the order short: what was not received is no longer committed."""
        if not (
            self.env.user.has_group("construction_base.group_buyer")
            or self.env.user.has_group("construction_base.group_cost_controller")
        ):
            raise AccessError(self.env._("Buyers and cost controllers close orders short."))
        self.check_access("write")
        for order in self.filtered(lambda o: o.state == "purchase"):
            order.order_line._construction_close_short()
            order.message_post(body=self.env._("Closed short: nothing more is expected."))
        return True

    def get_formview_id(self, access_uid=None):
        plain = self.env["construction.cost.entry"]._document_view(self)
        return plain or super().get_formview_id(access_uid=access_uid)

    def action_construction_cost_entries(self):
        self.ensure_one()
        return self.env["construction.cost.entry"]._action_of_document(self)


def _cell(position):
    return position["job_id"], position["cost_code_id"], position["cost_type_id"] or None


def _short(shortages):
    return sum((shortage.short for shortage in shortages), ZERO)
