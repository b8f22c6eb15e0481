# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does an invoice add up? Every amount is rounded per line, half away from zero.

Tax is rounded per line or per rate, as the supplier does it: both are right.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
PERCENT_STEP = Decimal("0.01")
# a great quantity at a great price of a small base has more digits than Python's own context
WIDE = Context(prec=80)


def round_money(value, digits=2):
    """Round ``value`` to ``digits`` decimals, halves away from zero.

    >>> round_money(Decimal("2.345")), round_money(Decimal("-2.345"))
    (Decimal('2.35'), Decimal('-2.35'))
    """
    return value.quantize(money_step(digits), rounding=ROUND_HALF_UP, context=WIDE)


def money_step(digits=2):
    """The least amount of a currency of so many decimals."""
    return ONE.scaleb(-digits)


def is_rounding(amount, digits=2):
    """Whether an amount is none but by which a total is rounded: a hundred of the least at most.

    >>> is_rounding(Decimal("-0.03")), is_rounding(Decimal("1.01"))
    (True, False)
    """
    return abs(amount) <= money_step(digits) * 100


@dataclass(frozen=True)
class SumLine:
    """One invoice line as the supplier states it."""

    line: str
    quantity: Decimal
    unit_price: Decimal  # of so many units as ``base_quantity`` says
    amount: Decimal
    tax_percent: Decimal = ZERO
    base_quantity: Decimal = ONE
    discount: Decimal = ZERO  # an amount, as the next two
    allowances: Decimal = ZERO
    charges: Decimal = ZERO

    @property
    def gross(self):
        """What the quantity comes to at the price, before what is taken off or added, unrounded."""
        return self.quantity * self.unit_price / self.base_quantity

    @property
    def computed(self):
        """What the line comes to, unrounded."""
        return self.gross - self.discount - self.allowances + self.charges


@dataclass(frozen=True)
class Part:
    """What is charged, or allowed (negative), on the document as a whole."""

    amount: Decimal
    tax_percent: Decimal = ZERO


@dataclass(frozen=True)
class Stated:
    """An invoice as the supplier states it."""

    lines: list
    net_total: Decimal
    tax_total: Decimal
    total: Decimal
    parts: list = field(default_factory=list)
    rounding: Decimal = ZERO

    @property
    def taxed(self):
        """All that bears tax: the lines, then the parts."""
        return [*self.lines, *self.parts]

    @property
    def rounded_within(self):
        """The rounding amount, where the total has it in; else it only alters what is still to be paid."""
        with_rounding = self.net_total + self.tax_total + self.rounding
        return self.rounding if self.total == with_rounding else ZERO


@dataclass(frozen=True)
class WrongSum:
    """A stated figure beside the one that follows from the others."""

    what: str  # line | net_total | tax_total | total
    line: str | None
    stated: Decimal
    computed: Decimal

    def is_taken(self, digits=2):
        """Whether a bill can state it all the same: a line of which only quantity and price disagree."""
        return self.what == "line" and self.stated == round_money(self.stated, digits)


def line_amount(line, digits=2):
    """Quantity × price ÷ base − discount − allowances + charges, rounded."""
    return round_money(line.computed, digits)


def line_tax(line, digits=2):
    """Tax on the stated amount of one line or part, rounded."""
    return round_money(line.amount * line.tax_percent / HUNDRED, digits)


def taxes_by_rate(taxed, digits=2):
    """{rate: tax on all that bears it, rounded once}

    >>> taxes_by_rate([Part(Decimal("10.03"), Decimal(15))] * 3)
    {Decimal('15'): Decimal('4.51')}
    """
    bases = {}
    for row in taxed:
        if row.tax_percent:
            bases[row.tax_percent] = bases.get(row.tax_percent, ZERO) + row.amount
    return {rate: round_money(base * rate / HUNDRED, digits) for rate, base in bases.items()}


def tax_per_line(taxed, digits=2):
    return sum((line_tax(row, digits) for row in taxed), ZERO)


