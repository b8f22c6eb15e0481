# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.construction_job_cost.lib import (
    amounts,
    budget,
    cause,
    commitment,
    forecast,
    ledger,
    period,
)

settings.register_profile("construction", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("construction")

CENT = D("0.01")
money = st.integers(-(10**9), 10**9).map(lambda cents: D(cents) / 100)
positive = st.integers(0, 10**9).map(lambda cents: D(cents) / 100)
quantity = st.integers(0, 10**5).map(lambda q: D(q) / 10)
parts = st.lists(st.integers(1, 100), min_size=1, max_size=7)


@st.composite
def order_lines(draw):
    sign = draw(st.sampled_from([1, -1]))
    return commitment.OrderLine(
        amount=sign * draw(positive),
        quantity=draw(quantity),
        received=draw(quantity),
        billed=draw(st.sampled_from([1, -1])) * draw(quantity),
        billed_amount=draw(st.sampled_from([1, -1])) * draw(positive),
        closed_short=draw(st.booleans()),
    )


class TestAmounts(unittest.TestCase):
    @given(money, parts)
    def test_shares_add_up_to_the_cent(self, total, weights):
        shares = amounts.allocate(total, [D(w) / sum(weights) for w in weights], CENT)
        self.assertEqual(sum(shares), total)

    @given(money, parts)
    def test_no_share_is_off_by_more_than_a_cent(self, total, weights):
        fractions = [D(w) / sum(weights) for w in weights]
        for share, fraction in zip(amounts.allocate(total, fractions, CENT), fractions, strict=True):
            self.assertLessEqual(abs(share - total * fraction), CENT)

    def test_rest_stays_out(self):
        self.assertEqual(amounts.allocate(D(100), [D("0.5")], CENT), [D(50)])


class TestCommitment(unittest.TestCase):
    def line(self, amount, quantity=10, **kwargs):
        return commitment.OrderLine(D(amount), D(quantity), **{k: D(v) for k, v in kwargs.items()})

    def test_design_example(self):
        line = self.line(10000, received=5, billed=4, billed_amount=4000)
        opened, accrual = commitment.open_amount(line), commitment.received_not_billed(line)
        self.assertEqual((opened, accrual), (D(6000), D(1000)))
        self.assertEqual(forecast.exposure(D(4000), opened, D(0)), D(10000))
        self.assertEqual(forecast.incurred(D(4000), accrual), D(5000))
        self.assertEqual(forecast.remaining(opened, accrual), D(5000))

    def test_foreign_currency_example(self):
        line = self.line(100000, 100, billed=40, billed_amount=40000)
        self.assertEqual(commitment.open_amount(line) * D("1.10"), D(66000))

    def test_ten_dozen_at_25_accrue_250(self):
        self.assertEqual(commitment.received_not_billed(self.line(250, 10, received=10)), D(250))

    def test_over_billing_clamps_and_deductive_stays(self):
        self.assertEqual(commitment.open_amount(self.line(1000, billed_amount=1200)), 0)
        self.assertEqual(commitment.open_amount(self.line(-500)), D(-500))
        self.assertEqual(commitment.open_amount(self.line(-500, billed_amount=-600)), 0)

    @given(order_lines())
    def test_open_never_changes_sides(self, line):
        opened = commitment.open_amount(line)
        self.assertTrue(opened == 0 or (opened > 0) == (line.amount > 0))

    @given(order_lines())
    def test_no_credit_makes_an_order_larger(self, line):
        self.assertLessEqual(abs(commitment.open_amount(line)), abs(line.amount))
        self.assertLessEqual(commitment.open_quantity(line), line.quantity)

    @given(order_lines())
    def test_accrual_is_a_part_of_the_open_commitment(self, line):
        opened, accrual = commitment.open_amount(line), commitment.received_not_billed(line)
        self.assertLessEqual(abs(accrual), abs(opened))
        self.assertGreaterEqual(accrual * opened, 0)

    @given(order_lines())
    def test_closing_short_never_commits_more(self, line):
        closed = commitment.OrderLine(**{**line.__dict__, "closed_short": True})
        still = commitment.OrderLine(**{**line.__dict__, "closed_short": False})
        self.assertLessEqual(abs(commitment.open_amount(closed)), abs(commitment.open_amount(still)))


class TestForecast(unittest.TestCase):
    def test_cpi_example(self):
        earned = forecast.earned_value(D(500000), D(40))
        self.assertEqual(round(forecast.cpi(earned, D(240000)), 3), D("0.833"))

    def test_zero_denominator_is_blank(self):
        self.assertIsNone(forecast.cpi(D(1), D(0)))
        self.assertIsNone(forecast.spi(D(1), D(0)))

    @given(positive, positive, positive)
    def test_eac_is_the_larger_of_budget_and_projected_cost(self, revised, actual, opened):
        complete = forecast.to_complete(revised, actual, opened)
        eac = forecast.estimate_at_completion(actual, D(0), opened, complete)
        self.assertEqual(eac, max(revised, actual + opened))
        self.assertLessEqual(forecast.variance(revised, eac), 0)

    @given(positive, positive, positive)
    def test_accrual_is_never_counted_twice(self, actual, opened, accrual):
        self.assertEqual(forecast.estimate_at_completion(actual, accrual, opened, D(0)), actual + opened)

    @given(
        st.dictionaries(
            st.sampled_from([None, "LAB", "MAT", "SUB"]), st.tuples(money, money), min_size=1, max_size=4
        )
    )
    def test_the_untyped_is_no_row_beside_an_only_type(self, cells):
        folded = forecast.fold_untyped(cells)
        for column in (0, 1):
            self.assertEqual(
                sum(figures[column] for figures in folded.values()),
                sum(figures[column] for figures in cells.values()),
            )
        says = [kind for kind, figures in cells.items() if kind and any(figures)]
        self.assertEqual(None in folded, None in cells and len(says) != 1)
        self.assertEqual(folded.keys() - {None}, cells.keys() - {None})

    @given(st.dictionaries(st.sampled_from([None, 1, 2]), st.tuples(positive, positive, positive)))
    def test_untyped_codes_are_taken_as_a_whole(self, cells):
        whole = any(cells.get(None, ()))
        result = forecast.by_type(forecast.to_complete, cells, whole)
        self.assertEqual(set(result), set(cells))
        if whole:
            self.assertFalse(any(value for kind, value in result.items() if kind))
            whole = [sum(column) for column in zip(*cells.values(), strict=True)]
            self.assertEqual(sum(result.values()), forecast.to_complete(*whole))


cells = st.tuples(st.just("J"), st.sampled_from(["C", "D"]), st.sampled_from([None, 1, 2]))
net_lines = st.lists(st.tuples(cells, money, money), min_size=1, max_size=6)


class TestBudget(unittest.TestCase):
    def test_two_orders_of_60_against_100(self):
        free = {("J", "C", 1): budget.Figures(budget=D(100))}
        self.assertFalse(budget.shortages({("J", "C", 1): D(60)}, free))
        taken = {("J", "C", 1): budget.Figures(budget=D(100), committed=D(60))}
        [short] = budget.shortages({("J", "C", 1): D(60)}, taken)
        self.assertEqual((short.figures.available, short.missing), (D(40), D(20)))

    def test_code_without_type_is_controlled_as_a_whole(self):
        cells = {
            ("J", "C", 1): budget.Figures(budget=D(100)),
            ("J", "C", 2): budget.Figures(budget=D(50)),
        }
        self.assertFalse(budget.shortages({("J", "C", None): D(150)}, cells))
        self.assertTrue(budget.shortages({("J", "C", None): D(151)}, cells))
        self.assertTrue(budget.shortages({("J", "C", 1): D(101)}, cells))

    @given(positive, positive, positive, positive, positive)
    def test_short_exactly_when_more_than_available(self, total, actual, committed, reserved, asked):
        figures = budget.Figures(total, actual, committed, reserved)
        found = budget.shortages({("J", "C", 1): asked}, {("J", "C", 1): figures})
        self.assertEqual(bool(found), asked > 0 and asked > total - actual - committed - reserved)

    def test_what_gives_makes_room_for_what_takes(self):
        cells = {("J", "C", 1): budget.Figures(budget=D(1000), committed=D(1000))}
        before = [(("J", "C", 1), D(400)), (("J", "C", 1), D(600))]
        self.assertFalse(budget.shortages(budget.net(before, reversed(before)), cells))
        more = budget.net(before, [(("J", "C", 1), D(600)), (("J", "C", 1), D(401))])
        self.assertEqual([s.short for s in budget.shortages(more, cells)], [D(1)])

    def test_what_was_overdrawn_before_is_not_its_doing(self):
        cells = {("J", "C", 1): budget.Figures(budget=D(500), committed=D(1000))}
        [short] = budget.shortages({("J", "C", 1): D(1)}, cells)
        self.assertEqual((short.short, short.missing), (D(1), D(501)))

    @given(net_lines, st.randoms())
    def test_a_change_is_the_same_in_any_order_of_its_lines(self, lines, random):
        mixed = random.sample(lines, len(lines))
        net = budget.net(*zip(*[((c, b), (c, a)) for c, b, a in lines], strict=True))
        self.assertEqual(net, budget.net(*zip(*[((c, b), (c, a)) for c, b, a in mixed], strict=True)))
        self.assertEqual(sum(net.values()), sum(a - b for _cell, b, a in lines))

    @given(st.lists(st.dictionaries(cells, money, max_size=4), max_size=5), st.randoms(), st.data())
    def test_documents_pass_together_in_any_order(self, documents, random, data):
        found = data.draw(st.dictionaries(cells, money.map(lambda amount: budget.Figures(budget=amount))))
        mixed = random.sample(documents, len(documents))
        self.assertEqual(bool(budget.stopped(documents, found)), bool(budget.stopped(mixed, found)))

    @given(positive, st.lists(positive))
    def test_an_override_lets_pass_what_it_was_given_for_in_all(self, given_amount, shorts):
        used = D(0)
        for short in shorts:
            used += short if budget.is_covered(short, given_amount, used) else D(0)
        self.assertLessEqual(used, given_amount)

    @given(st.lists(money))
    def test_transfer_and_its_counterpart_balance(self, given_amounts):
        self.assertTrue(budget.is_balanced([*given_amounts, -sum(given_amounts, D(0))]))

    entries = st.lists(
        st.tuples(
            st.tuples(st.just("J"), st.sampled_from("CD"), st.sampled_from([1, 2])),
            st.sampled_from(["budget", "actual", "commitment", "accrual", "pending"]),
            st.sampled_from([None, "reserved", "draft"]),
            st.integers(-9, 9).map(D),
        ),
        max_size=8,
    )

    @given(entries)
    def test_room_is_where_a_request_may_pass_that_did_not(self, entries):
        """In every code whose availability rose in some cell, and in no other."""
        figures = {}
        for cell, kind, stage, amount in entries:
            name = {"budget": "budget", "actual": "actual", "commitment": "committed"}.get(kind)
            name = "reserved" if kind == "pending" and stage == "reserved" else name
            if name:
                found = figures.get(cell, budget.Figures())
                figures[cell] = found + budget.Figures(**{name: amount})
        expected = {cell[:2] for cell, found in figures.items() if found.available > 0}
        self.assertEqual(budget.room(entries), expected)

    @given(positive)
    def test_a_bill_of_what_was_committed_gives_none(self, amount):
        cell = ("J", "C", 1)
        found = budget.room(
            [
                (cell, "commitment", None, -amount),
                (cell, "accrual", None, -amount),
                (cell, "actual", None, amount),
            ]
        )
        self.assertEqual(found, set())


class TestPeriod(unittest.TestCase):
    @given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400))
    def test_next_open_date_is_open_and_never_earlier(self, lock, days):
        day = lock + timedelta(days=days)
        proposed = period.next_open_date(day, lock)
        self.assertFalse(period.is_locked(proposed, lock))
        self.assertGreaterEqual(proposed, day)
        self.assertEqual(proposed == day, not period.is_locked(day, lock))

    def test_no_lock(self):
        self.assertFalse(period.is_locked(date(2020, 1, 1), None))


