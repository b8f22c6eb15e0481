# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .test_migration_keys import script
from .test_shortcuts import ShortcutsCommon


@tagged("post_install", "-at_install")
class TestShortcutsTransfers(ShortcutsCommon):
    """What the warehouse and the buyer do with transfers and orders."""

    def test_returns_before_and_after_the_bill(self):
        order = self.ordered(received="10")
        came = order.picking_ids.filtered(lambda picking: picking.state == "done")
        back = self.send_back(came, 4)
        self.assertLedger(1000, 600, 0)
        bill = self.by_hand("H-1", (10, 100), order="PO-A")
        self.assertEqual(self.rules(bill), ["quantity"])
        again = self.send_back(back, 4)
        self.assertEqual((self.rules(bill), order.order_line.qty_received), ([], 10))
        bill.action_post()
        self.assertLedger(0, 0, 1000)
        self.send_back(again, 3)
        self.assertEqual(
            (bill.state, self.rules(bill)), ("posted", ["quantity"]), "not paid before it is settled"
        )
        self.assertLedger(0, 0, 1000, misfits=bill)
        self.credited(bill, 3)
        self.assertEqual(self.rules(bill), [])
        self.assertLedger(300, 0, 700)

    def test_an_exchange_and_a_return_that_is_not_refunded(self):
        order = self.ordered(received="10")
        came = order.picking_ids.filtered(lambda picking: picking.state == "done")
        # the supplier is owed all the same: what comes for it changes nothing
        self.send_back(came, 2, to_refund=False)
        self.assertEqual(order.order_line.qty_received, 10)
        self.assertLedger(1000, 1000, 0)
        self.send_back(came, 4, "action_create_exchanges")
        self.assertLedger(1000, 600, 0)
        self.move(self.in_hand(order), 4)
        self.assertLedger(1000, 1000, 0)

    # --- what does not come -------------------------------------------------------------------

    def test_what_no_transfer_brings_is_not_committed(self):
        order = self.ordered()
        self.in_hand(order).move_ids.write({"quantity": 4, "picked": True})
        action = self.in_hand(order).with_user(self.store).button_validate()
        wizards = self.env["stock.backorder.confirmation"].with_user(self.store)
        Form(wizards.with_context(**action["context"])).save().process_cancel_backorder()
        self.assertTrue(order.order_line.construction_closed_short)
        self.assertIn("Nothing more is expected", order.message_ids[:1].body)
        self.assertLedger(400, 400, 0)
        # what comes after all is received, and told
        late = self.send_delivery("R-2", "PO-A", [self.delivery_line(quantity="6")])
        self.assertState(late, "done")
        self.assertLedger(1000, 1000, 0)

    def test_a_cancelled_transfer(self):
        order = self.ordered(received="4")
        self.in_hand(order).with_user(self.store).action_cancel()
        self.assertTrue(order.order_line.construction_closed_short)
        self.assertLedger(400, 400, 0)
        # one of two that are open says nothing of the other
        order = self.ordered("PO-B")
        self.move(self.in_hand(order), 3)
        back = self.send_back(order.picking_ids.filtered(lambda p: p.state == "done"), 1)
        self.send_back(back, 1)
        self.assertEqual(len(self.in_hand(order)), 1)
        self.assertFalse(order.order_line.construction_closed_short)
        # a line that is ordered less expects less, and is not short of anything
        order.with_user(self.buyer).order_line.product_qty = 3
        self.assertFalse(order.order_line.construction_closed_short)
        self.assertLedger(700, 700, 0)

    def test_more_than_was_ordered_comes(self):
        order = self.ordered()
        with self.assertRaises(UserError) as refused:
            self.move(self.in_hand(order), 13)
        words = r"more than order PO-A asks for: line .*: 13 (\w+) received of 10 \1 ordered"
        self.assertRegex(str(refused.exception), words)
        self.assertLedger(1000, 0, 0)
        self.move(self.in_hand(order), 10)
        self.assertLedger(1000, 1000, 0)
        with self.assertRaises(UserError):
            # a transfer of goods that nobody ordered, typed into the order's own
            self.more_by_hand(order, 3)
        self.assertLedger(1000, 1000, 0)

    def test_a_done_transfer_takes_no_more_than_was_ordered(self):
        order = self.ordered(received="4")
        line = order.order_line
        came = order.picking_ids.filtered(lambda picking: picking.state == "done").with_user(self.store)
        move, row = came.move_ids, came.move_line_ids
        places = {"location_id": move.location_id.id, "location_dest_id": move.location_dest_id.id}
        goods = {"product_id": move.product_id.id, **places, "picking_id": came.id}
        little = self.ordered("PO-B")
        little.with_user(self.buyer).order_line.product_qty = 2
        for what, write in (
            ("move", lambda: move.write({"quantity": 25})),
            ("its row", lambda: row.write({"quantity": 25})),
            ("transfer", lambda: came.write({"move_ids": [Command.update(move.id, {"quantity": 25})]})),
            ("another row", lambda: row.create({**goods, "move_id": move.id, "quantity": 20})),
            (
                "another move",
                lambda: move.create({**goods, "purchase_line_id": line.id, "quantity": 20, "state": "done"}),
            ),
            ("to another order", lambda: move.write({"purchase_line_id": little.order_line.id})),
            ("of the line", lambda: line.write({"move_ids": [Command.link(move.id)], "qty_received": 25})),
        ):
            with self.subTest(what):
                with self.assertRaisesRegex(UserError, "more than order|by its transfers"):
                    with self.env.cr.savepoint():
                        write()
                        self.env.flush_all()
                self.assertEqual(line.qty_received, 4)
        self.assertLedger(1200, 400, 0)
        move.quantity = 6
        self.assertLedger(1200, 600, 0)

    def test_a_done_transfer_that_brought_less(self):
        order, other = self.ordered(received="4"), self.ordered("PO-B")
        bill, more = (
            self.by_hand(name, (quantity, 100), order="PO-A") for name, quantity in (("H-1", 4), ("H-2", 2))
        )
        self.assertEqual((bill.state, self.rules(bill), self.rules(more)), ("posted", [], ["quantity"]))
        came = order.picking_ids.filtered(lambda picking: picking.state == "done").with_user(self.store)
        for what, less, back in (
            (
                "its row",
                lambda: came.move_line_ids.write({"quantity": 1}),
                lambda: came.move_line_ids.write({"quantity": 4}),
            ),
            (
                "move",
                lambda: came.move_ids.write({"quantity": 1}),
                lambda: came.move_ids.write({"quantity": 4}),
            ),
            (
                "for another order",
                lambda: came.move_ids.write({"purchase_line_id": other.order_line.id}),
                lambda: came.move_ids.write({"purchase_line_id": order.order_line.id}),
            ),
        ):
            with self.subTest(what):
                less()
                self.assertEqual((bill.state, self.rules(bill)), ("posted", ["quantity"]))
                self.assertLess(order.order_line.qty_received, 4)
                self.assertLedger(1600, 400 if what == "for another order" else 0, 400, misfits=bill)
                back()
                self.assertEqual((bill.state, self.rules(bill)), ("posted", []))
                self.assertLedger(1600, 0, 400)
        with self.subTest("before it was looked at"), self.env.cr.savepoint() as undo:
            lines = self.registry["purchase.order.line"]
            with patch.object(lines, "_construction_look_at_rest", lambda line: None):
                came.move_ids.write({"quantity": 1})
            self.assertEqual(self.rules(bill), [])
            script("end-edited_receipts", "19.0.1.3.0").migrate(self.env.cr, "19.0.1.2.1")
            self.assertEqual(self.rules(bill), ["quantity"])
            undo.rollback()
            self.env.invalidate_all()
        came.move_ids.quantity = 6
        self.run_all()
        self.assertEqual(self.rules(more), [])
        self.assertLedger(1600, 200, 400)

    def test_two_done_transfers_are_edited_together(self):
        """What one gives makes room for the other, whichever is written first."""
        order = self.ordered(received="4")
        self.move(self.in_hand(order), 6)
        one, two = order.picking_ids.move_ids.filtered(lambda move: move.state == "done").sorted("id")
        two.picking_id = one.picking_id
        one.picking_id.with_user(self.store).write(
            {"move_ids": [Command.update(one.id, {"quantity": 7}), Command.update(two.id, {"quantity": 3})]}
        )
        self.assertEqual(order.order_line.qty_received, 10)
        self.assertLedger(1000, 1000, 0)

    def test_what_comes_again_is_not_more(self):
        order = self.ordered()
        came = self.in_hand(order)
        self.move(came, 10)
        self.send_back(came, 4)
        self.more_by_hand(order, 4)
        self.assertLedger(1000, 1000, 0)

    def more_by_hand(self, order, quantity):
        """One more transfer of an order's first line, as the warehouse types it."""
        first = order.picking_ids.move_ids.filtered("purchase_line_id").sorted("id")[:1]
        picking = first.picking_id.copy({"move_ids": [Command.clear()]})
        first.copy({"picking_id": picking.id, "product_uom_qty": quantity, "state": "draft"})
        picking.action_confirm()
        self.move(picking, quantity)

    # --- the order itself ---------------------------------------------------------------------

    def test_an_order_of_which_something_came_is_not_cancelled(self):
        order = self.ordered(received="4").with_user(self.buyer)
        with self.assertRaisesRegex(UserError, "PO-A is not cancelled.*Close it short"):
            order.with_context(disable_cancel_warning=True).button_cancel()
        self.assertLedger(1000, 400, 0)
        order.action_construction_close_short()
        self.assertLedger(400, 400, 0)
        self.send_back(order.picking_ids.filtered(lambda p: p.state == "done"), 4)
        order.with_context(disable_cancel_warning=True).button_cancel()
        self.assertLedger(0, 0, 0)
        # ordered once more, all of it is expected
        order.button_draft()
        self.assertFalse(order.order_line.construction_closed_short)
        order.button_confirm()
        self.assertLedger(1000, 0, 0)

    def test_cancelled_and_taken_up_again(self):
        order = self.ordered().with_user(self.buyer)
        order.with_context(disable_cancel_warning=True).button_cancel()
        self.assertFalse(order.order_line.construction_closed_short)
        self.assertLedger(0, 0, 0)
        order.button_draft()
        self.assertLedger(0, 0, 0)
        order.button_confirm()
        self.assertLedger(1000, 0, 0)
        order.button_lock()
        order.button_unlock()
        self.assertLedger(1000, 0, 0)
        self.assertEqual(len(self.in_hand(order)), 1)

    def test_lines_taken_out(self):
        order = self.ordered().with_user(self.buyer)
        draft = order.copy()
        draft.order_line.unlink()
        self.assertLedger(1000, 0, 0)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.unlink()
        with self.assertRaisesRegex(UserError, "another line"), self.env.cr.savepoint():
            order.order_line.copy({"order_id": order.id})
        order.order_line.product_qty = 0
        self.assertFalse(self.in_hand(order))
        self.assertLedger(0, 0, 0)
        with self.assertRaisesRegex(UserError, "Change the Order"), self.env.cr.savepoint():
            order.order_line.product_qty = 10
