# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ProcurementCommon

CHANGED = "procurement.purchase_order.changed"
CANCELLED = "procurement.purchase_order.cancelled"


@tagged("post_install", "-at_install")
class TestPurchaseOrder(ProcurementCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def change(self, key="PO-1", revision=2, lines=None, time="2026-03-04T08:00:00Z", **kwargs):
        return self.send(
            self.field,
            CHANGED,
            key,
            self.order_data(key, lines, revision=revision, **kwargs),
            time=time,
        )

    def test_approved_order_is_confirmed(self):
        message = self.send_order()
        self.assertState(message, "done")
        order = self.order()
        self.assertEqual((order.name, order.state), ("PO-1", "purchase"))
        self.assertEqual(order.amount_total, 1000)
        self.assertEqual(str(order.date_order), "2026-03-02 15:00:00")
        line = order.order_line
        self.assertEqual(line.construction_job_id, self.job)
        self.assertEqual(line.cost_type_id.code, "MAT")
        self.assertEqual(order.create_uid, self.service)
        self.assertEqual(self.job, message.job_id)

    def test_batch(self):
        messages = [
            self.receive(
                self.field,
                "procurement.purchase_order.approved",
                key,
                self.order_data(key),
            )
            for key in ("PO-1", "PO-2", "PO-3")
        ]
        self.run_all()
        for message in messages:
            self.assertState(message, "done")
        self.assertEqual(self.order("PO-3").state, "purchase")

    def test_twice_is_once(self):
        self.send_order()
        again = self.send_order()
        self.assertState(again, "done")
        self.assertEqual(len(self.order()), 1)

    def test_line_without_item_and_with_dozens(self):
        concrete = self.order_line(uom="m3", quantity="12.5", price="99.99")
        del concrete["item"]
        dozens = self.order_line("2", quantity="10", uom="DZN", price="25")
        self.send_order(lines=[concrete, dozens])
        order = self.order()
        self.assertEqual(order.order_line.mapped("price_subtotal"), [1249.88, 250])
        self.assertEqual(order.order_line[0].product_id.default_code, "DIRECT-GOODS-M3")
        self.assertEqual(order.order_line[1].move_ids.product_qty, 120)

    def test_more_decimals_than_odoo_keeps_are_refused(self):
        message = self.send_order(lines=[self.order_line(quantity="1.234567")])
        self.assertState(message, "exception", "data")
        self.assertFalse(self.order())

    def test_unknown_code_supplier_and_currency(self):
        self.assertState(self.send_order(lines=[self.order_line(cost_code="77")]), "exception", "mapping")
        self.assertState(self.send_order("PO-2", supplier="S-7"), "exception", "mapping")
        self.assertState(self.send_order("PO-3", currency="ZZZ"), "exception", "data")
        self.assertFalse(self.order() | self.order("PO-2") | self.order("PO-3"))

    def test_foreign_currency_needs_a_rate(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        message = self.send_order(currency="EUR")
        self.assertState(message, "exception", "data")
        self.env["res.currency.rate"].create(
            {"currency_id": eur.id, "name": "2026-03-01", "rate": 0.8, "company_id": self.company.id}
        )
        message.action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertAlmostEqual(self.order().currency_rate, 0.8)

    # --- dates and periods ----------------------------------------------------

    def entries(self, key="PO-1"):
        lines = self.order(key).order_line
        return self.env["construction.cost.entry"].search(
            [("res_model", "=", lines._name), ("res_id", "in", lines.ids), ("kind", "=", "commitment")]
        )

    def test_change_and_cancellation_are_dated_in_the_zone_of_the_job(self):
        self.send_order()
        # 22:30 of the 31st on site in Chicago is the next month in UTC
        self.change(lines=[self.order_line(quantity="120")], time="2026-04-01T03:30:00Z")
        self.assertEqual(str(self.entries().sorted("id")[-1].date), "2026-03-31")
        cancelled = {"order": "PO-1", "reason": "not needed"}
        self.send(self.field, CANCELLED, "PO-1", cancelled, time="2026-05-01T03:30:00Z")
        self.assertEqual(str(self.entries().sorted("id")[-1].date), "2026-04-30")

    def test_locked_period_stops_orders_changes_and_cancellations(self):
        self.send_order()
        self.company.construction_cost_lock_date = "2026-03-31"
        cancelled = {"order": "PO-1", "reason": "not needed"}
        late = (
            self.send_order("PO-2"),
            self.change(lines=[self.order_line(quantity="120")]),
            self.send(self.field, CANCELLED, "PO-1", cancelled, time="2026-04-01T03:30:00Z"),
        )
        for message in late:
            self.assertState(message, "exception", "period")
            self.assertIn("2026-04-01", message.problem, "the next open date is proposed")
        self.assertEqual(self.order().order_line.product_qty, 100)
        self.assertFalse(self.order("PO-2"))
        self.company.construction_cost_lock_date = False
        late[0].action_replay()
        self.run_all()
        self.assertState(late[0], "done")

    def test_the_next_open_day_is_for_a_buyer_to_choose(self):
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.company.construction_cost_lock_date = "2026-03-31"
        for number, event in enumerate(("approved", "changed", "cancelled"), 1):
            with self.subTest(event):
                message = self.in_locked_period(event)
                self.assertState(message, "exception", "period")
                item = message.exception_id
                with self.assertRaises(AccessError):
                    item.with_user(controller).action_decide("next_open", reason="Late")
                item.with_user(buyer).action_decide("next_open", reason="Late")
                self.run_all()
                self.assertState(message, "done")
                self.assertEqual(str(self.entries().sorted("id")[-1].date), "2026-04-01")
                self.assertEqual(len(self.entries()), number)
        self.assertEqual(self.order().state, "cancel")

    def in_locked_period(self, event):
        match event:
            case "approved":
                return self.send_order()
            case "changed":
                return self.change(lines=[self.order_line(quantity="120")])
        cancelled = {"order": "PO-1", "reason": "not needed"}
        return self.send(self.field, CANCELLED, "PO-1", cancelled, time="2026-03-30T03:30:00Z")

    # --- changes --------------------------------------------------------------

    def test_change_is_the_whole_order(self):
        self.send_order(lines=[self.order_line(), self.order_line("2")])
        message = self.change(lines=[self.order_line(quantity="120", price="11"), self.order_line("3")])
        self.assertState(message, "done")
        order = self.order()
        self.assertEqual(order.construction_revision, 2)
        lines = {line.construction_external_line: line for line in order.order_line}
        self.assertEqual((lines["1"].product_qty, lines["1"].price_unit), (120, 11))
        self.assertEqual((lines["2"].product_qty, lines["3"].product_qty), (0, 100))
        self.assertEqual(sum(lines["1"].move_ids.mapped("product_qty")), 120)

    def test_older_revision_is_superseded(self):
        self.send_order()
        self.change(revision=4, lines=[self.order_line(quantity="40")])
        late = self.change(revision=3, lines=[self.order_line(quantity="30")])
        self.assertState(late, "superseded")
        self.assertEqual(self.order().order_line.product_qty, 40)

    def test_change_before_its_order_waits(self):
        change = self.change(lines=[self.order_line(quantity="40")])
        self.assertState(change, "waiting")
        self.send_order()
        self.assertState(change, "done")
        self.assertEqual(self.order().order_line.product_qty, 40)

    def test_not_below_what_was_received(self):
        self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="60")])
        message = self.change(lines=[self.order_line(quantity="50")])
        self.assertState(message, "exception", "variance")
        self.assertEqual(self.order().order_line.product_qty, 100)

    def test_supplier_of_an_order_stays(self):
        self.send_order()
        self.assertState(self.change(supplier="S-2"), "exception", "data")

    # --- cancelling -----------------------------------------------------------

    def cancel(self, key="PO-1"):
        return self.send(self.field, CANCELLED, key, {"order": key, "reason": "Not needed"})

    def test_cancel(self):
        self.send_order()
        self.assertState(self.cancel(), "done")
        self.assertEqual(self.order().state, "cancel")
        self.assertState(self.cancel(), "done")
        self.assertState(self.send_delivery(), "exception", "data")

    def test_cancel_after_receipt_is_an_exception(self):
        self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="1")])
        self.assertState(self.cancel(), "exception", "data")
        self.assertEqual(self.order().state, "purchase")

    # --- approval -------------------------------------------------------------

    def create_tier(self, limit=500):
        self.manager = self.user_with("purchase_manager", "purchase.group_purchase_manager")
        self.env["tier.definition"].create(
            {
                "name": "Large orders",
                "model_id": self.env.ref("purchase.model_purchase_order").id,
                "review_type": "individual",
                "reviewer_id": self.manager.id,
                "definition_domain": f"[('amount_total', '>', {limit})]",
                "company_id": self.company.id,
            }
        )

    def test_approval_policy_holds_and_resumes_by_itself(self):
        self.create_tier()
        message = self.send_order()
        self.assertState(message, "exception", "hold")
        order = self.order()
        self.assertEqual((order.state, order.validation_status), ("draft", "pending"))
        delivery = self.send_delivery()
        self.assertState(delivery, "waiting")
        order.with_user(self.manager).validate_tier()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(order.state, "purchase")
        self.assertState(delivery, "done")

    def test_approval_is_asked_once_for_what_one_batch_brings(self):
        self.create_tier()
        kinds = ("procurement.purchase_order.approved", CHANGED)
        for revision, kind in enumerate(kinds, 1):
            data = self.order_data(lines=[self.order_line(quantity=100 * revision)], revision=revision)
            self.receive(self.field, kind, "PO-1", data)
        self.run_all()
        reviews = self.order().review_ids.filtered(lambda review: review.status == "pending")
        self.assertEqual(len(reviews), 1)
        self.assertEqual(self.order().order_line.product_qty, 200)

    def test_change_is_no_way_round_the_policy(self):
        self.create_tier()
        self.send_order(lines=[self.order_line(quantity="10")])
        message = self.change(lines=[self.order_line(quantity="1000")])
        self.assertState(message, "done")
        order = self.order()
        self.assertEqual(order.order_line.product_qty, 10)
        change = self.record(message, "construction.order.change")
        self.assertEqual((change.state, change.stop, change.revision), ("pending", "approval", 2))
        change.with_user(self.manager).action_approve()
        self.assertEqual(change.state, "approved")
        self.assertEqual(order.order_line.product_qty, 1000)

    def test_nobody_says_by_hand_what_events_say(self):
        self.create_tier()
        self.send_order(lines=[self.order_line(quantity="10")])
        order = self.order().with_user(self.manager)
        forged = {"construction_refs": {}, "construction_handling": True}
        for name, value in (
            ("construction_revision", 9),
            ("construction_external_key", "PO-2"),
        ):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    order.with_context(**forged).write({name: value})
                with self.assertRaises(AccessError):
                    order.with_context(**{f"default_{name}": value}).create(
                        {"partner_id": order.partner_id.id}
                    )
        order.copy()

    def test_confirmed_by_hand(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 100
        message = self.send_order()
        self.assertState(message, "exception", "hold")
        self.assertEqual(self.order().state, "to approve")
        self.order().button_approve(force=True)
        self.run_all()
        self.assertState(message, "done")
