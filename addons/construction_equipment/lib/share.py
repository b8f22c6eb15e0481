# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A figure shared so that its parts add up to it: each is rounded down, and the last takes the rest."""

import re
from decimal import ROUND_DOWN, Decimal

from odoo.addons.construction_base.lib.decimals import ZERO
from odoo.addons.construction_job_cost.lib.amounts import rounded

# of hours: about a hundredth of a second, so that a third of an hour at any rate is right to the cent
HOUR = Decimal("0.000001")
CENT = Decimal("0.01")


def shared(total, weights, step):
    """Parts of a total by weights that are not negative; without any weight, equal parts.

    The total is rounded to the step first. No part has another sign than the total.

    >>> [str(part) for part in shared(Decimal(100), [Decimal(1)] * 3, CENT)]
    ['33.33', '33.33', '33.34']
    """
    total, weights = rounded(total, step), list(weights)
    if not weights:
        return []
    whole = sum(weights, ZERO)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    last = max(index for index, weight in enumerate(weights) if weight)
    parts = [
        ZERO if index == last else _down(total * weight / whole, step) for index, weight in enumerate(weights)
    ]
    parts[last] = total - sum(parts, ZERO)
    return parts


def by_number(number):
    """What jobs are sorted by: the numbers in their numbers as numbers, J-9 before J-10; no job comes first.

    >>> sorted(["J-10", "J-9", None], key=by_number)
    [None, 'J-9', 'J-10']
    """
    if number is None:
        return ()
    pieces = re.split(r"(\d+)", str(number).casefold())
    return tuple((int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces if piece)


def _down(value, step):
    # what a division left below the digit is forgiven, as amounts.rounded does
    value = value.quantize(step / 1000000)
    return (value / step).quantize(Decimal(1), ROUND_DOWN) * step
