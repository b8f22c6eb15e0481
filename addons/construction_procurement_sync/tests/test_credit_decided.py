# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_billable import BillableCommon

PAYABLE = "construction_base.group_accounts_payable"


@tagged("post_install", "-at_install")
class TestCreditDecided(BillableCommon):
    """What a credit takes back follows from what was billed before it; no later bill makes another of it."""

    def ordered(self, way, quantity):
        order = f"PO-{way}"
        self.send_order(order, [self.order_line(quantity=str(quantity), price="100")])
        self.send_delivery("R-1", order, [self.delivery_line(quantity=str(quantity))])
        return order

    def test_a_cheap_bill_makes_no_return_of_a_rebate(self):
        for (way, make), month in zip(self.ways, (3, 6), strict=True):
            with self.subTest(way=way):
                order = self.ordered(way, 20)
                make(f"{way}-A", (10, 100), order=order, invoice_date=f"2026-0{month}-10")
                credit = make(f"{way}-C", (4, 40), credit=True, order=order, invoice_date=f"2026-0{month}-12")
                self.assertEqual(self.figures(order), [1000, 1000, 840])
                self.assertEqual(credit.invoice_line_ids.construction_credit, "price")
                make(f"{way}-B", (10, 60), order=order, invoice_date=f"2026-0{month}-14")
                self.assertEqual(self.figures(order), [400, 0, 1440])
                more = make(f"{way}-1", (3, 100), order=order, invoice_date=f"2026-0{month}-20")
                self.assertEqual((more.state, self.rules(more)), ("draft", ["quantity"]))
                self.assertEqual(self.figures(order), [400, 0, 1440])

    def test_a_bill_of_as_much_as_went_back_is_its_bill(self):
        for (way, make), month in zip(self.ways, (3, 6), strict=True):
            with self.subTest(way=way):
                order = self.ordered(way, 10)
                make(f"{way}-A", (10, 100), order=order, invoice_date=f"2026-0{month}-10")
                credit = make(f"{way}-C", (4, 80), credit=True, order=order, invoice_date=f"2026-0{month}-12")
                self.assertEqual(credit.invoice_line_ids.construction_credit, "quantity")
                again = make(f"{way}-B", (4, 100), order=order, invoice_date=f"2026-0{month}-14")
                self.assertEqual((again.state, self.rules(again)), ("posted", []))
                self.assertEqual(self.figures(order)[1:], [0, 1080])

    def test_one_dated_before_it_and_entered_later(self):
        order = self.ordered("D", 20)
        self.by_event("A", (10, 100), order=order, invoice_date="2026-03-10")
        self.by_event("C", (4, 40), credit=True, order=order, invoice_date="2026-03-12")
        self.by_event("B", (10, 60), order=order, invoice_date="2026-03-11")
        self.assertEqual(self.figures(order), [400, 0, 1440])

    def test_one_entered_before_it_and_posted_later(self):
        """A bill that waited for its receipt is older than the credit."""
        order = self.ordered("H", 20)
        self.by_hand("A", (10, 100), order=order, invoice_date="2026-03-10")
        waits = self.by_hand("B", (11, 60), order=order, invoice_date="2026-03-11")
        self.assertEqual((waits.state, self.rules(waits)), ("draft", ["quantity"]))
        self.by_hand("C", (4, 40), credit=True, order=order, invoice_date="2026-03-12")
        waits.invoice_line_ids.quantity = 10
        waits.action_post()
        self.assertEqual(waits.state, "posted")
        self.assertEqual(self.figures(order), [400, 0, 1440])

    def test_it_is_decided_anew_when_it_is_posted_anew(self):
        order = self.ordered("N", 10)
        self.by_hand("A", (10, 100), order=order, invoice_date="2026-03-10")
        credit = self.by_hand("C", (4, 80), credit=True, order=order, invoice_date="2026-03-12")
        self.assertEqual(credit.invoice_line_ids.construction_credit, "quantity")
        credit.button_draft()
        self.assertFalse(credit.invoice_line_ids.construction_credit)
        credit.invoice_line_ids.price_unit = 10
        credit.action_post()
        self.assertEqual(credit.invoice_line_ids.construction_credit, "price")
        self.assertEqual(self.figures(order), [0, 0, 960])

    def test_nobody_writes_it(self):
        order = self.ordered("W", 10)
        self.by_hand("A", (10, 100), order=order, invoice_date="2026-03-10")
        credit = self.by_hand("C", (4, 80), credit=True, order=order, invoice_date="2026-03-12")
        payable = self.user_with("pays", f"{PAYABLE},account.group_account_manager")
        with self.assertRaises(AccessError):
            credit.invoice_line_ids.with_user(payable).write({"construction_credit": "price"})
