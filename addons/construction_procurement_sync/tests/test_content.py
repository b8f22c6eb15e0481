# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ProcurementCommon

CHANGED = "procurement.purchase_order.changed"
REQUEST = "procurement.material.requested"


class ContentCommon(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.buyer = self.user_with("buyer", "construction_base.group_buyer")
        self.payable = self.user_with("payable", "construction_base.group_accounts_payable")
        self.manager = self.user_with("manager", "construction_base.group_project_manager")
        self.job.user_id = self.manager

    def assertAsks(self, message, question="content"):
        self.assertState(message, "exception")
        item = message.exception_id
        self.assertEqual(item.question, question, item.sentence)
        return item

    def decide(self, message, code, user, **kwargs):
        """A person decides what a message asks, and the message goes round again."""
        message.exception_id.with_user(user).action_decide(code, "As agreed", **kwargs)
        self.run_all()

    def received(self, key="PO-1"):
        return self.order(key).order_line.mapped("qty_received")


@tagged("post_install", "-at_install")
class TestReceiptContent(ContentCommon):
    def receipt(self, quantity, **kwargs):
        return self.send_delivery(lines=[self.delivery_line(quantity=quantity)], **kwargs)

    def test_the_same_again(self):
        self.receipt("25")
        again = self.receipt("25.00", captured_at="2026-03-05T16:00:00Z", final=False)
        self.assertState(again, "done")
        self.assertEqual(self.received(), [25])
        self.assertFalse(again.record_ids)

    def test_a_correction_by_revision(self):
        """25, then 40: 15 more."""
        self.receipt("25")
        more = self.receipt("40", revision=1)
        self.assertState(more, "done")
        self.assertEqual(self.received(), [40])
        pickings = self.order().picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(sorted(pickings.move_ids.mapped("quantity")), [15, 25])
        # the same revision again is a repeat
        self.assertState(self.receipt("40", revision=1), "done")
        self.assertEqual(self.received(), [40])

    def test_a_correction_below(self):
        self.receipt("25")
        self.assertState(self.receipt("10", revision=1), "done")
        self.assertEqual(self.received(), [10])
        self.assertTrue(self.order().picking_ids.return_ids)
        self.assertState(self.receipt("12", revision=2), "done")
        self.assertEqual(self.received(), [12])

    def test_other_content_asks_the_buyer(self):
        self.receipt("25")
        message = self.receipt("40")
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "25 EA", "40 EA"]])
        self.assertEqual(self.received(), [25])
        for user in (self.payable, self.user_with("cost", "construction_base.group_cost_controller")):
            with self.assertRaises(AccessError):
                item.with_user(user).action_decide("replace", "I want to")
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [40])
        message.sudo()._requeue("once more")
        self.run_all()
        self.assertEqual(self.received(), [40])

    def test_keep(self):
        self.receipt("25")
        message = self.receipt("40")
        self.assertAsks(message)
        self.decide(message, "keep", self.buyer)
        self.assertEqual((message.state, self.received()), ("ignored", [25]))

    def test_another(self):
        self.receipt("25")
        message = self.receipt("40")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [65])
        self.assertTrue(self.env["construction.crosswalk"].search([("key", "=", "po-1/r-1#2")]))
        # both are known now
        self.assertState(self.receipt("25"), "done")
        self.assertEqual(self.received(), [65])

    def test_below_what_was_billed(self):
        self.receipt("25")
        self.send_invoice(lines=[self.invoice_line(quantity="25")])
        self.assertEqual(self.bill().state, "posted")
        message = self.receipt("10", revision=1)
        self.assertAsks(message, "return")
        self.assertEqual(self.received(), [25])
        self.decide(message, "return", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [10])

    def test_in_a_batch(self):
        self.send_order("PO-2")
        self.receipt("25")
        messages = self.env["construction.message"]
        for number, order, quantity, revision in (("R-1", "PO-1", "40", 1), ("R-8", "PO-2", "7", 0)):
            lines = [self.delivery_line(quantity=quantity)]
            data = self.delivery_data(number, order, lines, revision=revision)
            messages |= self.receive(self.field, "procurement.delivery.received", order, data)
        messages._process()
        self.assertEqual(set(messages.mapped("state")), {"done"}, messages.mapped("problem"))
        self.assertEqual((self.received(), self.received("PO-2")), ([40], [7]))

    def test_one_delivery_told_twice_is_given_back(self):
        self.send_order("PO-2")
        self.receipt("25", delivery_note="L-4")
        second = self.send_delivery("R-2", "PO-2", [self.delivery_line(quantity="25")], delivery_note="L-4")
        item = self.env["construction.exception"].search([("cause_key", "=like", "same_note:%")])
        item.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertState(second, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([25], [0]))
        self.assertEqual(item.state, "resolved")
        second.sudo()._requeue("once more")
        self.run_all()
        self.assertEqual(self.received("PO-2"), [0])

    def test_a_closed_period(self):
        self.company.construction_cost_lock_date = "2026-03-31"
        message = self.receipt("25")
        self.assertAsks(message, "period")
        self.decide(message, "next_open", self.buyer)
        self.assertState(message, "done")
        entries = self.env["construction.cost.entry"].search([("kind", "=", "accrual")])
        self.assertEqual({str(date) for date in entries.mapped("date")}, {"2026-04-01"})


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


