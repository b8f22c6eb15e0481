# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.construction_base.lib.decimals import decimal

from ..lib import budget

KINDS = [
    ("original", "Original budget"),
    ("revision", "Revision"),
    ("transfer", "Transfer"),
    ("contingency", "Contingency draw"),
]
STATES = [("draft", "Draft"), ("submitted", "Waiting for approval"), ("approved", "Approved")]
# What may still be written on an approved budget: nothing that it says.
FREE_WHEN_APPROVED = {
    "message_main_attachment_id",
    "message_ids",
    "activity_ids",
    "message_follower_ids",
    "construction_changed_by_ids",
}
# what it is called while it waits for approval is no figure of it
FREE_WHEN_SUBMITTED = FREE_WHEN_APPROVED | {"title", "reason"}


class ConstructionBudget(models.Model):
    """A budget document: the original, or a change of it. Approved ones are frozen."""

    _name = "construction.budget"
    _description = "Job Budget"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "construction.reach.mixin",
        "construction.authors.mixin",
    ]
    _reach = ("job_id",)
    _order = "date desc, id desc"

    name = fields.Char(required=True, readonly=True, copy=False, default="New")
    title = fields.Char(required=True, help="What the change is for, in a few words.")
    kind = fields.Selection(KINDS, required=True, default="original", tracking=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, tracking=True)
    job_id = fields.Many2one(
        "project.project",
        required=True,
        index=True,
        domain="[('is_construction_job', '=', True)]",
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(related="job_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="From this day on the job-cost report counts it.",
    )
    reason = fields.Text()
    line_ids = fields.One2many("construction.budget.line", "budget_id", copy=True)
    amount = fields.Monetary(string="Net Change", compute="_compute_amount", store=True)
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    approved_at = fields.Datetime(readonly=True, copy=False)

    _one_original = models.UniqueIndex(
        "(job_id) WHERE kind = 'original' AND state = 'approved'",
        "A job has one approved original budget; change it by a revision.",
    )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for document in self:
            document.amount = sum(document.line_ids.mapped("amount"))

    # --- frozen once approved -----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                vals["name"] = self.env["ir.sequence"].next_by_code("construction.budget") or "New"
        documents = super().create(vals_list)
        # the documents, not the values: default values come from the context, too
        flow = ("submitted_by_id", "approved_by_id", "approved_at")
        if any(document.state != "draft" or any(document[f] for f in flow) for document in documents):
            raise AccessError(self.env._("A budget starts as a draft."))
        return documents

    def write(self, vals):
        flow = {"state", "submitted_by_id", "approved_by_id", "approved_at", "name"} & set(vals)
        if flow and not self.env.su:
            raise AccessError(self.env._("Use the buttons to submit or approve a budget."))
        if not flow and set(vals) - FREE_WHEN_SUBMITTED:
            self._check_draft()
            self._construction_note_author()
        elif not flow and set(vals) - FREE_WHEN_APPROVED:
            self._check_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(document.state != "draft" for document in self):
            raise UserError(self.env._("Only draft budgets can be deleted."))

    def _check_not_frozen(self):
        for document in self:
            if document.state == "approved":
                raise UserError(
                    self.env._("%s is approved and frozen. Enter a revision or a transfer.", document.name)
                )

    def _check_draft(self):
        """:raises UserError: for what is approved, or waits for it as it was submitted"""
        self._check_not_frozen()
        for document in self:
            if document.state == "submitted":
                raise UserError(
                    self.env._(
                        "%s waits for approval as it was submitted. Set it back to draft to change it, and "
                        "submit it anew.",
                        document.name,
                    )
                )

    # --- the way to approval ------------------------------------------------------------------------

    def action_submit(self):
        self.check_access("write")
        for document in self.filtered(lambda d: d.state == "draft"):
            document._check_content()
            document.sudo().write({"state": "submitted", "submitted_by_id": self.env.uid})
        return True

    def action_back_to_draft(self):
        self.check_access("write")
        self._check_not_frozen()
        self.sudo().write({"state": "draft", "submitted_by_id": False})
        return True

    def action_approve(self):
        """Approve submitted budgets and post them.

        :raise AccessError: unless a cost controller who neither entered nor submitted them
        """
        for document in self:
            document._check_approver()
            if document.state != "submitted":
                raise UserError(self.env._("%s is not waiting for approval.", document.name))
            document._check_content()
            document._lock_cells()
            document._check_original()
            document._check_nothing_below_zero()
            document.sudo().write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                }
            )
            document.line_ids._construction_post_cost(document.date)
        return True

    def _check_approver(self):
        self.check_access("write")
        if self.env.user._is_superuser():
            return
        if not self.env.user.has_group("construction_base.group_cost_controller"):
            raise AccessError(self.env._("Cost controllers approve budgets."))
        if self.env.user in self._construction_authors() | self.submitted_by_id:
            raise AccessError(
                self.env._(
                    "%s: nobody approves what they entered or changed. Ask another cost controller.",
                    self.name,
                )
            )

    # --- rules --------------------------------------------------------------------------------------

    @api.constrains("job_id")
    def _check_is_job(self):
        self.job_id._construction_analytic_accounts()

    def _check_content(self):
        for document in self:
            if not document.line_ids:
                raise UserError(self.env._("%s has no lines.", document.name))
            codes = document.line_ids.cost_code_id
            for code in codes.filtered(lambda c, d=document: c.company_id != d.company_id):
                raise UserError(
                    self.env._(
                        "%(name)s: cost code %(code)s is not of the company of its job, %(company)s.",
                        name=document.name,
                        code=code.sudo().display_name,
                        company=document.company_id.name or "-",
                    )
                )
            if document.kind in ("transfer", "contingency"):
                document._check_balanced()

    def _check_balanced(self):
        currency = self.currency_id
        if not budget.is_balanced([decimal(currency.round(a)) for a in self.line_ids.mapped("amount")]):
            raise ValidationError(
                self.env._(
                    "%(name)s gives and takes different amounts (net %(net)s). A transfer nets to zero.",
                    name=self.name,
                    net=currency.format(self.amount),
                )
            )
        from_reserve = self.line_ids.filtered(lambda l: l.cost_code_id.is_contingency)
        if self.kind == "transfer" and from_reserve:
            raise ValidationError(
                self.env._(
                    "%(name)s moves contingency (%(code)s). Enter it as a contingency draw.",
                    name=self.name,
                    code=from_reserve[:1].cost_code_id.display_name,
                )
            )
        if self.kind == "contingency" and self.line_ids.filtered(
            lambda l: (l.amount < 0) != l.cost_code_id.is_contingency
        ):
            raise ValidationError(
                self.env._("%s: a contingency draw takes from contingency codes only.", self.name)
            )

    def _lock_cells(self):
        cells = {(self.job_id.id, line.cost_code_id.id) for line in self.line_ids}
        self.env["construction.budget.cell"].sudo()._lock(cells, self.company_id)

    def _check_original(self):
        original = self.job_id.sudo()._construction_original_budgets()
        if self.kind == "original" and original:
            raise UserError(
                self.env._(
                    "%(job)s already has its original budget (%(name)s); enter a revision.",
                    job=self.job_id.display_name,
                    name=original.name,
                )
            )
        if self.kind != "original" and not original:
            raise UserError(self.env._("%s has no approved original budget yet.", self.job_id.display_name))

    def _check_nothing_below_zero(self):
        """No code is left with less than nothing."""
        cells = {(self.job_id.id, line.cost_code_id.id) for line in self.line_ids}
        figures = self.env["construction.budget.cell"].sudo()._read_figures(cells)
        for code, lines in self.line_ids.grouped("cost_code_id").items():
            present = sum(float(f.budget) for key, f in figures.items() if key[1] == code.id)
            left = present + sum(lines.mapped("amount"))
            if self.currency_id.compare_amounts(left, 0) < 0:
                raise UserError(
                    self.env._(
                        "%(code)s has a budget of %(present)s; %(name)s would leave %(left)s.",
                        code=code.display_name,
                        present=self.currency_id.format(present),
                        name=self.name,
                        left=self.currency_id.format(left),
                    )
                )
