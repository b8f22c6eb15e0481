from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount

from ..exceptions import BudgetExceeded
from ..lib import budget
from ..lib.amounts import ZERO

OVERRIDE_FIELDS = {
    "construction_override_by_id",
    "construction_override_reason",
    "construction_override_amount",
}


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    construction_override_by_id = fields.Many2one(
        "res.users", string="Budget Overridden By", readonly=True, copy=False
    )
    construction_override_reason = fields.Char(string="Budget Override Reason", readonly=True, copy=False)
    construction_override_amount = fields.Monetary(
        string="Overridden Up To",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="The override holds while the order asks for no more than this, in company currency.",
    )
    construction_has_job = fields.Boolean(compute="_compute_construction_has_job")

    @api.depends("order_line.construction_job_id")
    def _compute_construction_has_job(self):
        for order in self:
            order.construction_has_job = bool(order.order_line.construction_job_id)

    # --- when the order changes ---------------------------------------------------------------------

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
        if state in ("to approve", "purchase"):
            passed = ("to approve", "purchase") if state == "to approve" else ("purchase",)
            self.filtered(lambda o: o.state not in passed)._construction_check_budget()
        result = super().write(vals)
        if state or {"currency_id", "date_order"} & set(vals):
            if state in ("to approve", "purchase", "cancel"):
                self.order_line._construction_post_cost()
            else:
                self.order_line._construction_note_cost_change()
        return result

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
        asking = {order: r for order, r in requests.items() if any(amount > 0 for amount in r.values())}
        figures = {}
        for company, orders in self.sudo().filtered(asking.get).grouped("company_id").items():
            cells = {key[:2] for order in orders for key in asking[order]}
            figures |= self.env["construction.budget.cell"].sudo()._lock_and_read(cells, company)
        for order, asked in asking.items():
            short = budget.shortages(asked, figures)
            if short and not order._construction_is_overridden():
                order.with_env(self.env)._construction_answer_shortages(short)
            for cell, amount in asked.items():
                figures[cell] = figures.get(cell, budget.Figures()) + budget.Figures(reserved=amount)

    def _construction_budget_requests(self, lines):
        """{(job, code, type): what lines ask for beyond what they hold}, over jobs under control."""
        requests = defaultdict(lambda: ZERO)
        lines = lines.filtered(lambda l: not l.display_type and l.analytic_distribution)
        held = self.env["construction.cost.entry"].sudo()._posted_sums([lines])
        controlled = lines._construction_controlled_jobs()
        for line, figures in lines._construction_order_lines().items():
            for share in line._construction_request(figures):
                if share["job_id"] in controlled:
                    requests[_cell(share)] += share["amount"]
            for (kind, stage, job, code, cost_type, _currency), sums in held.get(
                (line._name, line.id), {}
            ).items():
                if job in controlled and (kind == "commitment" or stage == "reserved"):
                    requests[job, code, cost_type or None] -= sums[0]
        return dict(requests)

    def _construction_job_amount(self):
        """What the order asks for on all jobs, in company currency (its open amount)."""
        lines = self.sudo().order_line.filtered(lambda l: not l.display_type and l.analytic_distribution)
        return sum(
            float(share["amount"])
            for line, figures in lines._construction_order_lines().items()
            for share in line._construction_request(figures)
        )

    def _construction_is_overridden(self):
        if not self.construction_override_by_id:
            return False
        return (
            self.company_id.currency_id.compare_amounts(
                self._construction_job_amount(), self.construction_override_amount
            )
            <= 0
        )

    def _construction_answer_shortages(self, short):
        jobs = self.env["project.project"].sudo().browse({s.cell[0] for s in short})
        figures = [self._construction_shortage_figures(s) for s in short]
        message = self._construction_shortage_message(figures)
        if "block" in jobs.mapped("construction_budget_policy"):
            raise BudgetExceeded(message, figures)
        self.sudo().message_post(body=message)

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
