# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ProcurementCommon

CHANGED = "procurement.purchase_order.changed"
REQUEST = "procurement.material.requested"


class ContentCommon(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.buyer = self.user_with("buyer", "construction_base.group_buyer")
        self.payable = self.user_with("payable", "construction_base.group_accounts_payable")
        self.manager = self.user_with("manager", "construction_base.group_project_manager")
        self.job.user_id = self.manager

    def assertAsks(self, message, question="content"):
        self.assertState(message, "exception")
        item = message.exception_id
        self.assertEqual(item.question, question, item.sentence)
        return item

    def decide(self, message, code, user, **kwargs):
        """A person decides what a message asks, and the message goes round again."""
        message.exception_id.with_user(user).action_decide(code, "As agreed", **kwargs)
        self.run_all()

    def received(self, key="PO-1"):
        return self.order(key).order_line.mapped("qty_received")


@tagged("post_install", "-at_install")
class TestReceiptContent(ContentCommon):
    def receipt(self, quantity, **kwargs):
        return self.send_delivery(lines=[self.delivery_line(quantity=quantity)], **kwargs)

    def test_the_same_again(self):
        self.receipt("25")
        again = self.receipt("25.00", captured_at="2026-03-05T16:00:00Z", final=False)
        self.assertState(again, "done")
        self.assertEqual(self.received(), [25])
        self.assertFalse(again.record_ids)

    def test_a_correction_by_revision(self):
        """25, then 40: 15 more."""
        self.receipt("25")
        more = self.receipt("40", revision=1)
        self.assertState(more, "done")
        self.assertEqual(self.received(), [40])
        pickings = self.order().picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(sorted(pickings.move_ids.mapped("quantity")), [15, 25])
        # the same revision again is a repeat
        self.assertState(self.receipt("40", revision=1), "done")
        self.assertEqual(self.received(), [40])

    def test_a_correction_below(self):
        self.receipt("25")
        self.assertState(self.receipt("10", revision=1), "done")
        self.assertEqual(self.received(), [10])
        self.assertTrue(self.order().picking_ids.return_ids)
        self.assertState(self.receipt("12", revision=2), "done")
        self.assertEqual(self.received(), [12])

    def test_other_content_asks_the_buyer(self):
        self.receipt("25")
        message = self.receipt("40")
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "25 EA", "40 EA"]])
        self.assertEqual(self.received(), [25])
        for user in (self.payable, self.user_with("cost", "construction_base.group_cost_controller")):
            with self.assertRaises(AccessError):
                item.with_user(user).action_decide("replace", "I want to")
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [40])
        message.sudo()._requeue("once more")
        self.run_all()
        self.assertEqual(self.received(), [40])

    def test_keep(self):
        self.receipt("25")
        message = self.receipt("40")
        self.assertAsks(message)
        self.decide(message, "keep", self.buyer)
        self.assertEqual((message.state, self.received()), ("ignored", [25]))

    def test_another(self):
        self.receipt("25")
        message = self.receipt("40")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [65])
        self.assertTrue(self.env["construction.crosswalk"].search([("key", "=", "po-1/r-1#2")]))
        # both are known now
        self.assertState(self.receipt("25"), "done")
        self.assertEqual(self.received(), [65])

    def test_below_what_was_billed(self):
        self.receipt("25")
        self.send_invoice(lines=[self.invoice_line(quantity="25")])
        self.assertEqual(self.bill().state, "posted")
        message = self.receipt("10", revision=1)
        self.assertAsks(message, "return")
        self.assertEqual(self.received(), [25])
        self.decide(message, "return", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.received(), [10])

    def test_in_a_batch(self):
        self.send_order("PO-2")
        self.receipt("25")
        messages = self.env["construction.message"]
        for number, order, quantity, revision in (("R-1", "PO-1", "40", 1), ("R-8", "PO-2", "7", 0)):
            lines = [self.delivery_line(quantity=quantity)]
            data = self.delivery_data(number, order, lines, revision=revision)
            messages |= self.receive(self.field, "procurement.delivery.received", order, data)
        messages._process()
        self.assertEqual(set(messages.mapped("state")), {"done"}, messages.mapped("problem"))
        self.assertEqual((self.received(), self.received("PO-2")), ([40], [7]))

    def test_one_delivery_told_twice_is_given_back(self):
        self.send_order("PO-2")
        self.receipt("25", delivery_note="L-4")
        second = self.send_delivery("R-2", "PO-2", [self.delivery_line(quantity="25")], delivery_note="L-4")
        item = self.env["construction.exception"].search([("cause_key", "=like", "same_note:%")])
        item.with_user(self.buyer).action_decide("undo", "One lorry")
        self.run_all()
        self.assertState(second, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([25], [0]))
        self.assertEqual(item.state, "resolved")
        second.sudo()._requeue("once more")
        self.run_all()
        self.assertEqual(self.received("PO-2"), [0])

    def test_a_closed_period(self):
        self.company.construction_cost_lock_date = "2026-03-31"
        message = self.receipt("25")
        self.assertAsks(message, "period")
        self.decide(message, "next_open", self.buyer)
        self.assertState(message, "done")
        entries = self.env["construction.cost.entry"].search([("kind", "=", "accrual")])
        self.assertEqual({str(date) for date in entries.mapped("date")}, {"2026-04-01"})


