# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace
from decimal import Decimal as D
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..lib import sums
from . import en16931

DIGITS = st.sampled_from([0, 2, 3])
RATES = st.sampled_from([D(0), D(5), D("5.5"), D(15), D("19.6"), D(25)])
PRICES = st.decimals(-500, 5000, places=4)
QUANTITIES = st.decimals(-100, 100, places=3)
BASES = st.sampled_from([D(1), D(1), D(10), D(100), D(3), D("0.5")])


@st.composite
def invoices(draw):
    """(an invoice of which each line adds up, whose tax is not stated yet; its decimals)"""
    digits = draw(DIGITS)
    money = st.decimals(-100, 1000, places=digits)
    lines = []
    for number in range(draw(st.integers(1, 5))):
        line = sums.SumLine(
            str(number),
            draw(QUANTITIES),
            draw(PRICES),
            D(0),
            draw(RATES),
            base_quantity=draw(BASES),
            discount=draw(st.one_of(st.just(D(0)), money)),
            allowances=draw(st.one_of(st.just(D(0)), money)),
            charges=draw(st.one_of(st.just(D(0)), money)),
        )
        lines.append(replace(line, amount=sums.line_amount(line, digits)))
    parts = [sums.Part(draw(money), draw(RATES)) for _number in range(draw(st.integers(0, 2)))]
    net = sum((row.amount for row in [*lines, *parts]), D(0))
    return sums.Stated(lines, net, D(0), D(0), parts, draw(st.one_of(st.just(D(0)), money))), digits


def with_tax(invoice, tax, within=False):
    total = invoice.net_total + tax + (invoice.rounding if within else 0)
    return replace(invoice, tax_total=tax, total=total)


def taxes(invoice, digits):
    """Tax per line and per rate, and by how much the latter may differ."""
    rates = sums.taxes_by_rate(invoice.taxed, digits)
    allowed = sums.money_step(digits) * sum(1 for tax in rates.values() if tax)
    return sums.tax_per_line(invoice.taxed, digits), sum(rates.values(), D(0)), allowed


def what(invoice, digits=2):
    return [fault.what for fault in sums.wrong_sums(invoice, digits)]


