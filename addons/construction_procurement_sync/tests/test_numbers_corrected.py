# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import DocumentLifeCommon


@tagged("post_install", "-at_install")
class TestInvoiceNumberCorrected(DocumentLifeCommon):
    """One message has one bill, whatever part of its key a person corrects."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        # priced above the order: a draft on hold
        self.held = self.send_invoice("N-1", lines=[self.invoice_line(price="13.50", quantity="10")])
        self.assertState(self.held, "exception", "variance")
        self.draft = self.bill("N-1")

    def bills(self):
        return self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "in", ("in_invoice", "in_refund"))]
        )

    def test_its_number(self):
        self.correct(self.held, invoice="N-7")
        self.assertEqual(self.bills(), self.draft)
        self.assertEqual((self.draft.ref, self.draft.construction_external_key), ("N-7", "N-7"))
        self.assertState(self.held, "exception", "variance")
        self.assertEqual(self.keys("invoice"), ["s-1/invoice/n-7"])
        ended = self.env["construction.crosswalk"].search([("key", "=", "s-1/invoice/n-1")])
        self.assertTrue(ended.valid_until)

    def test_its_number_and_its_price(self):
        line = self.invoice_line(price="10.00", quantity="10")
        data = self.invoice_data("N-7", lines=[line])
        self.correct(self.held, **data)
        self.assertState(self.held, "done")
        self.assertEqual((self.bills(), self.draft.state), (self.draft, "posted"))
        # the same again, as it should have come
        self.assertState(self.send_invoice("N-7", lines=[line]), "done")
        self.assertEqual(self.bills(), self.draft)

    def test_its_supplier(self):
        self.send_order("PO-2", supplier="S-2")
        self.send_delivery("R-2", "PO-2")
        line = self.invoice_line(price="10.00", quantity="10")
        self.correct(self.held, **self.invoice_data("N-1", "PO-2", [line], supplier="S-2"))
        self.assertState(self.held, "done")
        self.assertEqual(self.bills(), self.draft)
        self.assertEqual(self.draft.partner_id, self.order("PO-2").partner_id)
        self.assertEqual(self.draft.invoice_line_ids.purchase_line_id.order_id, self.order("PO-2"))
        self.assertEqual(self.keys("invoice"), ["s-2/invoice/n-1"])

    def test_its_kind(self):
        # of what was billed
        self.send_invoice("N-0", lines=[self.invoice_line(quantity="40")])
        self.correct(self.held, kind="credit_note")
        standing = self.bills().filtered(lambda move: move.state != "cancel") - self.bill("N-0")
        self.assertState(self.held, "done")
        self.assertEqual(standing.mapped("move_type"), ["in_refund"])

    def test_to_a_number_that_is_known(self):
        """It was the second copy of an invoice that is booked: its draft goes."""
        line = self.invoice_line(price="10.00", quantity="10")
        booked = self.send_invoice("N-2", lines=[line])
        self.assertState(booked, "done")
        self.correct(self.held, **self.invoice_data("N-2", lines=[line]))
        self.assertState(self.held, "done")
        self.assertEqual(self.bills().filtered(lambda move: move.state != "cancel"), self.bill("N-2"))
        self.assertEqual(self.draft.state, "cancel")
        self.assertIn("was cancelled", self.note(self.held))
        self.assertEqual(self.keys("invoice"), ["s-1/invoice/n-2"])

    def test_booked_meanwhile(self):
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.env["construction.message"].search([]).flush_recordset()
        self.draft.with_user(controller)._construction_release_holds("agreed")
        self.draft.sudo().action_post()
        self.assertEqual(self.draft.state, "posted")
        self.held.sudo().state = "exception"
        self.correct(self.held, invoice="N-7")
        item = self.assertAsks(self.held)
        self.assertEqual([choice["code"] for choice in item.choices], ["replace", "keep"])
        self.assertEqual(self.bills(), self.draft)
        self.decide(self.held, "replace", self.payable)
        self.assertState(self.held, "exception", "variance")
        self.assertEqual(self.draft.payment_state, "reversed")
        standing = self.bills().filtered(
            lambda m: m.move_type == "in_invoice" and m.payment_state != "reversed"
        )
        self.assertEqual(standing.ref, "N-7")

    def test_released_as_another(self):
        """Who released the first figures did not see these: the draft goes, and another one is matched."""
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.draft.construction_hold_ids.sudo().write(
            self.draft.construction_hold_ids._construction_released_vals("agreed")
        )
        self.correct(self.held, invoice="N-7")
        self.assertState(self.held, "exception", "variance")
        self.assertEqual(self.draft.state, "cancel")
        self.assertEqual(self.bill("N-7").state, "draft")
        self.assertNotIn(controller, self.bill("N-7")._construction_authors())

    def test_who_corrects_is_an_author(self):
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.correct(self.held, user=controller, invoice="N-7")
        self.assertIn(controller, self.draft._construction_authors())
        self.assertNotIn(controller, self.draft._construction_releasers())


@tagged("post_install", "-at_install")
class TestOrderNumberCorrected(DocumentLifeCommon):
    def test_a_pending_order(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 100
        message = self.send_order("PO-8")
        self.assertState(message, "exception", "hold")
        order = self.order("PO-8")
        self.correct(message, user=self.buyer, order="PO-9")
        self.assertEqual(self.order("PO-9"), order)
        self.assertFalse(self.order("PO-8"))
        self.assertEqual(order.name, "PO-9")
        self.assertNotIn("po-8", self.keys("order"))
        order.sudo().button_approve(force=True)
        self.run_all()
        self.assertState(message, "done")

    def test_a_released_order_is_asked_about(self):
        message = self.send_order("PO-8")
        message.sudo().state = "exception"
        self.correct(message, user=self.buyer, order="PO-9")
        item = self.assertAsks(message)
        self.assertEqual([choice["code"] for choice in item.choices], ["replace", "keep"])
        self.assertFalse(self.order("PO-9"))
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertFalse(self.order("PO-8"))
        self.assertEqual(self.order("PO-9").state, "purchase")


@tagged("post_install", "-at_install")
class TestReceiptNumberCorrected(DocumentLifeCommon):
    """A receipt whose message stands open again and is corrected by a person."""

    def set_up_once(self):
        super().set_up_once()
        self.message = self.send_delivery(lines=[self.delivery_line(quantity="25")])
        self.picking = self.record(self.message, "stock.picking")
        self.message.sudo().state = "exception"

    def test_its_number(self):
        self.correct(self.message, user=self.buyer, receipt="R-7")
        self.assertAsks(self.message)
        self.decide(self.message, "replace", self.buyer)
        self.assertState(self.message, "done")
        self.assertEqual((self.received(), self.picking.construction_external_key), ([25], "R-7"))
        self.assertEqual(self.keys("receipt"), ["po-1/r-7"])

    def test_its_quantity(self):
        self.correct(self.message, user=self.buyer, lines=[self.delivery_line(quantity="40")])
        self.assertState(self.message, "done")
        self.assertEqual(self.received(), [40])

    def test_its_order(self):
        self.send_order("PO-2")
        self.correct(self.message, user=self.buyer, order="PO-2")
        self.assertAsks(self.message)
        self.assertEqual(self.received("PO-2"), [0])
        self.decide(self.message, "replace", self.buyer)
        self.assertState(self.message, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([0], [25]))
        self.assertEqual(self.keys("receipt"), ["po-2/r-1"])