@tagged("post_install", "-at_install")
class TestOrderContent(ContentCommon):
    def approve(self, quantity, **kwargs):
        return self.send_order(lines=[self.order_line(quantity=quantity)], **kwargs)

    def change(self, quantity, revision):
        data = self.order_data(lines=[self.order_line(quantity=quantity)], revision=revision)
        return self.send(self.field, CHANGED, "PO-1", data)

    def ordered(self):
        return self.order().order_line.mapped("product_qty")

    def test_approved_again(self):
        self.assertState(self.approve("100.0"), "done")
        message = self.approve("120")
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "100 EA", "120 EA"]])
        self.assertEqual([choice["code"] for choice in item.choices], ["replace", "keep"])
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ordered(), [120])
        self.assertState(self.approve("120"), "done")

    def test_approved_in_a_higher_revision(self):
        self.assertState(self.approve("120", revision=1), "done")
        self.assertEqual(self.ordered(), [120])

    def test_a_revision_sent_again_with_other_content(self):
        self.assertState(self.change("110", 1), "done")
        self.assertState(self.change("110", 1), "done")
        message = self.change("130", 1)
        item = self.assertAsks(message)
        self.assertEqual([choice["code"] for choice in item.choices], ["replace", "keep"])
        self.assertEqual(self.ordered(), [110])
        self.decide(message, "replace", self.buyer)
        self.assertEqual(self.ordered(), [130])

    def test_another_order(self):
        """Offered where something tells the two apart: here their supplier."""
        message = self.approve("120", supplier="S-2")
        self.assertEqual([choice["code"] for choice in self.assertAsks(message).choices], ["keep", "another"])
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ordered(), [100])
        self.assertEqual(self.order("PO-1#2").order_line.product_qty, 120)


class RequestCommon(ContentCommon):
    def ask(self, quantity, **kwargs):
        line = {"line": "1", "description": "Bolts", "uom": "EA", "cost_code": "03 30 00"}
        data = {
            "request": "RQ-1",
            "job": "J-1",
            "requested_by": "Ana",
            "needed_by": "2026-03-20",
            "urgency": "routine",
            "lines": [{**line, "quantity": quantity}],
            **kwargs,
        }
        return self.send(self.field, REQUEST, "RQ-1", data)

    def asked(self, message):
        return self.env["purchase.request"].search([("name", "=", "RQ-1")]).line_ids.mapped("product_qty")


@tagged("post_install", "-at_install")
class TestRequestContent(RequestCommon):
    def test_other_quantities(self):
        first = self.ask("3")
        self.assertState(self.ask("3.0"), "done")
        message = self.ask("5")
        item = self.assertAsks(message)
        self.assertEqual(item.owner_id, self.manager)
        with self.assertRaises(AccessError):
            item.with_user(self.buyer).action_decide("replace", "I want to")
        self.decide(message, "replace", self.manager)
        self.assertState(message, "done")
        self.assertEqual(self.asked(first), [5])

    def test_a_revision(self):
        first = self.ask("3", revision=1)
        self.assertState(self.ask("4", revision=2), "done")
        self.assertEqual(self.asked(first), [4])

    def test_of_a_job_without_a_manager_the_buyer_decides(self):
        self.job.user_id = False
        self.ask("3")
        other = self.ask("5")
        self.assertTrue(self.assertAsks(other).with_user(self.buyer).can_decide)

    def test_what_is_approved_is_asked_for_anew(self):
        first = self.ask("3")
        request = self.record(first, "purchase.request")
        request.button_to_approve()
        request.button_approved()
        self.assertState(self.ask("4", revision=2), "done")
        self.assertEqual((request.state, self.asked(first)), ("draft", [4]))

    def test_what_is_closed_is_never_asked_for_whole_beside_itself(self):
        first = self.ask("3", revision=1)
        request = self.record(first, "purchase.request")
        request.button_to_approve()
        request.button_approved()
        request.button_done()
        item = self.assertAsks(self.ask("4", revision=2))
        self.assertEqual([choice["code"] for choice in item.choices], ["keep"])
        message = self.ask("5")
        self.decide(message, "replace", self.manager)
        item = self.assertAsks(message)
        self.assertEqual([choice["code"] for choice in item.choices], ["keep", "another"])
        self.assertIn("all of it is asked for, beside the first", item.choices[1]["label"])
