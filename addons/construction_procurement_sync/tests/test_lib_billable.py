# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal as D
from unittest import TestCase

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from odoo.addons.construction_job_cost.lib import commitment
from odoo.addons.construction_job_cost.lib.billing import Billed, net

from ..lib import duplicates, tolerance
from . import test_lib

some = st.integers(1, 30).map(D)
price = st.sampled_from([D(1), D(60), D(99), D(100), D(101), D(150)])
ORDERED, POLICY = D(20), tolerance.Policy()


class Billing(RuleBasedStateMachine):
    """Receipts, returns, bills and credit notes of one order line in any order, none of them released.

    A document is a list of lines (quantity, price), as somebody might write them.
    """

    def __init__(self):
        super().__init__()
        self.received, self.rows, self.number = D(0), [], 0
        # a return may leave more billed than is there: that asks for a credit, and lets nothing more pass
        self.most = D(0)

    def document(self, lines, sign):
        self.number += 1
        return [Billed(self.number, sign * quantity, sign * quantity * at) for quantity, at in lines]

    @rule(quantity=some)
    def receive(self, quantity):
        self.received = min(self.received + quantity, ORDERED)

    @rule(quantity=some)
    def send_back(self, quantity):
        self.received = max(self.received - quantity, D(0))

    @rule(
        lines=st.lists(st.tuples(some, price), min_size=1, max_size=3),
        corrected=st.booleans(),
        less=some,
        at=price,
    )
    def bill(self, lines, corrected, less, at):
        rows = self.document(lines + [(-less, at)] * corrected, 1)
        others, mine = net(self.rows), net(self.rows + rows) - net(self.rows)
        line = tolerance.MatchLine(
            "1", mine.quantity, D(0), D(100), max(self.received - others.quantity, D(0))
        )
        credit = tolerance.CreditLine(
            "1", max(-mine.quantity, D(0)), -mine.paid, others.quantity, others.paid
        )
        if not tolerance.breaches([line], D(0), POLICY) and not tolerance.credit_breaches([credit]):
            self.rows += rows
            if mine.quantity > 0:
                assert net(self.rows).quantity <= self.received

    @rule(lines=st.lists(st.tuples(some, price), min_size=1, max_size=3))
    def credit(self, lines):
        rows = self.document(lines, -1)
        others, mine = net(self.rows), net(self.rows + rows) - net(self.rows)
        credit = tolerance.CreditLine(
            "1", max(-mine.quantity, D(0)), -mine.paid, others.quantity, others.paid
        )
        if not tolerance.credit_breaches([credit]):
            self.rows += rows

    @invariant()
    def what_is_billed_was_ordered_and_is_owed(self):
        billed = net(self.rows)
        assert 0 <= billed.quantity <= ORDERED
        assert billed.paid >= 0

    @invariant()
    def the_order_is_never_larger_than_it_was(self):
        billed = net(self.rows)
        line = commitment.OrderLine(ORDERED * 100, ORDERED, self.received, billed.quantity, billed.amount)
        assert 0 <= commitment.received_not_billed(line) <= commitment.open_amount(line) <= ORDERED * 100


Billing.TestCase.settings = settings(deadline=None, max_examples=60, stateful_step_count=12)
TestBilling = Billing.TestCase


class TestRules(TestCase):
    def rules(self, **values):
        line = tolerance.MatchLine("1", D(4), D(400), D(100), **{k: D(v) for k, v in values.items()})
        return [breach.rule for breach in tolerance.breaches([line], D(0), POLICY)]

    def test_a_service_waits_for_a_word_up_to_what_is_ordered(self):
        self.assertEqual(self.rules(available=4, with_word=10), [])
        self.assertEqual(self.rules(available=3, with_word=10), ["service"])
        self.assertEqual(self.rules(available=3, with_word=3), ["quantity"])
        self.assertEqual(self.rules(available=3), ["quantity"])
        # beyond what is ordered it waits for both: whether it was done, and whether more is paid
        self.assertEqual(self.rules(available=0, with_word=3), ["service", "quantity"])
        line = tolerance.MatchLine("1", D(4), D(400), D(100), D(0), with_word=D(3))
        self.assertEqual([b.of_order for b in tolerance.breaches([line], D(0), POLICY)], [False, True])

    def test_netted_lines_have_one_price(self):
        """10 x 101 less 10 x 1 is 10 for 1,000."""
        line = tolerance.MatchLine("1", D(10), D(1000), D(100), D(10))
        self.assertEqual(tolerance.breaches([line], D(0), POLICY), [])


class TestLoads(TestCase):
    """Bills of one amount and day."""

    bill = test_lib.TestDuplicates.bill

    def pair(self, first, second):
        loads = [
            self.bill(number, f"L-{number}", **{name: frozenset(names) for name, names in load.items()})
            for number, load in enumerate((first, second))
        ]
        return duplicates.compare(*loads)

    def test_what_names_other_receipts_is_no_double(self):
        self.assertEqual(self.pair({}, {}), "near")
        self.assertEqual(self.pair({"receipts": "1"}, {}), "near")
        self.assertEqual(self.pair({"receipts": "1"}, {"receipts": "12"}), "near")
        self.assertEqual(self.pair({"receipts": "1"}, {"delivery_notes": "2"}), "near")
        self.assertIsNone(self.pair({"receipts": "1"}, {"receipts": "2"}))
        self.assertIsNone(self.pair({"delivery_notes": "1"}, {"delivery_notes": "2"}))
        both = {"receipts": "1", "delivery_notes": "A"}
        self.assertEqual(self.pair(both, {"receipts": "2", "delivery_notes": "A"}), "near")

    def test_what_is_too_much_is_an_amount(self):
        """Billed too much is money, in whatever the figures of the rule are."""
        line = tolerance.MatchLine("1", D(10), D(1000), D(100), available=D(6))
        [breach] = tolerance.breaches([line], D(0), POLICY)
        self.assertEqual((breach.rule, breach.excess, breach.amount), ("quantity", 4, 400))
        [breach] = tolerance.credit_breaches([tolerance.CreditLine("1", D(5), D(250), D(2), D(100))])
        self.assertEqual((breach.rule, breach.excess, breach.amount), ("credit", 3, 150))
        [breach] = tolerance.credit_breaches([tolerance.CreditLine("1", D(0), D(250), D(2), D(100))])
        self.assertEqual((breach.rule, breach.excess, breach.amount), ("credit_amount", 150, 150))
