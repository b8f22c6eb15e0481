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

    def test_several_that_are_it_together(self):
        first, second, third = self.by_hand(15), self.by_hand(9), self.by_hand(25)
        message = self.receive_by_event("40")
        item = self.assertAsks(message, "by_hand")
        self.assertIn(first.name, item.sentence)
        self.assertIn(third.name, item.sentence)
        self.assertNotIn(second.name, item.sentence)
        self.assertEqual(self.received(), [49])
        self.decide(message, "same", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [49])
        keys = [picking.construction_external_key for picking in (first, second, third)]
        self.assertEqual(keys, ["R-1", False, "R-1"])
        # both are that receipt from now on
        self.assertState(self.receive_by_event("40"), "done")
        self.assertState(self.receive_by_event("45", revision=1), "done")
        self.assertEqual(self.received(), [54])

    def test_several_that_are_not_it(self):
        self.by_hand(15)
        self.by_hand(20)
        self.assertState(self.receive_by_event("40"), "done")
        self.assertEqual(self.received(), [75])


class ServiceCommon(ContentCommon):
    """Orders of services, and of goods with services."""

    def set_up_once(self):
        super().set_up_once()
        item = {"item": "ERECT", "name": "Erection", "uom": "h", "cost_type": "Subcontract"}
        self.send(self.master, "master.item.upserted", "ERECT", item)
        for number in ("PO-7", "PO-8"):
            self.send_order(number, [self.service_line("1")])
        self.send_order("PO-9", [self.order_line(), self.service_line("2")])

    def service_line(self, line, quantity="10"):
        return self.order_line(line, item="ERECT", uom="h", cost_type="SUB", quantity=quantity)

    def served(self, order, quantity="4", receipt="R-1", line="1", **kwargs):
        return self.send_delivery(
            receipt, order, [self.delivery_line(line, quantity=quantity, uom="h")], **kwargs
        )


@tagged("post_install", "-at_install")
class TestServiceByHand(ServiceCommon):
    """What a person enters as received on a service's line, and then comes by event."""

    def test_the_same_is_asked(self):
        self.order("PO-7").order_line.qty_received = 4
        message = self.served("PO-7")
        item = self.assertAsks(message, "by_hand")
        self.assertIn("4 Hours of line 1", item.sentence)
        self.decide(message, "same", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received("PO-7"), [4])
        # it is that receipt from now on
        self.assertState(self.served("PO-7"), "done")
        self.assertState(self.served("PO-7", "6", revision=1), "done")
        self.assertEqual(self.received("PO-7"), [6])
        self.assertState(self.served("PO-7", receipt="R-2"), "done")
        self.assertEqual(self.received("PO-7"), [10])

    def test_another(self):
        self.order("PO-7").order_line.qty_received = 4
        message = self.served("PO-7")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received("PO-7"), [8])

    def test_what_events_told_is_none_of_it(self):
        self.assertState(self.served("PO-7"), "done")
        self.assertState(self.served("PO-7", receipt="R-2"), "done")
        self.assertEqual(self.received("PO-7"), [8])

    def test_goods_by_hand_with_a_service_that_was_not(self):
        picking = self.order("PO-9").picking_ids
        picking.move_ids.write({"quantity": 40, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        picking.date_done = "2026-03-05 20:00:00"
        lines = [self.delivery_line(quantity="40"), self.delivery_line("2", quantity="4", uom="h")]
        message = self.send_delivery("R-1", "PO-9", lines)
        self.assertAsks(message, "by_hand")
        self.decide(message, "same", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received("PO-9"), [40, 4])
        self.assertEqual(picking.construction_external_key, "R-1")
        self.assertState(self.send_delivery("R-1", "PO-9", lines), "done")
        self.assertEqual(self.received("PO-9"), [40, 4])


@tagged("post_install", "-at_install")
class TestSameNoteOfServices(ServiceCommon):
    """One paper at two orders, where no goods moved."""

    def same_note(self):
        return self.env["construction.exception"].search(
            [("cause_key", "=like", "same_note:%"), ("state", "=", "open")]
        )

    def test_two_services(self):
        self.served("PO-7", delivery_note="L 44")
        second = self.served("PO-8", receipt="R-2", delivery_note="l 44")
        self.assertState(second, "done")
        item = self.same_note()
        self.assertIn(self.order("PO-7").name, item.sentence)
        item.with_user(self.buyer).action_decide("undo", "One visit")
        self.run_all()
        self.assertState(second, "done")
        self.assertEqual((self.received("PO-7"), self.received("PO-8")), ([4], [0]))
        self.assertFalse(self.same_note())

    def test_a_service_beside_goods(self):
        self.send_delivery("R-1", lines=[self.delivery_line(quantity="5")], delivery_note="44")
        self.served("PO-7", receipt="R-2", delivery_note="44")
        self.assertEqual(len(self.same_note()), 1)

    def test_goods_beside_a_service(self):
        self.served("PO-9", line="2", delivery_note="44")
        second = self.send_delivery("R-2", lines=[self.delivery_line(quantity="5")], delivery_note="44")
        item = self.same_note()
        self.assertEqual(len(item), 1)
        item.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertState(second, "done")
        self.assertEqual(self.received(), [0])

    def test_another_paper_or_long_after(self):
        self.served("PO-7", delivery_note="44")
        self.served("PO-8", receipt="R-2", delivery_note="45")
        late = "2026-04-20T15:00:00-05:00"
        self.served("PO-8", "1", receipt="R-3", delivery_note="44", received_at=late)
        self.assertFalse(self.same_note())
