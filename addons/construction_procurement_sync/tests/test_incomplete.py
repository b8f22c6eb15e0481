# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HandBillsCommon
from .test_content import ContentCommon

DELIVERY = "procurement.delivery.received"


@tagged("post_install", "-at_install")
class TestIncomplete(ContentCommon):
    """What an event leaves open comes in, and a person chooses among candidates."""

    def test_a_receipt_without_order(self):
        self.send_order("PO-2", supplier="S-2")
        data = self.delivery_data(order="x", lines=[self.delivery_line(item="BOLT", quantity="40")])
        data.update(supplier="S-1")
        data.pop("order")
        data["lines"][0].pop("order_line")
        message = self.send(self.field, DELIVERY, "S-1", data)
        item = self.assertAsks(message, "order")
        self.assertEqual([entry["id"] for entry in item.candidates], self.order().ids)
        other = self.order("PO-2")
        self.decide(message, "order", self.buyer, res_id=other.id)
        # not of that supplier: asked again
        self.assertAsks(message, "order")
        self.decide(message, "order", self.buyer, res_id=self.order().id)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [40])
        # the same again, though it names no order
        self.assertState(self.send(self.field, DELIVERY, "S-1", data), "done")
        self.assertEqual(self.received(), [40])

    def test_a_company_without_a_warehouse(self):
        self.env["stock.picking.type"].search([("code", "=", "incoming")]).active = False
        one, two = self.send_order("PO-2"), self.send_order("PO-3")
        self.assertState(one, "exception", "hold")
        self.assertEqual(one.exception_id, two.exception_id, "one item for all")
        self.assertIn("has no warehouse", one.exception_id.sentence)
        types = self.env["stock.picking.type"].with_context(active_test=False)
        types.search([("code", "=", "incoming")]).active = True
        one.exception_id.sudo().action_replay()
        self.run_all()
        self.assertState(one, "done")
        self.assertState(two, "done")

    def test_neither_order_nor_supplier_is_no_receipt(self):
        schema = self.env["construction.event.type"].search([("name", "=", DELIVERY)]).schema_text
        from odoo.addons.construction_sync.lib import schema as checks

        data = self.delivery_data()
        data.pop("order")
        self.assertTrue(checks.faults(schema, data))

    def test_an_invoice_without_order(self):
        self.send_delivery()
        line = {**self.invoice_line(), "item": "BOLT", "cost_code": "03 30 00", "job": "J-1"}
        line.pop("order_line")
        message = self.send_invoice(order=None, lines=[line])
        item = self.assertAsks(message, "order")
        self.assertEqual([entry["id"] for entry in item.candidates], self.order().ids)
        self.assertEqual(self.bill().state, "draft")
        with self.assertRaises(AccessError):
            item.with_user(self.buyer).action_decide("order", res_id=self.order().id)
        self.decide(message, "order", self.payable, res_id=self.order().id)
        self.assertState(message, "done")
        self.assertEqual(self.bill().state, "posted")
        self.assertEqual(self.bill().invoice_line_ids.purchase_line_id, self.order().order_line)

    def test_an_invoice_that_names_an_order_and_no_line(self):
        self.send_delivery()
        line = self.invoice_line()
        line.pop("order_line")
        message = self.send_invoice(lines=[line])
        self.assertState(message, "exception", "hold")
        self.assertIn(f"names order {self.order().name}, but none of its lines", message.problem)
        # which order it is of is no question
        self.assertFalse(message.exception_id.question)
        named = {**line, "order_line": "1"}
        message.with_user(self.payable)._correct({**message._payload(), "lines": [named]}, "Line 1")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.bill().state, "posted")

    def test_an_invoice_that_names_a_line_of_no_order(self):
        self.send_delivery()
        message = self.send_invoice(order=None)
        self.assertAsks(message, "order")
        self.decide(message, "order", self.payable, res_id=self.order().id)
        self.assertState(message, "done")
        self.assertEqual(self.bill().state, "posted")

    def test_order_lines_without_cost_code(self):
        lines = [self.order_line("1"), self.order_line("2"), self.order_line("3")]
        for line in lines[1:]:
            line.pop("cost_code")
        message = self.send_order("PO-9", lines=lines)
        order = self.order("PO-9")
        self.assertState(message, "exception")
        self.assertEqual(order.state, "draft")
        items = self.env["construction.exception"].search(
            [("cause_key", "=like", "coding:%"), ("state", "=", "open")], order="cause_key"
        )
        self.assertEqual(items.mapped("question"), ["coding:2", "coding:3"])
        code = self.env["construction.cost.code"].search([("code", "=", "03 30 00")], limit=1)
        # coded so on the order before
        self.assertEqual(items[0].candidates[0]["id"], code.id)
        for item in items.sorted("question", reverse=True):
            self.assertEqual(order.state, "draft")
            item.with_user(self.manager).action_decide("code", res_id=code.id)
            self.run_all()
        self.assertState(message, "done")
        self.assertEqual((order.state, order.order_line.cost_code_id), ("purchase", code))
        self.assertFalse(items.filtered(lambda item: item.state == "open"))

    def test_a_cost_code_given_by_hand(self):
        line = self.order_line()
        line.pop("cost_code")
        message = self.send_order("PO-9", lines=[line])
        order = self.order("PO-9")
        order.order_line.cost_code_id = self.order().order_line.cost_code_id
        message.sudo()._requeue("by hand")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(order.state, "purchase")

    def test_a_change_that_adds_a_line_without_cost_code(self):
        line = self.order_line("2")
        line.pop("cost_code")
        data = self.order_data(lines=[self.order_line(), line], revision=1)
        message = self.send(self.field, "procurement.purchase_order.changed", "PO-1", data)
        item = self.assertAsks(message, "coding:2")
        self.assertEqual(len(self.order().order_line), 1)
        item.with_user(self.buyer).action_decide("code", res_id=self.order().order_line.cost_code_id.id)
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(len(self.order().order_line), 2)


