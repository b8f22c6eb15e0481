# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A change of a released order: whether it asks for more, and what it comes to."""

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)
ADDED, PRICE, DISCOUNT, CELL, TOTAL = "added", "price", "discount", "cell", "total"
UNCODED, BELOW = "uncoded", "below"
REASONS = (ADDED, PRICE, DISCOUNT, CELL, TOTAL, UNCODED, BELOW)


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
    # the amount with all taxes
    taxed: Decimal = ZERO


def more(before, after, step=ZERO):
    """Why a change asks for more than the order has, or nothing where it asks for less or as much.

    :param before: {line: Said}
    :param after: the same; a line that is gone may be left out
    :param step: the currency's rounding: taxes are rounded line by line
    :return: the reasons, each once, in the order of ``ADDED, PRICE, DISCOUNT, CELL, TOTAL, UNCODED, BELOW``

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
        if known.cells and _uncoded(said) > _uncoded(known) + step:
            # it is ordered as before, and no budget has it
            found.add(UNCODED)
        if said.amount < 0 <= known.amount:
            # less of what is ordered ends at nothing; what takes off others makes room for further orders
            found.add(BELOW)
    gained = effect({k: s.cells for k, s in before.items()}, {k: s.cells for k, s in after.items()})
    if any(amount > 0 for amount in gained.values()):
        found.add(CELL)
    if _total(after) > _total(before) or _is_taxed_more(before, after, step):
        found.add(TOTAL)
    return tuple(reason for reason in REASONS if reason in found)


def raised(before, after, step=ZERO):
    """The cells for which a change asks for more; None is among them where a line without coding does.

    Arguments are those of ``more``.

    >>> before = {1: Said(cells={"a": 4}), 2: Said(cells={"b": 6})}
    >>> raised(before, {1: Said(cells={"a": 1}), 2: Said(cells={"b": 7})})
    {'b'}
    """
    if not more(before, after, step):
        return set()
    gained = effect({k: s.cells for k, s in before.items()}, {k: s.cells for k, s in after.items()})
    found = {cell for cell, amount in gained.items() if amount > 0}
    taxed = _is_taxed_more(before, after, step)
    for key, said in after.items():
        known = before.get(key)
        if (
            known is None
            or said.price > known.price
            or said.discount < known.discount
            or said.amount < 0 <= known.amount
            or (not said.cells and (said.amount > known.amount or (known.cells and said.amount)))
            or (taxed and said.taxed - said.amount - known.taxed + known.amount > step)
        ):
            found.update(said.cells or {None})
    return found


def _uncoded(said):
    """What of a line is on no job and cost code."""
    return said.amount - sum(said.cells.values(), ZERO)


def _total(lines):
    return sum((said.amount for said in lines.values()), ZERO)


def _is_taxed_more(before, after, step):
    """Whether the total with taxes rises, but for a rounding of each line."""
    rise = sum((s.taxed for s in after.values()), ZERO) - sum((s.taxed for s in before.values()), ZERO)
    return rise > step * len(after)


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
