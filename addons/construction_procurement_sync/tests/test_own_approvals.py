# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, models
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon


class OwnApprovalsCommon(OrderChangeCommon):
    """Orders above 1,000 are reviewed by the project manager, who enters orders as well."""

    def set_up_once(self):
        super().set_up_once()
        self.pm = self.user_with(
            "maya",
            "construction_base.group_project_manager,construction_base.group_buyer,"
            "purchase.group_purchase_manager",
        )
        self.job.user_id = self.pm
        self.manager, self.other = self.pm, self.manager
        # who else approves purchases stands in for her: nobody besides
        managers = self.env.ref("purchase.group_purchase_manager").all_user_ids
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        for user in managers - self.pm - self.other - self.env.user:
            user.write({"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id})
        self.review_above(1000)
        self.send_order("PO-9", lines=self.lines((1, 1)))
        self.bolt = self.order("PO-9").order_line.product_id
        self.supplier = self.order("PO-9").partner_id

    def enter(self, user, quantity, price=100, job=None):
        line = {
            "product_id": self.bolt.id,
            "name": "Bolts",
            "product_qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.clear()],
            "construction_job_id": self.job.id,
            "cost_code_id": self.code.id,
            "cost_type_id": self.material.id,
        }
        vals = {"partner_id": self.supplier.id, "order_line": [Command.create(line)]}
        order = self.env["purchase.order"].with_user(user).create(vals)
        return order.with_user(user)

    def raise_to(self, order, quantity, user):
        """Order more of it: Odoo proposes a price anew where none is given."""
        order.order_line.with_user(user).write({"product_qty": quantity, "price_unit": 100})
        return order.with_user(user)

    def nobody(self, order):
        return self.env["construction.exception"].search(
            [("record_ref", "=", f"purchase.order,{order.id}"), ("cause_key", "=like", "no_approver:%")]
        )


@tagged("post_install", "-at_install")
class TestOwnOrders(OwnApprovalsCommon):
    def test_a_review_is_given_by_somebody_else(self):
        def entered():
            return self.enter(self.pm, 15)

        def raised():
            return self.raise_to(self.enter(self.buyer, 9), 30, self.pm)

        def dearer():
            order = self.enter(self.buyer, 9)
            order.with_user(self.pm).write(
                {"order_line": [Command.update(order.order_line.id, {"price_unit": 300})]}
            )
            return order.with_user(self.pm)

        def added():
            order = self.enter(self.buyer, 9)
            order.order_line.with_user(self.pm).copy({"order_id": order.id})
            return order.with_user(self.pm)

        for what, make in (("entered", entered), ("raised", raised), ("price", dearer), ("line", added)):
            with self.subTest(what):
                order = make()
                order.button_confirm()
                self.assertEqual(order.state, "draft")
                [review] = order.review_ids
                self.assertEqual((review.status, review.reviewer_ids), ("pending", self.other))
                with self.assertRaisesRegex(AccessError, "nobody approves what they entered"):
                    order.validate_tier()
                with self.assertRaises(UserError):
                    order.button_confirm()
                order.with_user(self.other).validate_tier()
                order.button_confirm()
                self.assertEqual((order.state, order.review_ids.done_by), ("purchase", self.other))
        with self.subTest("another's"):
            order = self.enter(self.buyer, 15)
            order.button_confirm()
            self.assertEqual((order.state, order.review_ids.reviewer_ids), ("draft", self.pm))
            order.with_user(self.pm).validate_tier()
            order.button_confirm()
            self.assertEqual(order.state, "purchase")

    def test_what_changes_under_review_is_reviewed_anew(self):
        order = self.enter(self.buyer, 15)
        order.button_confirm()
        order.with_user(self.pm).validate_tier()
        self.raise_to(order, 100, self.buyer)
        self.assertFalse(order.review_ids)
        order.button_confirm()
        self.assertEqual((order.state, order.review_ids.status), ("draft", "pending"))
        self.assertIn("Buys", order.message_ids[:2].mapped("body")[-1] + order.message_ids[0].body)
        self.raise_to(order, 90, self.pm).button_confirm()
        self.assertEqual((order.state, order.review_ids.reviewer_ids), ("draft", self.other))

    def test_nobody_is_left(self):
        self.other.active = False
        order = self.enter(self.pm, 15)
        order.button_confirm()
        item = self.nobody(order)
        self.assertEqual((order.state, item.state), ("draft", "open"))
        self.assertIn(order.name, item.sentence)
        self.assertIn("entered or changed it themselves", item.sentence)
        self.assertTrue(item.owner_id)
        item.with_user(self.controller).action_replay()
        self.assertEqual(item.state, "open")
        self.other.active = True
        item.with_user(self.controller).action_replay()
        self.assertEqual((item.state, order.review_ids.reviewer_ids), ("resolved", self.other))
        order.with_user(self.other).validate_tier()
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_the_limit_of_odoo(self):
        self.env["tier.definition"].search([]).active = False
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 1000})
        order = self.enter(self.pm, 15)
        order.button_confirm()
        self.assertEqual(order.state, "to approve")
        for what, approve in (
            ("button", order.button_approve),
            ("write", lambda: order.write({"state": "purchase"})),
            ("another's", lambda: order.with_user(self.buyer).write({"state": "purchase"})),
        ):
            with self.subTest(what), self.assertRaises(AccessError), self.cr.savepoint():
                approve()
        self.assertFalse(self.nobody(order))
        order.with_user(self.other).button_approve()
        self.assertEqual(order.state, "purchase")
        with self.subTest("raised while it waits"):
            order = self.enter(self.buyer, 15)
            order.button_confirm()
            self.raise_to(order, 30, self.pm)
            with self.assertRaises(AccessError):
                order.with_user(self.pm).button_approve()
        with self.subTest("nobody"):
            self.other.active = False
            order = self.enter(self.pm, 15)
            order.button_confirm()
            self.assertEqual(self.nobody(order).state, "open")
        with self.subTest("below"):
            order = self.enter(self.pm, 5)
            order.button_confirm()
            self.assertEqual(order.state, "purchase")

    def test_not_past_the_buttons(self):
        order, draft = self.enter(self.pm, 15), self.enter(self.pm, 1)
        order.button_confirm()
        review = order.review_ids
        definition = review.definition_id
        reviews = self.env["tier.review"].with_user(self.pm)
        approve = {"status": "approved", "done_by": self.pm.id}
        forged = {"model": "purchase.order", "res_id": order.id, "definition_id": definition.id}
        for what, write in (
            ("status", lambda: review.write(approve)),
            ("reviewer", lambda: review.write({"reviewer_ids": [Command.set(self.pm.ids)]})),
            ("another review", lambda: reviews.create({**forged, **approve})),
            ("its reviewers", lambda: reviews.create({**forged, "reviewer_ids": self.pm.ids})),
            ("for another", lambda: review.write({**approve, "done_by": self.other.id})),
            ("the order", lambda: order.write({"validation_status": "validated"})),
            ("authors", lambda: draft.write({"construction_changed_by_ids": [Command.clear()]})),
        ):
            with self.subTest(what), self.assertRaises(AccessError), self.cr.savepoint():
                write()
        order.button_cancel()
        self.assertFalse(order.review_ids)

    def test_by_event(self):
        """Who corrects what an event says entered it, and does not review it."""
        message = self.send_order(lines=self.lines((15, 100)))
        self.assertState(message, "exception", "hold")
        order = self.order()
        self.assertEqual(order.review_ids.reviewer_ids, self.pm)
        data = self.order_data(lines=self.lines((30, 100)))
        message.with_user(self.pm)._correct(data, "more")
        self.run_all()
        with self.assertRaisesRegex(AccessError, "nobody approves"):
            order.with_user(self.pm).validate_tier()
        order.with_user(self.other).validate_tier()
        self.run_all()
        self.assertEqual((order.state, order.order_line.product_qty), ("purchase", 30))

    def test_overrides(self):
        self.env["tier.definition"].search([]).active = False
        self.set_budget(1000)
        self.controller.group_ids |= self.env.ref("construction_base.group_buyer")
        theirs = self.env["construction.budget.override"].with_user(self.controller)
        requests = self.env["construction.order.change.request"].with_user(self.controller)
        with self.subTest("a change that one asked for"):
            self.send_order(lines=self.lines((2, 100)))
            request = requests.with_context(default_order_id=self.order().id).create({"reason": "more"})
            request.line_ids.quantity = 11
            request.action_request()
            change = self.changes()
            self.assertEqual((change.state, change.stop), ("pending", "budget"))
            with self.assertRaisesRegex(AccessError, "asked for themselves"):
                theirs.create({"order_id": self.order().id, "reason": "mine"}).action_override()
            second = self.user_with("second_controller", "construction_base.group_cost_controller")
            override = theirs.with_user(second).create({"order_id": self.order().id, "reason": "Paid"})
            override.action_override()
            self.assertEqual((change.state, change.amount_change), ("approved", 900))
        with self.subTest("an order that one raised"):
            order = self.enter(self.buyer, 1)
            self.raise_to(order, 9, self.controller)
            with self.assertRaisesRegex(AccessError, "changed or asked for"):
                theirs.create({"order_id": order.id, "reason": "mine"}).action_override()

    def test_waivers(self):
        """A waiver of who changed an order is none for it."""
        document = self.env["construction.compliance.document"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "kind": "insurance",
                "number": "1",
                "expires": "2020-01-01",
            }
        )
        order = self.enter(self.buyer, 1)
        if not order._construction_lapsed():
            self.skipTest("nothing guards")
        until = self.company._construction_today()
        document.with_user(self.controller)._construction_waive(until, "comes tomorrow")
        self.assertFalse(order._construction_lapsed())
        self.controller.group_ids |= self.env.ref("construction_base.group_buyer")
        order.order_line.with_user(self.controller).product_qty = 2
        self.assertTrue(order._construction_lapsed())

    def test_migration(self):
        """Who made or wrote lines of what waits is an author, though nobody noted it then."""
        order = self.raise_to(self.enter(self.buyer, 1), 2, self.pm)
        released = self.order("PO-9")
        models.BaseModel.write(order.sudo(), {"construction_changed_by_ids": [Command.clear()]})
        self.env.flush_all()
        path = "construction_job_cost/migrations/19.0.1.2.1/post-authors.py"
        module = load_script(path, "post_authors")
        for _twice in range(2):
            module.migrate(self.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(order.construction_changed_by_ids, self.pm)
        self.assertFalse(released.construction_changed_by_ids)

    def test_requests(self):
        group = "construction_base.group_buyer,purchase_request.group_purchase_request_manager"
        asks, also = self.user_with("asks", group), self.user_with("also", group)
        line = {
            "product_id": self.bolt.id,
            "product_qty": 1,
            "construction_job_id": self.job.id,
            "cost_code_id": self.code.id,
        }
        request = self.env["purchase.request"].with_user(asks).create({"line_ids": [Command.create(line)]})
        request.button_to_approve()
        with self.assertRaisesRegex(AccessError, "nobody approves"):
            request.button_approved()
        request.button_draft()
        request.with_user(also).line_ids.product_qty = 100
        request.button_to_approve()
        with self.assertRaisesRegex(AccessError, "nobody approves"):
            request.with_user(also).button_approved()
        third = self.user_with("third", group)
        request.with_user(third).button_approved()
        self.assertEqual(request.state, "approved")
