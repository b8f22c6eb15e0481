# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the jobs pay for one machine on one date (domain rules, *Equipment charge*; issue *Equipment I*, C).

*Operating* hours are those of the engine; *idle* is a part of them, and *overtime* what they are above the
job's daily limit, taken from the hours at work. A minimum and a maximum are of the machine and date, over all
its jobs, and shared by their hours: the last job by number takes the cent.

Where the rule leaves a choice:

* the minimum is asked once the machine has worked on that date, and its missing hours cost as operating; of a
  dual rate as owning, for nothing was operated. Of several rates the largest minimum and the smallest maximum
  hold. Standby hours count towards both; down hours towards neither;
* a rate by the *day* is for each date on which the machine works or stands by; by the *calendar day* for each
  on which it is on the job. By the *week* or *month* each of their dates takes its part, so that they add up
  to the rate to the cent. Jobs that share a date share its part by hours, else by the time on the job.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from odoo.addons.construction_base.lib.decimals import ZERO
from odoo.addons.construction_job_cost.lib.amounts import rounded

from .rate import CALENDAR_DAY, DAY, HOUR, MONTH, NOT_TO_JOB, ON_STANDBY, SAME, WEEK
from .share import CENT, by_number, shared

OPERATING, IDLE, OVERTIME, STANDBY, DOWN, MINIMUM = (
    "operating",
    "idle",
    "overtime",
    "standby",
    "down",
    "minimum",
)


@dataclass(frozen=True)
class Usage:
    """Approved hours of one machine, date and job."""

    job: Any  # its number
    operating: Decimal = ZERO
    idle: Decimal = ZERO  # a part of operating
    standby: Decimal = ZERO
    down: Decimal = ZERO
    limit: Decimal | None = None  # operating hours of a date without overtime
    present: Decimal = ZERO  # hours of the clock on the job

    @property
    def working(self):
        return max(self.operating - self.idle, ZERO)

    @property
    def overtime(self):
        """Hours above the limit; at most those at work.

        >>> Usage("J-1", Decimal(10), limit=Decimal(8)).overtime
        Decimal('2')
        """
        above = ZERO if self.limit is None else max(self.operating - self.limit, ZERO)
        return min(above, self.working)


@dataclass(frozen=True)
class Line:
    """Hours of a status, and what the job pays for them."""

    job: Any
    status: str
    code: str  # rate.SAME: that of the work | ON_STANDBY | NOT_TO_JOB: hours without money
    hours: Decimal  # as they are
    charged: Decimal  # units of the basis that are paid for
    rate: Decimal
    amount: Decimal  # while a charge is made: not rounded


class NoRate(ValueError):
    """Jobs for which no rate holds."""

    def __init__(self, jobs):
        super().__init__(f"no rate for {', '.join(map(str, jobs))}")
        self.jobs = jobs


def charge(usages, day, step=CENT, rented=False):
    """Lines of one machine and date, by number of job.

    :param usages: [(Usage, Rate or None)], one a job
    :param step: of the currency
    :param rented: its cost is the bill of who lets it: hours without money
    :raises NoRate: with the jobs, where hours have none

    >>> from datetime import date
    >>> from .rate import Rate
    >>> rate = Rate(date(2026, 1, 1), operating=Decimal(95), minimum=Decimal(4))
    >>> day = [(Usage("J-1", Decimal("1.5")), rate), (Usage("J-2", Decimal(1)), rate)]
    >>> lines = charge(day, date(2026, 3, 2))
    >>> [str(sum(line.amount for line in lines if line.job == job)) for job in ("J-1", "J-2")]
    ['228.00', '152.00']
    """
    usages = sorted(usages, key=lambda pair: by_number(pair[0].job))
    if rented:
        return [replace(line, rate=ZERO, amount=ZERO) for usage, _rate in usages for line in _hours(usage)]
    missing = [usage.job for usage, rate in usages if rate is None]
    if missing:
        raise NoRate(missing)
    parts = shared(Decimal(1), [_weight(usage, usages) for usage, _rate in usages], Decimal("1e-12"))
    jobs = [
        _by_hour(usage, rate) if rate.basis == HOUR else _by_date(usage, rate, part, day, step)
        for (usage, rate), part in zip(usages, parts, strict=True)
    ]
    jobs, bound = _bound(usages, jobs)
    one_date = len(usages) > 1 and any(rate.basis != HOUR for _usage, rate in usages)
    return _rounded(jobs, step, bound or one_date)


def together(usages):
    """Whether the jobs of one date pay parts of one total: none of them is worked out without the others.

    >>> from datetime import date
    >>> from .rate import Rate
    >>> least = Rate(date(2026, 1, 1), operating=Decimal(95), minimum=Decimal(4))
    >>> second = Usage("J-2", Decimal(1)), least
    >>> [together([(Usage("J-1", Decimal(hours)), least), second]) for hours in (1, 6)]
    [True, False]
    """
    if len(usages) < 2 or any(rate is None for _usage, rate in usages):
        return False
    if any(rate.basis != HOUR for _usage, rate in usages):
        return True
    return _bound(usages, [_by_hour(usage, rate) for usage, rate in usages])[1]


def _weight(usage, usages):
    """By hours, or by the time on the job on a date without any."""
    hours = {other.job: other.operating + other.standby + other.down for other, _rate in usages}
    return hours[usage.job] if any(hours.values()) else usage.present


