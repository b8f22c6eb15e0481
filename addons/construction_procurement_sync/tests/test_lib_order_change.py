# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_procurement_sync.lib.order_change import (
    ADDED,
    BELOW,
    CELL,
    DISCOUNT,
    PRICE,
    TOTAL,
    UNCODED,
    Said,
    effect,
    more,
    raised,
)

number = st.integers(-1000, 1000).map(D)
cells = st.dictionaries(st.sampled_from("abc"), number, max_size=3)
said = st.builds(
    Said, amount=number, quantity=number, price=number, discount=number, cells=cells, taxed=number
)
lines = st.dictionaries(st.integers(1, 5), said, max_size=5)


def line(quantity, price, cell="a", discount=0, tax=0):
    amount = D(quantity) * D(price) * (1 - D(discount) / 100)
    cells = {cell: amount} if cell else {}
    return Said(amount, D(quantity), D(price), D(discount), cells, amount * (1 + D(tax) / 100))


class TestMore(unittest.TestCase):
    def test_a_line_that_is_ended_raises_nothing(self):
        before = {1: line(4, 100), 2: line(6, 100, "b")}
        self.assertEqual(raised(before, {1: Said(price=D(100)), 2: line(7, 100, "b")}), {"b"})

    def test_a_line_that_is_coded_in_part_asks_for_more(self):
        before = {1: line(4, 100)}
        self.assertEqual(more(before, {1: replace(before[1], cells={"a": D(4)})}), (UNCODED,))
        half = {1: replace(before[1], cells={"a": D(200)})}
        self.assertEqual(more(half, half), ())
        self.assertEqual(more(half, {1: replace(line(2, 100), cells={"a": D(100)})}), ())

    def test_each_kind_of_more(self):
        before = {1: line(4, 100), 2: line(6, 100, "b", 10)}
        for expected, after in (
            ((), before),
            ((), {1: line(3, 100), 2: line(6, 90, "b", 10)}),
            ((), {1: line(4, 100)}),
            ((ADDED, CELL, TOTAL), {**before, 3: line(1, 1)}),
            ((UNCODED,), {**before, 2: replace(before[2], cells={})}),
            ((ADDED,), {1: line(3, 100), 2: before[2], 3: line(1, 100)}),
            ((PRICE,), {1: line(3, 101), 2: before[2]}),
            ((BELOW,), {1: line(-1, 100), 2: before[2]}),
            ((BELOW,), {1: line(4, 100, discount=101), 2: before[2]}),
            ((DISCOUNT,), {1: before[1], 2: line(5, 90, "b", 0)}),
            ((CELL,), {1: line(4, 100, "b"), 2: before[2]}),
            ((CELL, TOTAL), {1: line(5, 100), 2: before[2]}),
            ((TOTAL,), {1: line(4, 100, tax=15), 2: before[2]}),
            ((), {1: line(3, 100, tax=15), 2: before[2]}),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(more(before, after), expected)

    def test_lines_exchanged_ask_for_no_more(self):
        before = {1: line(4, 100), 2: line(6, 100)}
        self.assertFalse(more(before, {1: line(6, 100), 2: line(4, 100)}))

    def test_a_cent_of_rounded_taxes_is_no_more(self):
        before = {1: line(4, 100), 2: line(6, 100)}
        after = {**before, 1: replace(before[1], taxed=D("400.01"))}
        self.assertEqual(more(before, after, D("0.01")), ())
        self.assertEqual(more(before, after), (TOTAL,))

    def test_what_is_raised(self):
        before = {1: line(4, 100), 2: line(6, 100, "b", 10), 3: line(1, 1, None)}
        for expected, after in (
            (set(), before),
            (set(), {**before, 1: line(3, 100)}),
            ({"a"}, {**before, 1: line(5, 100)}),
            ({"b"}, {**before, 1: line(3, 100), 2: line(7, 100, "b", 10)}),
            ({"b"}, {**before, 2: line(5, 101, "b", 10)}),
            ({"b"}, {**before, 2: line(1, 100, "b", 0)}),
            ({"b"}, {**before, 1: line(4, 100, "b")}),
            ({"c"}, {**before, 4: line(1, 1, "c")}),
            ({"b"}, {**before, 2: line(6, 100, "b", 10, 15)}),
            ({None}, {**before, 3: line(2, 1, None)}),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(raised(before, after), expected)

    @given(lines, lines)
    def test_what_gains_is_raised_and_nothing_where_nothing_is(self, before, after):
        found = raised(before, after)
        gained = effect({k: s.cells for k, s in before.items()}, {k: s.cells for k, s in after.items()})
        self.assertLessEqual({cell for cell, amount in gained.items() if amount > 0}, found)
        if not more(before, after):
            self.assertFalse(found)
        named = {cell for s in after.values() for cell in s.cells or {None}}
        self.assertLessEqual(found - {cell for s in before.values() for cell in s.cells}, named)

    @given(lines)
    def test_the_same_is_no_more(self, before):
        self.assertFalse(more(before, before))

    @given(lines, lines, st.randoms())
    def test_in_any_order_of_the_lines(self, before, after, random):
        def mixed(values):
            return {key: values[key] for key in random.sample(list(values), len(values))}

        self.assertEqual(more(before, after), more(mixed(before), mixed(after)))

    @given(lines, lines)
    def test_what_asks_for_no_more_adds_nothing_anywhere(self, before, after):
        if more(before, after):
            return
        self.assertLessEqual(sum(s.amount for s in after.values()), sum(s.amount for s in before.values()))
        gained = effect({k: s.cells for k, s in before.items()}, {k: s.cells for k, s in after.items()})
        self.assertFalse([amount for amount in gained.values() if amount > 0])

    @given(lines, lines, lines)
    def test_two_steps_come_to_what_one_does(self, first, second, third):
        a, b, c = ({k: s.cells for k, s in values.items()} for values in (first, second, third))
        steps = [effect(a, b), effect(b, c)]
        both = {cell: sum(step.get(cell, 0) for step in steps) for cell in set().union(*steps)}
        self.assertEqual({k: v for k, v in both.items() if v}, effect(a, c))
