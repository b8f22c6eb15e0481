# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Figures of a job-cost report. Blank (None) where a ratio has no denominator."""

from odoo.addons.construction_base.lib.decimals import ZERO


def incurred(actual, accrual):
    return actual + accrual


def remaining(open_commitment, accrual):
    return open_commitment - accrual


def exposure(actual, open_commitment, pending):
    """Actual, open and pending: the accrual is inside the open commitment and never added to it."""
    return actual + open_commitment + pending


def available(revised_budget, actual, open_commitment, reserved):
    """What may still be ordered: what is reserved by an order that awaits approval is taken already."""
    return revised_budget - actual - open_commitment - reserved


def to_complete(revised_budget, actual, open_commitment):
    """Automatic uncommitted cost to complete: what the budget still has beyond the projected cost."""
    return max(ZERO, revised_budget - actual - open_commitment)


def by_type(figure, cells, whole):
    """A figure of each cost type of one code.

    Where something of the code has no type, the types cannot be told apart: the code is judged as a whole
    (``lib.budget.judged_whole``), and its figure stands once, on the line without a type.

    :param figure: takes one or more amounts, as they stand in the cells
    :param cells: {cost type or None: tuple of amounts}
    :param whole: whether the code is judged as a whole

    >>> by_type(max, {None: (10, 0), "MAT": (0, 8), "LAB": (0, 1)}, whole=True)
    {None: Decimal('10'), 'MAT': Decimal('0'), 'LAB': Decimal('0')}
    """
    if not whole:
        return {kind: figure(*amounts) for kind, amounts in cells.items()}
    of_code = figure(*(sum(column, ZERO) for column in zip(*cells.values(), strict=True)))
    return {kind: of_code if kind is None else ZERO for kind in cells}


def fold_untyped(cells):
    """Cells of one code, where what has no type is no row beside the only type that says something.

    With several types it is anybody's guess which one is meant, and it stays apart.

    :param cells: {cost type or None: tuple of figures}
    :return: the same, the figures of the untyped added to those of the only type

    >>> fold_untyped({"MAT": (5, 1), None: (0, 2), "LAB": (0, 0)})
    {'MAT': (5, 3), 'LAB': (0, 0)}
    """
    typed = [kind for kind, figures in cells.items() if kind is not None and any(figures)]
    if None not in cells or len(typed) != 1:
        return dict(cells)
    result = {kind: figures for kind, figures in cells.items() if kind is not None}
    [only] = typed
    result[only] = tuple(a + b for a, b in zip(cells[only], cells[None], strict=True))
    return result


def estimate_at_completion(actual, accrual, open_commitment, uncommitted):
    """EAC = incurred + remaining commitment + uncommitted cost to complete."""
    return incurred(actual, accrual) + remaining(open_commitment, accrual) + uncommitted


def variance(revised_budget, eac):
    """Positive: the job is expected to end below its budget."""
    return revised_budget - eac


def earned_value(budget, percent):
    """Budgeted cost of the work performed, from a physical percentage of 0 to 100."""
    return budget * percent / 100


def cpi(earned, actual):
    """Cost performance: below 1 the work costs more than it was budgeted for."""
    return earned / actual if actual else None


def spi(earned, planned):
    """Schedule performance: below 1 the work is behind."""
    return earned / planned if planned else None
