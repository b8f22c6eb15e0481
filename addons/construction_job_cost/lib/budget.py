"""Availability of budget, and the rules of budget documents."""

from dataclasses import dataclass
from decimal import Decimal

from .amounts import ZERO


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


def shortages(requests, cells):
    """Cells in which a document asks for more than is available.

    All lines of a document come together. A code is controlled by cost type where its budget, its cost
    and the request all have one, and as a whole where any of them has none. What is given back (a
    negative request) is never short.

    :param requests: {(job, code, type or None): amount}, added up over the document
    :param cells: {(job, code, type or None): Figures} of every cell of the codes asked for
    :return: list of Shortage, by cell
    """
    result = []
    for job, code in sorted({key[:2] for key in requests}):
        asked = {key: amount for key, amount in requests.items() if key[:2] == (job, code)}
        known = {key: figures for key, figures in cells.items() if key[:2] == (job, code)}
        untyped = any(key[2] is None and amount for key, amount in asked.items()) or any(
            key[2] is None and figures != Figures() for key, figures in known.items()
        )
        if untyped:
            asked = {(job, code, None): sum(asked.values(), ZERO)}
            known = {(job, code, None): sum(known.values(), Figures())}
        for key in sorted(asked, key=str):
            figures = known.get(key, Figures())
            if asked[key] > 0 and asked[key] > figures.available:
                result.append(Shortage(key, figures, asked[key]))
    return result


def is_balanced(amounts):
    """A transfer takes as much as it gives."""
    return sum(amounts, ZERO) == ZERO