@tagged("post_install", "-at_install")
class TestWaits(ContentCommon):
    def test_a_wait_offers_candidates_before_its_patience_ends(self):
        message = self.send_delivery("R-1", "PO 1")
        self.assertState(message, "waiting")
        action = message.with_user(self.buyer).action_decide_now()
        item = self.env["construction.exception"].browse(action["res_id"]).with_user(self.buyer)
        self.assertEqual(item.fix_model, "purchase.order")
        self.assertIn(self.order().id, [entry["id"] for entry in item.candidates])
        wizard = self.env["construction.exception.decide"].with_user(self.buyer)._of(item)
        option = wizard.option_ids.filtered(lambda row: row.res_id == self.order().id)
        option.action_choose()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.received(), [100])

    def test_a_line_is_mapped(self):
        message = self.send_delivery(lines=[self.delivery_line("7", description="bolts")])
        self.assertState(message, "waiting")
        message.with_user(self.buyer).action_decide_now()
        item = message.exception_id.with_user(self.buyer)
        self.assertEqual([entry["id"] for entry in item.candidates], self.order().order_line.ids)
        item.fix_res_id = self.order().order_line.id
        item.action_map_and_replay()
        self.run_all()
        self.assertState(message, "done")

    def test_unknown_items_and_suppliers_are_offered(self):
        message = self.send_order("PO-5", supplier="S1", lines=[self.order_line(item="BOLTS")])
        self.assertState(message, "exception", "mapping")
        self.assertEqual(
            self.env["res.partner"].browse(message.exception_id.candidates[0]["id"]).name, "Supplier S-1"
        )


