# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Decimals of what a database and a person hand over: plain Python, without Odoo."""

from decimal import Decimal

ZERO = Decimal(0)


def decimal(value):
    """Decimal of what a person would read: 0.1 is 0.1, None is 0.

    >>> decimal(0.1), decimal("1.50"), decimal(None)
    (Decimal('0.1'), Decimal('1.50'), Decimal('0'))
    """
    if isinstance(value, Decimal):
        return value
    return Decimal(str(value or 0))


def denoised(value, digits=6):
    """Decimal of a float that was reckoned, without the noise of its binary form.

    >>> denoised(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(str(round(value, digits)))
