# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import load_script

from .common import JobCostCommon


class TestAsOf(JobCostCommon):
    """What the report says of a past day follows from what is known of that day."""

    def _days(self, order, kind, *days):
        return [self.sums(order.order_line, as_of=day).get(kind, 0) for day in days]

    def _ordered(self, day="2025-10-15"):
        return self.make_order((10, 100), on=day)

    def _received_on(self, order, quantity, day):
        self.receive_by_hand(self.dated(order, day), quantity)

    def test_bill_before_receipt_is_never_an_accrual(self):
        """Case 5: in whichever order they are entered."""
        for first in ("bill", "receipt"):
            with self.subTest(first):
                order = self._ordered()
                if first == "bill":
                    self.make_bill(order, 4, date="2025-10-30")
                self._received_on(order, 4, "2025-11-03")
                if first == "receipt":
                    self.make_bill(order, 4, date="2025-10-30")
                days = "2025-10-14", "2025-10-31", "2025-11-03", "2025-11-30"
                self.assertEqual(self._days(order, "accrual", *days), [0, 0, 0, 0])
                self.assertEqual(self._days(order, "commitment", *days), [0, 600, 600, 600])

    def test_accrual_leaves_with_the_later_of_both(self):
        order = self._ordered()
        self._received_on(order, 4, "2025-10-20")
        bill = self.make_bill(order, 4, date="2025-11-05")
        days = "2025-10-19", "2025-10-31", "2025-11-05"
        self.assertEqual(self._days(order, "accrual", *days), [0, 400, 0])
        bill.button_draft()
        self.assertEqual(self._days(order, "accrual", *days), [0, 400, 400])

    def test_bill_before_its_order(self):
        order = self._ordered("2025-10-15")
        self.make_bill(order, 4, date="2025-10-10")
        days = "2025-10-12", "2025-10-15"
        self.assertEqual(self._days(order, "commitment", *days), [0, 600])
        self.assertEqual(self.sums(as_of="2025-10-12"), {"actual": 400}, "Exposure 400 as of then")

    def test_deleted_line_leaves_no_day_below_zero(self):
        order = self._ordered()
        order.button_cancel()
        self.dated(order, "2025-10-10").order_line.unlink()
        lines = self.Entry.search([("document_id", "=", order.id), ("document_model", "=", order._name)])
        self.assertEqual(sum(lines.mapped("amount")), 0)
        self.assertEqual(sum(lines.filtered(lambda e: str(e.date) < "2025-10-15").mapped("amount")), 0)

    # --- what was wrong before -----------------------------------------------------------------------

    def _wrong(self):
        """What was posted before for a receipt that was entered before a bill of an earlier date."""
        order = self._ordered()
        self._received_on(order, 4, "2025-11-03")
        line = order.order_line
        self.make_bill(order, 4, date="2025-10-30")
        for day, amount in (("2025-10-30", -400), ("2025-11-03", 400)):
            changes = {("accrual", False, self.job.id, self.code.id, self.material.id, self._euro()): amount}
            self.Entry.create(
                line._construction_prepare_entries(
                    {key: (amount, amount, amount / 100) for key, amount in changes.items()},
                    fields.Date.to_date(day),
                )
            )
        self.assertEqual(self._days(order, "accrual", "2025-10-31", "2025-11-03"), [-400, 0])
        return order

    def _euro(self):
        return self.company.currency_id.id

    def _compare(self, user="cost_controller"):
        wizard = (
            self.env["construction.reconciliation"]
            .with_user(self.users[user])
            .create({"job_ids": [(6, 0, self.job.ids)]})
        )
        wizard.action_compare()
        return wizard

    def test_wrong_past_is_listed_and_repaired_where_it_is_open(self):
        order = self._wrong()
        before = self.Entry.search_count([])
        wizard = self._compare()
        self.assertFalse(wizard.line_ids, "To this day it agrees")
        [line] = wizard.past_line_ids
        self.assertEqual(
            (str(line.date_from), str(line.date_to), line.posted, line.expected, line.closed),
            ("2025-10-30", "2025-11-02", -400, 0, False),
        )
        self.assertEqual(self.Entry.search_count([]), before, "Nothing is repaired silently")
        wizard.action_repair_past()
        self.assertFalse(wizard.past_line_ids)
        self.assertEqual(self._days(order, "accrual", "2025-10-31", "2025-11-03"), [0, 0])

    def test_closed_days_are_marked(self):
        order = self._wrong()
        self.company.construction_cost_lock_date = "2025-10-31"
        wizard = self._compare()
        wizard.action_repair_past()
        [line] = wizard.past_line_ids
        self.assertEqual((str(line.date_to), line.closed), ("2025-10-31", True), "What is closed stays")
        self.assertEqual(self._days(order, "accrual", "2025-10-31", "2025-11-01"), [-400, 0])
        with self.assertRaises(UserError):
            line.action_let_stand()
        wizard.reason = "Reported so to the owner"
        line.action_let_stand()
        self.assertFalse(wizard.past_line_ids)
        self.assertFalse(self._compare().past_line_ids, "It is not listed again")
        mark = self.env["construction.cost.mark"].search([])
        self.assertEqual((mark.reason, mark.difference), ("Reported so to the owner", 400))

    def test_controllers_only(self):
        self._wrong()
        wizard = self._compare("auditor")
        self.assertTrue(wizard.past_line_ids)
        wizard.reason = "Mine"
        for step in ("action_repair_past", "action_let_stand"):
            with self.assertRaises(AccessError):
                getattr(wizard, step)()

    def test_migration(self):
        """Since when lines are what they are is told from the ledger; what it had wrong is listed."""
        right = self._ordered()
        self._received_on(right, 4, "2025-10-20")
        self.dated(right, "2025-10-25").order_line.product_qty = 12
        self.make_bill(right, 3, date="2025-11-05")
        wrong = self._wrong()
        service = self.env["product.product"].create({"name": "Pumping", "type": "service"})
        hours = self.make_order((10, 100, None, {"product_id": service.id}), on="2025-10-15")
        self.dated(hours, "2025-10-20").order_line.qty_received = 6
        self.make_bill(hours, 6, date="2025-10-28")
        short = self.make_order((10, 100), on="2025-10-15")
        self.dated(short, "2025-10-22").order_line._construction_close_short()
        for picking in (right | wrong).picking_ids.filtered(lambda p: p.state == "done"):
            day = "2025-10-20" if picking in right.picking_ids else "2025-11-03"
            picking.move_ids.date = f"{day} 12:00:00"
        self.post_ledger()
        self.cr.execute("ALTER TABLE construction_cost_step DISABLE TRIGGER USER")
        self.cr.execute("DELETE FROM construction_cost_step")
        self.cr.execute("ALTER TABLE construction_cost_step ENABLE TRIGGER USER")
        self.env.invalidate_all()
        path = "construction_job_cost/migrations/19.0.1.2.0/end-as_of.py"
        module = load_script(path, "end_as_of")
        for _twice in range(2):
            module.migrate(self.cr, "19.0.1.1.1")
        past = self._compare().past_line_ids
        self.assertEqual(past.mapped("reference"), [wrong.name])
        self.assertEqual((str(past.date_from), past.posted), ("2025-10-30", -400))
        # what comes later finds what was before
        self.make_bill(right, 1, date="2025-10-18")
        days = "2025-10-17", "2025-10-18", "2025-10-20", "2025-10-25", "2025-11-05"
        self.assertEqual(self._days(right, "commitment", *days), [1000, 900, 900, 1100, 800])
        self.assertEqual(self._days(right, "accrual", *days), [0, 0, 300, 300, 0])
