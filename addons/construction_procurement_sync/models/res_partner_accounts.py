# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac

from odoo.addons.construction_master_sync.models.res_partner_terms import CONFIRM, HAND
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_ownership import OWNER

from .account_move import BILL_TYPES

BY_HAND = f"{HAND}bank"
QUESTIONS = (f"{OWNER}bank", BY_HAND)
# whose contact it is, and with it whose its accounts are
MOVING = {"parent_id", "is_company"}


class ResPartnerAccounts(models.Model):
    """Accounts of a supplier that a person changes by hand hold payment, as those of an event do."""

    # apart from what an event says of them: who asks and who confirms are others
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    construction_bank_mark = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What tells the accounts that hold, those of a system or confirmed by a person, from others.",
    )

    def write(self, vals):
        if "supplier_rank" in vals and self.env["res.partner.bank"]._construction_is_by_hand():
            self._construction_check_rank(vals["supplier_rank"] or 0)
        if not MOVING & vals.keys():
            return super().write(vals)
        accounts = self.env["res.partner.bank"]
        moved = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        parents = self.parent_id | self.browse(vals.get("parent_id") or ())
        before = accounts._construction_said_by_hand(moved.with_env(self.env) | parents)
        result = super().write(vals)
        accounts._construction_tell_by_hand(before)
        return result

    def _construction_check_rank(self, rank):
        """:raises UserError: where a supplier would be none any more, whose accounts nobody asks about"""
        suppliers = self.sudo().filtered(lambda partner: partner.supplier_rank and not rank)
        if suppliers:
            raise UserError(
                self.env._(
                    "%s is a supplier, and stays one. Archive who is none any more.", suppliers[0].name
                )
            )

    def _construction_bank_accounts(self):
        """The accounts to which these suppliers may be paid, the first to be paid first.

        Those of their contacts are among them: a person may choose them for a bill or a payment.
        """
        domain = [("partner_id.commercial_partner_id", "in", self.ids)]
        return self.env["res.partner.bank"].sudo().search(domain)

    def _construction_accounts(self):
        """The accounts of these suppliers: {supplier: (mark of them all, in words)}."""
        found = self._construction_bank_accounts().grouped(
            lambda account: account.partner_id.commercial_partner_id.id
        )
        result = {}
        for supplier in self:
            accounts = found.get(supplier.id, self.env["res.partner.bank"])
            said = "\n".join(account._construction_said() for account in accounts)
            mark = self._construction_mark(said)
            result[supplier] = mark, listed(self.env, [account._construction_words() for account in accounts])
        return result

    @api.model
    def _construction_mark(self, said):
        return hmac(self.env(su=True), "construction-bank-accounts", said)

    def _construction_accept_accounts(self, before):
        """What a rule or an event does to accounts that hold leaves accounts that hold.

        :param before: ``_construction_accounts`` of before
        """
        for partner, (mark, words) in before.items():
            if not words or mark == partner.sudo().construction_bank_mark:
                partner._construction_keep_mark()

    def _construction_keep_mark(self):
        """The accounts of these suppliers hold as they are now."""
        for partner, (mark, words) in self._construction_accounts().items():
            partner.sudo().construction_bank_mark = words and mark

    def _construction_unconfirmed(self):
        """Those of these suppliers that have accounts which no system brought and nobody confirmed.

        A person made them before anybody knew of a supplier.
        """
        partners = self.filtered(lambda p: not p.construction_bank_hold and p._construction_is_billing())
        return partners.browse(
            partner.id
            for partner, (mark, words) in partners._construction_accounts().items()
            if words and mark != partner.sudo().construction_bank_mark
        )

    def _construction_is_billing(self):
        """Whether this is a supplier, or bills at any rate; not who is only paid back."""
        bills = self.env["account.move"].sudo()
        return self._construction_is_supplier() or bool(
            bills.search_count(
                [("commercial_partner_id", "=", self.id), ("move_type", "in", BILL_TYPES)], limit=1
            )
        )

    def _construction_ask_unconfirmed(self):
        """Hold payment to those of these suppliers whose accounts nobody has confirmed."""
        items = self.env["construction.exception"].sudo()
        for partner in self._construction_unconfirmed():
            _mark, words = partner._construction_accounts()[partner]
            accounts = partner._construction_bank_accounts()
            cause, label = f"bank_by_hand:{partner.id}", self.env._("Bank Accounts")
            partner._construction_hold_bank(self.env._("Nobody has confirmed the bank accounts so far."))
            known = items._find(self.env.company, items.source_id, cause, [("state", "=", "open")])
            authors = accounts.create_uid | accounts.write_uid
            item = partner._construction_ask_by_hand(
                known, cause, "bank", [(label, "", words)], [label], authors
            )
            item.sudo().proposal_mark = partner.sudo().construction_bank_mark or partner._construction_mark(
                ""
            )

    def _construction_tell_accounts(self, before):
        """Hold payment until somebody else of finance confirms what differs; end it where nothing does.

        :param before: what ``_construction_accounts`` said of it before the change
        """
        items = self.env["construction.exception"].sudo()
        cause, now = f"bank_by_hand:{self.id}", self._construction_accounts()[self]
        known = items._find(self.env.company, items.source_id, cause, [("state", "=", "open")])
        if known:
            # several changes are one, against what was confirmed last
            before = known.proposal_mark, known.comparison[0][1]
        if now[0] == before[0]:
            if known:
                known._close_when_empty("resolved", self.env._("It says again what it said."))
                self._construction_end_bank_hold(turned_down=True)
            return
        self._construction_hold_bank(
            self.env._(
                "Bank accounts were changed by hand. Nothing is paid until another person confirms them."
            )
        )
        label = self.env._("Bank Accounts")
        if now[1] == before[1]:
            # of which only the last digits are shown
            now = now[0], self.env._("%s (otherwise than before)", now[1])
        item = self._construction_ask_by_hand(known, cause, "bank", [(label, before[1], now[1])], [label])
        item.sudo().proposal_mark = before[0]

    def _construction_hold_bank(self, why):
        """Hold payment to this supplier, and say why in its history."""
        partner = self.sudo()
        if not partner.construction_bank_hold:
            partner.construction_bank_hold = True
            partner.message_post(body=why, author_id=self.env.user.partner_id.id)

    def _construction_bank_questions(self, questions=QUESTIONS):
        """The open work items that ask about bank details of this supplier."""
        return self.env["construction.exception"].search(
            [
                ("record_ref", "=", f"{self._name},{self.id}"),
                ("question", "in", questions),
                ("state", "=", "open"),
            ],
            order="id",
        )


class ConstructionException(models.Model):
    # here, for it is the other half of the same question
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    def _take_decision(self, vals):
        result = super()._take_decision(vals)
        if self.question == BY_HAND and vals["code"] == CONFIRM:
            partner = self.sudo(False).record_ref.exists()
            if partner:
                partner._construction_end_bank_hold()
        return result
