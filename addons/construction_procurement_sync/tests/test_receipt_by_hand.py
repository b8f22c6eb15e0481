# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_content import ContentCommon


@tagged("post_install", "-at_install")
class TestReceiptByHand(ContentCommon):
    """A transfer validated by hand, then told of by event, is received once."""

    def by_hand(self, quantity, date="2026-03-05 20:00:00"):
        """Receive by hand what came of the open transfer; a backorder is left."""
        picking = self.order().picking_ids.filtered(lambda p: p.state == "assigned")
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        picking.date_done = date
        return picking

    def receive_by_event(self, quantity, receipt="R-1", **kwargs):
        return self.send_delivery(receipt, lines=[self.delivery_line(quantity=quantity)], **kwargs)

    def test_the_same_is_asked(self):
        picking = self.by_hand(40)
        message = self.receive_by_event("40")
        item = self.assertAsks(message, "by_hand")
        self.assertEqual([choice["code"] for choice in item.choices], ["same", "another"])
        self.assertIn(picking.name, item.sentence)
        self.assertEqual(self.received(), [40])
        self.decide(message, "same", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [40])
        self.assertEqual(
            (picking.construction_external_key, picking.construction_received_by), ("R-1", "Ana")
        )
        # it is that receipt from now on
        self.assertState(self.receive_by_event("40"), "done")
        self.assertState(self.receive_by_event("45", revision=1), "done")
        self.assertEqual(self.received(), [45])

    def test_another_delivery(self):
        self.by_hand(40)
        message = self.receive_by_event("40")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [80])

    def test_all_of_the_order(self):
        self.by_hand(100)
        message = self.receive_by_event("100", final=True)
        self.assertAsks(message, "by_hand")
        self.decide(message, "same", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [100])

    def test_two_by_hand(self):
        first, second = self.by_hand(40), self.by_hand(40)
        message = self.receive_by_event("40")
        item = self.assertAsks(message, "by_hand")
        self.assertEqual({entry["id"] for entry in item.candidates}, {first.id, second.id})
        self.decide(message, "same", self.buyer, res_id=second.id)
        self.assertState(message, "done")
        self.assertEqual((first.construction_external_key, second.construction_external_key), (False, "R-1"))
        # the other one is still nobody's
        message = self.receive_by_event("40", "R-2")
        self.assertIn(first.name, self.assertAsks(message, "by_hand").sentence)

    def test_what_is_another_is_received(self):
        self.by_hand(40)
        self.assertState(self.receive_by_event("30"), "done")
        self.assertState(self.receive_by_event("30", "R-2"), "done")
        self.assertEqual(self.received(), [100])

    def test_long_before_is_another(self):
        self.by_hand(40, "2026-02-05 20:00:00")
        self.assertState(self.receive_by_event("40"), "done")
        self.assertEqual(self.received(), [80])

    def test_what_went_back_is_another(self):
        picking = self.by_hand(40)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 40
        back = wizard._create_return()
        back.move_ids.write({"quantity": 40, "picked": True})
        back._action_done()
        self.assertState(self.receive_by_event("40"), "done")
        self.assertEqual(self.received(), [40])
