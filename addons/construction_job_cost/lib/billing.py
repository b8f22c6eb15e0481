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
    lines = list(lines)
    bills = [line for line in lines if not _is_credit(line)]
    quantity = sum((line.quantity for line in bills), ZERO)
    amount = sum((line.amount for line in bills), ZERO)
    price_credit = ZERO
    for line in lines:
        if not _is_credit(line):
            continue
        if is_price_credit(line, _credited(line, bills), quantity, slack, step):
            price_credit += line.amount
        else:
            quantity += line.quantity
            amount += line.amount
    return Net(quantity, amount, price_credit)


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
    lowest = min(bill.amount / bill.quantity for bill in priced) * quantity
    if amount + step >= lowest:
        return False
    whole = [bill.quantity for bill in priced]
    whole += _by_document(priced).values()
    whole += [sum(whole[: len(priced)], ZERO), left]
    return amount * 2 < lowest or any(compare(quantity, known, slack) == 0 for known in whole)


def _is_credit(line):
    return line.quantity < 0 or (not line.quantity and line.amount < 0)


def _credited(credit, bills):
    """The lines that a credit may be of: of its own document, of the one that it names, or any."""
    for document in (credit.document, credit.back_of):
        found = [bill for bill in bills if document is not None and bill.document == document]
        if found:
            return found
    return bills


def _by_document(lines):
    result = {}
    for line in lines:
        result[line.document] = result.get(line.document, ZERO) + line.quantity
    return result
