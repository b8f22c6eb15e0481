# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The journal entry of approved charges, seen from one company.

Dr equipment cost of the job, Cr recovery of the machine. Where job and machine are of two companies each
has its half: the job's one owes (Dr cost, Cr due to), the machine's one is owed (Dr due from, Cr recovery).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from odoo.addons.construction_base.lib.decimals import ZERO

COST, RECOVERY, DUE_FROM, DUE_TO = "cost", "recovery", "due_from", "due_to"


@dataclass(frozen=True)
class Charged:
    """One approved charge, in the currency of the company that sees it."""

    amount: Decimal
    machine: Any
    job: Any = None
    code: Any = None
    kind: Any = None  # the cost type
    owner: Any = None  # the company of the machine, where it is another one
    payer: Any = None  # the company of the job, where it is another one
    back: bool = False  # takes another charge back


@dataclass(frozen=True)
class Line:
    """What stands in the entry for all charges of one kind."""

    side: str
    amount: Decimal  # debit, or less than 0
    job: Any = None
    code: Any = None
    kind: Any = None
    machine: Any = None
    company: Any = None  # the other one
    back: bool = False


def _legs(charged):
    """(side, job, code, type, machine, company, back) of both sides, the debit first."""
    owed = charged.payer is not None
    debit = (
        (DUE_FROM, None, None, None, None, charged.payer)
        if owed
        else (COST, charged.job, charged.code, charged.kind, None, None)
    )
    owes = not owed and charged.owner is not None
    credit = (
        (DUE_TO, None, None, None, None, charged.owner)
        if owes
        else (RECOVERY, None, None, None, charged.machine, None)
    )
    return (*debit, charged.back), (*credit, charged.back)


def lines(charges):
    """Lines of one entry, which add up to nothing: what takes back stands apart, with its own sign.

    >>> day = Charged(Decimal(760), "EX-12", "J-1", "01", "E")
    >>> again = [Charged(Decimal(-760), "EX-12", "J-1", "01", "E", back=True)]
    >>> [(line.side, str(line.amount)) for line in lines([day, *again])]
    [('cost', '760'), ('recovery', '-760'), ('cost', '-760'), ('recovery', '760')]
    """
    sums = {}
    for charged in sorted(charges, key=lambda found: found.back):
        debit, credit = _legs(charged)
        sums[debit] = sums.get(debit, ZERO) + charged.amount
        sums[credit] = sums.get(credit, ZERO) - charged.amount
    order = {COST: 0, DUE_FROM: 0, RECOVERY: 1, DUE_TO: 1}
    return [
        Line(key[0], amount, *key[1:])
        for key, amount in sorted(sums.items(), key=lambda item: (item[0][6], order[item[0][0]]))
        if amount
    ]


@dataclass(frozen=True)
class Control:
    """Approved charges of a company, and where they stand."""

    approved: Decimal = ZERO
    posted: Decimal = ZERO  # in posted entries
    unposted: Decimal = ZERO  # listed

    @property
    def difference(self):
        """
        >>> Control(Decimal(900), Decimal(760), Decimal(140)).difference
        Decimal('0')
        """
        return self.approved - self.posted - self.unposted
