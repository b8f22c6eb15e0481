# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What one order line has committed, and how much of that was received but not billed."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.construction_base.lib.decimals import ZERO

from .quantity import compare


@dataclass(frozen=True)
class OrderLine:
    """An order line in its own unit and in the order's currency, net of recoverable tax."""

    amount: Decimal  # as ordered, approved changes included
    quantity: Decimal
    received: Decimal = ZERO  # quantity
    billed: Decimal = ZERO  # quantity on posted bills less refunds
    billed_amount: Decimal = ZERO  # of that quantity: a credit of its price opens nothing again
    closed_short: bool = False
    unit_price: Decimal = ZERO  # used when nothing was ordered (quantity 0)
    slack: Decimal = ZERO  # by so much quantities of its units may differ and be the same

    @property
    def price(self):
        return self.amount / self.quantity if self.quantity else self.unit_price


def revised(line):
    """Amount still promised in all: what was ordered, or what came, when the line is closed short.

    >>> revised(OrderLine(Decimal(1000), Decimal(10), received=Decimal(4), closed_short=True))
    Decimal('400')
    """
    if not line.closed_short:
        return line.amount
    # more credited than billed is nothing that came
    quantity = max((q for q in (ZERO, line.received, line.billed) if q * line.quantity >= 0), key=abs)
    if compare(abs(quantity), abs(line.quantity), line.slack) >= 0:
        return line.amount
    return line.price * quantity


def open_amount(line):
    """Open commitment: what is still to be billed, never past zero.

    A deductive line (negative) stays negative until its credit is billed. Of one that is closed short, what
    came and is billed has nothing open any more, though it was billed for less.

    >>> open_amount(OrderLine(Decimal(10000), Decimal(10), billed_amount=Decimal(4000)))
    Decimal('6000')
    >>> open_amount(OrderLine(Decimal(100), Decimal(1), billed_amount=Decimal(120)))
    Decimal('0')
    >>> open_amount(OrderLine(Decimal(-500), Decimal(1)))
    Decimal('-500')
    >>> open_amount(OrderLine(Decimal(1000), Decimal(10), Decimal(10), Decimal(10), Decimal(900), True))
    Decimal('0')
    """
    promised = revised(line)
    if not promised:
        return ZERO
    # more credited than billed makes no order larger
    if promised < 0:
        return min(promised - min(line.billed_amount, ZERO), ZERO)
    left = max(promised - max(line.billed_amount, ZERO), ZERO)
    return min(left, line.price * open_quantity(line)) if line.closed_short and line.quantity > 0 else left


def open_quantity(line):
    """Quantity still to be billed, by the same rule."""
    if line.closed_short:
        promised = min(max(line.received, line.billed), line.quantity)
    else:
        promised = line.quantity
    left = promised - max(line.billed, ZERO)
    return left if left > line.slack else ZERO


def unbilled(line):
    """Quantity received and not yet billed.

    >>> unbilled(OrderLine(Decimal(100), Decimal(9), Decimal(3), Decimal("2.99"), slack=Decimal("0.01")))
    Decimal('0')
    """
    left = line.received - max(line.billed, ZERO)
    return left if left > line.slack else ZERO


def received_not_billed(line):
    """Accrual: received, not billed, at the net unit price; a part of the open commitment.

    >>> received_not_billed(OrderLine(Decimal(10000), Decimal(10), Decimal(5), Decimal(4), Decimal(4000)))
    Decimal('1000')
    """
    accrual = unbilled(line) * line.price
    still_open = open_amount(line)
    return max(accrual, still_open) if still_open < 0 else max(min(accrual, still_open), ZERO)
