# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_content import ContentCommon


@tagged("post_install", "-at_install")
class TestInvoiceContent(ContentCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()

    def invoice(self, quantity="20", **kwargs):
        return self.send_invoice(lines=[self.invoice_line(quantity=quantity)], **kwargs)

    def booked(self):
        bills = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "in", ("in_invoice", "in_refund"))]
        )
        return sum(bill.amount_untaxed_signed for bill in bills if bill.state == "posted")

    def test_the_same_again(self):
        self.assertState(self.invoice(), "done")
        self.assertState(self.invoice(), "done")
        self.assertEqual(len(self.bill()), 1)

    def test_other_content_is_never_done(self):
        self.invoice()
        message = self.invoice("30")
        item = self.assertAsks(message)
        self.assertIn(["Line 1, quantity", "20 EA", "30 EA"], item.comparison)
        self.assertEqual(len(self.bill()), 1)
        for user in (self.buyer, self.manager):
            with self.assertRaises(UserError):
                item.with_user(user).action_decide("replace", "I want to")

    def test_replace_what_is_booked(self):
        self.invoice()
        message = self.invoice("30")
        self.decide(message, "replace", self.payable)
        self.assertState(message, "done")
        self.assertEqual(self.booked(), -300)
        first, second = self.bill().sorted("id")
        self.assertEqual((first.payment_state, second.state), ("reversed", "posted"))
        # the next one is compared with what stands
        self.assertState(self.invoice("30"), "done")
        self.assertEqual(self.booked(), -300)

    def test_replace_a_draft(self):
        self.company.construction_bill_autopost = False
        self.invoice()
        message = self.invoice("30", revision=2)
        self.assertState(message, "done")
        self.assertEqual((self.bill().state, self.bill().amount_untaxed), ("draft", 300))

    def test_a_correction_of_what_is_on_hold(self):
        held = self.invoice("150")
        self.assertState(held, "exception", "variance")
        message = self.invoice("100", revision=1)
        self.assertState(message, "done")
        self.assertEqual((self.bill().state, self.bill().amount_untaxed), ("posted", 1000))
        self.assertState(held, "done")

    def test_a_correction_of_a_credit_note(self):
        """Credit 2, corrected to 3: the one that was reversed is no double of the new one."""
        self.send_invoice("I-1", lines=[self.invoice_line(quantity="6")])
        lines = [self.invoice_line(quantity="2")]
        self.send_invoice("JC", lines=lines, kind="credit_note", revision=1)
        lines = [self.invoice_line(quantity="3")]
        self.assertState(self.send_invoice("JC", lines=lines, kind="credit_note", revision=2), "done")
        credits = self.bill("JC").filtered(lambda move: move.move_type == "in_refund")
        self.assertEqual(
            sorted(credits.mapped(lambda m: (m.amount_total, m.state))),
            [
                (20, "posted"),
                (30, "posted"),
            ],
        )

    def test_a_late_answer_lowers_no_revision(self):
        self.send_invoice(lines=[self.invoice_line(quantity="4")], revision=1)
        asked = self.send_invoice(lines=[self.invoice_line(quantity="5")], revision=1)
        self.assertAsks(asked)
        self.assertState(self.send_invoice(lines=[self.invoice_line(quantity="7")], revision=3), "done")
        self.decide(asked, "replace", self.payable)
        # what comes after is asked about, too: nothing overrules the answer by itself
        self.assertAsks(self.send_invoice(lines=[self.invoice_line(quantity="6")], revision=2))
        self.assertAsks(self.send_invoice(lines=[self.invoice_line(quantity="7")], revision=3))

    def test_what_cures_a_hold_wakes_all_behind_it(self):
        self.send_order("PO-2")
        lines = [self.invoice_line(quantity="5")]
        first = self.send_invoice("I-2", "PO-2", lines)
        again = self.send_invoice("I-2", "PO-2", lines)
        self.assertState(first, "exception")
        self.assertState(again, "exception")
        self.send_delivery("R-2", "PO-2")
        self.run_all()
        self.assertState(first, "done")
        self.assertState(again, "done")

    def test_paid_is_never_replaced(self):
        self.invoice()
        self.pay(self.bill())
        message = self.invoice("30", revision=5)
        item = self.assertAsks(message)
        # its revision says that it is the same document: never booked whole beside the first one
        self.assertEqual([choice["code"] for choice in item.choices], ["keep"])
        self.assertIn("undo that, then replay", item.sentence)
        self.assertEqual(self.booked(), -200)

    def test_what_another_document_books_is_said(self):
        self.invoice()
        message = self.invoice("30")
        self.pay(self.bill())
        self.decide(message, "replace", self.payable)
        item = self.assertAsks(message)
        self.assertEqual([choice["code"] for choice in item.choices], ["keep", "another"])
        self.assertIn("all of it is booked, beside the first", item.choices[1]["label"])
        self.decide(message, "another", self.payable)
        self.assertState(message, "done")
        self.assertEqual(self.booked(), -500)

    def test_paid_replaced_once_that_is_undone(self):
        self.invoice()
        bill = self.bill()
        self.pay(bill)
        message = self.invoice("30", revision=5)
        item = self.assertAsks(message)
        bill.line_ids.remove_move_reconcile()
        bill.matched_payment_ids.action_cancel()
        item.with_user(self.payable).action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.booked(), -300)

    def pay(self, bill):
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        payment.create({"amount": 50})._create_payments()

    def test_a_closed_period_asks(self):
        self.invoice()
        self.company.construction_cost_lock_date = "2026-03-31"
        message = self.invoice("30", revision=1)
        self.assertAsks(message, "period")
        self.assertEqual(self.booked(), -200)
        self.decide(message, "next_open", self.payable)
        self.assertState(message, "done")
        self.assertEqual(self.booked(), -300)
        new = self.bill().sorted("id")[-1]
        self.assertEqual((str(new.invoice_date), str(new.date)), ("2026-03-10", "2026-04-01"))

    def test_a_number_used_again_a_year_apart(self):
        self.invoice()
        message = self.invoice("30", invoice_date="2025-04-20")
        self.assertState(message, "done")
        self.assertEqual(sorted(self.bill().mapped("amount_untaxed")), [200, 300])
        self.assertTrue(self.env["construction.crosswalk"].search([("key", "=", "s-1/invoice/inv-001#2025")]))
        told = self.env["construction.exception"].search([("cause_key", "=like", "used_again:%")])
        self.assertEqual(told.severity, "low")
        self.assertState(self.invoice("30", invoice_date="2025-04-20"), "done")
        self.assertEqual(len(self.bill()), 2)

    def test_the_same_amount_a_year_apart_asks(self):
        self.invoice()
        self.assertAsks(self.invoice(invoice_date="2025-04-20"))

    def test_a_bank_account_is_compared_and_not_shown(self):
        self.invoice(bank_account="DE89370400440532013000")
        self.assertState(self.invoice(bank_account="DE89370400440532013000"), "done")
        message = self.invoice(bank_account="DE02120300000000202051")
        item = self.assertAsks(message)
        self.assertIn("Bank account", [row[0] for row in item.comparison])
        self.assertNotIn("DE0", str(item.comparison) + str(item.comparison_html))