def is_tax_right(stated, taxed, digits=2):
    """Whether a tax total is the one per line, or the one per rate within the least amount for each rate.

    >>> rows = [Part(Decimal("10.03"), Decimal(15))] * 3
    >>> [is_tax_right(Decimal(tax), rows) for tax in ("4.49", "4.50", "4.51", "4.52", "4.53")]
    [False, True, True, True, False]
    """
    rates = taxes_by_rate(taxed, digits)
    allowed = money_step(digits) * sum(1 for tax in rates.values() if tax)
    return stated == tax_per_line(taxed, digits) or (
        stated == round_money(stated, digits) and abs(stated - sum(rates.values(), ZERO)) <= allowed
    )


def is_tax_plain(stated, taxed, digits=2):
    """Whether tax rounded per line and rounded per rate are one, and the stated one."""
    rates = taxes_by_rate(taxed, digits)
    return stated == sum(rates.values(), ZERO) and all(
        tax == tax_per_line([row for row in taxed if row.tax_percent == rate], digits)
        for rate, tax in rates.items()
    )


def tax_shares(stated, taxed, digits=2):
    """The tax of each row, such that they come to the stated total, each as near to its own as can be.

    >>> [str(share) for share in tax_shares(Decimal("4.51"), [Part(Decimal("10.03"), Decimal(15))] * 3)]
    ['1.51', '1.50', '1.50']
    """
    step = money_step(digits)
    exact = [row.amount * row.tax_percent / HUNDRED for row in taxed]
    shares = [round_money(tax, digits) for tax in exact]
    bearing = [number for number, row in enumerate(taxed) if row.tax_percent]
    steps = int((stated - sum(shares, ZERO)) / step) if bearing else 0
    sign = 1 if steps >= 0 else -1
    # where rounding took most; of equals where the most is taxed
    bearing.sort(key=lambda n: (sign * (shares[n] - exact[n]), -abs(exact[n])))
    for turn in range(abs(steps)):
        shares[bearing[turn % len(bearing)]] += sign * step
    return shares


@dataclass(frozen=True)
class Shown:
    """How a bill shows a line: quantity × price, less a percentage, is the stated amount."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = ZERO  # percent


def shown(line, digits=2, exact=False):
    """Quantity, price and discount of which the bill's line comes to the stated amount.

    They are the supplier's own as long as those do; else the price is the one that follows from the
    amount. A line without quantity is one of its amount.

    :param exact: it must be so unrounded, where what is rounded is the sum over lines

    >>> shown(SumLine("1", Decimal(10), Decimal(20), Decimal(190), discount=Decimal(10)))
    Shown(quantity=Decimal('10'), unit_price=Decimal('20'), discount=Decimal('5.00'))
    """
    price = line.unit_price / line.base_quantity
    for percent in (ZERO, _percent_off(line)):
        if percent is None:
            continue
        comes_to = line.quantity * price * (1 - percent / HUNDRED)
        if line.amount == (comes_to if exact else round_money(comes_to, digits)):
            return Shown(line.quantity, price, percent)
    if not line.quantity:
        return Shown(ONE, line.amount)
    return Shown(line.quantity, line.amount / line.quantity)


def _percent_off(line):
    """What is taken off as a percentage of at most two decimals, None where it is none."""
    if not line.gross or line.charges:
        return None
    percent = (line.discount + line.allowances) * HUNDRED / line.gross
    neat = percent.quantize(PERCENT_STEP, rounding=ROUND_HALF_UP, context=WIDE)
    return neat if ZERO < percent <= HUNDRED and neat == percent else None


def wrong_sums(invoice, digits=2):
    """List every figure that does not follow from those below it, lines first.

    A line is compared with its own quantity and price; the net total with the
    lines as stated, so that one wrong line is reported once, not three times.

    :param Stated invoice:
    """
    faults = [
        WrongSum("line", line.line, line.amount, line_amount(line, digits))
        for line in invoice.lines
        if line.amount != line_amount(line, digits)
    ]
    net = sum((row.amount for row in invoice.taxed), ZERO)
    if invoice.net_total != net:
        faults.append(WrongSum("net_total", None, invoice.net_total, net))
    if not is_tax_right(invoice.tax_total, invoice.taxed, digits):
        tax = sum(taxes_by_rate(invoice.taxed, digits).values(), ZERO)
        faults.append(WrongSum("tax_total", None, invoice.tax_total, tax))
    total = invoice.net_total + invoice.tax_total + invoice.rounded_within
    if invoice.total != total:
        faults.append(WrongSum("total", None, invoice.total, total))
    return faults
