# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import hmac

from odoo.addons.base.models.res_bank import sanitize_account_number
from odoo.addons.construction_master_sync.models.res_partner_terms import CONFIRM
from odoo.addons.construction_sync.errors import Hold
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_ownership import TAKE_ONCE

from ..lib import compliance
from .account_move import RELEASE_GROUP
from .res_partner_accounts import ASKED, BY_HAND, QUESTIONS

BUYER = "construction_base.group_buyer"
# of the context: what the screen showed on which the user answers
SEEN = "construction_seen"

COMPLIANCE_READERS = ",".join(
    (
        "account.group_account_invoice",
        "account.group_account_readonly",
        "construction_base.group_auditor",
        "construction_base.group_buyer",
        "construction_base.group_cost_controller",
        "construction_base.group_integration_manager",
        "construction_base.group_project_manager",
        "construction_procurement_sync.group_service",
    )
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    construction_bank_hold = fields.Boolean(
        string="Bank Details Unconfirmed",
        readonly=True,
        copy=False,
        help="A system sent other bank details than those known. Nothing is paid to this "
        "supplier until someone has confirmed them with the supplier.",
    )

    construction_bank_asked = fields.Char(
        compute="_compute_construction_bank_asked",
        compute_sudo=True,
        groups=RELEASE_GROUP,
        help="A mark of what is asked about the bank details at this moment.",
    )
    construction_compliance_ids = fields.One2many(
        "construction.compliance.document",
        "partner_id",
        string="Compliance Documents",
        groups=COMPLIANCE_READERS,
    )
    construction_compliance_status = fields.Selection(
        [("valid", "Valid"), ("soon", "Expires Soon"), ("expired", "Expired"), ("waived", "Waived")],
        string="Compliance",
        compute="_compute_construction_compliance_status",
        search="_search_construction_compliance_status",
        groups=COMPLIANCE_READERS,
        help="The worst of the documents that guard, as of today: of each kind the one that expires last.",
    )

    # --- bank details ---------------------------------------------------------

    def _compute_construction_bank_asked(self):
        for partner in self:
            marks = [item._asked_mark() for item in partner._construction_bank_questions()]
            accounts = partner._construction_accounts()[partner][0]
            held = partner.construction_bank_hold
            partner.construction_bank_asked = held and self._construction_mark(" ".join([accounts, *marks]))

    def _construction_has_account(self, number):
        """Whether ``number`` is among the accounts of this supplier."""
        return bool(self._construction_account(number))

    def _construction_account(self, number):
        """The account of this supplier that has this number, or none."""
        number = sanitize_account_number(number)
        own = self._construction_bank_accounts().filtered(
            lambda account: account.sanitized_acc_number == number
        )
        return own.filtered(lambda account: account.partner_id == self)[:1] or own[:1]

    def _construction_knows_account(self, number):
        """Whether payment to ``number`` raises no question: there is none, or it is an account of theirs."""
        return not number or self._construction_has_account(number)

    def _construction_account_mark(self, number):
        """What tells the account that a bill asks for, or else those known, from others; it shows neither."""
        self.ensure_one()
        numbers = [sanitize_account_number(number)] if number else []
        known = self._construction_bank_accounts().mapped("sanitized_acc_number")
        numbers = numbers or sorted(filter(None, known))
        return hmac(self.env(su=True), "construction-bank-account", " ".join(numbers))[:32]

    def _construction_check_bank(self):
        """:raises UserError: when a supplier's bank details are not confirmed"""
        sentence = self._construction_unpaid_sentence()
        if sentence:
            raise UserError(sentence)

    def _construction_unpaid_sentence(self):
        """Which of these suppliers are not paid, for nobody confirmed their bank details; empty if none."""
        held = self.filtered("construction_bank_hold") | self._construction_unconfirmed()
        if not held:
            return ""
        return self.env._(
            "The bank details of %s are not confirmed: nothing is paid until a cost controller has confirmed "
            "them.",
            listed(self.env, held.mapped("display_name")),
        )

    def action_construction_confirm_bank(self):
        """Confirm changed bank details; what they held up goes on by itself.

        :raises AccessError: without the role
        """
        if not self.env.user.has_group(RELEASE_GROUP):
            raise AccessError(self.env._("Only a cost controller confirms bank details."))
        self.check_access("read")
        seen = self.env.context.get(SEEN)
        self.invalidate_recordset(["construction_bank_asked"])
        if seen and seen != self[:1].construction_bank_asked:
            raise UserError(
                self.env._(
                    "The bank details of %s have changed since you opened this: look at them again.",
                    self[:1].display_name,
                )
            )
        self._construction_ask_unconfirmed()
        held = self.filtered("construction_bank_hold")
        for partner in held:
            for item in partner._construction_bank_questions((ASKED,)):
                if TAKE_ONCE not in [choice["code"] for choice in item.choices or ()]:
                    raise UserError(
                        self.env._(
                            "Several systems say other bank details of %s: decide in the work item.",
                            partner.display_name,
                        )
                    )
                item.action_decide(TAKE_ONCE, self.env._("Confirmed on the supplier"))
            # also what only now is asked about
            partner._construction_end_bank_hold()
            for item in partner._construction_bank_questions((BY_HAND,)):
                item.action_decide(CONFIRM, self.env._("Confirmed on the supplier"))
        held._construction_end_bank_hold()

    def _construction_end_bank_hold(self, turned_down=False, answered=None):
        """Have payment to these suppliers go on, after a person has looked at other bank details.

        While another question about them is open, it stays held.

        :param answered: what was asked where the answer was given just now
        """
        left = [question for question in QUESTIONS if question != answered]
        held = self.sudo().filtered(
            lambda partner: partner.construction_bank_hold and not partner._construction_bank_questions(left)
        )
        held.write({"construction_bank_hold": False})
        user = self.env.user
        for partner in held:
            words = (
                self.env._("Other bank details turned down by %s.", user.name)
                if turned_down
                else self.env._("Bank details confirmed by %s.", user.name)
            )
            partner.message_post(body=words, author_id=user.partner_id.id)
        # the answer was on what was asked: what else differs from what was confirmed last is asked now
        held = held.with_env(self.env)
        held._construction_ask_unconfirmed()
        held._construction_resume_bank()

    def _construction_resume_bank(self):
        """Look again at the bills of these suppliers that are held for their bank details."""
        holds = self.env["construction.hold"].sudo()
        domain = [
            ("rule", "=", "bank"),
            ("state", "=", "open"),
            ("move_id.commercial_partner_id", "in", self.ids),
        ]
        held = holds.search(domain).move_id if self.ids else holds.move_id
        held._construction_cure()

    # --- compliance documents -------------------------------------------------

    @api.depends_context("allowed_company_ids")
    @api.depends(
        "construction_compliance_ids.active",
        "construction_compliance_ids.expires",
        "construction_compliance_ids.kind",
        "construction_compliance_ids.waived_until",
    )
    def _compute_construction_compliance_status(self):
        found = self.env["construction.compliance.document"]._construction_statuses(
            self.env.company, self.ids
        )
        for partner in self:
            partner.construction_compliance_status = found.get(partner.id, False)

    @api.model
    def _search_construction_compliance_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.env["construction.compliance.document"]._construction_statuses(self.env.company)
        matching = [partner for partner, status in found.items() if status in value]
        if False in value:
            return ["|", ("id", "in", matching), ("id", "not in", list(found))]
        return [("id", "in", matching)]

    def _construction_no_documents(self):
        return self.env["construction.compliance.document"]

    def _construction_lapsed(self, company, authors=None):
        """The documents of this supplier that stop what they guard today.

        Today is that of the time zone of the company. A document is good through its last day; of
        several of one kind the one that expires last counts.

        :param authors: called without arguments for the res.users who entered what is guarded, where
            something was waived: a waiver of theirs does not count
        """
        self.ensure_one()
        guarded = company._construction_guarded_kinds()
        documents = self.env["construction.compliance.document"].sudo()
        if guarded == set():
            return documents
        documents = documents.search([("partner_id", "=", self.id), ("company_id", "=", company.id)])
        lapsed = compliance.lapsed(
            [document._construction_as_document() for document in documents],
            company._construction_today(),
            guarded,
            authors().ids if authors and documents.waived_by_id else [],
        )
        if lapsed:
            # whoever renews one of them meanwhile, or stops at it, is tried again and sees the other
            self._construction_touch_lapsed(company)
        return documents.browse([document.key for document in lapsed])

    def _construction_touch_lapsed(self, company):
        self.env["construction.bill.guard"]._touch(
            {f"compliance:{company.id}:{partner.id}" for partner in self}
        )

    def _construction_part_documents(self, survivor):
        """Before these are merged: a document that both have is kept twice, under two numbers."""
        documents = self.env["construction.compliance.document"].sudo().with_context(active_test=False)
        known = {
            (document.company_id, document.kind.lower(), document.number)
            for document in documents.search([("partner_id", "=", survivor.id)])
        }
        for document in documents.search([("partner_id", "in", self.ids)], order="id"):
            if (document.company_id, document.kind.lower(), document.number) in known:
                document.number = f"{document.number} ({document.partner_id.display_name}, {document.id})"
            known.add((document.company_id, document.kind.lower(), document.number))
        documents.flush_model()

    def _construction_lapsed_sentence(self, documents):
        """Which documents of this supplier expired when, and what to do about it."""
        self.ensure_one()
        expired = listed(
            self.env,
            (
                self.env._(
                    "%(document)s of %(supplier)s expired on %(date)s",
                    document=document.display_name,
                    supplier=self.display_name,
                    date=document.expires,
                )
                for document in documents
            ),
            "; ",
        )
        sentence = self.env._("%s. Enter a new date of expiry, or have a cost controller waive it.", expired)
        if any(document.status == "waived" for document in documents):
            sentence = " ".join([sentence, self.env._("Nobody waives it for what they entered themselves.")])
        return sentence

    def _construction_lapsed_key(self):
        """The cause by which all that these documents stop becomes one work item a supplier."""
        return f"compliance:{self.construction_external_key or self.name}"

    def _construction_lapsed_stop(self, documents, job=None):
        """The named error of a message that expired documents stop."""
        return Hold(
            self._construction_lapsed_sentence(documents),
            cause_key=self._construction_lapsed_key(),
            job=job,
            partner=self,
            record=self,
            figures={document.display_name: str(document.expires) for document in documents},
            groups=f"{BUYER},{RELEASE_GROUP}",
        )

    def _construction_resume_lapsed(self, company):
        """Let go on by itself what expired documents of this supplier no longer stop."""
        self.ensure_one()
        self._construction_touch_lapsed(company)
        items = (
            self.env["construction.exception"]
            .sudo()
            .search(
                [
                    # whatever it was called when it was stopped
                    ("cause_key", "=like", "compliance:%"),
                    ("partner_id", "=", self.id),
                    ("company_id", "=", company.id),
                    ("state", "=", "open"),
                ]
            )
        )
        if items.blocked_ids:
            items.blocked_ids._requeue(
                self.env._("Compliance documents of %s have changed.", self.display_name)
            )
        holds = (
            self.env["construction.hold"]
            .sudo()
            .search(
                [
                    ("rule", "=", "compliance"),
                    ("state", "=", "open"),
                    ("company_id", "=", company.id),
                    ("move_id.commercial_partner_id", "=", self.id),
                ]
            )
        )
        if holds:
            self.env["construction.message"]._resume_for_records(holds.move_id)
        changes = self.env["construction.order.change"].sudo()
        changes.search(
            [
                ("stop", "=", "compliance"),
                ("state", "=", "pending"),
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "=", self.id),
            ],
            order="id",
        )._construction_retry()
