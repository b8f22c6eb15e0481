# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ConstructionCodingDimension(models.AbstractModel):
    """What cost codes and cost types share: a code that is text, and an account of their own plan."""

    _name = "construction.coding.dimension"
    _description = "Dimension of the Job Coding"

    _coding_plan = None  # external id of the analytic plan

    code = fields.Char(required=True)
    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Stands for it in analytic distributions.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        """Blanks around and doubled inside a code are typing, not meaning."""
        return {**vals, "code": " ".join(vals["code"].split())} if vals.get("code") else vals

    def _construction_analytic_accounts(self):
        """Analytic accounts of these records, created when first needed."""
        records = self.sudo()
        missing = records.filtered(lambda record: not record.analytic_account_id)
        if missing:
            vals_list = [record._prepare_analytic_account_vals() for record in missing]
            accounts = self.env["account.analytic.account"].sudo().create(vals_list)
            for record, account in zip(missing, accounts, strict=True):
                record.analytic_account_id = account
        return records.analytic_account_id

    def _prepare_analytic_account_vals(self):
        return {
            "name": self.name,
            "code": self.code,
            "plan_id": self.env.ref(self._coding_plan).id,
            "company_id": False,
        }
