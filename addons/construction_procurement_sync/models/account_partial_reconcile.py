# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .account_move import BILL_TYPES


class AccountPartialReconcile(models.Model):
    """Every way of paying a bill ends here: a wizard, a payment, a bank statement, an entry by hand."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        for partial in partials:
            debit, credit = partial.debit_move_id.move_id, partial.credit_move_id.move_id
            if credit.move_type in BILL_TYPES:
                credit._construction_check_settled_by(debit)
            if debit.move_type in BILL_TYPES:
                debit._construction_check_settled_by(credit)
        return partials