@tagged("post_install", "-at_install")
class TestOrderContent(ContentCommon):
    def approve(self, quantity, **kwargs):
        return self.send_order(lines=[self.order_line(quantity=quantity)], **kwargs)

    def change(self, quantity, revision):
        data = self.order_data(lines=[self.order_line(quantity=quantity)], revision=revision)
        return self.send(self.field, CHANGED, "PO-1", data)

    def ordered(self):
        return self.order().order_line.mapped("product_qty")

    def test_approved_again(self):
        self.assertState(self.approve("100.0"), "done")
        message = self.approve("120")
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "100 EA", "120 EA"]])
        self.assertEqual([choice["code"] for choice in item.choices], ["replace", "keep"])
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ordered(), [120])
        self.assertState(self.approve("120"), "done")

    def test_approved_in_a_higher_revision(self):
        self.assertState(self.approve("120", revision=1), "done")
        self.assertEqual(self.ordered(), [120])

    def test_a_revision_sent_again_with_other_content(self):
        self.assertState(self.change("110", 1), "done")
        self.assertState(self.change("110", 1), "done")
        message = self.change("130", 1)
        item = self.assertAsks(message)
        self.assertEqual([choice["code"] for choice in item.choices], ["replace", "keep"])
        self.assertEqual(self.ordered(), [110])
        self.decide(message, "replace", self.buyer)
        self.assertEqual(self.ordered(), [130])

    def test_another_order(self):
        """Offered where something tells the two apart: here their supplier."""
        message = self.approve("120", supplier="S-2")
        self.assertEqual([choice["code"] for choice in self.assertAsks(message).choices], ["keep", "another"])
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ordered(), [100])
        self.assertEqual(self.order("PO-1#2").order_line.product_qty, 120)


class RequestCommon(ContentCommon):
    def ask(self, quantity, **kwargs):
        return self.send_request(quantity=quantity, **kwargs)

    def asked(self, message):
        return self.env["purchase.request"].search([("name", "=", "RQ-1")]).line_ids.mapped("product_qty")


@tagged("post_install", "-at_install")
class TestRequestContent(RequestCommon):
    def test_other_quantities(self):
        first = self.ask("3")
        self.assertState(self.ask("3.0"), "done")
        message = self.ask("5")
        item = self.assertAsks(message)
        self.assertEqual(item.owner_id, self.manager)
        with self.assertRaises(AccessError):
            item.with_user(self.buyer).action_decide("replace", "I want to")
        self.decide(message, "replace", self.manager)
        self.assertState(message, "done")
        self.assertEqual(self.asked(first), [5])

    def test_a_revision(self):
        first = self.ask("3", revision=1)
        self.assertState(self.ask("4", revision=2), "done")
        self.assertEqual(self.asked(first), [4])

    def test_of_a_job_without_a_manager_the_buyer_decides(self):
        self.job.user_id = False
        self.ask("3")
        other = self.ask("5")
        self.assertTrue(self.assertAsks(other).with_user(self.buyer).can_decide)

    def test_what_is_approved_is_asked_for_anew(self):
        first = self.ask("3")
        request = self.record(first, "purchase.request")
        request.button_to_approve()
        request.button_approved()
        self.assertState(self.ask("4", revision=2), "done")
        self.assertEqual((request.state, self.asked(first)), ("draft", [4]))

    def test_what_is_closed_is_never_asked_for_whole_beside_itself(self):
        first = self.ask("3", revision=1)
        request = self.record(first, "purchase.request")
        request.button_to_approve()
        request.button_approved()
        request.button_done()
        item = self.assertAsks(self.ask("4", revision=2))
        self.assertEqual([choice["code"] for choice in item.choices], ["keep"])
        message = self.ask("5")
        self.decide(message, "replace", self.manager)
        item = self.assertAsks(message)
        self.assertEqual([choice["code"] for choice in item.choices], ["keep", "another"])
        self.assertIn("all of it is asked for, beside the first", item.choices[1]["label"])
