# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_job_cost.lib import ledger, timeline
from odoo.addons.construction_job_cost.lib.commitment import OrderLine
from odoo.addons.construction_job_cost.lib.timeline import COMMITTED, Billed, Step, Terms

CENT = D("0.01")
DAYS = range(1, 12)
NOTHING = OrderLine(D(0), D(0))
days = st.sampled_from(DAYS)
some = st.integers(0, 12).map(D)


@st.composite
def terms(draw, sign=1):
    stage = draw(st.sampled_from(["", "reserved", COMMITTED, COMMITTED, COMMITTED]))
    if not stage:
        return Terms()
    quantity, price = draw(some), draw(st.sampled_from([D(100), D("33.33"), D(90)]))
    return Terms(
        stage,
        amount=sign * quantity * price,
        quantity=quantity,
        closed_short=draw(st.booleans()),
        currency=1,
        coding=((1, 2, False, D("0.5")), (1, draw(st.sampled_from([3, 4])), False, D("0.5"))),
    )


@st.composite
def facts(draw, sign=1):
    kind = draw(st.sampled_from(["terms", "receipt", "receipt", "bill", "bill", "credit", "reset"]))
    day = draw(days)
    if kind == "terms":
        return kind, day, draw(terms(sign))
    if kind == "reset":
        return kind, day, draw(st.integers(0, 5))
    return kind, day, draw(some) * draw(st.sampled_from([1, 1, 1, -1] if kind == "receipt" else [1]))


class Line:
    """An order line, its facts as they come in, and the ledger that is appended to."""

    def __init__(self, sign=1):
        self.sign, self.steps, self.bills, self.posted, self.entered = sign, [], [], {}, 0

    def enter(self, fact):
        """:return: the day from which on figures may have changed"""
        kind, day, value = fact
        if kind == "terms":
            self.steps.append(Step(day, terms=value))
        elif kind == "receipt":
            self.steps.append(Step(day, value))
        elif kind == "reset":
            if not self.bills:
                return day
            day = self.bills.pop(value % len(self.bills)).date
        else:
            sign = -1 if kind == "credit" else 1
            self.bills.append(Billed(day, sign * value, self.sign * sign * value * 100))
        for found, figures in timeline.changes(self.expected(), self.posted, day).items():
            self.posted[found] = timeline.add(self.posted.get(found, {}), figures)
        return day

    def expected(self):
        return {day: self.of(day) for day in timeline.days_of(self.steps, self.bills)}

    def of(self, day):
        now = timeline.line_on(day, self.steps, self.bills, NOTHING)
        return ledger.sums(timeline.position(*now, CENT, CENT, False))

    def report(self, day):
        """What the ledger says as of a day."""
        found = timeline.total({entered: sums for entered, sums in self.posted.items() if entered <= day})
        return {key: figures for key, figures in found.items() if any(figures)}

    def sum(self, kind, day):
        return sum(figures[0] for key, figures in self.report(day).items() if key[0] == kind)


class TestTimeline(unittest.TestCase):
    def line(self, *facts):
        line = Line()
        for fact in facts:
            line.enter(fact)
        return line

    def order(self, day=1, quantity=10, price=100):
        return "terms", day, Terms(COMMITTED, D(quantity * price), D(quantity), coding=((1, 2, 3, D(1)),))

    def test_bill_before_receipt(self):
        """Order on 1, bill of 4 dated 3, receipt of 4 on 5, entered in each order: never accrued."""
        bill, receipt = ("bill", 3, D(4)), ("receipt", 5, D(4))
        for facts in ((bill, receipt), (receipt, bill)):
            line = self.line(self.order(), *facts)
            for day in DAYS:
                self.assertEqual(line.sum("accrual", day), 0)
                self.assertEqual(line.sum(COMMITTED, day), 600 if day >= 3 else 1000)

    def test_accrual_leaves_at_the_later_of_receipt_and_bill(self):
        line = self.line(self.order(), ("receipt", 3, D(4)), ("bill", 5, D(4)))
        self.assertEqual([line.sum("accrual", day) for day in (2, 3, 4, 5)], [0, 400, 400, 0])

    def test_bill_before_its_order(self):
        """Nothing is open before anything was ordered; what was billed is actual by then."""
        for facts in (
            (self.order(5), ("bill", 3, D(4))),
            (("bill", 3, D(4)), self.order(5)),
        ):
            line = self.line(*facts)
            self.assertEqual([line.sum(COMMITTED, day) for day in (3, 4, 5)], [0, 0, 600])

    def test_a_late_change_holds_from_its_own_day(self):
        line = self.line(self.order(8), self.order(3, 6))
        self.assertEqual([line.sum(COMMITTED, day) for day in (2, 3, 8)], [0, 600, 600])

    @given(st.lists(facts(), max_size=9))
    def test_nothing_below_zero_on_any_day(self, entered):
        line = self.line(*entered)
        for day in DAYS:
            for kind in ("accrual", COMMITTED, "pending"):
                self.assertGreaterEqual(line.sum(kind, day), 0)
            self.assertLessEqual(line.sum("accrual", day), line.sum(COMMITTED, day))

    @given(st.lists(facts(), max_size=9))
    def test_the_ledger_says_of_each_day_what_is_known_of_it(self, entered):
        line = self.line(*entered)
        for day in DAYS:
            wanted = {key: figures for key, figures in line.of(day).items() if any(figures)}
            self.assertEqual(line.report(day), wanted)
        self.assertFalse(timeline.changes(line.expected(), line.posted))

    @given(st.lists(facts(), max_size=9))
    def test_what_comes_later_changes_no_day_before_its_own(self, entered):
        line = Line()
        for fact in entered:
            before = {day: line.report(day) for day in DAYS}
            since = line.enter(fact)
            for day in DAYS:
                if day < since:
                    self.assertEqual(line.report(day), before[day])

    @given(st.lists(facts(), max_size=6), st.randoms(use_true_random=False))
    def test_receipts_and_bills_may_be_entered_in_any_order(self, entered, chance):
        entered = [self.order(), *(fact for fact in entered if fact[0] in ("receipt", "bill", "credit"))]
        shuffled = entered[:]
        chance.shuffle(shuffled)
        one, other = self.line(*entered), self.line(*shuffled)
        for day in DAYS:
            self.assertEqual(one.report(day), other.report(day))

    @given(st.lists(facts(sign=-1), max_size=9))
    def test_a_deductive_line_never_changes_sides(self, entered):
        line = Line(sign=-1)
        for fact in entered:
            line.enter(fact)
        for day in DAYS:
            self.assertLessEqual(line.sum(COMMITTED, day), 0)
            self.assertLessEqual(line.sum("accrual", day), 0)

    @given(terms())
    def test_terms_are_kept_as_they_are(self, found):
        self.assertEqual(Terms.read(found.stored()), found)
