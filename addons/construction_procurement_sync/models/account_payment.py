# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from .account_move import BILL_TYPES

PAID = ("in_process", "paid")
ENDED = ("canceled", "rejected")
# whom a payment goes to
PAYEE = {"partner_id", "partner_bank_id", "payment_type", "invoice_ids"}
# in the context while the bank's statement says what was paid; an object, so that no caller can claim it
STATED = object()


class AccountPayment(models.Model):
    """Money that goes out goes to whom it is owed, whatever Odoo calls them: customer or vendor."""

    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments.filtered(lambda payment: payment.state in PAID)._construction_check_payable()
        return payments

    def write(self, vals):
        going = self.filtered(lambda payment: payment.state not in PAID)
        if vals.get("state") in PAID:
            # what is under way was asked about before; the bank only confirms it
            going._construction_check_payable()
        if vals.get("payment_type", "outbound") != "outbound":
            self._construction_check_stays_outbound()
        if vals.get("is_sent") or vals.get("state") == "paid":
            self._construction_check_sending()
        result = super().write(vals)
        if vals.get("state") in PAID:
            going._construction_check_payee()
        if PAYEE & vals.keys():
            self.filtered(lambda payment: payment.state in PAID)._construction_check_payable()
        return result

    def _construction_check_stays_outbound(self):
        """:raises ValidationError: for money that is on its way out"""
        going = self._construction_outbound().filtered(lambda payment: payment.state in PAID)
        if going:
            raise ValidationError(
                self.env._(
                    "Payment %s is on its way out: cancel it, and enter another.", going[0].display_name
                )
            )

    def _construction_outbound(self):
        return self.filtered(lambda payment: payment.payment_type == "outbound")

    def _construction_check_payable(self):
        """:raises UserError: when money would go out for a bill on hold or to a supplier on hold"""
        for payment in self._construction_outbound():
            payment.invoice_ids._construction_check_payable(payment)
        self._construction_outbound().partner_id.commercial_partner_id._construction_check_bank()

    def _construction_check_sending(self):
        """:raises UserError: when a person has money go out that was not sent before the supplier was held"""
        if self.env.context.get("construction_stated") is not STATED:
            unsent = self._construction_outbound().filtered(
                lambda payment: not payment.is_sent and payment.state not in ("paid", *ENDED)
            )
            unsent.partner_id.commercial_partner_id._construction_check_bank()

    # --- to whom ------------------------------------------------------------------

    @api.constrains("partner_bank_id", "partner_id", "payment_type", "partner_type", "invoice_ids")
    def _construction_check_payee(self):
        for payment in self.sudo()._construction_outbound():
            if payment.state not in ENDED:
                bills = payment.invoice_ids | payment.reconciled_bill_ids
                payment._construction_check_pays(bills.filtered(lambda move: move.move_type in BILL_TYPES))

    def _construction_check_pays(self, bills):
        """:raises ValidationError: when this goes elsewhere than these bills ask, or to another partner"""
        self.ensure_one()
        supplier, account = self.partner_id.commercial_partner_id, self.partner_bank_id
        for bill in bills.filtered(lambda bill: bill.commercial_partner_id != supplier):
            bill._construction_check_owed_to(supplier)
        if account._construction_is_foreign_to(supplier) and (
            supplier._construction_is_supplier() or any(bill._construction_is_guarded() for bill in bills)
        ):
            raise ValidationError(
                self.env._(
                    "%(supplier)s is not paid to an account of %(owner)s: choose one of theirs. What is "
                    "added there is confirmed by a cost controller.",
                    supplier=supplier.display_name,
                    owner=account.partner_id.display_name,
                )
            )
        for bill in bills:
            asked = bill.construction_asked_bank_id
            if asked and asked != account:
                words, there = asked._construction_told_apart(account)
                raise ValidationError(
                    self.env._(
                        "%(bill)s asks to be paid to account %(asked)s, and this payment goes to "
                        "%(account)s: pay it apart, to the account that it asks for. A cost controller may "
                        "change that on the bill.",
                        bill=bill._construction_label(),
                        asked=words,
                        account=there,
                    )
                )

    # --- what is offered ----------------------------------------------------------

    def _compute_available_partner_bank_ids(self):
        result = super()._compute_available_partner_bank_ids()
        outbound = self._construction_outbound()
        accounts = outbound.partner_id._construction_payable_accounts()
        for payment in outbound:
            payment.available_partner_bank_ids |= accounts._construction_offered(
                payment.partner_id, payment.company_id
            )
        return result

    @api.depends("invoice_ids")
    def _compute_partner_bank_id(self):
        result = super()._compute_partner_bank_id()
        for payment in self._construction_outbound():
            asked = payment.invoice_ids._origin._construction_asked_bank()
            if payment.state in (False, "draft") and asked in payment.available_partner_bank_ids:
                payment.partner_bank_id = asked
        return result
