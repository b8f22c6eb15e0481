# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_shortcuts import ShortcutsCommon

SCRIPT = "construction_procurement_sync/migrations/19.0.1.2.1/end-closed_short.py"


@tagged("post_install", "-at_install")
class TestClosedShort(ShortcutsCommon):
    """Nothing more comes of what is closed short, whoever closed it, until more is ordered."""

    def closed(self, way):
        """10 x 100 of which 6 came, and nothing more is to come."""
        if way == "event":
            order = self.ordered("PO-E")
            self.send_delivery("R-E", "PO-E", [self.delivery_line(quantity="6")], final=True)
            return order
        order = self.ordered("PO-H", received="6")
        self.assertTrue(self.in_hand(order))
        order.with_user(self.buyer).action_construction_close_short()
        return order

    def test_no_transfer_waits_for_it(self):
        for way in ("event", "hand"):
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                order = self.closed(way)
                line = order.order_line
                self.assertFalse(self.in_hand(order))
                self.assertLedger(600, 600, 0)
                # less of it asks for nothing
                line.with_user(self.buyer).product_qty = 9
                self.assertFalse(self.in_hand(order))
                self.assertTrue(line.construction_closed_short)
                self.assertLedger(600, 600, 0)
                # more of it is ordered anew, and expected
                line.sudo().product_qty = 12
                self.assertFalse(line.construction_closed_short)
                self.assertEqual(sum(self.in_hand(order).move_ids.mapped("product_uom_qty")), 6)
                self.assertLedger(1200, 600, 0)
                undo.rollback()
                self.env.invalidate_all()

    def test_transfers_of_before_end(self):
        """As an upgrade finds it: closed by the button, and a transfer waits."""
        order = self.ordered("PO-H", received="6")
        order.order_line.sudo().write({"construction_closed_short": True})
        self.assertTrue(self.in_hand(order))
        module = load_script(SCRIPT, "end_closed_short")
        module.end_transfers(self.env)
        self.assertFalse(self.in_hand(order))
        self.assertLedger(600, 600, 0)

    def test_goods_after_all_that_the_budget_has_no_room_for(self):
        order = self.ordered("PO-E")
        vals = {
            "cost_code_id": order.order_line.cost_code_id.id,
            "cost_type_id": order.order_line.cost_type_id.id,
            "amount": 1000,
        }
        budget = self.env["construction.budget"].create(
            {
                "title": "Budget",
                "kind": "original",
                "job_id": self.job.id,
                "date": "2026-03-01",
                "line_ids": [Command.create(vals)],
            }
        )
        budget.action_submit()
        budget.action_approve()
        self.send_delivery("R-1", "PO-E", [self.delivery_line(quantity="6")], final=True)
        self.assertState(self.send_order("PO-F", [self.order_line(quantity="4", price="100")]), "done")
        self.assertState(self.send_delivery("R-2", "PO-E", [self.delivery_line(quantity="3")]), "done")
        self.assertLedger(1300, 900, 0)
        told = self.env["construction.exception"].search([("cause_key", "=like", "after_final_budget:%")])
        self.assertEqual((told.category, told.job_id), ("budget", self.job))
        self.assertIn("300.00 more", str(told.figures))