figures = st.tuples(money, money, money)
sums = st.dictionaries(st.integers(1, 6), figures)


class TestLedger(unittest.TestCase):
    @given(sums, sums)
    def test_posting_the_differences_gives_the_expected(self, expected, posted):
        result = dict(posted)
        for key, change in ledger.differences(expected, posted).items():
            before = result.get(key, (D(0),) * 3)
            result[key] = tuple(a + b for a, b in zip(before, change, strict=True))
        for key in set(expected) | set(posted):
            self.assertEqual(result.get(key, (0, 0, 0)), expected.get(key, (0, 0, 0)))
        self.assertFalse(ledger.differences(expected, result))


class TestCause(unittest.TestCase):
    def test_the_first_that_says_something_stays(self):
        causes = cause.Causes()
        for value in (cause.Cause(), cause.Cause(correlation="a"), cause.Cause(date(2026, 1, 2), "b")):
            causes.note("line", value)
        self.assertEqual(causes["line"], cause.Cause(correlation="a"))

    def test_the_earliest_date_stays(self):
        causes = cause.Causes()
        for day, correlation in ((3, "a"), (2, "b"), (4, "c")):
            causes.note("line", cause.Cause(date(2026, 1, day), correlation))
        self.assertEqual(causes["line"], cause.Cause(date(2026, 1, 2), "a"))

    def test_a_cause_does_not_change(self):
        with self.assertRaises(AttributeError):
            cause.Cause().date = date(2026, 1, 2)

    def test_causes_are_equal_to_themselves_only(self):
        causes = cause.Causes()
        self.assertTrue(causes == causes and not causes != causes)
        self.assertFalse(causes == cause.Causes())
