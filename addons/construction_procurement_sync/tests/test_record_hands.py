# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RecordLivesCommon


@tagged("post_install", "-at_install")
class TestRecordHands(RecordLivesCommon):
    """Orders, transfers and jobs that a person has had in hand, and the events that come after."""

    def line(self):
        return self.order().order_line

    # --- transfers --------------------------------------------------------------------

    def test_goods_returned_by_hand_and_replaced(self):
        self.send_order()
        self.send_delivery()
        self.return_goods(self.order().picking_ids, 4)
        self.assertEqual(self.line().qty_received, 96)
        more = self.send_delivery("R-2", lines=[self.delivery_line(quantity="5")])
        self.assertState(more, "exception", "variance")
        again = self.send_delivery("R-3", lines=[self.delivery_line(quantity="4")])
        self.assertState(again, "done")
        self.assertEqual(self.line().qty_received, 100)

    def test_the_open_transfer_cancelled_by_hand(self):
        self.send_order()
        self.order().picking_ids.action_cancel()
        self.assertState(self.send_delivery(lines=[self.delivery_line(quantity="60")]), "done")
        self.assertEqual(self.line().qty_received, 60)
        self.assertState(self.send_delivery("R-2", lines=[self.delivery_line(quantity="40")]), "done")
        self.assertEqual(self.line().qty_received, 100)

    def test_the_open_transfer_closed_by_hand(self):
        self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="30")])
        rest = self.order().picking_ids.filtered(lambda picking: picking.state != "done")
        rest.move_ids.write({"quantity": 10, "picked": True})
        rest.with_context(skip_backorder=True, picking_ids_not_to_backorder=rest.ids).button_validate()
        self.assertEqual(self.line().qty_received, 40)
        self.assertState(self.send_delivery("R-2", lines=[self.delivery_line(quantity="60")]), "done")
        self.assertEqual(self.line().qty_received, 100)

    # --- locked orders ----------------------------------------------------------------

    def change(self, quantity="120", revision=1):
        return self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=[self.order_line(quantity=quantity)], revision=revision),
        )

    def cancel(self):
        return self.send(
            self.field,
            "procurement.purchase_order.cancelled",
            "PO-1",
            {"order": "PO-1", "reason": "Not needed"},
        )

    def test_an_order_locked_by_hand_stands(self):
        self.send_order()
        buyer = self.user_with("locker", "purchase.group_purchase_user,construction_base.group_buyer")
        self.order().with_user(buyer).button_lock()
        for message in (self.change(), self.cancel()):
            self.assertState(message, "exception", "hold")
            self.assertIn("locked by Locker", message.exception_id.sentence)
            self.assertEqual(message.exception_id.owner_id, buyer)
        self.assertEqual((self.line().product_qty, self.order().state), (100, "purchase"))
        self.order().with_user(buyer).button_unlock()
        self.assertFalse(self.order().construction_locked_by_id)
        self.run_all()
        self.assertState(message, "done")

    def test_an_order_locked_by_the_setting_takes_its_events(self):
        self.company.po_lock = "lock"
        self.send_order()
        self.assertTrue(self.order().locked)
        self.assertState(self.change(), "done")
        self.assertState(self.cancel(), "done")

    # --- copied jobs ------------------------------------------------------------------

    def test_a_copied_job_takes_no_cost_until_it_has_a_number(self):
        copied = self.job.copy()
        self.assertTrue(copied.is_construction_job)
        self.assertFalse(copied.job_number)
        self.assertFalse(copied.account_id)
        self.send_order()
        with self.assertRaisesRegex(UserError, "number"):
            self.line().copy({"order_id": self.order().copy().id}).construction_job_id = copied
        copied.job_number = "J-COPY"
        self.assertTrue(copied.account_id)
        line = self.line().copy({"order_id": self.order().copy().id})
        line.construction_job_id = copied
        self.assertEqual(line.construction_job_id, copied)
        self.assertNotEqual(copied.account_id, self.job.account_id)
