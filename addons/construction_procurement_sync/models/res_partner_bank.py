# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_sync.lib.words import masked
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from .res_partner_accounts import ACCOUNTS

# what is put back of an account, besides whose it is and its bank
FORMER = ("active", "acc_number", "acc_holder_name", "clearing_number", "sequence")


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
        self.env["res.partner"].invalidate_model([ACCOUNTS])
        accounts._construction_tell_by_hand(before, dict.fromkeys(accounts.ids))
        # what asked for payment to one of them may go on
        accounts.partner_id.commercial_partner_id._construction_resume_bank()
        return accounts

    def write(self, vals):
        partners = self.partner_id | self.partner_id.browse(vals.get("partner_id") or ())
        before, former = self._construction_said_by_hand(partners), self._construction_former()
        result = super().write(vals)
        self.env["res.partner"].invalidate_model([ACCOUNTS])
        self._construction_tell_by_hand(before, former)
        return result

    @api.model
    def _construction_is_by_hand(self):
        """Whether a person does what is done now."""
        return not (self.env.su or at_work(self.env))

    @api.model
    def _construction_said_by_hand(self, partners):
        """What accounts suppliers have before they are changed, as ``_construction_accounts``.

        Where a person changes them, what was confirmed of them: the rest is asked about with the change.
        """
        suppliers = partners.commercial_partner_id
        if not self._construction_is_by_hand():
            return suppliers._construction_accounts()
        suppliers = suppliers.filtered(lambda p: p._construction_is_supplier())
        return suppliers._construction_confirmed_accounts()

    @api.model
    def _construction_tell_by_hand(self, before, former=None):
        """Ask about what a person changed of the accounts of suppliers.

        :param before: as ``_construction_said_by_hand``
        :param former: as ``_construction_former``; None where more was changed than accounts
        """
        if not self._construction_is_by_hand():
            self.env["res.partner"]._construction_accept_accounts(before)
            return
        for partner, accounts in before.items():
            partner._construction_tell_accounts(accounts, former)

    def _construction_former(self):
        """These accounts as they are before a person changes them: {id: values}; a new one has none."""
        return {
            account.id: {
                **{name: account[name] or False for name in FORMER},
                **{name: account[name].id for name in ("partner_id", "bank_id")},
                "bank": {name: account.bank_id[name] or False for name in ("name", "bic")},
            }
            for account in self.sudo()
            if self._construction_is_by_hand()
        }

    def _construction_put_back(self, vals):
        """Make an account what it was, with its bank; one that was not there is archived."""
        self.ensure_one()
        if not vals:
            self.active = False
            return
        bank = self.env["res.bank"].browse(vals["bank_id"] or ()).exists()
        if vals["bank_id"] and not bank:
            bank = bank.create(vals["bank"])
        elif bank and {name: bank[name] or False for name in vals["bank"]} != vals["bank"]:
            bank.write(vals["bank"])
        self.write({**{name: vals[name] for name in (*FORMER, "partner_id")}, "bank_id": bank.id})

    def _construction_said(self):
        """All that says where money goes to this account."""
        bank = self.bank_id
        said = (self.sanitized_acc_number, self.acc_holder_name, self.clearing_number, bank.bic, bank.name)
        return "/".join(part or "" for part in (*said, str(bank.id or "")))

    def _construction_words(self):
        """This account as a person tells it from others: its last digits, its bank and its holder."""
        parts = [masked(self.acc_number), self.clearing_number, self.bank_id.bic or self.bank_id.name]
        if self.acc_holder_name != self.partner_id.commercial_partner_id.name:
            parts.append(self.acc_holder_name)
        return " ".join(part for part in parts if part)

    def _construction_is_foreign_to(self, partner):
        """Whether this account is of nobody of the company that ``partner`` belongs to."""
        owners = self.sudo().partner_id.commercial_partner_id
        return bool(owners - partner.sudo().commercial_partner_id)


class ResBank(models.Model):
    # the same for the bank that several accounts are with: it says the way there
    _inherit = "res.bank"

    def write(self, vals):
        if not {"bic", "name"} & vals.keys():
            return super().write(vals)
        accounts = self._construction_accounts_here()
        before = accounts._construction_said_by_hand(accounts.partner_id)
        former = accounts._construction_former()
        result = super().write(vals)
        accounts._construction_tell_by_hand(before, former)
        return result

    def unlink(self):
        accounts = self._construction_accounts_here()
        before = accounts._construction_said_by_hand(accounts.partner_id)
        former = accounts._construction_former()
        result = super().unlink()
        accounts.invalidate_recordset(["bank_id"])
        accounts._construction_tell_by_hand(before, former)
        return result

    def _construction_accounts_here(self):
        accounts = self.env["res.partner.bank"].sudo().search([("bank_id", "in", self.ids)])
        return accounts.with_env(self.env)
