# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command

from .common import JobCostCommon


class TestOrders(JobCostCommon):
    def test_a_draft_counts_nowhere(self):
        order = self.make_order((10, 100), confirm=False)
        self.assertSums({})
        order.write({"state": "sent"})
        order.order_line.product_qty = 12
        self.assertSums({})
        self.assertFalse(self.Entry.search([("document_id", "=", order.id)]))

    def test_awaiting_approval_is_pending_and_reserved(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 500
        order = self.make_order((10, 100), user=self.users["buyer"])
        self.assertEqual(order.state, "to approve")
        self.assertSums({"pending": 1000})
        self.assertEqual(self.Entry.search([("document_id", "=", order.id)]).stage, "reserved")
        self.company.po_double_validation = "one_step"
        order.button_approve()
        self.assertSums({"commitment": 1000})

    def test_confirmed_at_once_posts_the_commitment_only(self):
        order = self.make_order((10, 100), (5, 10, self.code_2))
        self.post_ledger()
        entries = self.Entry.search([("document_id", "=", order.id)])
        self.assertEqual(entries.mapped("kind"), ["commitment", "commitment"])
        self.assertEqual(set(entries.mapped("reference")), {order.name})
        self.assertEqual(sum(entries.mapped("quantity")), 15)
        self.assertSums({"commitment": 1050})

    def test_line_without_job_posts_nothing(self):
        self.make_order((1, 100, None, {"construction_job_id": False, "cost_code_id": False}))
        self.assertSums({})

    def test_the_design_example(self):
        """Order 10,000, received 5,000, billed 4,000."""
        order = self.make_order((10, 1000))
        self.receive_by_hand(order, 5)
        self.assertSums({"commitment": 10000, "accrual": 5000})
        self.make_bill(order, 4)
        self.assertSums({"commitment": 6000, "accrual": 1000, "actual": 4000})

    def test_cancelled_is_zero(self):
        order = self.make_order((10, 100))
        order.button_cancel()
        self.assertSums({})
        order.button_draft()
        self.assertSums({})

    def test_change_of_a_released_order(self):
        order = self.make_order((10, 100))
        order.order_line.price_unit = 90
        self.assertSums({"commitment": 900})
        order.write({"order_line": [Command.create(self.order_line(self.job, 1, 50, self.code_2))]})
        self.assertSums({"commitment": 950})
        order.order_line[0].cost_code_id = self.code_2
        groups = self.Entry._read_group([("job_id", "=", self.job.id)], ["cost_code_id"], ["amount:sum"])
        self.assertEqual(dict(groups), {self.code: 0, self.code_2: 950})

    def test_units_are_converted(self):
        """10 dozen at 25 the dozen: 120 pieces received accrue 250."""
        order = self.make_order((10, 25, None, {"product_uom_id": self.dozen.id}))
        self.assertSums({"commitment": 250})
        self.receive_by_hand(order, 120)
        self.assertSums({"commitment": 250, "accrual": 250})

    def test_deductive_line_stays_negative(self):
        order = self.make_order((10, 100), (1, -200))
        self.assertSums({"commitment": 800})
        self.assertEqual(self.sums(order.order_line[1]), {"commitment": -200})

    def test_split_line_adds_up(self):
        a, b = (
            ",".join(str(r._construction_analytic_accounts().id) for r in (self.job, code, self.material))
            for code in (self.code, self.code_2)
        )
        order = self.make_order(
            (
                1,
                100.01,
                None,
                {
                    "analytic_distribution": {a: 50, b: 50},
                    "construction_job_id": False,
                    "cost_code_id": False,
                    "cost_type_id": False,
                },
            )
        )
        self.assertSums({"commitment": 100.01})
        self.assertEqual(len(self.Entry.search([("document_id", "=", order.id)])), 2)

    def test_closed_short(self):
        order = self.make_order((10, 100))
        self.receive_by_hand(order, 4)
        order.with_user(self.users["buyer"]).action_construction_close_short()
        self.assertSums({"commitment": 400, "accrual": 400})
        self.make_bill(order, 4)
        self.assertSums({"actual": 400})

    def test_what_is_billed_for_less_is_closed_short(self):
        """All came and is billed, below the ordered price: nothing of the rest will come."""
        order = self.make_order((10, 100))
        self.receive_by_hand(order, 10)
        self.make_bill(order, 10, price=90)
        self.assertSums({"commitment": 100, "actual": 900})
        order.with_user(self.users["buyer"]).action_construction_close_short()
        self.assertSums({"actual": 900})
        self.assertFalse(self.env["construction.cost.entry"]._post_history([order.order_line]))

    def test_return_takes_the_accrual_back(self):
        order = self.make_order((10, 100))
        self.receive_by_hand(order, 4)
        picking = order.picking_ids.filtered(lambda p: p.state == "done")
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        returned = wizard._create_return()
        returned.move_ids.write({"quantity": 1, "picked": True, "to_refund": True})
        returned.move_ids._action_done()
        self.assertSums({"commitment": 1000, "accrual": 300})

    def test_service_received_by_hand(self):
        service = self.env["product.product"].create({"name": "Pumping", "type": "service"})
        order = self.make_order((10, 100, None, {"product_id": service.id}))
        order.order_line.qty_received = 3
        self.assertSums({"commitment": 1000, "accrual": 300})

    def test_removed_line_leaves_nothing(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 500
        order = self.make_order((10, 100), (1, 50), user=self.users["buyer"])
        self.assertSums({"pending": 1050})
        order.order_line[1].unlink()
        self.assertSums({"pending": 1000})

    def test_date_and_correlation_from_the_context(self):
        order = self.make_order((1, 100), confirm=False)
        self.env.cr.precommit.clear()
        self.dated(order, "2026-02-03", "abc-1").button_confirm()
        entry = self.Entry.search([("document_id", "=", order.id)])
        self.assertEqual((str(entry.date), entry.correlation_id), ("2026-02-03", "abc-1"))

    def test_one_query_and_one_create_for_a_batch(self):
        orders = self.env["purchase.order"]
        for _i in range(5):
            orders |= self.make_order((1, 100), (2, 50, self.code_2), confirm=False)
        self.post_ledger()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            orders.order_line._construction_post_cost()
