# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""As what a credit note takes back what was billed of an order line: as it was billed, not as ordered now."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass
class Row:
    """One posted line of a bill, or of a credit note, of an order line; its quantity is above 0."""

    document: Any
    coding: Any
    quantity: Decimal


def codings_credited(quantity, bills, credits=(), back_of=None):
    """How much of which coding a credit takes back: [(coding, quantity)].

    It is of the bill that it names, else of the newest of which something is not credited yet. What was
    credited before is of the bill that it names, else of the newest coded so, else of the newest.

    :param bills: list of Row, the newest first
    :param credits: list of Row, the earliest first, whose document is the bill that they name, if any
    :param back_of: the document that is taken back, where that is known

    >>> old, new = Row(1, "A", Decimal(8)), Row(2, "B", Decimal(2))
    >>> codings_credited(Decimal(5), [new, old])
    [('B', Decimal('2')), ('A', Decimal('3'))]
    >>> codings_credited(Decimal(5), [new, old], back_of=1)
    [('A', Decimal('5'))]
    >>> codings_credited(Decimal(5), [new, old], [Row(None, "B", Decimal(2))])
    [('A', Decimal('5'))]
    """
    if not bills:
        return []
    left = [row.quantity for row in bills]
    for credit in credits:
        _take(credit.quantity, bills, left, credit.document, credit.coding)
    taken = _take(quantity, bills, left, back_of)
    over = quantity - sum(taken, ZERO)
    if over > 0 or not quantity:
        # more than is left, or no quantity at all, is of the one that it is of first
        named = (number for number, row in enumerate(bills) if row.document == back_of)
        first = next((number for number, part in enumerate(taken) if part), None)
        taken[first if first is not None else next(named, 0)] += over if quantity else 1
    result = {}
    for row, part in zip(bills, taken, strict=True):
        if part:
            result[row.coding] = result.get(row.coding, ZERO) + part
    return list(result.items())


def _take(quantity, bills, left, document=None, coding=None):
    """Take a quantity off what is left of bills, in place, and say how much of each."""

    def rank(number):
        row = bills[number]
        is_named = document is not None and row.document == document
        return not is_named, coding is None or row.coding != coding, number

    taken = [ZERO] * len(bills)
    for number in sorted(range(len(bills)), key=rank):
        part = min(quantity, left[number])
        taken[number] += part
        left[number] -= part
        quantity -= part
    return taken


def merged(parts):
    """One distribution, in percent, of several by how much is of each.

    >>> merged([({"1": 100.0}, Decimal(1)), ({"2": 50.0, "3": 50.0}, Decimal(3))])
    {'1': 25.0, '2': 37.5, '3': 37.5}
    """
    total = sum((quantity for _distribution, quantity in parts), ZERO)
    result = {}
    for distribution, quantity in parts:
        for key, percent in distribution.items():
            share = float(quantity / total) * percent
            result[key] = result.get(key, 0.0) + share
    return {key: round(percent, 6) for key, percent in result.items()}
