# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ConstructionCostCode(models.Model):
    _name = "construction.cost.code"
    _description = "Cost Code"
    _inherit = [
        "construction.coding.dimension",
        "construction.reach.mixin",
        "construction.kept.company.mixin",
    ]
    _kept_account = "analytic_account_id"
    _order = "code, id"
    _parent_store = True
    _check_company_auto = True
    _rec_names_search = ["code", "name", "complete_name"]
    _coding_plan = "construction_base.plan_cost_code"

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
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
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

    def write(self, vals):
        result = super().write(vals)
        if {"code", "name"} & set(vals):
            for cost_code in self.sudo().filtered("analytic_account_id"):
                cost_code.analytic_account_id.write({"code": cost_code.code, "name": cost_code.name})
        return result

    def _construction_open_use(self):
        """What goes on on a code and keeps it from being archived: {job: [words]}.

        A module that has something open on codes says so by ``super()``.
        """
        self.ensure_one()
        return {}

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        for cost_code, vals in zip(self, vals_list, strict=True):
            if "code" not in (default or {}):
                vals["code"] = self.env._("%s (copy)", cost_code.code)
        return vals_list

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import template for cost codes"),
                "template": "/construction_base/static/import/cost_codes.csv",
            }
        ]

    def _prepare_analytic_account_vals(self):
        return {**super()._prepare_analytic_account_vals(), "company_id": self.company_id.id}
