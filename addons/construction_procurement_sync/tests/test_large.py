# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import closing
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..handlers.named_line_mixin import OrderRows
from .common import ProcurementCommon

APPROVED, RECEIVED = "procurement.purchase_order.approved", "procurement.delivery.received"


@tagged("post_install", "-at_install")
class TestLarge(ProcurementCommon):
    """A document of many lines asks the database as much as one of few."""

    def set_up_once(self):
        super().set_up_once()
        # with the notes of documents, as a server writes them
        self.env = self.env(context={**self.env.context, "tracking_disable": False})
        self.send_masters()

    def lines(self, count):
        return [self.order_line(str(number), quantity="3") for number in range(1, count + 1)]

    def delivered(self, count):
        return [self.delivery_line(str(number), quantity="3") for number in range(1, count + 1)]

    def queries_of(self, kind, key, data):
        """How many queries an event of this takes."""
        message = self.receive(self.field, kind, key, data)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        message._process()
        self.env.flush_all()
        self.assertState(message, "done")
        return self.env.cr.sql_log_count - before

    def order_and_receive(self, count):
        key = f"PO-{count}"
        return (
            self.queries_of(APPROVED, key, self.order_data(key, self.lines(count))),
            self.queries_of(RECEIVED, key, self.delivery_data(f"R-{count}", key, self.delivered(count))),
        )

    def test_queries_do_not_grow_with_the_lines(self):
        self.order_and_receive(3)
        few_ordered, few_received = self.order_and_receive(10)
        many_ordered, many_received = self.order_and_receive(60)
        self.assertLess(many_ordered - few_ordered, 50)
        self.assertLess(many_received - few_received, 50)
        self.assertEqual(set(self.order("PO-60").order_line.mapped("qty_received")), {3})
        product = self.order("PO-60").order_line.product_id
        self.assertEqual(product.qty_available, 3 * (3 + 10 + 60))

    def test_the_lines_of_an_order_are_looked_through_once(self):
        self.send_order(lines=self.lines(8))
        read = OrderRows._first_by
        with patch.object(OrderRows, "_first_by", autospec=True, side_effect=read) as reads:
            self.assertState(self.send_delivery(lines=self.delivered(8)), "done")
        # by two names
        self.assertEqual(reads.call_count, 2)

    def test_one_note_of_all_lines(self):
        self.send_order(lines=self.lines(25))
        order = self.order()
        self.assertState(self.send_delivery(lines=self.delivered(25)), "done")
        notes = order.message_ids.filtered(lambda note: "received" in (note.body or ""))
        self.assertEqual(len(notes), 1, notes.mapped("body"))
        self.assertIn("0 → 3 of 3", notes.body)
        self.assertIn("5 more lines", notes.body)

    def test_one_line_is_told_as_odoo_tells_it(self):
        self.send_order(lines=self.lines(2))
        order = self.order()
        self.assertState(self.send_delivery(lines=self.delivered(1)), "done")
        notes = order.message_ids.filtered(lambda note: "received" in (note.body or "").lower())
        self.assertEqual(len(notes), 1, notes.mapped("body"))
        self.assertIn("3 Units", notes.body)

    def test_stock_is_locked_before_the_work(self):
        """A conflict of a large receipt costs nothing: it shows before anything is done."""
        self.send_order(lines=self.lines(60))
        message = self.receive(
            self.field, RECEIVED, "PO-1", self.delivery_data("R-1", "PO-1", self.delivered(60))
        )
        quant = type(self.env["stock.quant"])
        receipt = type(self.env["construction.handler.procurement.delivery.received"])
        with (
            patch.object(quant, "_construction_lock", side_effect=SerializationFailure()) as lock,
            patch.object(receipt, "_unique_lines") as work,
            self.assertRaises(SerializationFailure),
        ):
            message._process()
        lock.assert_called_once()
        work.assert_not_called()
        message._process()
        self.assertState(message, "done")

    def test_budgets_are_held_before_the_work(self):
        """The same for a large order of a job whose orders are checked against a budget."""
        self.send_order("PO-0")
        self.set_budget(10**6)
        data = self.order_data("PO-9", self.lines(60))
        message = self.receive(self.field, APPROVED, "PO-9", data)
        cells = type(self.env["construction.budget.cell"])
        orders = type(self.env["purchase.order"])
        with (
            patch.object(cells, "_hold", side_effect=SerializationFailure()) as hold,
            patch.object(orders, "create") as create,
            self.assertRaises(SerializationFailure),
        ):
            message._process()
        hold.assert_called_once()
        create.assert_not_called()
        message._process()
        self.assertState(message, "done")
        # in SQL, of the cell that the orders wrote
        code = self.order("PO-9").order_line.cost_code_id
        self.env["construction.budget.cell"]._hold({(self.job.id, code.id)})
        self.assertEqual(self.env.cr.rowcount, 1)

    def test_a_very_large_document_is_out_of_the_way(self):
        for kind in (APPROVED, RECEIVED, "procurement.invoice.received"):
            handler = self.env[f"construction.handler.{kind}"]
            self.assertIsNone(handler._lane({"lines": [{}] * 500}))
            self.assertEqual(handler._lane({"lines": [{}] * 501}), "bulk")
            self.assertEqual(handler._weight({"lines": [{}] * 501}), 501)

    def test_a_reordering_rule_is_seen(self):
        product = self.env["product.product"].search([("construction_external_key", "=", "BOLT")], limit=1)
        rules = type(self.env["stock.warehouse.orderpoint"])
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "product_min_qty": 1,
                "product_max_qty": 1,
            }
        )
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": 2,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        with patch.object(rules, "_procure_orderpoint_confirm") as procured:
            move._trigger_scheduler()
        procured.assert_called_once()


@tagged("post_install", "-at_install")
class TestStockLock(TransactionCase):
    """With real second connections, since a test cursor hides what happens."""

    def setUp(self):
        super().setUp()
        self.first = self.enterContext(closing(self.registry.cursor()))
        self.second = self.enterContext(closing(self.registry.cursor()))
        self.enterContext(mute_logger("odoo.sql_db"))
        env = self.env(cr=self.first)
        self.product = env["product.product"].create({"name": "Locked", "is_storable": True})
        self.place = env.ref("stock.stock_location_stock")
        self.addCleanup(self.forget)
        self.move(1)
        self.first.commit()

    def forget(self):
        self.first.rollback()
        self.product.env.invalidate_all()
        self.product.stock_quant_ids.sudo().unlink()
        self.product.unlink()
        self.first.commit()

    def move(self, quantity):
        self.product.env["stock.quant"]._update_available_quantity(self.product, self.place, quantity)
        self.product.env.flush_all()

    def lock(self):
        env = self.env(cr=self.second)
        env["stock.quant"]._construction_lock(self.product.with_env(env), self.place.with_env(env))

    def test_what_was_changed_since_fails_at_once(self):
        self.second.execute("SELECT FROM stock_quant")
        self.move(2)
        self.first.commit()
        with self.assertRaises(SerializationFailure):
            self.lock()
        self.second.rollback()
        self.lock()
        self.second.rollback()

    def test_what_another_holds_is_not_waited_for(self):
        self.move(2)
        self.lock()
        self.second.rollback()

    def test_others_write_beside_what_is_held(self):
        self.lock()
        self.move(2)
        self.first.commit()
        self.second.rollback()
        self.product.env.invalidate_all()
        self.assertEqual(sorted(self.product.stock_quant_ids.mapped("quantity")), [1, 2])
