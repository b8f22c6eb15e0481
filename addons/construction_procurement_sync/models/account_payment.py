# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError

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

    @api.constrains("partner_bank_id", "partner_id", "payment_type")
    def _construction_check_payee(self):
        for payment in self.filtered(lambda p: p.payment_type == "outbound" and p.partner_type == "supplier"):
            supplier = payment.sudo().partner_id.commercial_partner_id
            account = payment.partner_bank_id
            if account._construction_is_foreign_to(supplier) and supplier._construction_is_supplier():
                raise ValidationError(
                    self.env._(
                        "%(supplier)s is not paid to an account of %(owner)s: choose one of theirs. What is "
                        "added there is confirmed by a cost controller.",
                        supplier=supplier.display_name,
                        owner=account.sudo().partner_id.display_name,
                    )
                )

    def _construction_check_payable(self):
        """:raises UserError: when money would go out for a bill on hold or to a supplier on hold"""
        for payment in self.filtered(lambda payment: payment.payment_type == "outbound"):
            payment.invoice_ids._construction_check_payable(payment)
            if payment.partner_type == "supplier":
                payment.partner_id.commercial_partner_id._construction_check_bank()
