from odoo import api, fields, models


class ConstructionCostType(models.Model):
    _name = "construction.cost.type"
    _description = "Cost Type"
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Short code used in interfaces and imports, such as MAT.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Account of the Cost Type plan that stands for this type in analytic distributions.",
    )

    _code_unique = models.UniqueIndex("(code)", "Two cost types cannot have the same code.")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        return {**vals, "code": " ".join(vals["code"].split())} if vals.get("code") else vals

    def _construction_analytic_accounts(self):
        """Analytic accounts of the types, created when first needed."""
        types = self.sudo()
        missing = types.filtered(lambda t: not t.analytic_account_id)
        if missing:
            plan = self.env.ref("construction_base.plan_cost_type")
            accounts = (
                self.env["account.analytic.account"]
                .sudo()
                .create(
                    [
                        {"name": t.name, "code": t.code, "plan_id": plan.id, "company_id": False}
                        for t in missing
                    ]
                )
            )
            for cost_type, account in zip(missing, accounts, strict=True):
                cost_type.analytic_account_id = account
        return types.analytic_account_id
