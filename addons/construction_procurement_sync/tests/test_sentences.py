# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_receipt_life import ReceiptLifeCommon

LINES = range(1, 13)


@tagged("post_install", "-at_install")
class TestSentences(ReceiptLifeCommon):
    """A sentence names a few lines, whatever the number of those that it is about."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-L", lines=[self.order_line(str(number), quantity="9") for number in LINES])
        self.deliver("3")

    def deliver(self, quantity, **kwargs):
        lines = [self.delivery_line(str(number), quantity=quantity) for number in LINES]
        return self.send_delivery("R-L", "PO-L", lines, **kwargs)

    def bill(self, price="10.00", last="10.00", **kwargs):
        prices = {number: price for number in LINES} | {LINES[-1]: last}
        lines = [self.invoice_line(str(n), quantity="3", price=prices[n]) for n in LINES]
        return self.send_invoice("I-L", "PO-L", lines, **kwargs)

    def test_a_receipt_below_what_is_billed(self):
        self.assertState(self.bill(), "done")
        item = self.assertAsks(self.deliver("2", revision=1), "return")
        self.assertIn("line 5: 3 Units billed and 7 more", item.sentence)
        self.assertEqual(len(item.figures), 12)

    def test_goods_that_went_back(self):
        for picking in self.order("PO-L").picking_ids.filtered(lambda p: p.state == "done"):
            for move in picking.move_ids:
                move.quantity = 2
        item = self.assertAsks(self.deliver("4", revision=1), "returned")
        self.assertIn("and 7 more", item.sentence)
        self.assertEqual((len(item.figures), item.figures["12"]), (12, "3 → 2 → 4 Units"))

    def test_what_says_the_same_as_one_of_several(self):
        self.decide(self.deliver("2"), "another", self.buyer)
        item = self.assertAsks(self.deliver("3", revision=1))
        self.assertRegex(item.sentence, r"came again, as \S+ says it\. .* Other documents bear its number")

    def test_what_said_something_that_nobody_knows(self):
        picking = self.order("PO-L").picking_ids.filtered(lambda found: found.state == "done")
        self.env["construction.crosswalk"]._bind(self.field, "receipt", {"po-l/r-m": picking}, share=True)
        item = self.assertAsks(self.send_delivery("R-M", "PO-L", [self.delivery_line("1", quantity="1")]))
        self.assertIn(
            f"{picking.name} is known by its number; what that said is known to nobody", item.sentence
        )

    def test_more_than_was_ordered(self):
        self.assertIn("and 7 more", self.deliver("10", revision=1).problem)

    def test_a_bill_on_hold(self):
        message = self.bill("14.00", "14.00")
        self.assertState(message, "exception", "variance")
        problem = message.problem.replace("\N{NO-BREAK SPACE}", "")
        self.assertIn("line 5: billed $42.00, ordered $30.00, tolerance $0.60 and 7 more.", problem)
        bill = self.record(message, "account.move")
        hold = bill.construction_hold_ids.filtered(lambda found: found.rule == "price")
        # who releases it sees all
        self.assertIn("line 12:", hold.name)
        before = hold.excess
        self.bill("14.00", "15.00", revision=1)
        self.assertEqual(hold.figures["lines"][-1]["billed"], "$\N{NO-BREAK SPACE}45.00")
        self.assertAlmostEqual(hold.excess, before + 3)


@tagged("post_install", "-at_install")
class TestRaisedByHand(ReceiptLifeCommon):
    def test_a_sentence_of_what_is_there(self):
        picking = self.record(self.receipt("20"), "stock.picking")
        picking.move_ids.quantity = 50
        message = self.receipt("25", revision=1)
        item = self.assertAsks(message, "returned")
        self.assertIn("20 Units received, raised here to 50 Units, now 25 Units", item.sentence)
        self.assertNotIn("went back", item.sentence)
        self.decide(message, "whole", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [25])
