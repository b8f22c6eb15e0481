# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import HandBillsCommon
from .test_order_change import OrderChangeCommon

CHANGED = "Since you opened this"


@tagged("post_install", "-at_install")
class TestSeenHolds(HandBillsCommon):
    """A hold is let go for the bill that was shown."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.bill = self.enter(price=12)
        self.bill.action_post()
        self.releases = self.env["construction.hold.release"].with_user(self.controller)

    def opened(self, bills=None):
        return self.releases.create({"move_ids": (bills or self.bill).ids, "reason": "12 is agreed"})

    def assertNotReleased(self, wizard, bill=None):
        bill = bill or self.bill
        # as in a request of its own
        bill.invalidate_recordset(["display_name"])
        with self.assertRaisesRegex(UserError, f"{CHANGED}.*{bill.ref}"), self.cr.savepoint():
            wizard.action_release()
        self.assertTrue(bill.construction_on_hold)

    def test_nothing_has_changed(self):
        self.opened().action_release()
        self.bill.action_post()
        self.assertEqual(self.bill.state, "posted")

    def test_another_price_was_not_seen(self):
        wizard = self.opened()
        self.assertIn("1,200", wizard.hold_text)
        self.bill.invoice_line_ids.price_unit = 90
        self.assertNotReleased(wizard)
        self.assertIn("9,000", self.opened().hold_text)

    def test_a_form_is_opened_before_it_is_stored(self):
        with Form(self.releases.with_context(default_move_ids=self.bill.ids)) as form:
            form.reason = "12 is agreed"
            self.bill.invoice_line_ids.price_unit = 90
        self.assertNotReleased(form.record)

    def test_another_line_or_another_hold_was_not_seen(self):
        for change in (
            lambda: self.bill.write({"ref": "H-2"}),
            lambda: self.bill.invoice_line_ids.copy({"move_id": self.bill.id}),
            lambda: (
                self.bill.sudo().construction_hold_ids[0].copy({"rule": "total", "move_id": self.bill.id})
            ),
            lambda: self.bill.invoice_line_ids.write({"analytic_distribution": False}),
        ):
            wizard = self.opened()
            change()
            self.assertNotReleased(wizard)

    def test_of_several_the_one_that_changed_is_named(self):
        other = self.enter("H-9", price=13)
        other.action_post()
        wizard = self.opened(self.bill | other)
        other.invoice_line_ids.price_unit = 14
        self.assertNotReleased(wizard, other)
        self.assertTrue(self.bill.construction_on_hold)


@tagged("post_install", "-at_install")
class TestSeenChanges(OrderChangeCommon):
    """A change of an order by hand writes what was changed there, and nothing back."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order(lines=self.lines((10, 100), (5, 100)))
        requests = self.env["construction.order.change.request"].with_user(self.buyer)
        self.requests = requests.with_context(default_order_id=self.order().id)

    def assertNotRequested(self, request, quantities):
        with self.assertRaisesRegex(UserError, CHANGED), self.cr.savepoint():
            request.action_request()
        self.assertEqual(self.order().order_line.mapped("product_qty"), quantities)
        self.assertNotIn("hand", self.changes().mapped("origin"))

    def test_what_an_event_lowered_is_not_put_back(self):
        with Form(self.requests) as form:
            form.reason = "90 is agreed"
            with form.line_ids.edit(0) as line:
                line.price_unit = 90
            self.change((4, 100), (5, 100))
        self.assertNotRequested(form.record, [4, 5])

    def test_what_another_buyer_lowered_is_not_put_back(self):
        opened = self.requests.default_get(["order_id", "line_ids", "reason"])
        self.order().order_line[1].with_user(self.buyer).product_qty = 3
        opened["line_ids"][0][2]["quantity"] = 12
        self.assertNotRequested(self.requests.create({**opened, "reason": "more"}), [10, 3])

    def test_a_line_that_was_not_shown(self):
        request = self.requests.create({"reason": "more"})
        request.line_ids[0].price_unit = 90
        self.order().order_line[0].sudo().copy({"order_id": self.order().id})
        self.assertNotRequested(request, [10, 5, 10])

    def test_nothing_has_changed(self):
        request = self.requests.create({"reason": "less"})
        request.line_ids[0].price_unit = 90
        request.action_request()
        self.assertEqual(self.order().order_line.mapped("price_unit"), [90, 100])

    def test_an_answer_to_a_change_that_has_moved(self):
        self.review_above(1000)
        request = self.requests.create({"reason": "more"})
        request.line_ids[0].quantity = 20
        request.action_request()
        change = self.changes()
        answers = self.env["construction.order.change.answer"].with_user(self.buyer)
        answer = answers.create({"change_id": change.id, "answer": "withdraw", "reason": "not needed"})
        change.sudo().amount_after += 5
        with self.assertRaisesRegex(UserError, CHANGED), self.cr.savepoint():
            answer.action_answer()
        self.assertEqual(change.state, "pending")
