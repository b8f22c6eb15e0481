# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Availability of budget, and the rules of budget documents."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.construction_base.lib.decimals import ZERO


@dataclass(frozen=True)
class Figures:
    """What the ledger says of one cell (job, cost code, cost type or None)."""

    budget: Decimal = ZERO
    actual: Decimal = ZERO
    committed: Decimal = ZERO
    reserved: Decimal = ZERO  # pending that has passed a check already

    def __add__(self, other):
        return Figures(
            self.budget + other.budget,
            self.actual + other.actual,
            self.committed + other.committed,
            self.reserved + other.reserved,
        )

    @property
    def available(self):
        return self.budget - self.actual - self.committed - self.reserved


@dataclass(frozen=True)
class Shortage:
    cell: tuple  # (job, code, cost type or None when the code is controlled as a whole)
    figures: Figures
    requested: Decimal

    @property
    def missing(self):
        return self.requested - self.figures.available

    @property
    def short(self):
        """The part of the request that finds no budget; what was overdrawn before is not its doing."""
        return self.requested - max(self.figures.available, ZERO)


def net(held, asked):
    """What a document asks for beyond what it holds, by cell; what it gives back is negative.

    Both are added up over all its lines first: a line that gives frees what another takes, whichever
    comes first.

    :param held: iterable of (cell, amount) of what the ledger holds for its lines now
    :param asked: iterable of (cell, amount) of what its lines ask for

    >>> net([("a", Decimal(4)), ("a", Decimal(6))], [("a", Decimal(6)), ("a", Decimal(4))])
    {'a': Decimal('0')}
    """
    result = {}
    for sign, amounts in ((1, asked), (-1, held)):
        for cell, amount in amounts:
            result[cell] = result.get(cell, ZERO) + sign * amount
    return result


def judged_whole(cells):
    """The codes that are judged as a whole, for something of their budget or cost has no type.

    :param cells: {(job, code, type or None): Figures} of every cell of the codes
    :return: {(job, code)}

    >>> judged_whole({(1, 2, None): Figures(budget=5), (1, 2, 3): Figures(), (1, 4, None): Figures()})
    {(1, 2)}
    """
    return {key[:2] for key, figures in cells.items() if key[2] is None and figures != Figures()}


def stopped(documents, cells):
    """Which of some documents that come together ask for more than is available, and where.

    What any of them gives back is there for all. They are taken one after the other, so that each finds
    less by what those before it take; whether any is short does not depend on their order, nor on the
    order of their lines. A code is controlled by cost type where its budget, its cost and what is asked
    all have one, and as a whole where any of them has none. Who only gives back is never short.

    :param documents: [{(job, code, type or None): net amount}], see ``net``
    :param cells: {(job, code, type or None): Figures} of every cell of the codes asked for
    :return: {index of a document: [Shortage by cell]} of those that are short
    """
    whole = {key[:2] for asked in documents for key, amount in asked.items() if key[2] is None and amount}
    whole |= judged_whole(cells)
    figures = {}
    for key, found in cells.items():
        cell = _controlled(key, whole)
        figures[cell] = figures.get(cell, Figures()) + found
    together = [net((), ((_controlled(key, whole), a) for key, a in asked.items())) for asked in documents]
    for asked in together:
        for cell, amount in asked.items():
            figures[cell] = figures.get(cell, Figures()) + Figures(reserved=min(amount, ZERO))
    result = {}
    for index, asked in enumerate(together):
        taken = {cell: amount for cell, amount in asked.items() if amount > 0}
        short = [
            Shortage(cell, figures[cell], taken[cell])
            for cell in sorted(taken, key=str)
            if taken[cell] > figures[cell].available
        ]
        if short:
            result[index] = short
        for cell, amount in taken.items():
            figures[cell] += Figures(reserved=amount)
    return result


def room(entries):
    """The codes in which some new entries of the ledger leave more available than before.

    By cost type, where they have one: what goes from one type to another gives the former room.

    :param entries: iterable of ((job, code, type or None), kind, stage, amount)
    :return: {(job, code)}

    >>> cell = (1, 2, None)
    >>> room([(cell, "commitment", None, Decimal(-5)), (cell, "actual", None, Decimal(5))])
    set()
    >>> room([(cell, "commitment", None, Decimal(-5)), (cell, "actual", None, Decimal(4))])
    {(1, 2)}
    """
    gained = {}
    for cell, kind, stage, amount in entries:
        if kind == "budget":
            gained[cell] = gained.get(cell, ZERO) + amount
        elif kind in ("actual", "commitment") or (kind == "pending" and stage == "reserved"):
            gained[cell] = gained.get(cell, ZERO) - amount
    return {cell[:2] for cell, amount in gained.items() if amount > 0}


def _controlled(key, whole):
    return (*key[:2], None) if key[:2] in whole else key


def shortages(requests, cells):
    """``stopped`` for one document: list of Shortage, by cell."""
    return stopped([requests], cells).get(0, [])


def is_covered(short, given, used):
    """Whether an override still covers what a document is short of.

    It covers the amount it was given for, once: what it let pass before is used up.

    >>> is_covered(Decimal(500), Decimal(500), ZERO), is_covered(Decimal(1), Decimal(500), Decimal(500))
    (True, False)
    """
    return short <= given - used


def is_balanced(amounts):
    """A transfer takes as much as it gives."""
    return sum(amounts, ZERO) == ZERO
