# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import contextlib
from unittest.mock import patch

from odoo import fields

from odoo.addons.construction_job_cost.errors import BudgetExceeded, PeriodLocked
from odoo.addons.construction_job_cost.lib.cause import Cause, Causes

from ..tools import dated
from .common import JobCostCommon


class TestTogether(JobCostCommon):
    """Posting many documents in one batch; what is noted keeps the cause of its moment."""

    def make_order(self, *lines, on="2026-01-01", **vals):
        return super().make_order(*lines, on=on, **vals)

    def _caused(self, order, date, correlation):
        return dated(order, fields.Date.to_date(date), correlation)

    def test_documents_of_a_batch_share_their_causes(self):
        """Each has its own, and Odoo keeps one environment for all of them."""
        first, second = (
            self._caused(order, f"2026-03-0{day}", f"c-{day}")
            for day, order in enumerate((self.make_order((10, 100)), self.make_order((10, 100))), 1)
        )
        self.assertEqual(first.env.context, second.env.context)
        for order, correlation in ((first, "c-1"), (second, "c-2")):
            self.assertEqual(order.order_line._construction_cause().correlation, correlation)

    def _entries(self, order, kind):
        domain = [("document_model", "=", order._name), ("document_id", "=", order.id), ("kind", "=", kind)]
        return [(str(e.date), e.correlation_id, e.amount) for e in self.Entry.search(domain, order="id")]

    def _dates(self, order, kind):
        return [entry[:2] for entry in self._entries(order, kind)]

    def test_one_batch_at_the_end(self):
        orders = [self.make_order((10, 100)) for _n in range(3)]
        with patch.object(
            type(self.Entry), "_post_sources", autospec=True, side_effect=type(self.Entry)._post_sources
        ) as posted:
            with self.Entry._posted_together():
                for number, order in enumerate(orders, 1):
                    self.receive_by_hand(self._caused(order, f"2026-03-0{number}", f"c-{number}"), number)
                self.assertFalse(posted.called)
            self.post_ledger()
        self.assertEqual(posted.call_count, 1)
        for number, order in enumerate(orders, 1):
            self.assertEqual(
                self._entries(order, "accrual"), [(f"2026-03-0{number}", f"c-{number}", number * 100)]
            )

    def test_the_first_cause_stays(self):
        """A change that comes later, from elsewhere, does not give its cause to what was noted."""
        order = self.make_order((10, 100))
        with self.Entry._posted_together():
            self.receive_by_hand(self._caused(order, "2026-03-01", "c-1"), 1)
            self.receive_by_hand(self._caused(order, "2026-03-02", "c-2"), 2)
            self.receive_by_hand(order, 3)
        self.assertEqual(self._entries(order, "accrual"), [("2026-03-01", "c-1", 600)])

    def test_a_change_without_a_cause_takes_the_one_that_follows(self):
        order = self.make_order((10, 100))
        with self.Entry._posted_together():
            order.order_line._construction_note_cost_change()
            self.receive_by_hand(self._caused(order, "2026-03-01", "c-1"), 1)
        self.assertEqual(self._dates(order, "accrual"), [("2026-03-01", "c-1")])

    def test_what_is_noted_for_the_end_keeps_its_cause(self):
        self.patch(type(self.env["purchase.order"]), "_construction_pending_stage", lambda order: "draft")
        orders = self.make_order((1, 100), confirm=False) | self.make_order((1, 100), confirm=False)
        self.post_ledger()
        causes = Causes()
        for number, order in enumerate(orders, 1):
            cause = Cause(fields.Date.to_date(f"2026-03-0{number}"), f"c-{number}")
            causes[order._name, order.id] = cause
            order.with_context(construction_cost_causes=causes).order_line.price_unit = 200
            self.env.flush_all()
        causes.clear()
        self.post_ledger()
        for number, order in enumerate(orders, 1):
            self.assertEqual(self._dates(order, "pending")[1], (f"2026-03-0{number}", f"c-{number}"))

    def test_a_savepoint_within_posts_nothing_early(self):
        order = self.make_order((10, 100))
        with self.Entry._posted_together():
            order.order_line._construction_note_cost_change()
            with self.env.cr.savepoint():
                self.receive_by_hand(self._caused(order, "2026-03-01", "c-1"), 1)
            self.assertFalse(self._entries(order, "accrual"))
        self.assertEqual(self._dates(order, "accrual"), [("2026-03-01", "c-1")])

    def test_a_savepoint_that_is_rolled_back_within_undoes_no_more_than_itself(self):
        order, other = self.make_order((10, 100)), self.make_order((10, 100))
        self.post_ledger()
        with self.Entry._posted_together():
            self.receive_by_hand(self._caused(order, "2026-03-01", "c-1"), 1)
            with contextlib.suppress(ValueError), self.env.cr.savepoint():
                self.receive_by_hand(other, 5)
                raise ValueError
            self.receive_by_hand(self._caused(order, "2026-03-02", "c-2"), 3)
            self.assertFalse(self._entries(order, "accrual"))
        self.assertEqual(self._entries(order, "accrual"), [("2026-03-01", "c-1", 400)])
        self.assertFalse(self._entries(other, "accrual"))

    def test_one_within_another_posts_with_the_outer(self):
        order = self.make_order((10, 100))
        with self.Entry._posted_together():
            with self.Entry._posted_together():
                self.receive_by_hand(order, 1)
            self.assertFalse(self._entries(order, "accrual"))
        self.assertSums({"commitment": 1000, "accrual": 100})

    def test_an_error_that_is_undone_leaves_nothing(self):
        order = self.make_order((10, 100))
        with self.assertRaises(ValueError), self.env.cr.savepoint(), self.Entry._posted_together():
            self.receive_by_hand(order, 1)
            raise ValueError
        self.assertSums({"commitment": 1000})

    def test_an_error_that_is_not_undone_loses_nothing(self):
        order = self.make_order((10, 100))
        # assertRaises of Odoo would undo it
        with contextlib.suppress(ValueError), self.Entry._posted_together():
            self.receive_by_hand(self._caused(order, "2026-03-01", "c-1"), 1)
            raise ValueError
        self.assertSums({"commitment": 1000, "accrual": 100})
        self.assertEqual(self._dates(order, "accrual"), [("2026-03-01", "c-1")])

    def test_locked_period(self):
        order = self.make_order((10, 100))
        self.company.construction_cost_lock_date = "2026-03-31"
        with self.assertRaises(PeriodLocked), self.env.cr.savepoint():
            with self.Entry._posted_together():
                self.receive_by_hand(self._caused(order, "2026-03-01", "c-1"), 1)
        self.assertSums({"commitment": 1000})

    def test_budget_check_sees_what_is_not_posted_yet(self):
        self.make_budget((1000,))
        self.job.construction_budget_policy = "block"
        one, two = self.make_order((4, 100)), self.make_order((4, 100))
        with self.assertRaises(BudgetExceeded), self.Entry._posted_together():
            one.order_line.product_qty = 6
            self._assert_noted(one)
            two.order_line.product_qty = 5

    def test_budget_check_asks_for_every_change_of_a_line(self):
        self.make_budget((1000,))
        self.job.construction_budget_policy = "block"
        order = self.make_order((4, 100))
        with self.assertRaises(BudgetExceeded), self.Entry._posted_together():
            order.order_line.product_qty = 10
            self._assert_noted(order)
            order.order_line.product_qty = 11

    def _assert_noted(self, order):
        """What the order asks for now is not in the ledger yet."""
        posted = sum(entry[2] for entry in self._entries(order, "commitment"))
        self.assertEqual(posted, 400)
