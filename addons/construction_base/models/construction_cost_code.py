from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConstructionCostCode(models.Model):
    _name = "construction.cost.code"
    _description = "Cost Code"
    _order = "code, id"
    _parent_store = True
    _check_company_auto = True
    _rec_names_search = ["code", "name", "complete_name"]

    code = fields.Char(
        required=True,
        index="trigram",
        help="Text, never a number: '03 30 00', or the firm's own form.",
    )
    name = fields.Char(required=True, index="trigram")
    complete_name = fields.Char(compute="_compute_complete_name", store=True, index="trigram")
    parent_id = fields.Many2one("construction.cost.code", index=True, ondelete="restrict", check_company=True)
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("construction.cost.code", "parent_id", string="Sub-codes")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Account of the Cost Code plan that stands for this code in analytic distributions.",
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "This company already has a cost code with the same code."
    )

    @api.depends("code", "name")
    def _compute_complete_name(self):
        for cost_code in self:
            cost_code.complete_name = f"{cost_code.code or ''} {cost_code.name or ''}".strip()

    @api.depends("complete_name")
    def _compute_display_name(self):
        for cost_code in self:
            cost_code.display_name = cost_code.complete_name

    @api.constrains("parent_id")
    def _check_no_cycle(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A cost code cannot be its own parent."))

    @api.constrains("company_id")
    def _check_company_fixed(self):
        for cost_code in self.sudo():
            account_company = cost_code.analytic_account_id.company_id
            if account_company and account_company != cost_code.company_id:
                raise ValidationError(
                    self.env._(
                        "Cost code %s is in use and cannot move to another company.",
                        cost_code.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._clean(vals))
        if {"code", "name"} & set(vals):
            for cost_code in self.sudo().filtered("analytic_account_id"):
                cost_code.analytic_account_id.write({"code": cost_code.code, "name": cost_code.name})
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for cost_code, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = self.env._("%s (copy)", cost_code.code)
        return vals_list

    @api.model
    def _clean(self, vals):
        """Blanks around and doubled inside a code are typing, not meaning."""
        return {**vals, "code": " ".join(vals["code"].split())} if vals.get("code") else vals

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import template for cost codes"),
                "template": "/construction_base/static/import/cost_codes.csv",
            }
        ]

    def _construction_analytic_accounts(self):
        """Analytic accounts of the codes, created when first needed."""
        codes = self.sudo()
        missing = codes.filtered(lambda c: not c.analytic_account_id)
        if missing:
            plan = self.env.ref("construction_base.plan_cost_code")
            accounts = (
                self.env["account.analytic.account"]
                .sudo()
                .create(
                    [
                        {
                            "name": code.name,
                            "code": code.code,
                            "plan_id": plan.id,
                            "company_id": code.company_id.id,
                        }
                        for code in missing
                    ]
                )
            )
            for cost_code, account in zip(missing, accounts, strict=True):
                cost_code.analytic_account_id = account
        return codes.analytic_account_id
