# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.res_bank import sanitize_account_number

from .account_move import RELEASE_GROUP


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "construction.external.mixin"]

    construction_bank_hold = fields.Boolean(
        string="Bank Details Unconfirmed",
        readonly=True,
        copy=False,
        help="A system sent other bank details than those known. Nothing is paid to this "
        "supplier until someone has confirmed them with the supplier.",
    )

    def _construction_has_account(self, number):
        """Whether ``number`` is among the accounts of this partner."""
        known = self.sudo().bank_ids.mapped("sanitized_acc_number")
        return sanitize_account_number(number) in known

    def _construction_knows_account(self, number):
        """Whether payment to ``number`` raises no question: it is known, or none is."""
        return not number or not self.sudo().bank_ids or self._construction_has_account(number)

    def action_construction_confirm_bank(self):
        """Confirm changed bank details; what they held up goes on by itself.

        :raises AccessError: without the role
        """
        if not self.env.user.has_group(RELEASE_GROUP):
            raise AccessError(self.env._("Only a cost controller confirms bank details."))
        held = self.filtered("construction_bank_hold")
        held.sudo().write({"construction_bank_hold": False})
        for partner in held:
            partner.message_post(body=self.env._("Bank details confirmed by %s.", self.env.user.name))
        bills = self.env["account.move"].search(
            [
                ("commercial_partner_id", "in", held.ids),
                ("construction_on_hold", "=", True),
            ]
        )
        self.env["construction.message"]._resume_for_records(bills)
