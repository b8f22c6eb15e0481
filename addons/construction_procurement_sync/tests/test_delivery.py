# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestDelivery(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def test_partial_leaves_the_rest_open(self):
        self.send_order()
        first = self.send_delivery(lines=[self.delivery_line(quantity="30")])
        self.assertState(first, "done")
        line = self.order().order_line
        self.assertEqual(line.qty_received, 30)
        done = self.order().picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(done.construction_external_key, "R-1")
        self.assertEqual(str(done.date_done), "2026-03-05 21:00:00")
        self.assertEqual(str(done.move_ids.date), "2026-03-05 21:00:00")
        rest = self.order().picking_ids - done
        self.assertEqual(sum(rest.move_ids.mapped("product_uom_qty")), 70)
        self.assertState(self.send_delivery("R-2", lines=[self.delivery_line(quantity="70")]), "done")
        self.assertEqual(line.qty_received, 100)

    def test_lines_that_did_not_come_stay_open(self):
        self.send_order(lines=[self.order_line(), self.order_line("2", item="REBAR", uom="kg")])
        self.assertState(self.send_delivery(), "done")
        received = self.order().order_line.mapped("qty_received")
        self.assertEqual(received, [100, 0])

    def test_twice_is_once(self):
        self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="30")])
        again = self.send_delivery(lines=[self.delivery_line(quantity="30")])
        self.assertState(again, "done")
        self.assertEqual(self.order().order_line.qty_received, 30)

    def test_batch(self):
        for key in ("PO-1", "PO-2"):
            self.send_order(key)
        messages = [
            self.receive(
                self.field,
                "procurement.delivery.received",
                f"PO-{number}",
                self.delivery_data(f"R-{number}", f"PO-{number}"),
            )
            for number in (1, 2)
        ]
        self.run_all()
        for message in messages:
            self.assertState(message, "done")
        self.assertEqual(self.order("PO-2").order_line.qty_received, 100)

    def test_damaged_is_not_accepted(self):
        self.send_order()
        self.send_delivery(
            lines=[
                self.delivery_line(quantity="90"),
                self.delivery_line("2", quantity="10", order_line="1", condition="damaged"),
            ]
        )
        order = self.order()
        self.assertEqual(order.order_line.qty_received, 90)
        done = order.picking_ids.filtered(lambda p: p.state == "done")
        self.assertIn("damaged: 10", done.construction_refused)
        all_bad = self.send_delivery("R-2", lines=[self.delivery_line(quantity="10", condition="rejected")])
        self.assertState(all_bad, "done")
        self.assertEqual(order.order_line.qty_received, 90)
        self.assertState(self.send_delivery("R-3", lines=[self.delivery_line(quantity="10")]), "done")
        self.assertEqual(order.order_line.qty_received, 100)

    def test_units_are_converted(self):
        self.send_order(lines=[self.order_line(quantity="10", uom="DZN", price="25")])
        self.send_delivery(lines=[self.delivery_line(quantity="60", uom="EA")])
        line = self.order().order_line
        self.assertEqual(line.qty_received, 5)
        self.send_delivery("R-2", lines=[self.delivery_line(quantity="5", uom="dozen")])
        self.assertEqual(line.qty_received, 10)
        wrong = self.send_delivery("R-3", lines=[self.delivery_line(quantity="5", uom="kg")])
        self.assertState(wrong, "exception", "data")

    def test_over_delivery_is_an_exception_until_the_order_grows(self):
        self.send_order()
        message = self.send_delivery(lines=[self.delivery_line(quantity="101")])
        self.assertState(message, "exception", "variance")
        self.assertEqual([*message.exception_id.figures.values()], ["101 Units > 100 Units"])
        self.assertEqual(self.order().order_line.qty_received, 0)
        self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=[self.order_line(quantity="110")], revision=1),
        )
        self.assertState(message, "done")
        self.assertEqual(self.order().order_line.qty_received, 101)

    def test_before_its_order_it_waits(self):
        message = self.send_delivery()
        self.assertState(message, "waiting")
        self.send_order()
        self.assertState(message, "done")
        self.assertEqual(self.order().order_line.qty_received, 100)

    def test_final_closes_short(self):
        self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="95")], final=True)
        order = self.order()
        self.assertTrue(order.order_line.construction_closed_short)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done", "cancel"})

    def test_earlier_receipt_after_the_final_one(self):
        self.send_order()
        self.send_delivery("R-2", lines=[self.delivery_line(quantity="20")], final=True)
        late = self.send_delivery("R-1", lines=[self.delivery_line(quantity="24")])
        self.assertState(late, "done")
        order = self.order()
        self.assertEqual(order.order_line.qty_received, 44)
        self.assertTrue(order.order_line.construction_closed_short)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done", "cancel"})
        entries = self.env["construction.cost.entry"].search(
            [("document_id", "=", order.id), ("document_model", "=", "purchase.order")]
        )
        committed = entries.filtered(lambda entry: entry.kind == "commitment")
        self.assertAlmostEqual(sum(committed.mapped("amount")), 440)

    def test_item_names_the_line(self):
        self.send_order(lines=[self.order_line(), self.order_line("2", item="CONC", uom="m3")])
        line = self.delivery_line(item="CONC", uom="m3", quantity="3")
        del line["order_line"]
        self.assertState(self.send_delivery(lines=[line]), "done")
        self.assertEqual(self.order().order_line.mapped("qty_received"), [0, 3])
        line = {**line, "item": "REBAR", "uom": "kg"}
        self.assertState(self.send_delivery("R-2", lines=[line]), "exception", "data")

    def test_line_that_a_change_brings(self):
        self.send_order()
        message = self.send_delivery(lines=[self.delivery_line("2", quantity="5")])
        self.assertState(message, "waiting")
        self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=[self.order_line(), self.order_line("2")], revision=1),
        )
        self.assertState(message, "done")
        self.assertEqual(self.order().order_line.mapped("qty_received"), [0, 5])

    def test_locked_period(self):
        self.send_order()
        self.company.construction_cost_lock_date = "2026-03-05"
        message = self.send_delivery()
        self.assertState(message, "exception", "period")
        self.assertIn("2026-03-06", message.problem)
        self.assertEqual(self.order().order_line.qty_received, 0)
        self.company.construction_cost_lock_date = "2026-03-04"
        message.action_replay()
        self.run_all()
        self.assertState(message, "done")

    def test_service_line_is_certified(self):
        self.send(
            self.master,
            "master.item.upserted",
            "ERECT",
            {"item": "ERECT", "name": "Erection", "uom": "h", "cost_type": "Subcontract"},
        )
        self.send_order(lines=[self.order_line(item="ERECT", uom="h", cost_type="SUB", quantity="10")])
        self.assertState(self.send_delivery(lines=[self.delivery_line(quantity="4", uom="h")]), "done")
        self.assertEqual(self.order().order_line.qty_received, 4)

    def test_goods_and_services_meet_the_bills_that_are_matched_meanwhile(self):
        """By event and by hand: each writes the row that a bill of the line writes when it is matched."""
        self.send_order(lines=[self.order_line(quantity="10")])
        line = self.order().order_line

        def touched(receive):
            read = "SELECT coalesce(sum(checks), 0) FROM construction_bill_guard WHERE key = %s"
            self.env.cr.execute(read, [f"order_line:{line.id}"])
            before = self.env.cr.fetchone()
            receive()
            self.env.flush_all()
            self.env.cr.execute(read, [f"order_line:{line.id}"])
            return self.env.cr.fetchone() > before

        self.assertTrue(touched(lambda: self.send_delivery(lines=[self.delivery_line(quantity="4")])))
        transfer = self.order().picking_ids.filtered(lambda picking: picking.state == "assigned")
        transfer.move_ids.quantity = 2
        self.assertTrue(touched(transfer.with_context(skip_backorder=True).button_validate))
        line.sudo().qty_received_method = "manual"
        self.assertTrue(touched(lambda: line.sudo().write({"qty_received": 9})))

    def test_order_set_back_to_draft_is_waited_for(self):
        self.send_order()
        order = self.order()
        order.with_context(disable_cancel_warning=True).button_cancel()
        order.button_draft()
        receipt = self.send_delivery()
        self.assertState(receipt, "waiting")
        self.env["construction.message"]._release_ready()
        self.assertEqual(receipt.state, "waiting", "known, and not ready")
        order.button_confirm()
        self.run_all()
        self.assertState(receipt, "done")
        self.assertEqual(order.order_line.qty_received, 100)

    def test_begins_to_wait_while_the_order_is_confirmed(self):
        """What read the order as a draft, and is stored after it was confirmed, is set free as well."""
        self.send_order()
        order = self.order()
        order.with_context(disable_cancel_warning=True).button_cancel()
        order.button_draft()
        early, late = self.send_delivery(), self.send_invoice()
        self.assertEqual((early | late).mapped("state"), ["waiting", "waiting"])
        waits = late.read(["wait_kind", "wait_key", "wait_seen", "wait_until"])[0]
        late._requeue("goes round again")
        order.button_confirm()
        self.run_all()
        self.assertState(early, "done")
        # as its own transaction stores it, which has seen nothing of the confirmation
        bill = late.record_ids.filtered(lambda link: link.res_model == "account.move")
        self.assertTrue(bill)
        waits.pop("id")
        late.write({"state": "waiting", "done_at": False, **waits})
        self.env["construction.message"]._release_ready()
        self.assertEqual(late.state, "received")
