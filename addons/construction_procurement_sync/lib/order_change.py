# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A change of a released order: whether it asks for more, and what it comes to."""

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)
ADDED, PRICE, DISCOUNT, CELL, TOTAL = "added", "price", "discount", "cell", "total"


@dataclass(frozen=True)
class Said:
    """What one line of an order says, in the order's currency."""

    amount: Decimal = ZERO
    quantity: Decimal = ZERO
    # of one unit of the item, before discount
    price: Decimal = ZERO
    discount: Decimal = ZERO
    # {(job, code, type): amount}; what has no coding is in none
    cells: dict = field(default_factory=dict)


def more(before, after):
    """Why a change asks for more than the order has, or nothing where it asks for less or as much.

    :param before: {line: Said}
    :param after: the same; a line that is gone may be left out
    :return: the reasons, each once, in the order of ``ADDED, PRICE, DISCOUNT, CELL, TOTAL``

    >>> more({1: Said(Decimal(9), Decimal(3), Decimal(3))}, {1: Said(Decimal(6), Decimal(2), Decimal(3))})
    ()
    >>> more({1: Said(Decimal(9), Decimal(3), Decimal(3))}, {1: Said(Decimal(8), Decimal(2), Decimal(4))})
    ('price',)
    """
    found = set()
    for key, said in after.items():
        known = before.get(key)
        if known is None:
            found.add(ADDED)
            continue
        if said.price > known.price:
            found.add(PRICE)
        if said.discount < known.discount:
            found.add(DISCOUNT)
    gained = effect({k: s.cells for k, s in before.items()}, {k: s.cells for k, s in after.items()})
    if any(amount > 0 for amount in gained.values()):
        found.add(CELL)
    if sum((s.amount for s in after.values()), ZERO) > sum((s.amount for s in before.values()), ZERO):
        found.add(TOTAL)
    return tuple(reason for reason in (ADDED, PRICE, DISCOUNT, CELL, TOTAL) if reason in found)


def effect(before, after):
    """What a change adds to each cell, over all its lines; where it changes nothing a cell is left out.

    :param before: {line: {cell: amount}}
    :param after: the same

    >>> effect({1: {"a": 4}, 2: {"a": 6}}, {1: {"a": 6}, 2: {"a": 4, "b": 1}})
    {'b': 1}
    """
    result = {}
    for sign, lines in ((1, after), (-1, before)):
        for cells in lines.values():
            for cell, amount in cells.items():
                result[cell] = result.get(cell, 0) + sign * amount
    return {cell: amount for cell, amount in result.items() if amount}
