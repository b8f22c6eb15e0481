# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.construction_sync.lib.words import listed

BUYER = "construction_base.group_buyer"
MANAGER = "purchase.group_purchase_manager"
# how the causes of its work items begin
CAUSE = "change:"
STOPS = [
    ("approval", "Approval"),
    ("budget", "Budget"),
    ("compliance", "Supplier's Documents"),
    ("period", "Closed Period"),
    ("order", "Order"),
    ("job", "Closed or Suspended Job"),
]


class ConstructionOrderChange(models.Model):
    """A change of a released order that asks for more than the order has.

    It is pending, with its net effect in the ledger, until nothing stops it and whoever approves orders has
    approved it; then it is written to the order in one transaction. An order has one open change at a time.
    """

    _name = "construction.order.change"
    _description = "Change of an Order"
    _inherit = ["mail.thread", "construction.traced.mixin"]
    _order = "id desc"
    # who may look at it may say something to it
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name", store=True)
    number = fields.Integer(required=True, readonly=True)
    order_id = fields.Many2one(
        "purchase.order", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Supplier", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    job_ids = fields.Many2many("project.project", string="Jobs", readonly=True)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("approved", "Applied"),
            ("rejected", "Rejected"),
            ("superseded", "Superseded"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="pending",
        tracking=True,
        index=True,
    )
    origin = fields.Selection(
        [("event", "Event"), ("hand", "By Hand")], required=True, readonly=True, default="hand"
    )
    reason = fields.Char(readonly=True)
    requested_by_id = fields.Many2one("res.users", string="Asked for by", readonly=True)
    source_id = fields.Many2one("construction.source", string="Sent by", readonly=True)
    event_message_id = fields.Many2one("construction.message", readonly=True, string="Message")
    revision = fields.Integer(readonly=True, help="Revision of the order in the other system.")
    line_ids = fields.One2many("construction.order.change.line", "change_id", readonly=True)
    amount_before = fields.Monetary(
        string="Order Before", readonly=True, help="Total without taxes that come back."
    )
    amount_after = fields.Monetary(string="Order After", readonly=True)
    amount_change = fields.Monetary(
        string="Net Effect",
        compute="_compute_amount_change",
        store=True,
        help="What the change adds to the order's total without taxes that come back.",
    )
    tax_change = fields.Monetary(
        string="Effect on Taxes", readonly=True, help="What the change adds to the taxes that come back."
    )
    changes_discount = fields.Boolean(compute="_compute_changes")
    changes_taxes = fields.Boolean(compute="_compute_changes")
    effect = fields.Text(compute="_compute_effect", string="Effect by Job and Cost Code")
    header = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    stop = fields.Selection(STOPS, string="Waits for", readonly=True)
    stop_reason = fields.Char(string="Why It Waits", readonly=True)
    reserved = fields.Boolean(
        readonly=True, help="The budget had room for it when it came: that room is kept for it."
    )
    in_ledger = fields.Boolean(readonly=True, default=True, groups=fields.NO_ACCESS)
    tier_ids = fields.Many2many(
        "tier.definition", string="Reviews Needed", readonly=True, groups=fields.NO_ACCESS
    )
    approved_tier_ids = fields.Many2many(
        "tier.definition",
        "construction_order_change_approved_tier_rel",
        string="Reviewed",
        readonly=True,
        groups=fields.NO_ACCESS,
    )
    needs_manager = fields.Boolean(readonly=True, groups=fields.NO_ACCESS)
    manager_approved = fields.Boolean(readonly=True, groups=fields.NO_ACCESS)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(string="Decided on", readonly=True)
    answer = fields.Char(string="Decision", readonly=True)
    can_approve = fields.Boolean(compute="_compute_can")
    can_withdraw = fields.Boolean(compute="_compute_can")

    _one_open = models.UniqueIndex(
        "(order_id) WHERE state = 'pending'", "A change of this order waits already."
    )
    _number_unique = models.Constraint("UNIQUE (order_id, number)", "A number names one change of an order.")

    @api.depends("order_id.name", "number")
    def _compute_name(self):
        for change in self:
            change.name = self.env._(
                "%(order)s, change %(number)s", order=change.order_id.name, number=change.number
            )

    @api.depends("amount_before", "amount_after")
    def _compute_amount_change(self):
        for change in self:
            change.amount_change = change.amount_after - change.amount_before

    @api.depends("line_ids")
    def _compute_changes(self):
        for change in self:
            lines = change.line_ids
            change.changes_discount = any(line.discount != line.discount_before for line in lines)
            change.changes_taxes = any((line.taxes or "") != (line.taxes_before or "") for line in lines)

    @api.depends("line_ids.effect")
    def _compute_effect(self):
        for change in self:
            change.effect = "\n".join(change._construction_effect_lines())

    @api.depends_context("uid")
    @api.depends("state", "stop")
    def _compute_can(self):
        user = self.env.user
        withdraws = user.has_group(BUYER) or user.has_group(MANAGER)
        for change in self:
            is_open = change.state == "pending"
            change.can_approve = is_open and user in change._construction_approvers()
            change.can_withdraw = is_open and (withdraws or user == change.requested_by_id)

    # --- who ------------------------------------------------------------------------------------------

    def _construction_authors(self):
        """Who entered this change: nobody of them approves it."""
        self.ensure_one()
        message = self.sudo().event_message_id
        corrected = message.corrected_by_id | message.corrector_ids
        return (self.sudo().requested_by_id | corrected).with_env(self.env)

    def _construction_steps(self):
        """{tier definition, or False for a purchase manager: who may give that word} of what is missing."""
        self.ensure_one()
        change = self.sudo()
        managers = self.env.ref(MANAGER).sudo().all_user_ids
        authors = change._construction_authors().sudo()
        steps = {}
        for tier in change._construction_tiers_now():
            reviewers = change.order_id._construction_reviewers(tier) - authors
            # where nobody else reviews, a purchase manager does
            steps[tier] = reviewers or managers - authors
        if change.needs_manager and not change.manager_approved:
            steps[False] = managers - authors
        inside = {
            user.id
            for user in managers.browse().union(*steps.values())
            if change.company_id in user.company_ids
        }
        return {step: users.filtered(lambda u: u.active and u.id in inside) for step, users in steps.items()}

    def _construction_tiers_now(self):
        """The missing reviews that may be given now: one in sequence waits for those before it."""
        missing = (self.tier_ids - self.approved_tier_ids).sorted(lambda tier: (-tier.sequence, tier.id))
        return missing.filtered(
            lambda tier: tier == missing[0] or not tier.approve_sequence or tier.approve_sequence_bypass
        )

    def _construction_approvers(self):
        """The users who may give a word that is still missing."""
        self.ensure_one()
        return self.env["res.users"].union(*self._construction_steps().values()).with_env(self.env)

    def _construction_awaited(self):
        """The same where it waits for a word alone; nobody where something else stops it."""
        return self._construction_approvers() if self.stop == "approval" else self.env["res.users"]

    # --- decisions ------------------------------------------------------------------------------------

    def action_approve(self):
        """Approve these changes: each is written to its order once nothing else stops it.

        :raises AccessError: for who may not approve it, or entered it
        """
        for change in self:
            change._construction_approve()
        return True

    def _construction_approve(self):
        user = self.env.user
        self._construction_require_open()
        if user in self._construction_authors():
            raise AccessError(self.env._("%s: nobody approves a change that they entered.", self.name))
        mine = [
            step for step, users in self._construction_steps().items() if user in users.with_env(self.env)
        ]
        if not mine:
            raise AccessError(
                self.env._(
                    "%(change)s is approved by those who approve its order: %(names)s.",
                    change=self.name,
                    names=listed(self.env, self._construction_approvers().sudo().mapped("name"))
                    or self.env._("nobody has to"),
                )
            )
        change = self.sudo()
        change.write(
            {
                "approved_tier_ids": [fields.Command.link(tier.id) for tier in mine if tier],
                "manager_approved": change.manager_approved or False in mine,
                "approved_by_id": user.id,
                "approved_at": fields.Datetime.now(),
            }
        )
        self._construction_say(self.env._("Approved by %s.", user.name))
        change._construction_retry()

    def action_reject(self):
        return self._construction_answer_action("reject", self.env._("Reject the Change"))

    def action_withdraw(self):
        return self._construction_answer_action("withdraw", self.env._("Withdraw the Change"))

    def _construction_answer_action(self, answer, name):
        self._construction_require_open()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "construction.order.change.answer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_change_id": self.id, "default_answer": answer},
        }

    def _construction_reject(self, reason):
        """Turn the change down: the order stays as it is.

        :raises AccessError: for who may not approve it
        """
        self._construction_require_open()
        if not self.can_approve and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("%s is rejected by those who approve it.", self.name))
        self._construction_close("rejected", reason)

    def _construction_withdraw(self, reason):
        """Take the change back before anybody decided.

        :raises AccessError: unless a buyer, a purchase manager or who asked for it
        """
        self._construction_require_open()
        if not self.can_withdraw:
            raise AccessError(self.env._("%s is withdrawn by buyers, or by who asked for it.", self.name))
        self._construction_close("cancelled", reason)

    def action_retry(self):
        """Look again whether anything stops these changes."""
        for change in self:
            change._construction_require_open()
            if not change.can_withdraw and not change.can_approve:
                raise AccessError(self.env._("Buyers and those who approve it try %s again.", change.name))
            change.sudo()._construction_retry()
        return True

    def _construction_require_open(self):
        self.ensure_one()
        self.check_access("read")
        if self.state != "pending":
            state = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(
                self.env._(
                    "%(change)s is not pending: it is %(state)s.", change=self.name, state=state.lower()
                )
            )

    # --- what becomes of it ---------------------------------------------------------------------------

    def _construction_close(self, state, answer):
        """End these changes without effect: what they had pending is reversed."""
        for change in self.sudo().filtered(lambda c: c.state == "pending"):
            change._construction_leave_ledger()
            substitutes = any(
                (line.vals or {}).get("construction_substitute_for_id") for line in change.line_ids
            )
            change.write({"state": state, "answer": answer, "closed_at": fields.Datetime.now()})
            change._construction_end_items(answer)
            change._construction_say(
                {
                    "rejected": self.env._(
                        "Rejected by %(user)s: %(why)s", user=self.env.user.name, why=answer
                    ),
                    "cancelled": self.env._("Withdrawn: %s", answer),
                    "superseded": self.env._("Superseded: %s", answer),
                }[state]
            )
            self.env["construction.recode.line"]._change_ended(
                change, self.env._("%(change)s was not made: %(why)s", change=change.name, why=answer)
            )
            if substitutes:
                # what came in the place of something is asked about anew
                self.env["construction.message"]._resume_for_records(change.order_id)

    def _construction_leave_ledger(self):
        """Reverse what these changes have pending."""
        self.in_ledger = False
        self.line_ids._construction_post_cost()

    def _construction_end_items(self, note):
        self.env["construction.exception"]._end_told(self, (CAUSE,), note)

    def _construction_say(self, text):
        """Say in the log of the change and of its order what became of it."""
        author = self.env.user.partner_id.id
        for change in self.sudo():
            change.message_post(body=text, author_id=author)
            told = self.env._("%(change)s: %(text)s", change=change.name, text=text)
            change.order_id.message_post(body=told, author_id=author)

    def _construction_effect_lines(self):
        """What it adds to each job, code and type, in words."""
        self.ensure_one()
        sums = {}
        for line in self.sudo().line_ids:
            for part in line.effect or ():
                key = (part["job_id"], part["cost_code_id"], part["cost_type_id"])
                sums[key] = sums.get(key, 0.0) + part["amount"]
        currency = self.sudo().company_currency_id
        models_ = ("project.project", "construction.cost.code", "construction.cost.type")
        return [
            "%s: %s%s"
            % (
                " / ".join(
                    name
                    for model, res_id in zip(models_, key, strict=True)
                    if res_id and (name := self.env[model].sudo().browse(res_id).exists().display_name)
                ),
                "+" if amount > 0 else "",
                currency.format(amount),
            )
            for key, amount in sums.items()
            if not currency.is_zero(amount)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A change is withdrawn or rejected with a reason, not deleted."))