@tagged("post_install", "-at_install")
class TestSubstitutes(ContentCommon):
    """A line that names an order line and another item."""

    def set_up_once(self):
        super().set_up_once()
        self.send(
            self.master,
            "master.item.upserted",
            "BOLT-XL",
            {"item": "BOLT-XL", "name": "Longer bolt", "uom": "EA", "stocked": True},
        )

    def test_accepted(self):
        message = self.send_delivery(lines=[self.delivery_line(quantity="30", item="BOLT-XL")])
        self.assertAsks(message, "substitute:1")
        with self.assertRaises(AccessError):
            message.exception_id.with_user(self.payable).action_decide("accept", "Fine", price=12)
        self.decide(message, "accept", self.buyer, price=12)
        self.assertState(message, "done")
        ordered, substitute = self.order().order_line.sorted("id")
        self.assertEqual((ordered.product_qty, ordered.qty_received), (70, 0))
        self.assertEqual((substitute.product_qty, substitute.qty_received), (30, 30))
        self.assertEqual((substitute.price_unit, substitute.cost_code_id), (12, ordered.cost_code_id))
        # its bill finds what was accepted
        bill = self.send_invoice(lines=[self.invoice_line(quantity="30", price="12.00", item="BOLT-XL")])
        self.assertState(bill, "done")
        self.assertEqual(self.bill().invoice_line_ids.purchase_line_id, substitute)

    def test_a_dearer_one_is_a_change_of_the_order(self):
        manager = self.user_with("purchase_manager", "purchase.group_purchase_manager")
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 1050})
        message = self.send_delivery(lines=[self.delivery_line(quantity="30", item="BOLT-XL")])
        self.decide(message, "accept", self.buyer, price=12)
        self.assertState(message, "exception", "hold")
        change = self.order().construction_change_ids
        self.assertEqual((change.state, change.amount_change), ("pending", 60))
        self.assertEqual(change.requested_by_id, self.buyer)
        self.assertEqual(self.received(), [0])
        # turned down, the buyer is asked once more; approved, it is received
        change.with_user(manager)._construction_reject("Too dear")
        self.run_all()
        self.assertAsks(message, "substitute:1")
        self.decide(message, "accept", self.buyer, price=12)
        change = self.order().construction_change_ids - change
        change.with_user(manager).action_approve()
        self.run_all()
        self.assertState(message, "done")
        ordered, substitute = self.order().order_line.sorted("id")
        self.assertEqual((ordered.product_qty, substitute.product_qty, substitute.qty_received), (70, 30, 30))
        self.assertEqual(substitute.construction_substitute_for_id, ordered)

    def test_returned(self):
        lines = [self.delivery_line(quantity="30", item="BOLT-XL")]
        message = self.send_delivery(lines=[*lines, {**self.delivery_line("2", "50"), "order_line": "1"}])
        self.decide(message, "return", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [50])
        self.assertIn(
            "returned", self.order().picking_ids.filtered("construction_refused").construction_refused
        )

    def test_a_bill_of_another_item_is_held_for_the_buyer(self):
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(item="BOLT-XL")])
        self.assertAsks(message, "substitute:1")
        self.assertFalse(self.bill())

    def test_after_the_last_delivery(self):
        self.send_delivery(lines=[self.delivery_line(quantity="60")], final=True)
        message = self.send_delivery("R-2", lines=[self.delivery_line(quantity="40")])
        self.assertState(message, "done")
        self.assertEqual(self.received(), [100])
        item = self.env["construction.exception"].search([("cause_key", "=like", "after_final:%")])
        self.assertEqual((item.severity, item.state), ("low", "open"))


@tagged("post_install", "-at_install")
class TestSubstitutesByHand(HandBillsCommon):
    def test_a_bill_by_hand_of_another_item_is_held(self):
        self.send_delivery()
        bill = self.enter()
        other = self.order().order_line.product_id.copy({"name": "Longer bolt"})
        bill.invoice_line_ids.with_user(self.clerk).write({"product_id": other.id, "price_unit": 10})
        bill.with_user(self.clerk).action_post()
        self.assertEqual(bill.state, "draft")
        self.assertEqual(self.rules(bill), ["item"])
