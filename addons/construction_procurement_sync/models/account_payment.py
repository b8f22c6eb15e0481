# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

PAID = ("in_process", "paid")


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments.filtered(lambda payment: payment.state in PAID)._construction_check_payable()
        return payments

    def write(self, vals):
        if vals.get("state") in PAID:
            # what is under way was asked about before; the bank only confirms it
            self.filtered(lambda payment: payment.state not in PAID)._construction_check_payable()
        result = super().write(vals)
        if vals.get("invoice_ids"):
            self.filtered(lambda payment: payment.state in PAID)._construction_check_payable()
        return result

    def _construction_check_payable(self):
        """:raises UserError: when money would go out for a bill on hold or to a supplier on hold"""
        for payment in self.filtered(lambda payment: payment.payment_type == "outbound"):
            payment.invoice_ids._construction_check_payable(payment)
            if payment.partner_type == "supplier":
                payment.partner_id.commercial_partner_id._construction_check_bank()
