# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is billed of one order line: the lines of bills and credit notes that name it, netted.

A credit of price lowers what was paid and frees no quantity: nothing came back, and nothing more may be
billed.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from odoo.addons.construction_base.lib.decimals import ZERO

from .quantity import compare

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Billed:
    """One line of a bill, or less than 0 of a credit note, in the order line's unit and currency."""

    document: Any
    quantity: Decimal
    amount: Decimal
    back_of: Any = None  # the document that a credit note takes back, where it says so


@dataclass(frozen=True)
class Net:
    """What the lines come to."""

    quantity: Decimal = ZERO
    amount: Decimal = ZERO  # of that quantity, as it was billed
    price_credit: Decimal = ZERO  # credited of its price, 0 or less

    @property
    def paid(self):
        return self.amount + self.price_credit

    def __sub__(self, other):
        return Net(
            self.quantity - other.quantity, self.amount - other.amount, self.price_credit - other.price_credit
        )

    def __neg__(self):
        return Net() - self


def net(lines, slack=ZERO, step=CENT):
    """Net the lines of bills and credit notes of one order line, in whatever order they came.

    :param slack: by how much quantities may differ and be the same
    :param step: of the currency

    >>> bill = Billed(1, Decimal(10), Decimal(1010))
    >>> net([bill, Billed(2, Decimal(-10), Decimal(-10))])
    Net(quantity=Decimal('10'), amount=Decimal('1010'), price_credit=Decimal('-10'))
    >>> net([bill, Billed(2, Decimal(-2), Decimal(-202))]).quantity
    Decimal('8')
    """
    everything = list(lines)
    lines, rest = _standing(everything, slack, step)
    undoing = _undoing(lines, slack, step)
    bills = [line for place, line in enumerate(lines) if place not in undoing and not _is_credit(line)]
    gone = [line for line in everything if not _is_credit(line)]
    quantity = sum((line.quantity for line in bills), ZERO)
    amount = sum((line.amount for line in bills), rest)
    price_credit = ZERO
    of_price = set()
    credits = [place for place, line in enumerate(lines) if place not in undoing and _is_credit(line)]
    for place in [*credits, *undoing]:
        line = lines[place]
        if place in undoing:
            lowers = undoing[place] in of_price
        else:
            lowers = is_price_credit(line, _credited(line, bills, gone), quantity, slack, step)
        if lowers:
            of_price.add(place)
            price_credit += line.amount
        else:
            quantity += line.quantity
            amount += line.amount
    return Net(quantity, amount, price_credit)


def _standing(lines, slack, step):
    """The lines but for those that another document takes back as they are, and which take them back.

    :return: the lines, and what roundings leave of the others' amounts
    """
    before = _before(lines)
    gone, rest = set(), ZERO
    # what takes back first: it leaves standing what was taken back by what it takes back
    for place in sorted(before, key=lambda place: -_steps(place, before)):
        other = before[place]
        if other is None or place in gone or other in gone:
            continue
        one, two = lines[place], lines[other]
        if compare(one.quantity, -two.quantity, slack) == 0 and abs(one.amount + two.amount) <= step:
            gone |= {place, other}
            rest += one.amount + two.amount
    return [line for place, line in enumerate(lines) if place not in gone], rest


def _before(lines):
    """{place: that of the line which this one takes back, or None}: each by one that is like it."""
    of_document = {}
    for place, line in enumerate(lines):
        of_document.setdefault(line.document, []).append(place)
    result, taken = {}, set()
    for place, line in enumerate(lines):
        others = [] if line.back_of is None else of_document.get(line.back_of, [])
        others = [other for other in others if _is_credit(lines[other]) != _is_credit(line)]

        def unlike(other, line=line):
            like = lines[other].amount == -line.amount and lines[other].quantity == -line.quantity
            return not like, other in taken

        result[place] = min(others, key=unlike, default=None)
        taken.add(result[place])
    return result


def _undoing(lines, slack, step):
    """The lines that take a credit back, and those that take these back: {place: the credit's}.

    They are of the credit's kind. What takes back more than the credit took bills what it says instead.
    """
    before = _before(lines)
    result, left = {}, {}
    for place in sorted(before, key=lambda place: _steps(place, before)):
        line, other = lines[place], before[place]
        if other is None or (_is_credit(line) and other not in result):
            continue
        credit = result.get(other, other)
        room = left.setdefault(credit, [-lines[credit].quantity, -lines[credit].amount])
        if line.quantity > room[0] + slack or line.amount > room[1] + step:
            continue
        result[place] = credit
        room[0] -= line.quantity
        room[1] -= line.amount
    return result


def _steps(place, before):
    """By how many lines a line goes back to one that takes nothing back."""
    seen = set()
    while before[place] is not None and place not in seen:
        seen.add(place)
        place = before[place]
    return len(seen)


def is_price_credit(credit, bills, left=ZERO, slack=ZERO, step=CENT):
    """Whether a credit lowers the price of what was billed, and takes no quantity back.

    It does without a quantity, and where it names as much as was billed for less than that was billed for.
    A part of it for less than half the price is no return of goods either.

    :param bills: the lines that it may credit
    :param left: what is billed of the line by now
    """
    quantity, amount = -credit.quantity, -credit.amount
    if quantity <= slack:
        return True
    priced = [bill for bill in bills if bill.quantity > slack]
    if not priced:
        return False
    lowest = _cheapest(quantity, priced)
    if amount + step >= lowest:
        return False
    whole = [bill.quantity for bill in priced]
    whole += _by_document(priced).values()
    whole += [sum(whole[: len(priced)], ZERO), left]
    return amount * 2 < lowest or any(compare(quantity, known, slack) == 0 for known in whole)


def _cheapest(quantity, bills):
    """The least that a quantity was billed for; of more than was billed at the highest price.

    >>> _cheapest(Decimal(3), [Billed(1, Decimal(2), Decimal(1)), Billed(2, Decimal(18), Decimal(1800))])
    Decimal('101.0')
    """
    result, left, price = ZERO, quantity, ZERO
    for bill in sorted(bills, key=lambda bill: bill.amount / bill.quantity):
        price = bill.amount / bill.quantity
        part = min(left, bill.quantity)
        result += part * price
        left -= part
    return result + left * price


def _is_credit(line):
    return line.quantity < 0 or (not line.quantity and line.amount < 0)


def _credited(credit, bills, gone):
    """The lines that a credit may be of: of its own document, of the one that it names, or any that stand.

    :param gone: all lines, also of bills that were taken back
    """
    for document in (credit.document, credit.back_of):
        found = [bill for bill in gone if document is not None and bill.document == document]
        if found:
            return found
    return bills or gone


def _by_document(lines):
    result = {}
    for line in lines:
        result[line.document] = result.get(line.document, ZERO) + line.quantity
    return result
