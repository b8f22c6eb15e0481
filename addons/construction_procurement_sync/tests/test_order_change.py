# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ProcurementCommon

CHANGED = "procurement.purchase_order.changed"


class OrderChangeCommon(ProcurementCommon):
    """An order of 10 + 10 bolts at 100 under a budget, and a review of what is above 500."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        codes = self.env["construction.cost.code"]
        self.code, self.other_code = (
            codes.search([("code", "=", code), ("company_id", "=", self.company.id)])
            for code in ("03 30 00", "05 12 00")
        )
        self.material = self.env.ref("construction_base.cost_type_material")
        self.manager = self.user_with("purchase_manager", "purchase.group_purchase_manager")
        self.buyer = self.user_with("buys", "construction_base.group_buyer,purchase.group_purchase_user")
        self.controller = self.user_with("controls", "construction_base.group_cost_controller")

    def review_above(self, limit):
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

    def lines(self, *given):
        """Lines of an event as (quantity, price[, cost code])."""
        return [
            self.order_line(
                str(number),
                str(quantity),
                str(price),
                cost_type="material",
                cost_code=(code or ["03 30 00"])[0],
            )
            for number, (quantity, price, *code) in enumerate(given, 1)
        ]

    def change(self, *given, revision=2, **kwargs):
        data = self.order_data(lines=self.lines(*given), revision=revision)
        return self.send(self.field, CHANGED, "PO-1", data, **kwargs)

    def changes(self):
        return self.env["construction.order.change"].search([("order_id", "=", self.order().id)], order="id")

    def item_of(self, change):
        items = self.env["construction.exception"].search(
            [("record_ref", "=", f"{change._name},{change.id}")]
        )
        return items.sorted("id")[-1:]

    def staged_sums(self, **domain):
        self.post_ledger()
        groups = self.env["construction.cost.entry"]._read_group(
            [("job_id", "=", self.job.id), *((name, "=", value) for name, value in domain.items())],
            ["kind", "stage"],
            ["amount:sum"],
        )
        found = {}
        for kind, stage, amount in groups:
            if round(amount, 2):
                found[f"{kind} {stage}" if kind == "pending" else kind] = round(amount, 2)
        return found

    def quantities(self):
        return self.order().order_line.mapped("product_qty")


@tagged("post_install", "-at_install")
class TestOrderChange(OrderChangeCommon):
    def test_it_waits_with_its_net_effect_and_is_written_when_approved(self):
        self.review_above(500)
        self.send_order(lines=self.lines((2, 100), (1, 100)))
        message = self.change((4, 100), (1, 90), (2, 50, "05 12 00"))
        self.assertState(message, "done")
        [change] = self.changes()
        self.assertEqual(self.record(message, change._name), change)
        self.assertEqual((change.state, change.stop, change.amount_change), ("pending", "approval", 290))
        self.assertIn("05 12 00", change.effect)
        self.assertEqual(self.quantities(), [2, 1])
        self.assertEqual(self.staged_sums(), {"commitment": 300, "pending reserved": 290})
        self.assertEqual(self.staged_sums(cost_code_id=self.other_code.id), {"pending reserved": 100})
        entries = self.env["construction.cost.entry"].search([("document_model", "=", change._name)])
        self.assertEqual(set(entries.mapped("correlation_id")), {message.correlation})
        wizard = self.env["construction.reconciliation"].create({})
        wizard.action_compare()
        self.assertFalse(wizard.line_ids, "it is a source of cost as any other")
        item = self.item_of(change)
        self.assertEqual((item.state, item.category), ("open", "hold"))
        self.assertIn("Purchase Manager", item.sentence)
        with self.assertRaises(AccessError):
            change.with_user(self.buyer).action_approve()
        self.assertTrue(change.with_user(self.manager).can_approve)
        change.with_user(self.manager).action_approve()
        self.assertEqual(
            (change.state, change.approved_by_id, item.state), ("approved", self.manager, "resolved")
        )
        self.assertEqual(self.quantities(), [4, 1, 2])
        self.assertEqual(self.order().construction_revision, 2)
        self.assertEqual(self.staged_sums(), {"commitment": 590})
        # the source knows the line that came with the change
        delivery = self.send_delivery(lines=[self.delivery_line("3", "2")])
        self.assertState(delivery, "done")
        with self.assertRaises(UserError):
            change.with_user(self.manager).action_approve()
        self.assertState(self.change((4, 100), (1, 90), (2, 50, "05 12 00")), "done")
        self.assertEqual(len(self.changes()), 1)

    def test_what_asks_for_more(self):
        self.review_above(100)
        self.send_order(lines=self.lines((10, 100), (10, 100, "05 12 00")))
        self.order().with_user(self.manager).validate_tier()
        self.run_all()
        revision = 1
        for what, waits, given in (
            ("price", True, ((1, 101), (10, 100, "05 12 00"))),
            ("cell", True, ((11, 100), (8, 100, "05 12 00"))),
            ("code", True, ((10, 100, "05 12 00"), (10, 100, "05 12 00"))),
            ("added", True, ((1, 100), (10, 100, "05 12 00"), (1, 1))),
            ("less", False, ((9, 100), (10, 99, "05 12 00"))),
        ):
            with self.subTest(what):
                revision += 1
                self.assertState(self.change(*given, revision=revision), "done")
                pending = self.changes().filtered(lambda change: change.state == "pending")
                self.assertEqual(bool(pending), waits)
        self.assertEqual(self.quantities(), [9, 10])
        self.assertEqual(set(self.changes().mapped("state")), {"superseded"})
        self.assertEqual(self.staged_sums(), {"commitment": 1890})
        self.assertFalse(self.item_of(self.changes()[-1:]).filtered(lambda item: item.state == "open"))

    def test_what_nothing_stops_is_done_at_once_and_shown(self):
        self.send_order(lines=self.lines((2, 100)))
        self.change((4, 100))
        [change] = self.changes()
        self.assertEqual((change.state, change.amount_before, change.amount_after), ("approved", 200, 400))
        self.assertEqual(change.line_ids.order_line_id, self.order().order_line)
        self.assertEqual(self.quantities(), [4])
        self.assertEqual(self.order().construction_change_count, 1)

    def test_a_newer_one_replaces_and_an_older_is_superseded(self):
        self.review_above(500)
        self.send_order(lines=self.lines((2, 100)))
        self.change((10, 100), revision=3)
        self.assertState(self.change((8, 100), revision=2), "superseded")
        self.change((20, 100), revision=4)
        first, second = self.changes()
        self.assertEqual((first.state, second.state), ("superseded", "pending"))
        self.assertEqual(self.staged_sums(), {"commitment": 200, "pending reserved": 1800})
        # a receipt meanwhile is matched with what is released
        self.assertState(self.send_delivery(lines=[self.delivery_line(quantity="2")]), "done")
        second.with_user(self.manager).action_approve()
        self.assertEqual(self.staged_sums(), {"commitment": 2000, "accrual": 200})

    def test_rejected_withdrawn_cancelled(self):
        self.review_above(500)
        self.send_order(lines=self.lines((2, 100)))
        answers = self.env["construction.order.change.answer"]
        self.change((10, 100), revision=2)
        change = self.changes()
        answer = {"change_id": change.id, "answer": "reject", "reason": "Too dear"}
        with self.assertRaises(AccessError):
            answers.with_user(self.buyer).create(answer).action_answer()
        answers.with_user(self.manager).create(answer).action_answer()
        self.assertEqual((change.state, change.answer), ("rejected", "Too dear"))
        again = self.change((10, 100), revision=2)
        self.assertState(again, "done")
        self.assertIn("Rejected", again.history_ids.sorted("id")[-1].note)
        self.change((11, 100), revision=3)
        change = self.changes()[-1]
        answer = {"change_id": change.id, "answer": "withdraw", "reason": "Not needed"}
        answers.with_user(self.buyer).create(answer).action_answer()
        self.assertEqual(change.state, "cancelled")
        self.change((12, 100), revision=4)
        self.order().button_cancel()
        self.assertEqual(self.changes()[-1].state, "cancelled")
        self.assertEqual(self.item_of(self.changes()[-1]).state, "resolved")
        self.assertEqual(self.staged_sums(), {})

    def test_nobody_approves_what_they_entered(self):
        self.review_above(500)
        self.send_order(lines=self.lines((2, 100)))
        self.change((10, 100))
        change = self.changes()
        message = change.event_message_id
        message.sudo().corrected_by_id = self.manager
        with self.assertRaises(AccessError):
            change.with_user(self.manager).action_approve()
        other = self.user_with("other_manager", "purchase.group_purchase_manager")
        change.with_user(other).action_approve()
        self.assertEqual(change.state, "approved", "where nobody else reviews, a purchase manager does")

    def test_reviews_in_sequence(self):
        second = self.user_with("second_review", "purchase.group_purchase_manager")
        for sequence, reviewer in ((30, self.manager), (20, second)):
            self.review_above(1500)
            tier = self.env["tier.definition"].search([], order="id desc", limit=1)
            tier.write({"sequence": sequence, "reviewer_id": reviewer.id, "approve_sequence": True})
        self.send_order(lines=self.lines((10, 100)))
        self.change((20, 100))
        change = self.changes()
        self.assertEqual((change.state, change._construction_approvers()), ("pending", self.manager))
        self.assertNotIn(second.name, change.stop_reason)
        with self.assertRaisesRegex(AccessError, self.manager.name):
            change.with_user(second).action_approve()
        change.with_user(self.manager).action_approve()
        self.assertEqual((change.state, change._construction_approvers()), ("pending", second))
        self.assertIn(second.name, self.item_of(change).sentence)
        change.with_user(second).action_approve()
        self.assertEqual((change.state, self.quantities()), ("approved", [20]))

    def test_odoos_own_limit(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 500
        self.send_order(lines=self.lines((2, 100)))
        self.change((4, 100), revision=2)
        self.change((10, 100), revision=3)
        self.assertEqual(self.changes().mapped("state"), ["approved", "pending"])
        self.changes()[-1].with_user(self.manager).action_approve()
        self.assertEqual(self.quantities(), [10])

    def test_what_stands_in_the_way_at_approval(self):
        self.review_above(500)
        self.send_order(lines=self.lines((4, 100), (1, 50)))
        self.change((2, 100), (20, 50))
        change = self.changes().with_user(self.manager)
        with self.subTest("received meanwhile"):
            self.send_delivery(lines=[self.delivery_line(quantity="3")])
            change.action_approve()
            self.assertEqual((change.state, change.stop), ("pending", "order"))
            self.assertIn("received or billed", change.stop_reason)
        self.change((4, 100), (21, 50), revision=3)
        change = self.changes()[-1].with_user(self.manager)
        with self.subTest("locked by hand"):
            self.order().with_user(self.buyer).button_lock()
            change.action_approve()
            self.assertIn("locked by", change.stop_reason)
            self.order().with_user(self.buyer).button_unlock()
            self.assertEqual(change.state, "approved", "what is cured lets it go")
        self.change((4, 100), (22, 50), revision=4)
        change = self.changes()[-1].with_user(self.manager)
        with self.subTest("less by hand meanwhile"):
            self.order().order_line[1].product_qty = 10
            change.action_approve()
            self.assertEqual((change.state, change.stop), ("pending", "order"))
        self.change((4, 100), (23, 50), revision=5)
        change = self.changes()[-1].with_user(self.manager)
        with self.subTest("period closed"):
            self.company.construction_cost_lock_date = "2099-12-31"
            change.action_approve()
            self.assertEqual((change.state, change.stop), ("pending", "period"))
            self.company.construction_cost_lock_date = False
            change.action_retry()
            self.assertEqual(change.state, "approved")

    def test_budget(self):
        """As a whole; a line closed short that is raised is checked; an override is for a change."""
        self.set_budget(1000)
        self.send_order(lines=self.lines((4, 100), (6, 100)))
        self.assertState(self.change((6, 100), (4, 100), revision=2), "done")
        self.assertEqual((self.quantities(), self.changes()), ([6, 4], self.changes().browse()))
        self.send_delivery(lines=[self.delivery_line(quantity="2")], final=True)
        self.assertEqual(self.staged_sums(), {"budget": 1000, "commitment": 200, "accrual": 200})
        self.send_order("PO-2", lines=self.lines((5, 100)))
        self.change((12, 100), (4, 100), revision=3)
        change = self.changes()
        self.assertEqual((change.state, change.stop), ("pending", "budget"))
        self.assertEqual(
            self.staged_sums(), {"budget": 1000, "commitment": 700, "accrual": 200, "pending draft": 1000}
        )
        wizard = self.env["construction.budget.override"].with_user(self.controller)
        wizard = wizard.create({"order_id": self.order().id, "reason": "Owner pays"})
        self.assertEqual(wizard.amount, 700)
        wizard.action_override()
        self.assertEqual((change.state, self.quantities()), ("approved", [12, 4]))
        self.change((13, 100), (4, 100), revision=4)
        self.assertEqual(self.changes()[-1].stop, "budget", "an override covers its amount once")
