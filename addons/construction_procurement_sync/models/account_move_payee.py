# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import hmac

from odoo.addons.base.models.res_bank import sanitize_account_number
from odoo.addons.construction_sync.lib.words import masked
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from .account_move import BILL_TYPES
from .construction_hold import RELEASE_GROUP


class AccountMovePayee(models.Model):
    """A bill of a job is paid to its supplier, to an account of theirs: the one it asks for, if it does."""

    # apart from what holds a bill: to whom it is paid is another idea
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    construction_asked_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Asked to Be Paid to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The account to which the invoice asked to be paid, or a cost controller said that it is. It is "
        "paid to no other.",
    )
    construction_shows_asked = fields.Boolean(compute="_compute_construction_shows_asked", compute_sudo=True)
    construction_asked_mark = fields.Char(
        readonly=True,
        copy=False,
        help="What tells the account that an event asked for last from others; it does not show it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        for again in moves.filtered("construction_again_of_id").sudo():
            before = again.construction_again_of_id
            again.construction_asked_bank_id = before.construction_asked_bank_id
            again.construction_asked_mark = before.construction_asked_mark
        return moves

    def write(self, vals):
        account = self.env["res.partner.bank"].browse(vals.get("partner_bank_id") or ())
        asking = self._construction_asking(account) if "partner_bank_id" in vals else self.browse()
        asking._construction_check_asked(account)
        before = {move: move.matched_payment_ids for move in self} if vals.get("matched_payment_ids") else {}
        result = super().write(vals)
        asking._construction_ask_instead(account)
        linked = [move.matched_payment_ids - known for move, known in before.items()]
        self.env["account.payment"].union(*linked)._construction_check_payee()
        return result

    @api.depends("construction_asked_bank_id")
    def _compute_partner_bank_id(self):
        result = super()._compute_partner_bank_id()
        for move in self:
            asked = move.sudo().construction_asked_bank_id
            if asked and not asked._construction_is_foreign_to(move.commercial_partner_id):
                move.partner_bank_id = asked
        return result

    @api.depends("construction_asked_bank_id", "construction_hold_ids.state", "partner_bank_id")
    def _compute_construction_shows_asked(self):
        """It is said where it is not what the bill says, or where its account is what holds it."""
        for move in self:
            held = move.construction_hold_ids.filtered(lambda h: h.rule == "bank" and h.state == "open")
            asked = move.construction_asked_bank_id
            move.construction_shows_asked = asked and (asked != move.partner_bank_id or held)

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

    # --- what it asks for -------------------------------------------------------------------

    def _construction_pay_to(self, number):
        """Have this bill be paid to the account that its supplier asks for, where that is theirs.

        What asks again for the same does not undo what a cost controller said since.

        :param number: the account's number, or None where nothing is asked for
        """
        bill = self.sudo()
        if bill.move_type not in BILL_TYPES:
            return
        mark = self._construction_asked_mark_of(number)
        asked = bill.construction_asked_bank_id
        same = mark == bill.construction_asked_mark
        if same and (asked or not mark):
            return
        vals = bill._construction_asked_vals(bill.commercial_partner_id, number)
        account = vals["construction_asked_bank_id"]
        if not (same and account == asked.id):
            bill.write({**vals, "partner_bank_id": account} if account else vals)

    @api.model
    def _construction_asked_vals(self, supplier, number):
        """Values of a bill that asks its supplier's company to be paid to the account of a number."""
        account = self.env["res.partner.bank"]
        if number:
            account = supplier.commercial_partner_id._construction_account(number)
        return {
            "construction_asked_bank_id": account.id,
            "construction_asked_mark": self._construction_asked_mark_of(number),
        }

    @api.model
    def _construction_asked_mark_of(self, number):
        number = number and sanitize_account_number(number)
        return bool(number) and hmac(self.env(su=True), "construction-asked-bank", number)[:32]

    def _construction_asked_bank(self):
        """The one account to which the bills among these ask to be paid; none where they ask for several."""
        bills = self.sudo().filtered(lambda move: move.move_type in BILL_TYPES)
        asked = bills.construction_asked_bank_id
        return asked if len(asked) == 1 else asked.browse()

    def _construction_asking(self, account):
        """Those of these that ask for another account than the one to which a person has them paid."""
        if self.env.su or at_work(self.env):
            return self.browse()
        return self.filtered(
            lambda move: move.sudo().construction_asked_bank_id not in (account.browse(), account)
        )

    def _construction_check_asked(self, account):
        """:raises AccessError: when somebody else than a cost controller has these be paid elsewhere"""
        if self and not self.env.user.has_group(RELEASE_GROUP):
            asked, there = self[0].sudo().construction_asked_bank_id._construction_told_apart(account)
            raise AccessError(
                self.env._(
                    "%(bill)s asks to be paid to account %(asked)s: only a cost controller has it paid to "
                    "%(account)s.",
                    bill=self[0]._construction_label(),
                    asked=asked,
                    account=there,
                )
            )

    def _construction_ask_instead(self, account):
        """Have these ask for another account from now on, and say in their history who said so."""
        for bill in self.sudo():
            asked, there = bill.construction_asked_bank_id._construction_told_apart(account)
            bill.message_post(
                body=self.env._(
                    "%(user)s has this paid to account %(account)s. It asked for %(asked)s.",
                    user=self.env.user.name,
                    account=there,
                    asked=asked,
                ),
                author_id=self.env.user.partner_id.id,
            )
            bill.construction_asked_bank_id = account

    # --- who settles it ---------------------------------------------------------------------

    def _construction_check_owed_to(self, partner):
        """:raises ValidationError: when this bill of a job would be settled by what is another partner's"""
        bill = self.sudo()
        if bill._construction_is_guarded():
            raise ValidationError(
                self.env._(
                    "%(bill)s is owed to %(supplier)s: what goes to %(partner)s does not settle it.",
                    bill=bill._construction_label(),
                    supplier=bill.commercial_partner_id.display_name,
                    partner=partner.sudo().display_name or self.env._("nobody by name"),
                )
            )

    def _construction_check_settled_with(self, line):
        """Refuse to settle this bill with the journal item of a payment to somebody else, or to elsewhere.

        A bank statement may leave open whom the bank paid; where it names somebody, that is who was paid.
        """
        bill, line = self.sudo(), line.sudo()
        payment = line.move_id.origin_payment_id._construction_outbound()
        if payment:
            payment._construction_check_pays(bill)
        owner = line.partner_id.commercial_partner_id
        if owner != bill.commercial_partner_id and (owner or not line.move_id.statement_line_id):
            bill._construction_check_owed_to(owner)


class ResPartnerBank(models.Model):
    # here, for it is the other half of whom a bill is paid to
    _inherit = "res.partner.bank"  # pylint: disable=consider-merging-classes-inherited

    def _construction_masked(self):
        return masked(self.sudo().acc_number) if self else self.env._("no account")

    def _construction_told_apart(self, other):
        """This account and another one in words for one sentence, in which they are not the same."""
        words, others = self._construction_masked(), other._construction_masked()
        if words == others and self and other:
            words, others = self.sudo()._construction_words(), other.sudo()._construction_words()
        if words == others and self != other:
            others = self.env._("%s (another account with the same last digits)", others)
        return words, others

    def _construction_offered(self, partner, company):
        """Those of these accounts to which a company may pay a partner, or the company they belong to."""
        owner = partner.sudo().commercial_partner_id
        return self.filtered(
            lambda account: (
                account.sudo().partner_id.commercial_partner_id in owner
                and account.sudo().company_id in (company, company.browse())
            )
        )


class ResPartner(models.Model):
    # here, for it is the other half of whom a bill is paid to
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _construction_number_words(self, number):
        """The account of a number in words, of this supplier or not, told apart from their others."""
        own = self._construction_account(number)
        words = own._construction_words() if own else masked(number)
        others = self._construction_bank_accounts() - own
        if any(
            words in (account._construction_masked(), account._construction_words()) for account in others
        ):
            return self.env._("%s (another account with the same last digits)", words)
        return words

    def _construction_payable_accounts(self):
        """All accounts of those of these partners that are suppliers, of their contacts too."""
        suppliers = self.sudo().commercial_partner_id.filtered(lambda p: p._construction_is_supplier())
        return suppliers._construction_bank_accounts().with_env(self.env)
