# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import HandBillsCommon

OWN, SECOND, FOREIGN = "DE89370400440532013000", "FR7630006000011234567890189", "GB29NWBK60161331926819"


class PaidToCommon(HandBillsCommon):
    """A supplier with two accounts, somebody else with one, and who pays."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        accounts = self.env["res.partner.bank"]
        self.till = self.env["res.partner"].create({"name": "Till", "parent_id": self.supplier.id})
        self.own = self.supplier.bank_ids or accounts.create(
            {"partner_id": self.supplier.id, "acc_number": OWN}
        )
        self.second = accounts.create({"partner_id": self.till.id, "acc_number": SECOND})
        self.front = self.env["res.partner"].create({"name": "Front"})
        self.foreign = accounts.create({"partner_id": self.front.id, "acc_number": FOREIGN})
        self.payable = self.user_with("payable", "construction_base.group_accounts_payable")
        self.assertFalse(self.supplier.construction_bank_hold)

    def payment(self, **kwargs):
        vals = {
            "payment_type": "outbound",
            "partner_type": "supplier",
            "partner_id": self.supplier.id,
            "amount": 400,
            "journal_id": self.company_data["default_journal_bank"].id,
            **kwargs,
        }
        return self.env["account.payment"].with_user(self.clerk).create(vals)

    def due(self, moves):
        lines = moves.line_ids
        return lines.filtered(lambda line: line.account_type in ("liability_payable", "asset_receivable"))

    def posted(self, reference="P-1", quantity=40, **kwargs):
        bill = self.enter(reference, quantity=quantity, **kwargs)
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        return bill

    def settle(self, bill, move):
        (self.due(bill) | self.due(move)).with_user(self.clerk).reconcile()

    def wizard(self, bills, **kwargs):
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        return wizard.with_context(active_model="account.move", active_ids=bills.ids).create(kwargs)

    def paid(self, wizard):
        return self.env["account.payment"].search([("id", "in", wizard._create_payments().ids)])

    def entry(self, partner, code="bank", amount=400):
        journal = self.company_data[f"default_journal_{code}"]
        account = self.company_data["default_journal_bank"].default_account_id
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": "2026-03-12",
                "line_ids": [
                    Command.create({"account_id": other.id, "debit": debit, "credit": credit})
                    for other, debit, credit in (
                        (self.supplier.property_account_payable_id, amount, 0),
                        (account, 0, amount),
                    )
                ],
            }
        )
        move.line_ids.partner_id = partner
        move.action_post()
        return move

    def statement_line(self, partner, amount=-400):
        return (
            self.env["account.bank.statement.line"]
            .create(
                {
                    "journal_id": self.company_data["default_journal_bank"].id,
                    "date": "2026-03-12",
                    "payment_ref": "Transfer",
                    "amount": amount,
                    "partner_id": partner.id,
                    "counterpart_account_id": self.supplier.property_account_payable_id.id,
                }
            )
            .move_id
        )

    def assertRefused(self, pattern, do, error=UserError):
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            do()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPaidTo(PaidToCommon):
    """Money that is owed for a job goes to whom it is owed, whatever way it goes."""

    def test_a_customer_is_paid_as_a_vendor_is(self):
        for kind in ("customer", "supplier"):
            self.assertRefused(
                "is not paid to an account of",
                lambda kind=kind: self.payment(partner_type=kind, partner_bank_id=self.foreign.id),
                ValidationError,
            )
        payment = self.payment()
        payment.action_post()
        self.assertRefused(
            "is not paid to an account of",
            lambda: payment.write({"partner_type": "customer", "partner_bank_id": self.foreign.id}),
            ValidationError,
        )

    def test_a_bank_hold_stops_a_customer_too(self):
        payment = self.payment()
        self.supplier.construction_bank_hold = True
        payment.write({"partner_type": "customer"})
        self.assertRefused("bank details", payment.action_post)

    def test_money_under_way_is_not_sent_to_who_is_held(self):
        payment = self.payment(partner_id=self.front.id)
        payment.action_post()
        self.supplier.construction_bank_hold = True
        self.assertRefused("bank details", lambda: payment.write({"partner_id": self.supplier.id}))

    def test_a_customer_is_paid_for_no_bill(self):
        bill = self.posted()
        other = self.payment(partner_type="customer", partner_id=self.front.id)
        other.destination_account_id = self.due(bill).account_id
        other.action_post()
        self.assertRefused(
            "is owed to",
            lambda: bill.with_user(self.clerk).js_assign_outstanding_line(self.due(other.move_id).id),
            ValidationError,
        )
        self.assertEqual(bill.payment_state, "not_paid")

    def test_a_bill_is_settled_by_its_own_supplier(self):
        bill = self.posted()
        for partner in (self.front, self.env["res.partner"]):
            payment = self.payment(partner_id=partner.id)
            payment.action_post()
            moves = [payment.move_id, self.entry(partner), self.entry(partner, "misc")]
            if partner:
                moves.append(self.statement_line(partner))
            for move in moves:
                with self.subTest(partner=partner.name, journal=move.journal_id.name):
                    self.assertRefused(
                        "is owed to", lambda move=move: self.settle(bill, move), ValidationError
                    )
            for do in (
                lambda payment=payment: payment.write({"invoice_ids": [Command.link(bill.id)]}),
                lambda payment=payment: bill.write({"matched_payment_ids": [Command.link(payment.id)]}),
            ):
                self.assertRefused("is owed to", do, ValidationError)
        self.assertEqual(bill.payment_state, "not_paid")

    def test_what_is_the_suppliers_settles_it(self):
        payment = self.payment(partner_id=self.till.id, partner_bank_id=self.second.id)
        payment.action_post()
        refund = self.enter("R-1", quantity=40, move_type="in_refund")
        refund.action_post()
        for move in (
            payment.move_id,
            refund,
            self.entry(self.supplier),
            self.entry(self.supplier, "misc"),
            self.statement_line(self.supplier),
            self.statement_line(self.env["res.partner"]),
        ):
            with self.subTest(journal=move.journal_id.name), self.env.cr.savepoint() as undo:
                bill = self.posted()
                self.settle(bill, move)
                self.assertIn(bill.payment_state, ("paid", "in_payment", "reversed"))
                undo.rollback()
                self.env.invalidate_all()

    def test_a_payment_that_settled_a_bill_stays_its_suppliers(self):
        payment = self.paid(self.wizard(self.posted()))
        self.assertRefused("is owed to", lambda: payment.write({"partner_id": self.front.id}))
        self.assertRefused("account of", lambda: payment.write({"partner_bank_id": self.foreign.id}))

    def test_what_was_not_sent_waits_while_the_supplier_is_held(self):
        unsent, sent = self.payment(), self.payment()
        (unsent | sent).action_post()
        sent.mark_as_sent()
        self.own.with_user(self.payable_partner_manager()).acc_number = "NL91ABNA0417164300"
        self.assertTrue(self.supplier.construction_bank_hold)
        self.assertRefused("on its way out", lambda: unsent.write({"payment_type": "inbound"}))
        for do in (unsent.mark_as_sent, unsent.action_validate, lambda: unsent.write({"state": "paid"})):
            self.assertRefused("bank details", do)
        liquid = unsent.move_id.line_ids - self.due(unsent.move_id)
        entry = self.entry_on(liquid.account_id)
        self.assertRefused("bank details", lambda: (liquid | entry.line_ids[0]).reconcile())
        sent.action_validate()
        self.assertEqual((unsent.state, sent.state), ("in_process", "paid"))
        confirms = self.user_with("confirms", "construction_base.group_cost_controller")
        self.supplier.with_user(confirms).action_construction_confirm_bank()
        unsent.mark_as_sent()
        unsent.action_validate()
        self.assertEqual(unsent.state, "paid")

    def test_the_bank_confirms_what_was_not_marked_as_sent(self):
        payment = self.payment()
        payment.action_post()
        self.supplier.construction_bank_hold = True
        liquid = payment.move_id.line_ids - self.due(payment.move_id)
        line = self.statement_line(self.supplier).line_ids.filtered("debit")
        line.account_id = liquid.account_id
        (liquid | line).reconcile()
        self.assertEqual(payment.state, "paid")

    def payable_partner_manager(self):
        return self.user_with("manager", "base.group_partner_manager,construction_base.group_buyer")

    def entry_on(self, account):
        entry = self.entry(self.supplier)
        entry.button_draft()
        entry.line_ids[0].account_id = account
        entry.action_post()
        return entry


@tagged("post_install", "-at_install")
class TestPaidToAsked(PaidToCommon):
    """A bill that asks for an account is paid to that one."""

    def set_up_once(self):
        super().set_up_once()
        self.bill_1 = self.asking("A-1", SECOND)

    def asking(self, number, account, **kwargs):
        self.send_invoice(number, lines=[self.invoice_line(quantity="10")], bank_account=account, **kwargs)
        bill = self.bill(number)
        self.assertEqual(bill.state, "posted")
        return bill

    def plain(self):
        return self.posted("P-1", quantity=5, partner_bank_id=self.own.id)

    def test_it_is_kept(self):
        self.assertEqual(self.bill_1.partner_bank_id, self.second)
        self.assertEqual(self.bill_1.construction_asked_bank_id, self.second)
        self.assertFalse(self.plain().construction_asked_bank_id)
        self.assertFalse(self.bill_1.copy().construction_asked_bank_id)

    def test_the_wizard_offers_accounts_of_contacts(self):
        wizard = self.wizard(self.bill_1)
        self.assertEqual(wizard.available_partner_bank_ids, self.own | self.second)
        self.assertEqual(wizard.partner_bank_id, self.second)
        payment = self.paid(wizard)
        self.assertEqual(payment.partner_bank_id, self.second)
        self.assertIn(self.bill_1.payment_state, ("paid", "in_payment"))
        self.assertEqual(payment.available_partner_bank_ids[:1], self.own)
        self.assertEqual(payment.available_partner_bank_ids, self.own | self.second)

    def test_accounts_of_another_company_are_not_offered(self):
        self.second.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self.wizard(self.plain()).available_partner_bank_ids, self.own)
        self.assertEqual(self.payment().available_partner_bank_ids, self.own)

    def test_another_account_is_refused(self):
        self.assertRefused(
            "asks to be paid to account •••• 0189, and this payment goes to •••• 3000",
            self.wizard(self.bill_1, partner_bank_id=self.own.id)._create_payments,
            ValidationError,
        )
        payment = self.payment(amount=100, partner_bank_id=self.own.id)
        payment.action_post()
        for do in (
            lambda: self.settle(self.bill_1, payment.move_id),
            lambda: payment.write({"invoice_ids": [Command.link(self.bill_1.id)]}),
            lambda: self.bill_1.write({"matched_payment_ids": [Command.link(payment.id)]}),
            lambda: self.payment(invoice_ids=self.bill_1.ids, partner_bank_id=self.own.id),
        ):
            self.assertRefused("asks to be paid to account", do, ValidationError)
        payment = self.payment(amount=100, invoice_ids=self.bill_1.ids)
        self.assertEqual(payment.partner_bank_id, self.second)
        payment.action_post()
        self.settle(self.bill_1, payment.move_id)
        for account in (self.own.id, False):
            self.assertRefused("asks to be paid to", lambda a=account: payment.write({"partner_bank_id": a}))

    def test_together_with_a_credit_note(self):
        for asked in (SECOND, None):
            with self.subTest(asked=asked), self.env.cr.savepoint() as undo:
                self.send_invoice(
                    "C-1",
                    lines=[self.invoice_line(quantity="4")],
                    kind="credit_note",
                    bank_account=asked,
                )
                credit = self.bill("C-1")
                self.assertEqual(credit.state, "posted")
                for documents in (self.bill_1 | credit, credit | self.bill_1):
                    wizard = self.wizard(documents, group_payment=True)
                    self.assertEqual(wizard.partner_bank_id, self.second)
                    self.assertEqual(wizard.amount, 60)
                payment = self.paid(wizard)
                self.assertEqual((payment.partner_bank_id, payment.amount), (self.second, 60))
                undo.rollback()
                self.env.invalidate_all()

    def test_two_accounts_are_two_payments(self):
        other = self.asking("A-2", OWN, invoice_date="2026-03-12")
        payments = self.paid(self.wizard(self.bill_1 | other, group_payment=True))
        self.assertEqual(payments.partner_bank_id, self.own | self.second)
        self.assertEqual(len(payments), 2)

    def test_one_payment_for_two_accounts_is_refused(self):
        other = self.asking("A-2", OWN, invoice_date="2026-03-12")
        self.assertRefused(
            "asks to be paid to account",
            lambda: self.payment(invoice_ids=(self.bill_1 | other).ids),
            ValidationError,
        )

    def test_a_person_does_not_have_it_paid_elsewhere(self):
        self.send_invoice("A-3", lines=[self.invoice_line(quantity="200")], bank_account=SECOND)
        for bill in (self.bill_1, self.bill("A-3")):
            self.assertEqual(bill.partner_bank_id, self.second)
            for user in (self.payable, self.clerk):
                for account in (self.own.id, False):
                    self.assertRefused(
                        "only a cost controller",
                        lambda b=bill, u=user, a=account: b.with_user(u).write({"partner_bank_id": a}),
                        AccessError,
                    )
            bill.with_user(self.payable).partner_bank_id = self.second
        draft = self.bill("A-3").with_user(self.payable)
        self.assertEqual(draft.state, "draft")
        draft.currency_id = self.env.ref("base.CHF")
        draft.flush_recordset()
        self.assertEqual(draft.partner_bank_id, self.second, "nor by what Odoo works out anew")

    def test_a_cost_controller_does(self):
        self.bill_1.with_user(self.controller).partner_bank_id = self.own
        self.assertEqual(self.bill_1.construction_asked_bank_id, self.own)
        said = self.bill_1.message_ids.filtered(lambda message: "•••• 3000" in (message.body or ""))
        self.assertIn("•••• 0189", said.body)
        self.assertEqual(said.author_id, self.controller.partner_id)
        self.assertEqual(self.paid(self.wizard(self.bill_1)).partner_bank_id, self.own)

    def test_an_event_of_a_corrected_invoice_does(self):
        lines = [self.invoice_line(quantity="200")]
        self.send_invoice("A-3", lines=lines, bank_account=SECOND)
        bill = self.bill("A-3")
        self.assertEqual((bill.state, bill.construction_asked_bank_id), ("draft", self.second))
        bill.with_user(self.controller).partner_bank_id = self.own
        bill._construction_pay_to(SECOND)
        self.assertEqual(bill.construction_asked_bank_id, self.own, "the same again says nothing new")
        self.send_invoice("A-3", lines=lines, bank_account=OWN, revision=1)
        bill = self.bill("A-3").filtered(lambda move: move.state != "cancel")
        self.assertEqual(bill.construction_asked_bank_id, self.own)
        bill._construction_pay_to(SECOND)
        self.assertEqual((bill.construction_asked_bank_id, bill.partner_bank_id), (self.second, self.second))
        bill._construction_pay_to(None)
        self.assertFalse(bill.construction_asked_bank_id)
