# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which commitments exceed the budget of their code."""

from odoo.addons.construction_base.lib.decimals import ZERO

from .budget import Figures, judged_whole


def exceeded(cells):
    """Cells in which more is committed, reserved and spent than the budget has.

    As orders are checked: by cost type where budget and cost of the code all have one, else the code as a
    whole. What is not committed any more is not named: nobody could reduce it.

    :param cells: {(job, code, type or None): lib.budget.Figures} of every cell of the codes
    :return: {(job, code, type or None): Figures}, in order

    >>> cells = {(1, 2, 3): Figures(budget=100, committed=120), (1, 2, 4): Figures(budget=100)}
    >>> list(exceeded(cells))
    [(1, 2, 3)]
    >>> list(exceeded({**cells, (1, 2, None): Figures(budget=30)}))
    []
    """
    result, whole = {}, judged_whole(cells)
    for job, code in sorted({key[:2] for key in cells}, key=str):
        known = {key: figures for key, figures in cells.items() if key[:2] == (job, code)}
        if (job, code) in whole:
            known = {(job, code, None): sum(known.values(), Figures())}
        for key in sorted(known, key=str):
            figures = known[key]
            if figures.available < ZERO and figures.committed + figures.reserved > ZERO:
                result[key] = figures
    return result
