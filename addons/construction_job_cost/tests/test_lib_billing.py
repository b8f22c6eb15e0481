# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_job_cost.lib import billing
from odoo.addons.construction_job_cost.lib.billing import Billed, Net, net

quantity = st.integers(1, 1000).map(lambda number: D(number) / 10)
price = st.integers(1, 100000).map(lambda cents: D(cents) / 100)


def line(document, quantity, price, back_of=None):
    return Billed(document, D(quantity), D(quantity) * D(price), back_of)


class TestNet(unittest.TestCase):
    def test_lines_of_one_bill_are_netted_in_any_order(self):
        for lines in ([(10, 50), (-2, 50)], [(-2, 50), (10, 50)]):
            self.assertEqual(net([line(1, *one) for one in lines]), Net(D(8), D(400)))

    def test_a_price_credit_frees_no_quantity(self):
        bill = line(1, 10, 101)
        self.assertEqual(net([bill, line(2, -10, 1)]), Net(D(10), D(1010), D(-10)))
        self.assertEqual(net([bill, Billed(2, D(0), D(-10))]), Net(D(10), D(1010), D(-10)))
        self.assertEqual(net([bill, line(2, -5, 1)]).quantity, 10)
        # within one bill as well
        self.assertEqual(net([bill, line(1, -10, 1)]), Net(D(10), D(1010), D(-10)))
        # of one of two, of both together and of what is left
        two = [line(1, 4, 100), line(2, 6, 100)]
        for credited in (4, 6, 10):
            self.assertEqual(net([*two, line(3, -credited, 90)]).quantity, 10)
        self.assertEqual(net([*two, line(3, -3, 100), line(4, -7, 60)]).quantity, 7)

    def test_goods_that_went_back_do(self):
        bill = line(1, 10, 101)
        for back, left in (((2, 101), 8), ((10, 101), 0), ((5, 95), 5), ((10, 105), 0)):
            self.assertEqual(net([bill, line(2, -back[0], back[1])]).quantity, left)
        dear_and_cheap = [line(1, 10, 101), line(2, 5, 99)]
        self.assertEqual(net([*dear_and_cheap, line(3, -5, 99)]).quantity, 10)
        # what it takes back says which price counts
        self.assertEqual(net([*dear_and_cheap, line(3, -10, 99, back_of=1)]).quantity, 15)

    @given(st.lists(st.tuples(quantity, price), min_size=1, max_size=6))
    def test_what_is_reversed_in_whole_leaves_nothing(self, bills):
        lines = [line(n, *bill) for n, bill in enumerate(bills)]
        backs = [line(n + 100, -bill[0], bill[1], back_of=n) for n, bill in enumerate(bills)]
        self.assertEqual(net(lines + backs), Net())
        self.assertEqual(net(backs[::-1] + lines), Net())

    @given(st.lists(st.tuples(quantity, price), min_size=1, max_size=4), st.data())
    def test_what_is_paid_is_the_sum_and_the_order_of_lines_does_not_matter(self, bills, data):
        lines = [line(n % 2, *bill) for n, bill in enumerate(bills)]
        total = sum(bill[0] for bill in bills)
        back = data.draw(st.integers(1, int(total * 10)).map(lambda number: D(number) / 10))
        credit = line(9, -back, data.draw(price))
        found = net([*lines, credit])
        self.assertEqual(found.paid, sum(one.amount for one in lines) + credit.amount)
        self.assertEqual(net([credit, *lines[::-1]]), found)
        self.assertIn(found.quantity, (total, total - back))

    @given(quantity, price, st.data())
    def test_less_for_the_whole_never_frees(self, billed, at, data):
        less = data.draw(st.integers(0, int(at * 100) - 1).map(lambda cents: D(cents) / 100))
        found = billing.net([line(1, billed, at), line(2, -billed, less)], step=D(0))
        self.assertEqual((found.quantity, found.amount), (billed, billed * at))