class TestSums(TestCase):
    @given(invoices(), st.booleans())
    def test_tax_per_line_and_per_rate_add_up(self, given_invoice, within):
        invoice, digits = given_invoice
        per_line, per_rate, allowed = taxes(invoice, digits)
        for tax in (per_line, per_rate, per_rate + allowed, per_rate - allowed):
            self.assertEqual(what(with_tax(invoice, tax, within), digits), [])

    @given(invoices(), st.integers(1, 500), st.sampled_from([-1, 1]))
    def test_any_other_tax_does_not(self, given_invoice, more, sign):
        invoice, digits = given_invoice
        per_line, per_rate, allowed = taxes(invoice, digits)
        tax = per_rate + sign * (allowed + more * sums.money_step(digits))
        if tax != per_line:
            self.assertEqual(what(with_tax(invoice, tax), digits), ["tax_total"])
        self.assertEqual(
            what(with_tax(invoice, per_rate + sums.money_step(digits) / 2), digits), ["tax_total"]
        )

    @given(invoices(), st.sampled_from(["net_total", "total"]), st.integers(1, 9999))
    def test_every_wrong_total_is_found(self, given_invoice, name, error):
        invoice, digits = given_invoice
        invoice = with_tax(invoice, taxes(invoice, digits)[1])
        wrong = replace(invoice, **{name: getattr(invoice, name) + error * sums.money_step(digits)})
        self.assertTrue(what(wrong, digits) or wrong.rounded_within)
        self.assertTrue(all(not f.is_taken(digits) for f in sums.wrong_sums(wrong, digits)))

    @given(invoices(), st.integers(1, 9999))
    def test_a_line_that_is_no_product_is_taken_as_stated(self, given_invoice, error):
        invoice, digits = given_invoice
        error *= sums.money_step(digits)
        first = replace(invoice.lines[0], amount=invoice.lines[0].amount + error)
        invoice = replace(invoice, lines=[first, *invoice.lines[1:]], net_total=invoice.net_total + error)
        faults = sums.wrong_sums(with_tax(invoice, taxes(invoice, digits)[1]), digits)
        self.assertEqual([(f.what, f.line) for f in faults], [("line", "0")])
        self.assertTrue(faults[0].is_taken(digits))
        finer = replace(faults[0], stated=faults[0].stated + sums.money_step(digits) / 2)
        self.assertFalse(finer.is_taken(digits))

    @given(invoices())
    def test_a_credit_note_mirrors_its_invoice(self, given_invoice):
        invoice, digits = given_invoice
        mirrored = replace(
            invoice,
            lines=[
                replace(
                    line,
                    quantity=-line.quantity,
                    amount=-line.amount,
                    discount=-line.discount,
                    allowances=-line.allowances,
                    charges=-line.charges,
                )
                for line in invoice.lines
            ],
            parts=[replace(part, amount=-part.amount) for part in invoice.parts],
            net_total=-invoice.net_total,
        )
        per_line, per_rate, allowed = taxes(invoice, digits)
        self.assertEqual(taxes(mirrored, digits), (-per_line, -per_rate, allowed))
        self.assertEqual(what(with_tax(mirrored, -per_rate), digits), [])

    @given(invoices(), st.integers(-2, 2))
    def test_shares_come_to_the_stated_tax(self, given_invoice, more):
        invoice, digits = given_invoice
        per_line, per_rate, allowed = taxes(invoice, digits)
        step = sums.money_step(digits)
        for tax in (per_line, max(per_rate - allowed, min(per_rate + allowed, per_rate + more * step))):
            shares = sums.tax_shares(tax, invoice.taxed, digits)
            bearing = [row for row in invoice.taxed if row.tax_percent]
            self.assertEqual(sum(shares, D(0)), tax if bearing else 0)
            for share, row in zip(shares, invoice.taxed, strict=True):
                exact = row.amount * row.tax_percent / 100
                self.assertLess(abs(share - exact), 3 * step)
                self.assertEqual(share, sums.round_money(share, digits))
                if not row.tax_percent:
                    self.assertFalse(share)
        if sums.is_tax_plain(per_line, invoice.taxed, digits):
            self.assertEqual(per_line, per_rate)

    @given(invoices(), st.booleans())
    def test_what_is_shown_comes_to_what_is_stated(self, given_invoice, exact):
        invoice, digits = given_invoice
        for line in invoice.lines:
            row = sums.shown(line, digits, exact)
            comes_to = row.quantity * row.unit_price * (1 - row.discount / 100)
            self.assertEqual(sums.round_money(comes_to, digits), line.amount)
            if exact:
                self.assertLess(abs(comes_to - line.amount), D("1e-18"))
            if line.quantity or not line.amount:
                self.assertEqual(row.quantity, line.quantity)

    def test_examples(self):
        def invoice(tax, *amounts):
            lines = [sums.SumLine("1", D(1), D(a), D(a), D(15)) for a in amounts]
            return with_tax(sums.Stated(lines, sum(map(D, amounts)), D(0), D(0)), D(tax))

        for tax, found in (("4.49", True), ("4.50", False), ("4.51", False), ("4.52", False), ("4.53", True)):
            with self.subTest(tax):
                self.assertEqual(bool(what(invoice(tax, "10.03", "10.03", "10.03"))), found)
        # nothing is charged on nothing
        self.assertEqual(what(invoice("0.01", "10", "-10")), ["tax_total"])
        self.assertEqual(what(invoice("0", "0")), [])
        line = sums.SumLine("1", D(3), D("33.335"), D("100.01"), D(10))
        stated = sums.Stated([line], D("100.01"), D("10.00"), D("110.02"))
        self.assertEqual(
            [(f.what, f.stated, f.computed) for f in sums.wrong_sums(stated)],
            [("total", D("110.02"), D("110.01"))],
        )
        self.assertEqual(sums.round_money(D("0.5"), 0), D(1))
        self.assertEqual(sums.shown(line), sums.Shown(D(3), D("33.335")))
        self.assertEqual(sums.shown(line, exact=True).unit_price, D("100.01") / 3)

    def test_great_numbers(self):
        line = sums.SumLine("1", D(10) ** 12, D(10) ** 12, D(1), base_quantity=D("1e-10"))
        self.assertEqual(what(sums.Stated([line], D(1), D(0), D(1))), ["line"])

    def test_many_lines(self):
        rows = [sums.Part(D("0.03"), D(15))] * 2000
        self.assertEqual(sums.tax_per_line(rows), 0)
        self.assertEqual(sum(sums.tax_shares(D(9), rows)), 9)


class TestPublishedExamples(TestCase):
    def test_each_adds_up_or_is_taken_as_stated(self):
        for path in en16931.files():
            with self.subTest(path.stem):
                data = en16931.event(path)
                lines = [
                    sums.SumLine(
                        line["line"],
                        D(line["quantity"]),
                        D(line["unit_price"]),
                        D(line["amount"]),
                        D(line["tax_percent"]),
                        D(line["price_base_quantity"]),
                        allowances=sum((D(part["amount"]) for part in line["allowances"]), D(0)),
                        charges=sum((D(part["amount"]) for part in line["charges"]), D(0)),
                    )
                    for line in data["lines"]
                ]
                parts = [
                    sums.Part(sign * D(part["amount"]), D(part["tax_percent"]))
                    for name, sign in (("charges", 1), ("allowances", -1))
                    for part in data[name]
                ]
                totals = [D(data[name]) for name in ("net_total", "tax_total", "total")]
                faults = sums.wrong_sums(sums.Stated(lines, *totals, parts, D(data["rounding"])))
                self.assertEqual(bool(faults), path.stem in en16931.MISSTATED, faults)
                self.assertTrue(all(fault.is_taken() for fault in faults), faults)
