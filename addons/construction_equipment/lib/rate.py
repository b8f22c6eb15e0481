# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Internal rates of machines, and which of them holds for a machine, job and date: the most specific.

A rate of the job goes before one of the machine, and this before one of its class; of two of a job the one
that names the machine too, then the one of the nearest class. Of two that hold equally the one that began
later does; ``overlaps`` finds them, so that they are refused before.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from odoo.addons.construction_base.lib.decimals import ZERO

HOUR, DAY, WEEK, MONTH, CALENDAR_DAY = "hour", "day", "week", "month", "calendar_day"
# what a job pays for idle hours: on the code of the work, on the code of standby, or not at all
SAME, ON_STANDBY, NOT_TO_JOB = "same", "standby", "none"


@dataclass(frozen=True)
class Rate:
    """Amounts of one unit of the basis, in one currency."""

    since: date
    until: date | None = None  # included; None: without an end
    job: Any = None  # None: any
    machine: Any = None
    category: Any = None
    company: Any = None
    currency: Any = None
    operating: Decimal = ZERO
    standby: Decimal | None = None  # None: nothing, and of a dual rate what owning costs
    idle: Decimal | None = None  # None: as operating, and of a dual rate what owning costs
    overtime: Decimal | None = None  # always of an hour; None: as operating
    down: Decimal | None = None  # None: nothing
    own: Decimal | None = None  # of a dual rate: for each hour, beside `operating` for those at work
    basis: str = HOUR
    minimum: Decimal | None = None  # hours of a machine and date, where the basis is the hour
    maximum: Decimal | None = None
    idle_policy: str = SAME

    def holds(self, day):
        return self.since <= day and (self.until is None or day <= self.until)

    def of(self, status):
        """Amount of one unit of a status.

        >>> dual = Rate(date(2026, 1, 1), own=Decimal(41), operating=Decimal(54))
        >>> dual.of("operating"), dual.of("idle"), dual.of("down")
        (Decimal('95'), Decimal('41'), Decimal('0'))
        """
        own = self.own or ZERO
        full = own + self.operating
        if status == "operating":
            return full
        if status == "overtime":
            return full if self.overtime is None else own + self.overtime
        if status == "idle":
            return self.idle if self.idle is not None else full if self.own is None else own
        if status == "standby":
            return own if self.standby is None else self.standby
        return self.down or ZERO


def rate_for(rates, day, job, machine, categories=(), company=None):
    """The rate that holds, or None.

    :param categories: of the machine, the nearest first

    >>> every = Rate(date(2026, 1, 1), category="excavators", operating=Decimal(90))
    >>> own = Rate(date(2026, 1, 1), machine="EX-1", operating=Decimal(95))
    >>> rate_for([every, own], date(2026, 3, 1), "J-1", "EX-1", ["excavators"]).operating
    Decimal('95')
    """
    categories = list(categories)
    fitting = [
        rate
        for rate in rates
        if rate.holds(day)
        and rate.company in (None, company)
        and rate.job in (None, job)
        and rate.machine in (None, machine)
        and (rate.category is None or rate.category in categories)
    ]

    def place(rate):
        near = -categories.index(rate.category) if rate.category is not None else -len(categories) - 1
        of_company = rate.company is not None
        return rate.job is not None, rate.machine is not None, near, of_company, rate.since, str(rate)

    return max(fitting, key=place, default=None)


def overlaps(rates):
    """Pairs of rates of one scope that hold on the same date.

    >>> first = Rate(date(2026, 1, 1), date(2026, 3, 31), job="J-1")
    >>> second = Rate(date(2026, 3, 31), job="J-1")
    >>> overlaps([second, first]) == [(first, second)]
    True
    """
    ordered = sorted(rates, key=lambda rate: (rate.since, str(rate)))
    return [
        (first, second)
        for index, first in enumerate(ordered)
        for second in ordered[index + 1 :]
        if _scope(first) == _scope(second) and first.holds(second.since)
    ]


def _scope(rate):
    return rate.company, rate.currency, rate.job, rate.machine, rate.category
