# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Quantities in units of one kind: exact in between, rounded once, and compared in one way.

Records keep quantities rounded to the digits of their unit. Two of them are the same when they differ by no
more than half of the last digit of the larger unit of those in which they are kept.
"""

from decimal import ROUND_HALF_UP, Decimal

# as many as a float surely holds
SIGNIFICANT = 15
# what divisions by factors leave behind the last digit that anybody keeps
NOISE = Decimal("1e-15")


def exact(value):
    """A number as a Decimal, without the noise of a float's binary form.

    >>> exact(0.1 + 0.2), exact(None)
    (Decimal('0.3'), Decimal('0'))
    """
    if isinstance(value, Decimal):
        return value
    return Decimal(f"{value or 0:.{SIGNIFICANT}g}")


def converted(quantity, factor, to_factor):
    """A quantity of one unit said in another, not rounded.

    :param factor: how many of the reference are one of its unit; ``to_factor``: one of the other

    >>> converted(Decimal(333), Decimal(1), Decimal(1000))
    Decimal('0.333')
    """
    factor, to_factor = exact(factor), exact(to_factor)
    quantity = exact(quantity)
    return quantity if factor == to_factor else quantity * factor / to_factor


def rounded(quantity, digits):
    """A quantity as a record keeps it.

    >>> rounded(Decimal("-2.345"), 2)
    Decimal('-2.35')
    """
    # thirds that add up to a half are off by their last digit: forgive that
    quantity = exact(quantity).quantize(Decimal(1).scaleb(-digits - 6), rounding=ROUND_HALF_UP)
    return quantity.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def slack(digits, factor, *others):
    """By how much two quantities may differ and be the same: half of the last digit of the larger unit.

    :param factor: of the unit in which the quantities are said; ``others``: of those that they are kept in

    >>> slack(2, Decimal(1), Decimal(1000)), slack(2, Decimal(1000), Decimal(1))
    (Decimal('5.000'), Decimal('0.005'))
    """
    factor = abs(exact(factor))
    largest = max([factor, *(abs(exact(other)) for other in others)])
    return Decimal(5).scaleb(-digits - 1) * largest / factor


def compare(first, second, allowed=Decimal(0)):
    """-1, 0 or 1, as the first is less than the second, the same, or more.

    >>> compare(Decimal("99.99"), Decimal(100), Decimal("0.01")), compare(Decimal(1), Decimal(2))
    (0, -1)
    """
    difference = exact(first) - exact(second)
    if abs(difference) <= allowed + NOISE:
        return 0
    return 1 if difference > 0 else -1


def more(quantity, stored, beyond, digits):
    """What a record keeps of a further quantity, so that all of them together are the rounded total.

    :param stored: what was stored before; ``beyond``: what came in truth beyond that
    :return: (what is stored now, what this one is beyond it)

    >>> more(Decimal("0.45359"), Decimal("0.90"), Decimal("0.00718"), 2)
    (Decimal('0.46'), Decimal('-0.00641'))
    """
    quantity, stored = exact(quantity), exact(stored)
    kept = rounded(stored + exact(beyond) + quantity, digits) - stored
    return kept, quantity - kept


def kept_of(total, wholes, allowed, digits):
    """What a record keeps of the exact sum of parts: the first whole that it is the same as, else itself.

    :param wholes: what the parts may all of them be
    :param allowed: by how much it may differ from one, see :func:`slack`

    >>> twelfth = converted(Decimal(1), Decimal(1), Decimal(12))
    >>> kept_of(12 * twelfth, [Decimal(1)], slack(5, Decimal(12)), 5)
    Decimal('1')
    >>> kept_of(5 * twelfth, [Decimal(1)], slack(5, Decimal(12)), 5)
    Decimal('0.41667')
    """
    for whole in wholes:
        if compare(total, whole, allowed) == 0:
            return exact(whole)
    return rounded(total, digits)
