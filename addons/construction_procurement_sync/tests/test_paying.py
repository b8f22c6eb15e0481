# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import HandBillsCommon


@tagged("post_install", "-at_install")
class TestPaying(HandBillsCommon):
    """However a bill is paid, one that may not be is not."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.posted = self.enter("P-1", quantity=40)
        self.posted.action_post()
        self.held = self.enter("P-2", quantity=100)
        self.held.action_post()
        self.assertEqual((self.posted.state, self.held.state), ("posted", "draft"))

    def register(self, bill):
        wizard = self.env["account.payment.register"].with_user(self.clerk)
        return wizard.with_context(active_model="account.move", active_ids=bill.ids).create({})

    def payment(self, **kwargs):
        return (
            self.env["account.payment"]
            .with_user(self.clerk)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.supplier.id,
                    "amount": 400,
                    "journal_id": self.company_data["default_journal_bank"].id,
                    **kwargs,
                }
            )
        )

    def payable(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "liability_payable")

    def bank_entry(self):
        journal = self.company_data["default_journal_bank"]
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": "2026-03-12",
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": debit, "credit": credit})
                    for account, debit, credit in (
                        (self.payable(self.posted).account_id, 400, 0),
                        (journal.default_account_id, 0, 400),
                    )
                ],
            }
        )
        entry.line_ids.partner_id = self.supplier
        entry.action_post()
        return entry

    def test_wizard(self):
        self.register(self.posted).action_create_payments()
        self.assertIn(self.posted.payment_state, ("paid", "in_payment"))

    def test_wizard_refuses(self):
        with self.assertRaises(UserError):
            self.held.action_register_payment()
        with self.assertRaises(UserError):
            self.held.action_force_register_payment()
        with self.assertRaisesRegex(UserError, "payment hold"):
            self.register(self.held).action_create_payments()
        self.assertIn("payment hold", str(self.register(self.held).actionable_errors))
        wizard = self.register(self.posted)
        self.assertFalse(wizard.actionable_errors)
        self.supplier.construction_bank_hold = True
        [told] = self.register(self.posted).actionable_errors.values()
        self.assertIn("nothing is paid until a cost controller", told["message"])
        with self.assertRaisesRegex(UserError, "bank details"):
            wizard.action_create_payments()

    def test_payment_by_hand(self):
        payment = self.payment(invoice_ids=self.posted.ids)
        payment.action_post()
        self.assertEqual(payment.state, "in_process")
        held = self.payment(invoice_ids=self.held.ids)
        with self.assertRaisesRegex(UserError, "payment hold"):
            held.action_post()
        with self.assertRaisesRegex(UserError, "payment hold"):
            payment.write({"invoice_ids": [Command.link(self.held.id)]})
        with self.assertRaisesRegex(UserError, "payment hold"):
            self.held.write({"matched_payment_ids": [Command.link(payment.id)]})

    def test_on_account(self):
        payment = self.payment()
        self.supplier.construction_bank_hold = True
        with self.assertRaisesRegex(UserError, "bank details"):
            payment.action_post()
        self.supplier.construction_bank_hold = False
        payment.action_post()
        payment.mark_as_sent()
        self.supplier.construction_bank_hold = True
        payment.action_validate()
        self.assertEqual(payment.state, "paid")

    def test_reconciliation_of_a_held_bill(self):
        line = self.payable(self.bank_entry())
        with self.assertRaisesRegex(UserError, "payment hold"):
            (line | self.payable(self.held)).reconcile()

    def test_reconciliation_while_the_supplier_is_held(self):
        line = self.payable(self.bank_entry())
        self.supplier.construction_bank_hold = True
        with self.assertRaisesRegex(UserError, "bank details"):
            (line | self.payable(self.posted)).reconcile()

    def test_reconciliation_from_the_bill(self):
        line = self.payable(self.bank_entry())
        self.supplier.construction_bank_hold = True
        with self.assertRaisesRegex(UserError, "bank details"), self.env.cr.savepoint():
            self.posted.js_assign_outstanding_line(line.id)
        self.env.invalidate_all()
        self.supplier.construction_bank_hold = False
        self.posted.js_assign_outstanding_line(line.id)
        self.assertEqual(self.posted.payment_state, "paid")

    def test_a_refund_is_set_off_all_the_same(self):
        self.supplier.construction_bank_hold = True
        refund = self.enter("R-1", quantity=40, move_type="in_refund")
        refund.action_post()
        (self.payable(refund) | self.payable(self.posted)).reconcile()
        self.assertIn(self.posted.payment_state, ("paid", "reversed"))
