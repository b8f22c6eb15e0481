# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError


class ConstructionCostAppendedMixin(models.AbstractModel):
    """What is only ever appended by documents, and by no person."""

    _name = "construction.cost.appended.mixin"
    _description = "Appended to the Job-Cost Ledger"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Cost entries are posted by documents, not entered."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The job-cost ledger is append-only: reverse and post again instead."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("The job-cost ledger is append-only: entries cannot be deleted."))
