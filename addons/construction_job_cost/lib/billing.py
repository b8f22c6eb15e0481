# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is billed of one order line: the lines of bills and credit notes that name it, netted.

A credit of price lowers what was paid and frees no quantity: nothing came back, and nothing more may be
billed. Which of both it is follows from what was billed before it: no later bill makes another of it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from odoo.addons.construction_base.lib.decimals import ZERO

from .quantity import compare

CENT = Decimal("0.01")
# what a credit takes back: of the price alone, or of the quantity
PRICE, QUANTITY = "price", "quantity"


@dataclass(frozen=True)
class Billed:
    """One line of a bill, or less than 0 of a credit note, in the order line's unit and currency."""

    document: Any
    quantity: Decimal
    amount: Decimal
    back_of: Any = None  # the document that a credit note takes back, where it says so
    came: int = 0  # greater of what came later
    kind: str | None = None  # PRICE or QUANTITY of a credit that was decided on


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
    places, rest = _standing(everything, slack, step)
    standing = [everything[place] for place in places]
    bills = _bills(standing, _undoing(standing, slack, step))
    quantity = sum((line.quantity for line in bills), ZERO)
    amount = sum((line.amount for line in bills), rest)
    price_credit = ZERO
    for place, kind in _kinds(standing, everything, slack, step).items():
        line = standing[place]
        if kind == PRICE:
            price_credit += line.amount
        else:
            quantity += line.quantity
            amount += line.amount
    return Net(quantity, amount, price_credit)


def decide(lines, slack=ZERO, step=CENT):
    """What credits are that nobody decided on: {place in the lines: PRICE or QUANTITY}.

    One with nothing billed to hold it against is left out, and so is what another document takes back.
    Arguments are those of ``net``.

    >>> decide([Billed(1, Decimal(10), Decimal(1000), came=1), Billed(2, Decimal(-4), Decimal(-160), came=2)])
    {1: 'price'}
    """
    everything = list(lines)
    places, _rest = _standing(everything, slack, step)
    standing = [everything[place] for place in places]
    undoing = _undoing(standing, slack, step)
    return {
        places[place]: kind
        for place, kind in _kinds(standing, everything, slack, step).items()
        if kind and place not in undoing and not standing[place].kind
    }


def _bills(lines, undoing):
    return [line for place, line in enumerate(lines) if place not in undoing and not _is_credit(line)]


def _kinds(lines, everything, slack, step):
    """What each credit is, and each line that takes one back: {place: PRICE, QUANTITY or None: not known}.

    :param lines: those that stand
    :param everything: also those of bills that were taken back
    """
    undoing = _undoing(lines, slack, step)
    bills = _bills(lines, undoing)
    gone = [line for line in everything if not _is_credit(line)]
    credits = [place for place, line in enumerate(lines) if place not in undoing and _is_credit(line)]
    result, back = {}, ZERO
    for place in sorted(credits, key=lambda place: lines[place].came):
        line = lines[place]
        result[place] = line.kind or _kind(line, bills, gone, back, slack, step)
        if result[place] != PRICE:
            back += line.quantity
    return {**result, **{place: result.get(credit) for place, credit in undoing.items()}}


def _kind(credit, bills, gone, back, slack, step):
    """:param back: what earlier credits took back, less than 0"""
    before = _before_it(credit, bills)
    left = sum((bill.quantity for bill in before), ZERO) + back
    known = _credited(credit, before, _before_it(credit, gone), gone)
    if -credit.quantity > slack and not any(bill.quantity > slack for bill in known):
        return None
    return PRICE if is_price_credit(credit, known, left, slack, step) else QUANTITY


def _before_it(credit, bills):
    """What came before a credit; where nothing did, what came first."""
    first = min((bill.came for bill in bills), default=0)
    return [bill for bill in bills if bill.came <= max(credit.came, first)]


def _standing(lines, slack, step):
    """The lines but for those that another document takes back as they are, and which take them back.

    :return: their places, and what roundings leave of the others' amounts
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
    return [place for place in range(len(lines)) if place not in gone], rest


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


def _credited(credit, bills, before, gone):
    """The lines that a credit may be of: of its own document, of the one that it names, or any that stand.

    :param bills: that stand and came before it; ``before``: also those that were taken back
    :param gone: all of these lines, whenever they came
    """
    for document in (credit.document, credit.back_of):
        found = [bill for bill in gone if document is not None and bill.document == document]
        if found:
            return found
    return bills or before


def _by_document(lines):
    result = {}
    for line in lines:
        result[line.document] = result.get(line.document, ZERO) + line.quantity
    return result
