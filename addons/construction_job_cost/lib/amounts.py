# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Exact arithmetic of money: decimals in, decimals out, rounded by the currency's own step."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from odoo.addons.construction_base.lib.decimals import ZERO, decimal


def rounded(value, step):
    """Value rounded half up to a currency's rounding step.

    >>> rounded(decimal(2.345), decimal(0.01))
    Decimal('2.35')
    >>> rounded(decimal(-2.345), decimal(0.01))
    Decimal('-2.35')
    """
    step = decimal(step)
    # A float such as 2.345 that went through a division is 2.3449999999999998: forgive that.
    value = decimal(value).quantize(step / 1000000, ROUND_HALF_UP)
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def allocate(total, fractions, step):
    """Split a rounded total over fractions, so that the parts add up to it.

    When the fractions add up to 1 the parts add up to the total exactly; the largest remainders take
    what rounding left. Fractions that add up to less leave their part of the total out.

    >>> [str(p) for p in allocate(decimal(100), [1/3, 1/3, 1/3], decimal("0.01"))]
    ['33.34', '33.33', '33.33']
    """
    fractions, step = [decimal(fraction) for fraction in fractions], decimal(step)
    target = rounded(decimal(total) * rounded(sum(fractions, ZERO), Decimal("0.00001")), step)
    exact = [decimal(total) * fraction / step for fraction in fractions]
    parts = [value.quantize(Decimal(1), ROUND_DOWN) for value in exact]
    left = int((target / step).quantize(Decimal(1), ROUND_HALF_UP) - sum(parts, ZERO))
    sign = 1 if left >= 0 else -1
    order = sorted(range(len(parts)), key=lambda i: -sign * (exact[i] - parts[i]))
    for turn in range(abs(left)):
        parts[order[turn % len(order)]] += sign
    return [part * step for part in parts]
