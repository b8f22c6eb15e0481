# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon


@tagged("post_install", "-at_install")
class TestWaitingChanges(OrderChangeCommon):
    """What its budget stopped stays in sight, and goes on as soon as there is room."""

    def settle(self):
        """What a commit does."""
        self.cr.flush()
        self.run_all()
        self.cr.flush()

    def last(self, key="PO-1"):
        changes = self.env["construction.order.change"].search([("order_id", "=", self.order(key).id)])
        return changes.sorted("id")[-1:]

    def test_its_item_is_replayed(self):
        self.set_budget(1200)
        self.send_order(lines=self.lines((10, 100)))
        self.change((15, 100))
        change = self.changes()
        item = self.item_of(change)
        self.assertEqual((change.stop, item.state), ("budget", "open"))
        theirs = item.with_user(self.controller)
        theirs.action_replay()
        self.assertEqual((change.state, item.state), ("pending", "open"))
        for what, close in (("seen to", theirs.action_resolve), ("ignored", lambda: theirs._ignore("no"))):
            with self.subTest(what), self.assertRaisesRegex(UserError, "waits still"):
                close()
        # as if nothing had told it of the cure
        self.patch(type(self.env["construction.cost.entry"]), "_offer_room", lambda *args: None)
        self.set_budget(300)
        self.assertEqual(change.state, "pending")
        theirs.action_replay()
        self.assertEqual((change.state, item.state), ("approved", "resolved"))
        self.assertEqual(self.staged_sums()["commitment"], 1500)

    def test_migration(self):
        """One that waits and whose item was closed by a replay is in sight again."""
        self.set_budget(1200)
        self.send_order(lines=self.lines((10, 100)))
        self.change((15, 100))
        item = self.item_of(self.changes())
        item.sudo().write({"state": "resolved", "resolved_at": fields.Datetime.now()})
        path = "construction_procurement_sync/migrations/19.0.1.2.1/end-waiting_changes.py"
        module = load_script(path, "end_waiting_changes")
        self.env.flush_all()
        module.migrate(self.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual((self.changes().state, self.item_of(self.changes()).state), ("pending", "open"))

    def test_whatever_gives_room_lets_it_go(self):
        self.set_budget(1000)
        self.send_order(lines=self.lines((4, 100)))
        self.send_order("PO-2", lines=self.lines((6, 100)))
        buyer = self.buyer
        for number, (what, cure) in enumerate(
            (
                ("less by hand", lambda: self.order("PO-2").order_line.with_user(buyer).write(less(5))),
                ("closed short", self.order("PO-2").with_user(buyer).action_construction_close_short),
                ("budget", lambda: self.set_budget(500)),
                ("cancelled", lambda: self.order("PO-5").with_user(buyer).button_cancel()),
            ),
            5,
        ):
            with self.subTest(what):
                if what == "budget":
                    self.send_order("PO-4", lines=self.lines((4, 100)))
                if what == "cancelled":
                    self.send_order("PO-5", lines=self.lines((4, 100)))
                self.change((number, 100), revision=number)
                change = self.last()
                self.assertEqual((change.state, change.stop), ("pending", "budget"))
                self.settle()
                self.assertEqual(change.state, "pending")
                cure()
                self.settle()
                self.assertEqual((change.state, self.quantities()), ("approved", [number]))
                self.assertEqual(self.item_of(change).state, "resolved")
        with self.subTest("an order that waits"):
            message = self.send_order("PO-6", lines=self.lines((5, 100)))
            self.assertState(message, "exception", "budget")
            line = self.order().order_line.with_user(self.buyer)
            line.write(less(7))
            self.settle()
            self.assertState(message, "exception", "budget")
            line.write(less(6))
            self.settle()
            self.assertState(message, "done")
            self.assertEqual(self.order("PO-6").state, "purchase")

    def test_nothing_is_looked_at_where_nothing_gives_room(self):
        asked = []
        entries = type(self.env["construction.cost.entry"])
        original = entries._offer_room
        self.patch(entries, "_offer_room", lambda *args: asked.append(args) or original(*args))
        self.send_order()
        self.send_delivery()
        self.assertState(self.send_invoice(), "done")
        self.settle()
        self.assertFalse(asked)

    def test_its_effect_is_that_on_the_order_of_now(self):
        self.set_budget(1200)
        self.send_order(lines=self.lines((10, 100)))
        self.send_delivery(lines=[self.delivery_line(quantity="4")])
        self.change((15, 100))
        change = self.changes()
        self.assertEqual(
            self.staged_sums(), {"budget": 1200, "commitment": 1000, "accrual": 400, "pending draft": 500}
        )
        self.order().with_user(self.buyer).action_construction_close_short()
        self.settle()
        self.assertEqual((change.state, change.stop, change.amount_change), ("pending", "budget", 1100))
        self.assertEqual(
            self.staged_sums(), {"budget": 1200, "commitment": 400, "accrual": 400, "pending draft": 1100}
        )
        self.assertIn("1,100.00", self.item_of(change).sentence)
        overrides = self.env["construction.budget.override"].with_user(self.controller)
        override = overrides.create({"order_id": self.order().id, "reason": "Owner pays"})
        self.assertEqual(override.amount, 300)
        override.action_override()
        self.assertEqual((change.state, self.quantities()), ("approved", [15]))
        self.assertEqual(self.staged_sums(), {"budget": 1200, "commitment": 1500, "accrual": 400})

    def test_room_kept_for_it_is_for_what_it_asks_now(self):
        """One that waits for approval has its room reserved: no more than the budget has."""
        self.set_budget(1500)
        self.review_above(1200)
        self.send_order(lines=self.lines((10, 100)))
        self.send_delivery(lines=[self.delivery_line(quantity="4")])
        self.change((15, 100))
        change = self.changes()
        self.assertEqual((change.stop, change.reserved), ("approval", True))
        self.order().with_user(self.buyer).action_construction_close_short()
        self.settle()
        self.assertEqual((change.stop, change.reserved, change.amount_change), ("approval", True, 1100))
        self.assertEqual(
            self.staged_sums(), {"budget": 1500, "commitment": 400, "accrual": 400, "pending reserved": 1100}
        )


def less(quantity):
    # Odoo proposes a price anew where none is given
    return {"product_qty": quantity, "price_unit": 100}