def _hours(usage):
    """Lines of the hours alone."""
    idle, over = min(usage.idle, usage.operating), usage.overtime
    found = (
        (OPERATING, SAME, usage.working - over),
        (OVERTIME, SAME, over),
        (IDLE, SAME, idle),
        (STANDBY, ON_STANDBY, usage.standby),
        (DOWN, SAME, usage.down),
    )
    return [Line(usage.job, status, code, hours, hours, ZERO, ZERO) for status, code, hours in found if hours]


def _by_hour(usage, rate):
    result = []
    for line in _hours(usage):
        code = rate.idle_policy if line.status == IDLE else line.code
        of_hour = ZERO if code == NOT_TO_JOB else rate.of(line.status)
        result.append(replace(line, code=code, rate=of_hour, amount=line.hours * of_hour))
    return result


def _by_date(usage, rate, part, day, step):
    """The date's part of a rate by the day, week or month, beside the hours; and overtime by the hour."""
    result = [replace(line, charged=ZERO) for line in _hours(usage)]
    status = next((name for name in (OPERATING, STANDBY, DOWN) if getattr(usage, name)), None)
    if status is None and rate.basis == DAY:
        return result
    of_unit = rate.of(status or OPERATING)
    if status == STANDBY and rate.standby is None and rate.own is None and rate.basis != DAY:
        of_unit = rate.of(OPERATING)  # the job has the machine for the time, unless standby costs less
    amount = date_part(of_unit, rate.basis, day, step) * part
    code = ON_STANDBY if status == STANDBY else SAME
    result.insert(0, Line(usage.job, status or OPERATING, code, ZERO, part, of_unit, amount))
    if rate.overtime is None:
        return result
    return [
        replace(line, charged=line.hours, rate=rate.overtime, amount=line.hours * rate.overtime)
        if line.status == OVERTIME
        else line
        for line in result
    ]


def date_part(amount, basis, day, step=CENT):
    """What one date takes of a rate: those of a week (from Monday) or calendar month add up to it.

    >>> from datetime import date
    >>> [str(date_part(Decimal(100), WEEK, date(2026, 3, number))) for number in (2, 3, 8)]
    ['14.29', '14.28', '14.29']
    """
    if basis in (DAY, CALENDAR_DAY):
        return amount
    if basis not in (WEEK, MONTH):
        raise ValueError(f"no basis: {basis}")
    number, whole = (day.isoweekday(), 7) if basis == WEEK else (day.day, monthrange(day.year, day.month)[1])
    return rounded(amount * number / whole, step) - rounded(amount * (number - 1) / whole, step)


def _bound(usages, jobs):
    """Lines within the minimum and maximum of the machine and date, and whether either was asked."""
    of_hours = [(usage, rate) for usage, rate in usages if rate.basis == HOUR]
    used = sum((usage.operating + usage.standby for usage, _rate in of_hours), ZERO)
    least = max((rate.minimum for _usage, rate in of_hours if rate.minimum is not None), default=None)
    most = min((rate.maximum for _usage, rate in of_hours if rate.maximum is not None), default=None)
    if most is not None and used > most:
        return [
            [_scaled(line, most / used) for line in lines] if rate.basis == HOUR else lines
            for (_usage, rate), lines in zip(usages, jobs, strict=True)
        ], True
    worked = any(usage.operating for usage, _rate in of_hours)
    if least is None or not worked or used >= least or (most is not None and least > most):
        return jobs, False
    return [
        [*lines, _missing(usage, rate, least - used, used)] if rate.basis == HOUR else lines
        for (usage, rate), lines in zip(usages, jobs, strict=True)
    ], True


def _scaled(line, factor):
    if line.status == DOWN:
        return line
    return replace(line, charged=line.charged * factor, amount=line.amount * factor)


def _missing(usage, rate, hours, used):
    share = hours * (usage.operating + usage.standby) / used
    of_hour = rate.of(OPERATING) if rate.own is None else rate.own
    return Line(usage.job, MINIMUM, SAME, ZERO, share, of_hour, share * of_hour)


def _rounded(jobs, step, together):
    """Lines with amounts in whole steps: of one total over the jobs, or of each job by itself."""
    exact = [sum((line.amount for line in lines), ZERO) for lines in jobs]
    if together:
        amounts = shared(sum(exact, ZERO), exact, step)
    else:
        amounts = [rounded(amount, step) for amount in exact]
    result = []
    for lines, amount in zip(jobs, amounts, strict=True):
        parts = shared(amount, [line.amount for line in lines], step)
        result += [replace(line, amount=part) for line, part in zip(lines, parts, strict=True)]
    return result


@dataclass(frozen=True)
class Correction:
    """A charge that is taken back and made anew: both stay visible, and the net is the new one."""

    job: Any
    code: str
    before: Decimal
    after: Decimal

    @property
    def difference(self):
        return self.after - self.before


def corrections(before, after):
    """What to correct when the lines of a machine and date come to others, by job and code.

    >>> old = Line("J-1", OPERATING, SAME, Decimal(8), Decimal(8), Decimal(95), Decimal(760))
    >>> new = replace(old, rate=Decimal(98), amount=Decimal(784))
    >>> [(found.before, found.after, found.difference) for found in corrections([old], [new])]
    [(Decimal('760'), Decimal('784'), Decimal('24'))]
    """
    sums = {}
    for place, lines in enumerate((before, after)):
        for line in lines:
            sums.setdefault((line.job, line.code), [ZERO, ZERO])[place] += line.amount
    ordered = sorted(sums.items(), key=lambda item: (by_number(item[0][0]), item[0][1]))
    return [Correction(*key, old, new) for key, (old, new) in ordered if old != new]
