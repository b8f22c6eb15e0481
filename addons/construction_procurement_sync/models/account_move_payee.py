# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError

from .account_move import BILL_TYPES


class AccountMovePayee(models.Model):
    """A bill of a job is paid to an account of its supplier, and to no other."""

    # apart from what holds a bill: to whom it is paid is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("partner_bank_id")
    def _construction_check_payee(self):
        for bill in self.filtered(lambda move: move.move_type in BILL_TYPES).sudo():
            if bill.partner_bank_id._construction_is_foreign_to(bill.partner_id) and (
                bill._construction_is_guarded()
            ):
                raise ValidationError(
                    self.env._(
                        "%(bill)s is paid to an account of %(supplier)s: choose one of theirs. What is added "
                        "there is confirmed by a cost controller.",
                        bill=bill._construction_label(),
                        supplier=bill.commercial_partner_id.display_name,
                    )
                )

    def _construction_pay_to(self, number):
        """Have this bill be paid to the account that its supplier asks for, where that is theirs.

        :param number: the account's number, or None where nothing is asked for
        """
        account = number and self.sudo().commercial_partner_id._construction_account(number)
        if account and account != self.partner_bank_id:
            self.partner_bank_id = account.id
