# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestInvoice(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()

    def controller(self, login="controller"):
        return self.user_with(login, "construction_base.group_cost_controller")

    def test_matched_bill_posts_by_policy(self):
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(tax_percent="10")])
        self.assertState(message, "done")
        bill = self.bill()
        self.assertEqual((bill.state, bill.amount_total), ("posted", 1100))
        self.assertEqual(str(bill.date), "2026-03-10")
        line = bill.invoice_line_ids
        self.assertEqual(line.purchase_line_id, self.order().order_line)
        self.assertEqual(line.construction_job_id, self.job)
        self.assertEqual(line.tax_ids, self.tax_10)

    def test_without_the_policy_it_stays_a_draft(self):
        self.company.construction_bill_autopost = False
        self.send_delivery()
        self.assertState(self.send_invoice(), "done")
        self.assertEqual(self.bill().state, "draft")

    def test_twice_is_once(self):
        self.send_delivery()
        self.send_invoice()
        self.assertState(self.send_invoice(), "done")
        self.assertEqual(len(self.bill()), 1)

    def test_before_its_order_it_waits(self):
        message = self.send_invoice("INV-9", "PO-9")
        self.assertState(message, "waiting")
        self.send_order("PO-9")
        self.assertState(message, "exception", "variance")
        self.send_delivery("R-9", "PO-9")
        self.assertState(message, "done")
        self.assertEqual(self.bill("INV-9").state, "posted")

    def test_not_received_holds_and_cures_itself(self):
        message = self.send_invoice()
        self.assertState(message, "exception", "variance")
        bill = self.bill()
        self.assertEqual(bill.construction_hold_ids.mapped("rule"), ["quantity"])
        self.assertEqual(bill.action_post()["tag"], "display_notification")
        self.assertEqual(bill.state, "draft")
        with self.assertRaises(UserError):
            bill.write({"state": "posted"})
        with self.assertRaises(UserError):
            bill.action_force_register_payment()
        self.send_delivery()
        self.assertState(message, "done")
        self.assertEqual(bill.state, "posted")
        self.assertEqual(bill.construction_hold_ids.state, "cured")

    def test_tolerance(self):
        self.send_delivery()
        inside = self.send_invoice(lines=[self.invoice_line(quantity="50", price="10.10")])
        self.assertState(inside, "done")
        outside = self.send_invoice("INV-002", lines=[self.invoice_line(quantity="50", price="10.50")])
        self.assertState(outside, "exception", "variance")
        hold = self.bill("INV-002").construction_hold_ids.filtered(lambda h: h.rule == "price")
        self.assertIn("525.00", hold.name)
        self.assertIn("500.00", hold.name)
        self.assertEqual(hold.excess, 25)

    def test_release_needs_role_reason_and_another_person(self):
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(price="12")])
        bill = self.bill()
        buyer = self.user_with("some_buyer", "construction_base.group_buyer")
        controller = self.controller()
        with self.assertRaises(AccessError):
            bill.with_user(buyer)._construction_release_holds("please")
        with self.assertRaises(UserError):
            bill.with_user(controller)._construction_release_holds(" ")
        with self.assertRaises(AccessError):
            bill.construction_hold_ids.with_user(controller).write({"state": "released"})
        service = self.service_of("construction_procurement_sync.group_service_bill")
        service.group_ids += self.env.ref("construction_base.group_cost_controller")
        with self.assertRaises(AccessError):
            bill.with_user(service)._construction_release_holds("mine")
        wizard = (
            self.env["construction.hold.release"]
            .with_user(controller)
            .create({"move_ids": bill.ids, "reason": "Agreed price rise"})
        )
        wizard.action_release()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(bill.state, "posted")
        self.assertIn("Agreed price rise", "".join(bill.message_ids.mapped("body")))
        self.assertEqual(set(bill.construction_hold_ids.mapped("released_by_id")), {controller})

    def test_exact_duplicate_holds_and_shows_both(self):
        self.send_delivery()
        self.send_invoice(lines=[self.invoice_line(quantity="50")])
        message = self.send_invoice("inv 1", lines=[self.invoice_line(quantity="40")])
        self.assertState(message, "exception", "duplicate")
        hold = self.bill("inv 1").construction_hold_ids
        self.assertEqual(hold.other_move_ids, self.bill())
        self.assertIn("INV-001", message.problem)

    def test_duplicates_in_one_batch(self):
        self.send_delivery()
        messages = [
            self.receive(
                self.suppliers,
                "procurement.invoice.received",
                key,
                self.invoice_data(key),
            )
            for key in ("INV-77", "inv 0077")
        ]
        self.run_all()
        self.assertState(messages[0], "done")
        self.assertState(messages[1], "exception", "duplicate")

    def test_one_batch_bills_no_more_than_was_received(self):
        self.company.construction_bill_autopost = False
        self.send_delivery(lines=[self.delivery_line(quantity="90")])
        messages = [
            self.receive(
                self.suppliers,
                "procurement.invoice.received",
                key,
                self.invoice_data(key, lines=[self.invoice_line(quantity=quantity)]),
            )
            for key, quantity in (("P-1", "50"), ("P-2", "45"))
        ]
        self.run_all()
        self.assertState(messages[0], "done")
        self.assertState(messages[1], "exception", "variance")
        self.assertEqual(self.bill("P-2").construction_hold_ids.rule, "quantity")

    def test_second_partial_bill_is_no_duplicate(self):
        self.send_delivery()
        self.send_invoice(lines=[self.invoice_line(quantity="50")])
        second = self.send_invoice(
            "INV-002", lines=[self.invoice_line(quantity="30")], invoice_date="2026-03-11"
        )
        self.assertState(second, "done")

    def test_wrong_sum_creates_nothing(self):
        self.send_delivery()
        for key, wrong in (
            ("A", {"total": "1000.01"}),
            ("B", {"tax_total": "5.00", "total": "1005.00"}),
            ("C", {"net_total": "999.00", "total": "999.00"}),
        ):
            message = self.send_invoice(key, **wrong)
            self.assertState(message, "exception", "data")
            self.assertFalse(self.bill(key))
        self.assertIn("999.00", message.problem)
        self.assertIn("1,000.00", message.problem)

    def test_document_is_stored_safely(self):
        self.send_delivery()
        message = self.send_invoice(
            document={
                "name": "../../<b>bill</b>.html",
                "media_type": "text/html",
                "base64": base64.b64encode(b"<html><script>alert(1)</script>").decode(),
            }
        )
        self.assertState(message, "done")
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", self.bill().id)]
        )
        self.assertEqual(attachment.mimetype, "text/plain")
        self.assertNotIn("/", attachment.name)
        self.assertTrue(attachment.name.endswith(".txt"))

    def test_changed_bank_account_holds(self):
        self.send_delivery()
        message = self.send_invoice(bank_account="GB29NWBK60161331926819")
        self.assertState(message, "exception", "hold")
        self.assertEqual(self.bill().construction_hold_ids.rule, "bank")
        self.assertNotIn("GB29", message.problem)

    def test_a_released_account_covers_no_other_one(self):
        self.send_delivery()
        message = self.send_invoice(bank_account="GB29NWBK60161331926819")
        self.bill().with_user(self.controller())._construction_release_holds("asked them by telephone")
        self.run_all()
        self.assertState(message, "done")
        self.bill().button_draft()
        # what a person took back stays theirs to post, and is matched all the same
        same = self.send_invoice(bank_account="GB29 NWBK 6016 1331 9268 19", revision=1)
        self.assertState(same, "done")
        self.assertFalse(self.bill().construction_on_hold)
        self.send_invoice(bank_account="FR1420041010050500013M02606", revision=2)
        self.assertEqual(self.bill().construction_hold_ids.filtered(lambda h: h.state == "open").rule, "bank")
        self.bill().action_post()
        self.assertEqual(self.bill().state, "draft")
        self.assertFalse([hold for hold in self.bill().construction_hold_ids if "FR14" in str(hold.read())])

    def test_suppliers_whose_keys_differ_in_case_are_two(self):
        self.send_delivery()
        self.send_invoice("N-1", lines=[self.invoice_line(quantity="10")])
        data = {"supplier": "s-1", "name": "Another"}
        self.send(self.master, "master.supplier.upserted", "s-1", data)
        self.send_order("PO-2", supplier="s-1")
        self.send_delivery("R-2", "PO-2")
        lines = [self.invoice_line(quantity="20")]
        for _time in range(2):
            message = self.send_invoice("N-1", "PO-2", lines=lines, supplier="s-1")
            self.assertState(message, "done")
        bills = self.env["account.move"].search([("ref", "=", "N-1")], order="id")
        self.assertEqual(bills.mapped("state"), ["posted", "posted"])
        self.assertEqual(bills.partner_id.mapped("construction_external_key"), ["S-1", "s-1"])
        self.send_invoice("N-1", "PO-2", lines=[self.invoice_line(quantity="30")], supplier="s-1", revision=3)
        bills = self.env["account.move"].search([("ref", "=", "N-1")], order="id")
        standing = bills.filtered(lambda move: not move._construction_is_reversed())
        self.assertEqual(sorted(standing.mapped("amount_untaxed")), [100, 300])

    def test_unknown_tax_is_never_guessed(self):
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(tax_percent="13.37")])
        self.assertState(message, "exception", "mapping")
        self.assertFalse(self.bill())

    def test_credit_note(self):
        self.send_delivery()
        self.send_invoice()
        message = self.send_invoice("CN-1", kind="credit_note", lines=[self.invoice_line(quantity="10")])
        self.assertState(message, "done")
        self.assertEqual((self.bill("CN-1").move_type, self.bill("CN-1").state), ("in_refund", "posted"))

    def test_freight_apart(self):
        self.send_delivery()
        freight = {
            "line": "9",
            "description": "Freight",
            "quantity": "1",
            "uom": "EA",
            "unit_price": "40",
            "amount": "40.00",
        }
        message = self.send_invoice(lines=[self.invoice_line(), freight])
        self.assertState(message, "exception", "variance")
        self.assertEqual(self.bill().construction_hold_ids.rule, "freight")
        self.assertEqual(self.bill().invoice_line_ids[-1].cost_code_id.code, "03 30 00")

    def test_without_an_order(self):
        line = {**self.invoice_line(), "cost_code": "05 12 00", "job": "J-1"}
        del line["order_line"]
        message = self.send_invoice(order=None, lines=[line])
        self.assertState(message, "exception", "hold")
        self.assertEqual(self.bill().construction_hold_ids.rule, "no_order")
        self.assertEqual(self.bill().invoice_line_ids.cost_code_id.code, "05 12 00")

    def test_wrong_supplier_or_currency(self):
        self.send_delivery()
        self.assertState(self.send_invoice(supplier="S-2"), "exception", "data")
        self.assertFalse(self.bill())

    def test_closed_period(self):
        self.send_delivery()
        self.company.construction_cost_lock_date = "2026-03-10"
        message = self.send_invoice()
        self.assertState(message, "exception", "period")
        self.company.construction_cost_lock_date = False
        self.company.purchase_lock_date = "2026-03-31"
        message.action_replay()
        self.run_all()
        self.assertState(message, "exception", "period")
        self.assertFalse(self.bill())

    def test_a_held_bill_is_not_deleted(self):
        self.send_invoice()
        with self.assertRaises(UserError):
            self.bill().unlink()
