# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

LINE = (
    "display_type",
    "product_id",
    "product_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "analytic_distribution",
)


class ConstructionBudgetOverride(models.TransientModel):
    _name = "construction.budget.override"
    _description = "Budget Override"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("order_id",)
    _shows = ("order_id",)

    order_id = fields.Many2one("purchase.order", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.company_currency_id")
    amount = fields.Monetary(compute="_compute_amount", help="What the order is short of now.")
    reason = fields.Char(required=True)

    @api.depends("order_id")
    def _compute_amount(self):
        for wizard in self:
            # the amount is read for everyone's lines; the order must be one that the user sees
            wizard.order_id.check_access("read")
            wizard.amount = wizard.order_id._construction_short_amount() if wizard.order_id else 0

    def _shown(self):
        """The amount, and the order for which the reason is given."""
        order = self.order_id
        if not order:
            return {}
        short = self.currency_id.round(order._construction_short_amount())
        return {order: [short, order.state, self._figures(order.order_line, *LINE)]}

    def action_override(self):
        """Let the order go over budget by what it was shown to be short of, once.

        :raise AccessError: unless a cost controller who entered and changed nothing of it
        :raise UserError: when it is short of another amount by now, or is another order
        """
        self.ensure_one()
        order = self.order_id
        order.check_access("read")
        if not self.env.user.has_group("construction_base.group_cost_controller"):
            raise AccessError(self.env._("Cost controllers override budgets."))
        if self.env.user in order._construction_authors() | order.user_id:
            raise AccessError(
                self.env._(
                    "%s: nobody overrides the budget for what they ordered, changed or asked for themselves. "
                    "Ask another cost controller.",
                    order.name,
                )
            )
        self._check_seen()
        if not self.reason.strip():
            raise UserError(self.env._("Say why the order may go over budget."))
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(
                self.env._("Order %s asks for no more than its budget has: nothing to override.", order.name)
            )
        order.sudo().write(
            {
                "construction_override_by_id": self.env.uid,
                "construction_override_reason": self.reason.strip(),
                "construction_override_amount": self.amount,
                "construction_override_used": 0,
            }
        )
        order.sudo().message_post(
            author_id=self.env.user.partner_id.id,
            body=self.env._(
                "Budget overridden by %(user)s for %(amount)s: %(reason)s",
                user=self.env.user.name,
                amount=self.currency_id.format(self.amount),
                reason=self.reason,
            ),
        )
        return {"type": "ir.actions.act_window_close"}
