# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Three-way matching: billed against ordered and received, within tolerance.

A tolerance is the *lesser* of a percentage and an amount. Billing less than was
ordered is never outside of it: only an excess asks for a decision.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.construction_job_cost.lib.quantity import compare

from .sums import round_money

ZERO = Decimal(0)


@dataclass(frozen=True)
class Tolerance:
    """A percentage of the base and a fixed amount; the lesser one counts."""

    percent: Decimal = ZERO
    amount: Decimal = ZERO

    def allowed(self, base):
        """How far above ``base`` is still accepted.

        >>> Tolerance(Decimal(2), Decimal(50)).allowed(Decimal(1000))
        Decimal('20')
        >>> Tolerance(Decimal(2), Decimal(50)).allowed(Decimal(10000))
        Decimal('50')
        """
        return min(abs(base) * self.percent / 100, self.amount)


@dataclass(frozen=True)
class Policy:
    """What a company accepts without asking."""

    line_price: Tolerance = field(default_factory=Tolerance)
    invoice_price: Tolerance = field(default_factory=Tolerance)
    quantity: Tolerance = field(default_factory=Tolerance)
    freight: Tolerance = field(default_factory=Tolerance)


@dataclass(frozen=True)
class MatchLine:
    """What a bill bills of one order line, its lines netted, in the order's unit and currency.

    ``available`` is what may still be billed without a word: received (or certified), less
    what other bills have taken. ``with_word`` is how much may be where somebody says that it
    was done, of a service; no more than ``available`` for goods. ``slack`` is by how much two
    quantities of its units may differ and be the same.
    """

    line: str
    quantity: Decimal
    amount: Decimal
    order_price: Decimal
    available: Decimal
    slack: Decimal = ZERO
    with_word: Decimal | None = None


@dataclass(frozen=True)
class Breach:
    """One rule that a bill breaks, with the figures that show it."""

    rule: str  # price | invoice_price | quantity | service | freight
    line: str | None
    billed: Decimal
    expected: Decimal
    allowed: Decimal
    price: Decimal | None = None  # of one unit, where the figures are quantities
    of_order: bool = False  # whether what is expected is ordered, and not received

    @property
    def excess(self):
        return self.billed - self.expected

    @property
    def amount(self):
        """What is billed, or credited, too much: an amount also where quantities are compared."""
        return self.excess if self.price is None else self.excess * self.price


def breaches(lines, freight, policy, digits=2):
    """List what is outside the policy; an empty list may post.

    :param lines: iterable of :class:`MatchLine`
    :param freight: net amount billed that no order line foresees
    """
    found = []
    expected_total = billed_total = ZERO
    for line in lines:
        expected = round_money(line.quantity * line.order_price, digits)
        billed = round_money(line.amount, digits)
        expected_total += expected
        billed_total += billed
        allowed = policy.line_price.allowed(expected)
        if billed - expected > allowed:
            found.append(Breach("price", line.line, billed, expected, allowed))
        found += _quantity_breaches(line, policy.quantity)
    allowed = policy.invoice_price.allowed(expected_total)
    if billed_total - expected_total > allowed:
        found.append(Breach("invoice_price", None, billed_total, expected_total, allowed))
    allowed = policy.freight.allowed(expected_total)
    if freight > allowed:
        found.append(Breach("freight", None, freight, ZERO, allowed))
    return found


def _quantity_breaches(line, tolerance):
    allowed = tolerance.allowed(line.available)
    if compare(line.quantity, line.available + allowed, line.slack) <= 0:
        return []
    price = line.order_price
    if line.with_word is None:
        return [Breach("quantity", line.line, line.quantity, line.available, allowed, price)]
    found, most = [], tolerance.allowed(line.with_word)
    if compare(line.with_word, line.available, line.slack) > 0:
        # whether what was ordered was done is somebody else's word than whether more is paid
        found.append(Breach("service", line.line, line.quantity, line.available, allowed, price))
    if compare(line.quantity, line.with_word + most, line.slack) > 0:
        found.append(Breach("quantity", line.line, line.quantity, line.with_word, most, price, True))
    return found


@dataclass(frozen=True)
class CreditLine:
    """What a credit note credits of one order line, its lines netted, beside what is billed of it."""

    line: str
    quantity: Decimal  # that it takes back; 0 of a credit of the price
    amount: Decimal
    billed: Decimal
    billed_amount: Decimal
    slack: Decimal = ZERO
    rounding: Decimal = ZERO  # by which several credits may pass the amount together


def credit_breaches(lines, digits=2):
    """What credits more than was billed: of its quantity, or else of its amount.

    >>> line = CreditLine("1", Decimal(25), Decimal(2500), Decimal(20), Decimal(2000))
    >>> [(breach.billed, breach.expected) for breach in credit_breaches([line])]
    [(Decimal('25'), Decimal('20'))]
    """
    found = []
    for line in lines:
        amount, most = round_money(line.amount, digits), round_money(line.billed_amount, digits)
        if compare(line.quantity, line.billed, line.slack) > 0:
            price = line.amount / line.quantity
            found.append(Breach("credit", line.line, line.quantity, line.billed, ZERO, price))
        elif amount > most + line.rounding:
            found.append(Breach("credit_amount", line.line, amount, most, ZERO))
    return found


def rate_excess(amount, rate, expected, tolerance):
    """By how much an amount costs more or less at a rate than at the one of the day; 0 within the tolerance.

    :param rate: units of the amount's currency for one of the company's, as ``expected``
    :param tolerance: of prices, in the company's currency

    >>> usual = Tolerance(Decimal(2), Decimal(50))
    >>> rate_excess(Decimal(1000), Decimal("0.1"), Decimal(1), usual)
    Decimal('9000')
    >>> rate_excess(Decimal(1000), Decimal("1.01"), Decimal(1), usual)
    Decimal('0')
    """
    if rate == expected:
        return ZERO
    right = amount / expected
    excess = abs(amount / rate - right)
    return excess if excess > tolerance.allowed(right) else ZERO
