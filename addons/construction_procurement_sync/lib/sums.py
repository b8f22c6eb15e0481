# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does an invoice add up? Every amount is rounded per line, half away from zero."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


def round_money(value, digits=2):
    """Round ``value`` to ``digits`` decimals, halves away from zero.

    >>> round_money(Decimal("2.345")), round_money(Decimal("-2.345"))
    (Decimal('2.35'), Decimal('-2.35'))
    """
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class SumLine:
    """One invoice line as the supplier states it."""

    line: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tax_percent: Decimal = ZERO


@dataclass(frozen=True)
class WrongSum:
    """A stated figure beside the one that the lines give."""

    what: str  # line | net_total | tax_total | total
    line: str | None
    stated: Decimal
    computed: Decimal


def line_amount(line, digits=2):
    """Quantity times unit price, rounded."""
    return round_money(line.quantity * line.unit_price, digits)


def line_tax(line, digits=2):
    """Tax on the stated amount of one line, rounded."""
    return round_money(line.amount * line.tax_percent / 100, digits)


def wrong_sums(lines, net_total, tax_total, total, digits=2):
    """List every figure that does not follow from those below it, lines first.

    A line is compared with its own quantity and price; the net total with the
    lines as stated, so that one wrong line is reported once, not three times.
    """
    faults = [
        WrongSum("line", line.line, line.amount, line_amount(line, digits))
        for line in lines
        if line.amount != line_amount(line, digits)
    ]
    computed_net = sum((line.amount for line in lines), ZERO)
    computed_tax = sum((line_tax(line, digits) for line in lines), ZERO)
    for what, stated, computed in (
        ("net_total", net_total, computed_net),
        ("tax_total", tax_total, computed_tax),
        ("total", total, net_total + tax_total),
    ):
        if stated != computed:
            faults.append(WrongSum(what, None, stated, computed))
    return faults
