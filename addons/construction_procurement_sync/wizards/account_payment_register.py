# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..models.account_move import BILL_TYPES


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _create_payments(self):
        self.line_ids.move_id._construction_check_payable()
        return super()._create_payments()

    def _compute_actionable_errors(self):
        """What is refused in the end is said at once."""
        result = super()._compute_actionable_errors()
        for wizard in self:
            bills = wizard.line_ids.move_id.filtered(lambda move: move.move_type in BILL_TYPES)
            reasons = " ".join(bills._construction_open_holds()._construction_words())
            refused = {
                "construction_bank": bills.commercial_partner_id._construction_unpaid_sentence(),
                "construction_hold": reasons
                and self.env._("A bill on payment hold is not paid: %s", reasons),
            }
            errors = {
                name: {"message": message, "level": "danger"} for name, message in refused.items() if message
            }
            if errors:
                wizard.actionable_errors = {**(wizard.actionable_errors or {}), **errors}
        return result

    def _get_batch_available_partner_banks(self, batch_result, journal):
        """A supplier is paid to an account of a contact of theirs as well."""
        offered = super()._get_batch_available_partner_banks(batch_result, journal)
        if batch_result["payment_values"]["payment_type"] == "inbound":
            return offered
        lines = batch_result["lines"]
        company = min(lines.company_id, key=lambda company: len(company.sudo().parent_ids))
        accounts = lines.partner_id._construction_payable_accounts()
        return offered | accounts._construction_offered(lines.partner_id, company)

    def _compute_batches(self):
        """What is paid together with a credit note goes where the bills of it ask to be paid."""
        result = super()._compute_batches()
        for batch in (batch for wizard in self for batch in wizard.batches):
            self._construction_pay_as_asked(batch, batch["payment_values"])
        return result

    def _create_payment_vals_from_batch(self, batch_result):
        vals = super()._create_payment_vals_from_batch(batch_result)
        self._construction_pay_as_asked(batch_result, vals)
        return vals

    def _construction_pay_as_asked(self, batch, vals):
        if vals["payment_type"] == "outbound":
            asked = batch["lines"].move_id._construction_asked_bank()
            if asked:
                vals["partner_bank_id"] = asked.id
