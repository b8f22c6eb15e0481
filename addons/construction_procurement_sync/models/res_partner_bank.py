# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_sync.models.construction_event_handler import at_work

# whose account it is, and which of several is paid first
WATCHED = {"acc_number", "acc_holder_name", "partner_id", "active", "sequence", "bank_id"}


class ResPartnerBank(models.Model):
    """An account of a supplier that a person adds, changes, archives or deletes: another one confirms it.

    Odoo deletes none, it archives them.
    """

    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        # whose it is may be said by a default value as well
        given = [vals if "partner_id" in vals else self.default_get(["partner_id"]) for vals in vals_list]
        partners = self.env["res.partner"].browse({vals.get("partner_id") for vals in given} - {None, False})
        before = self._construction_said_by_hand(partners)
        accounts = super().create(vals_list)
        accounts._construction_tell_by_hand(before)
        # what asked for payment to one of them may go on
        accounts.partner_id.commercial_partner_id._construction_resume_bank()
        return accounts

    def write(self, vals):
        if not WATCHED.intersection(vals):
            return super().write(vals)
        partners = self.partner_id | self.partner_id.browse(vals.get("partner_id") or ())
        before = self._construction_said_by_hand(partners)
        result = super().write(vals)
        self._construction_tell_by_hand(before)
        return result

    @api.model
    def _construction_said_by_hand(self, partners):
        """What accounts suppliers have before a person changes them, as ``_construction_accounts``."""
        if self.env.su or at_work(self.env):
            return {}
        suppliers = partners.commercial_partner_id.filtered(lambda p: p._construction_is_supplier())
        return suppliers._construction_accounts()

    @api.model
    def _construction_tell_by_hand(self, before):
        for partner, accounts in before.items():
            partner._construction_tell_accounts(accounts)

    def _construction_is_foreign_to(self, partner):
        """Whether this account is of nobody of the company that ``partner`` belongs to."""
        owners = self.sudo().partner_id.commercial_partner_id
        return bool(owners - partner.sudo().commercial_partner_id)
