# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .account_move import BILL_TYPES
from .account_payment import STATED


class AccountPartialReconcile(models.Model):
    """Every way of paying a bill ends here: a wizard, a payment, a bank statement, an entry by hand."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        stated = self
        if self._construction_moves(vals_list).statement_line_id:
            stated = self.with_context(construction_stated=STATED)
        for vals in vals_list:
            self._construction_check_confirmed(vals)
        partials = super(AccountPartialReconcile, stated).create(vals_list).with_env(self.env)
        for partial in partials:
            debit, credit = partial.debit_move_id, partial.credit_move_id
            for bill, other in ((credit.move_id, debit), (debit.move_id, credit)):
                if bill.move_type in BILL_TYPES:
                    bill._construction_check_settled_by(other.move_id)
                    bill._construction_check_settled_with(other)
        return partials

    @api.model
    def _construction_moves(self, vals_list):
        ids = [vals[name] for vals in vals_list for name in ("debit_move_id", "credit_move_id")]
        return self.env["account.move.line"].browse(ids).move_id.sudo()

    @api.model
    def _construction_check_confirmed(self, vals):
        """Refuse that a person says by an entry that the bank has paid what was not sent."""
        moves = self._construction_moves([vals])
        if not moves.origin_payment_id or moves.statement_line_id or moves.reversed_entry_id & moves:
            return
        line = self.env["account.move.line"].browse(vals["debit_move_id"])
        if line.account_type not in ("liability_payable", "asset_receivable"):
            moves.origin_payment_id._construction_check_sending()
