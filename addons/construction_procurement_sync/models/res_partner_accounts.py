# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac

from odoo.addons.construction_master_sync.models.res_partner_terms import CONFIRM, HAND, PUT_BACK
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_ownership import OWNER

from .account_move import BILL_TYPES

ASKED, BY_HAND = f"{OWNER}bank", f"{HAND}bank"
QUESTIONS = (ASKED, BY_HAND)
ACCOUNTS = "construction_account_ids"


class ResPartnerAccounts(models.Model):
    """Accounts of a supplier that a person changes by hand hold payment, as those of an event do."""

    # apart from what an event says of them: who asks and who confirms are others
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    construction_account_ids = fields.Many2many(
        "res.partner.bank",
        compute="_compute_construction_account_ids",
        compute_sudo=True,
        groups=fields.NO_ACCESS,
        help="The accounts to which this supplier may be paid, the first to be paid first.",
    )
    construction_bank_mark = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="What tells the accounts that hold, those of a system or confirmed by a person, from others.",
    )

    def write(self, vals):
        if "supplier_rank" in vals and self.env["res.partner.bank"]._construction_is_by_hand():
            self._construction_check_rank(vals["supplier_rank"] or 0)
        return super().write(vals)

    def _construction_check_rank(self, rank):
        """:raises UserError: where a supplier would be none any more, whose accounts nobody asks about"""
        suppliers = self.sudo().filtered(lambda partner: partner.supplier_rank and not rank)
        if suppliers:
            raise UserError(
                self.env._(
                    "%s is a supplier, and stays one. Archive who is none any more.", suppliers[0].name
                )
            )

    def _compute_construction_account_ids(self):
        """One look for all suppliers of a batch; what changes whose an account is forgets it."""
        accounts = self.env["res.partner.bank"].with_context(active_test=True)
        accounts = accounts.search([("partner_id.commercial_partner_id", "in", self.ids)])
        found = accounts.grouped(lambda account: account.partner_id.commercial_partner_id)
        for partner in self:
            partner.construction_account_ids = found.get(partner._origin, accounts.browse())

    def _construction_bank_accounts(self):
        """The accounts to which these suppliers may be paid, the first to be paid first.

        Those of their contacts are among them: a person may choose them for a bill or a payment.
        """
        return self.sudo().construction_account_ids

    def _construction_accounts(self):
        """The accounts of these suppliers: {supplier: (mark of them all, in words)}."""
        result = {}
        for supplier in self:
            accounts = supplier._construction_bank_accounts()
            said = "\n".join(account._construction_said() for account in accounts)
            mark = self._construction_mark(said)
            result[supplier] = mark, listed(self.env, [account._construction_words() for account in accounts])
        return result

    def _construction_confirmed_accounts(self):
        """What was confirmed of these suppliers: as ``_construction_accounts``, without what was not."""
        accounts = self._construction_accounts()
        for partner in self._construction_other_than_confirmed(accounts):
            accounts[partner] = partner._construction_confirmed_mark(), ""
        return accounts

    def _construction_other_than_confirmed(self, accounts):
        """Those of these suppliers whose accounts are others than what was confirmed of them."""
        return self.filtered(
            lambda partner: (
                accounts[partner][1] and accounts[partner][0] != partner.sudo().construction_bank_mark
            )
        )

    def _construction_confirmed_mark(self):
        return self.sudo().construction_bank_mark or self._construction_mark("")

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
        return partners._construction_other_than_confirmed(partners._construction_accounts())

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
                known, cause, "bank", [(label, "", words)], [label], authors, dict.fromkeys(accounts.ids)
            )
            item.sudo().proposal_mark = partner._construction_confirmed_mark()

    def _construction_tell_accounts(self, before, former=None):
        """Hold payment until somebody else of finance confirms what differs; end it where nothing does.

        :param before: what ``_construction_accounts`` said of it before the change
        :param former: accounts before the change, as ``_construction_former`` gives them, not only of this
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
        users = self.env.user
        if not before[1]:
            # who made what nobody confirmed before
            accounts = self._construction_bank_accounts()
            users |= accounts.create_uid | accounts.write_uid
        rows = [(label, before[1], now[1])]
        former = self._construction_former_accounts(known, former)
        item = self._construction_ask_by_hand(known, cause, "bank", rows, [label], users, former)
        item.sudo().proposal_mark = before[0]
        if before[0] != self._construction_confirmed_mark():
            # what took part in the change as a rule, as a merge does, confirms nothing
            self.sudo().construction_bank_mark = before[0]

    def _construction_former_accounts(self, known, former):
        """What is to be put back of the accounts of this supplier, with what was asked about before.

        :param known: the open work item, or none
        :param former: as ``_construction_tell_accounts``
        :return: {id: values, or None of one that is new}, or None where it cannot be put back
        """
        if former is None or known and not known.construction_former:
            return None
        accounts = self.env["res.partner.bank"].sudo()
        mine = {}
        for account_id, vals in former.items():
            whose = accounts.browse(account_id).partner_id | self.sudo().browse(
                vals and vals["partner_id"] or ()
            )
            if self in whose.commercial_partner_id:
                mine[str(account_id)] = vals
        return {**mine, **(known.construction_former or {})}

    def _construction_put_back(self, item):
        super()._construction_put_back(item)
        if item.question != BY_HAND:
            return
        accounts = self.env["res.partner.bank"].with_context(active_test=False)
        others = self.browse()
        for account_id, vals in item.construction_former.items():
            account = accounts.browse(int(account_id)).exists()
            others |= account.partner_id.commercial_partner_id
            if account:
                account._construction_put_back(vals)
        self.invalidate_model([ACCOUNTS])
        said = self._construction_accounts()[self]
        if said[0] != item.proposal_mark and said[1] != item.comparison[0][1]:
            raise UserError(
                self.env._(
                    "The bank accounts of %s have changed in another way, too: confirm them as they are, or "
                    "have them changed by hand.",
                    self.display_name,
                )
            )
        self._construction_keep_mark()
        (others - self)._construction_settle_accounts()

    def _construction_settle_accounts(self):
        """End what is asked about accounts of these suppliers that are again what was confirmed."""
        for partner in self:
            for item in partner._construction_bank_questions((BY_HAND,)).sudo():
                if partner._construction_accounts()[partner][0] == item.proposal_mark:
                    item._close_when_empty("resolved", self.env._("It says again what it said."))
                    partner._construction_end_bank_hold(turned_down=True)

    def _construction_hold_bank(self, why):
        """Hold payment to this supplier, and say why in its history."""
        partner = self.sudo()
        if not partner.construction_bank_hold:
            partner.construction_bank_hold = True
            # whoever holds or confirms at once meets here, as an error that is tried again
            partner.flush_recordset(["construction_bank_hold"])
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

    def _asked_mark(self):
        """Two accounts may look alike: of bank details it is the accounts themselves as well."""
        mark = super()._asked_mark()
        supplier = self.sudo().record_ref if self.question in QUESTIONS else None
        if supplier and supplier._name == "res.partner":
            mark += supplier._construction_accounts()[supplier][0]
        return mark

    def _take_decision(self, vals):
        result = super()._take_decision(vals)
        partner = self.sudo(False).record_ref if self.question == BY_HAND else None
        if partner and partner.exists() and vals["code"] in (CONFIRM, PUT_BACK):
            partner._construction_keep_mark()
            partner._construction_end_bank_hold(turned_down=vals["code"] == PUT_BACK)
        return result
