# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_job_cost.lib import billing
from odoo.addons.construction_job_cost.lib.billing import Billed, Net, net

quantity = st.integers(1, 1000).map(lambda number: D(number) / 10)
price = st.integers(1, 100000).map(lambda cents: D(cents) / 100)


def line(document, quantity, price, back_of=None):
    return Billed(document, D(quantity), D(quantity) * D(price), back_of)


def came(number, quantity, price):
    return replace(line(number, quantity, price), came=number)


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

    def test_one_that_was_billed_for_next_to_nothing_says_little_of_others(self):
        bills = [line(1, 2, "0.50"), line(2, 18, "100.90")]
        found = net([*bills, line(3, -18, "0.90")])
        self.assertEqual((found.quantity, found.price_credit), (20, D("-16.2")))
        # those two may have gone back, though
        self.assertEqual(net([*bills, line(3, -2, "0.50")]).quantity, 18)

    def test_goods_that_went_back_do(self):
        bill = line(1, 10, 101)
        for back, left in (((2, 101), 8), ((10, 101), 0), ((5, 95), 5), ((10, 105), 0)):
            self.assertEqual(net([bill, line(2, -back[0], back[1])]).quantity, left)
        dear_and_cheap = [line(1, 10, 101), line(2, 5, 99)]
        self.assertEqual(net([*dear_and_cheap, line(3, -5, 99)]).quantity, 10)
        # what it takes back says which price counts
        self.assertEqual(net([*dear_and_cheap, line(3, -10, 99, back_of=1)]).quantity, 15)

    def test_a_credit_that_is_taken_back_is_none(self):
        """Its reversal is no bill of goods: neither their quantity nor a price at which they were billed."""
        bill, credit, undo = line(1, 10, 101), line(2, -10, 1), line(3, 10, 1, back_of=2)
        self.assertEqual(net([bill, credit, undo]), Net(D(10), D(1010), D(0)))
        for again in (D("0.5"), D(1), D("1.5")):
            found = net([bill, credit, undo, line(4, -10, again)])
            self.assertEqual(found, Net(D(10), D(1010), -10 * again))
        # taken back by halves, and one of them again
        halves = [line(3, 5, 1, back_of=2), line(4, 5, 1, back_of=2)]
        self.assertEqual(net([bill, credit, *halves]).price_credit, 0)
        self.assertEqual(net([bill, credit, *halves, line(5, -5, 1, back_of=4)]).price_credit, -5)
        # goods that went back come again
        back = line(2, -4, 101)
        self.assertEqual(net([bill, back, line(3, 4, 101, back_of=2)]), Net(D(10), D(1010)))
        self.assertEqual(net([bill, back, line(3, 4, 101, back_of=2), line(4, -3, 101)]).quantity, 7)

    def test_a_bill_that_is_taken_back_as_it_was_is_none(self):
        """Whatever its lines are: neither billed, nor a price at which anything was."""
        bill = [line(1, 10, 101), line(1, -10, 1)]
        back = [line(2, -10, 101, back_of=1), line(2, 10, 1, back_of=1)]
        self.assertEqual(net(bill), Net(D(10), D(1010), D(-10)))
        for lines in ([*bill, *back], [*back, *bill]):
            self.assertEqual(net(lines), Net())
            again = [line(3, 10, 101), line(3, -10, D("1.5"))]
            self.assertEqual(net([*lines, *again]), Net(D(10), D(1010), D(-15)))
        # a price of before says nothing of what a later credit is
        wrong = [line(1, 5, 60), line(2, -5, 60, back_of=1), line(3, 5, 100)]
        self.assertEqual(net([*wrong, line(4, -5, 60)]), Net(D(5), D(500), D(-300)))
        # what was credited of its price stays that
        priced = [line(1, 10, 101), line(2, -10, 1), line(3, -10, 101, back_of=1)]
        self.assertEqual(net(priced), Net(D(0), D(0), D(-10)))
        # and what is billed again by taking that back is billed
        self.assertEqual(
            net([*bill, *back, line(4, 10, 101, back_of=2), line(4, -10, 1, back_of=2)]), net(bill)
        )

    def test_a_later_bill_makes_no_other_credit_of_it(self):
        bill, rebate = came(1, 10, 100), came(2, -4, 40)
        self.assertEqual(net([bill, rebate]), Net(D(10), D(1000), D(-160)))
        # one so cheap that four of it cost hardly more than the rebate
        self.assertEqual(net([bill, rebate, came(3, 10, 60)]), Net(D(20), D(1600), D(-160)))
        back = came(2, -4, 80)
        self.assertEqual(net([bill, back]), Net(D(6), D(680)))
        # one of as much as went back, at once or in two
        for parts in ((4,), (3, 1)):
            later = [came(n, part, 100) for n, part in enumerate(parts, 3)]
            self.assertEqual(net([bill, back, *later]), Net(D(10), D(1080)))
        # whichever of them is looked at first
        self.assertEqual(net([came(3, 10, 60), rebate, bill]).price_credit, -160)

    def test_a_credit_before_its_bill_is_of_the_first(self):
        rebate = came(1, -4, 40)
        self.assertEqual(billing.decide([rebate]), {})
        first = came(2, 10, 100)
        self.assertEqual(billing.decide([rebate, first]), {0: billing.PRICE})
        self.assertEqual(billing.decide([rebate, first, came(3, 10, 60)]), {0: billing.PRICE})

    def test_what_was_decided_stays(self):
        for kind, found in ((billing.PRICE, (10, -400)), (billing.QUANTITY, (6, 0))):
            said = Billed(2, D(-4), D(-400), came=2, kind=kind)
            result = net([came(1, 10, 100), said])
            self.assertEqual((result.quantity, result.price_credit), found)
            self.assertEqual(billing.decide([came(1, 10, 100), said]), {})

    @given(st.lists(st.tuples(quantity, price, st.booleans()), min_size=1, max_size=6), quantity, price)
    def test_a_bill_adds_itself_and_nothing_else(self, said, more, at):
        """Whatever was billed and credited before it: nothing that it brings makes other bills pass."""
        lines = [came(0, 10, 100)]
        for number, (amount, cost, is_credit) in enumerate(said, 1):
            lines.append(came(number, -amount if is_credit else amount, cost))
        self.assertEqual(net([*lines, came(99, more, at)]) - net(lines), Net(more, more * at))
        kinds = billing.decide(lines)
        decided = [replace(one, kind=kinds.get(place)) for place, one in enumerate(lines)]
        self.assertEqual(net(decided), net(lines))
        # one that was entered earlier and is posted late
        late = came(-1, more, at)
        self.assertEqual(net([*decided, late]) - net(decided), Net(more, more * at))

    def test_what_takes_back_more_than_the_credit_took_is_a_bill(self):
        bill, credit = line(1, 10, 101), line(2, -10, 1)
        self.assertEqual(net([bill, credit, line(3, 10, 50, back_of=2)]), Net(D(20), D(1510), D(-10)))
        self.assertGreater(net([bill, credit, line(3, 12, 1, back_of=2)]).quantity, 10)
        twice = [line(3, 10, 1, back_of=2), line(4, 10, 1, back_of=2)]
        self.assertEqual(net([bill, credit, *twice]).quantity, 20)
        # as is one whose credit is not there
        self.assertEqual(net([bill, line(3, 10, 1, back_of=2)]).quantity, 20)

    @given(
        st.lists(st.tuples(quantity, price), min_size=1, max_size=4),
        st.lists(st.tuples(quantity, price), min_size=1, max_size=4),
    )
    def test_credits_taken_back_leave_what_was_billed(self, bills, credits):
        lines = [line(n, *bill) for n, bill in enumerate(bills)]
        taken = [line(n + 10, -credit[0], credit[1]) for n, credit in enumerate(credits)]
        undone = [line(n + 20, *credit, back_of=n + 10) for n, credit in enumerate(credits)]
        self.assertEqual(net([*lines, *taken, *undone]), net(lines))
        again = [line(n + 30, -credit[0], credit[1], back_of=n + 20) for n, credit in enumerate(credits)]
        self.assertEqual(net([*lines, *taken, *undone, *again]), net([*lines, *taken]))

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
