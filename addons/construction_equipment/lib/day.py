# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Machine-days: to which date and job the hours between two readings belong.

The day of a job runs from its *day start*, a local clock time, to the next one, so that it has 23, 24 or 25
hours. Nothing else splits a day but a transfer (domain rules, *Time zones*). The job's own zone and day start
decide; those of the home place do while a machine is on no job. A day whose start does not exist on its date
begins when the clock is set forward over it; one whose start comes twice, at the first.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from odoo.addons.construction_base.lib.decimals import ZERO

from .meter import hours_between
from .share import HOUR, by_number, shared

DAY = timedelta(days=1)
LONG_GAP = Decimal(12)  # hours
STANDSTILL = Decimal("0.5")  # hours by which a meter may rise over a long gap


@dataclass(frozen=True)
class Clock:
    """When a job's day starts."""

    zone: str  # as the tz database names it
    start: time = time(0)


@dataclass(frozen=True)
class Stay:
    """A machine on a job, from a moment until another (not included); None: until now."""

    job: Any  # its number
    clock: Clock
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Share:
    """The part of the hours between two readings that belongs to one date and job."""

    date: date
    job: Any  # None: on no job
    start: datetime
    end: datetime
    hours: Decimal
    estimated: bool = False
    questioned: bool = False


@dataclass(frozen=True)
class Day:
    """What the readings say of one machine, date and job."""

    hours: Decimal = ZERO
    estimated: bool = False  # wants approval
    questioned: bool = False  # by a spike that nobody has decided on

    def __add__(self, other):
        return Day(
            self.hours + other.hours, self.estimated or other.estimated, self.questioned or other.questioned
        )


@lru_cache(maxsize=4096)
def begins(day, clock):
    """The moment, in UTC, at which the day of a date begins.

    >>> begins(date(2026, 3, 28), Clock("Europe/Berlin", time(12)))
    datetime.datetime(2026, 3, 28, 11, 0, tzinfo=datetime.timezone.utc)
    """
    zone = ZoneInfo(clock.zone)
    wanted = datetime.combine(day, clock.start)
    first = wanted.replace(tzinfo=zone).astimezone(timezone.utc)
    if first.astimezone(zone).replace(tzinfo=None) == wanted:
        return first
    # left out: the clock was set forward between what either offset says
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(timezone.utc)
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((first - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def date_of(moment, clock):
    """The date to whose day a moment belongs, and to which a shift belongs wholly that starts then.

    >>> date_of(datetime(2026, 3, 29, 4, tzinfo=timezone.utc), Clock("Europe/Berlin", time(12)))
    datetime.date(2026, 3, 28)
    """
    day = moment.astimezone(ZoneInfo(clock.zone)).date() + DAY
    while begins(day, clock) > moment:
        day -= DAY
    return day


def length(day, clock):
    """Hours of a day.

    >>> length(date(2026, 3, 29), Clock("Europe/Berlin")), length(date(2026, 10, 25), Clock("Europe/Berlin"))
    (Decimal('23'), Decimal('25'))
    """
    return hours_between(begins(day, clock), begins(day + DAY, clock))


def is_estimated(delta):
    """Whether a meter that was silent for long rose meanwhile, so that nobody knows on which day.

    :param delta: a meter.Delta
    """
    return delta.elapsed > LONG_GAP and delta.hours > STANDSTILL


def shares(delta, stays, home, step=HOUR):
    """The hours between two readings by date and job, linear in time and at most the clock.

    They add up to the hours that count: the last takes the rest.

    :param delta: a meter.Delta
    :param stays: of the machine, none over another
    :param home: Clock, while it is on no job
    """
    pieces = list(_pieces(delta.start, delta.end, sorted(stays, key=lambda stay: stay.since), home))
    parts = shared(delta.counted, [hours_between(start, end) for *_where, start, end in pieces], step)
    marks = is_estimated(delta), delta.questioned
    return [Share(*piece, part, *marks) for piece, part in zip(pieces, parts, strict=True)]


def _pieces(start, end, stays, home):
    """(date, job, start, end) of each part of a stretch of time."""
    while start < end:
        day, job, cut = piece_at(start, stays, home)
        cut = min(cut, end)
        yield day, job, start, cut
        start = cut


def piece_at(moment, stays, home):
    """(date, job, until) of the time from a moment on that belongs to one date and job.

    :param stays: of the machine, by time
    """
    stay = next((found for found in stays if _is_there(found, moment)), None)
    clock = stay.clock if stay else home
    day = date_of(moment, clock)
    cuts = [begins(day + DAY, clock), *(found.since for found in stays)]
    if stay and stay.until:
        cuts.append(stay.until)
    return day, stay.job if stay else None, min(cut for cut in cuts if cut > moment)


def _is_there(stay, moment):
    return stay.since <= moment and (stay.until is None or moment < stay.until)


def days(deltas, stays, home, step=HOUR):
    """{(date, job): Day} of the hours between the readings of one machine, by one device.

    A day without hours is there where readings span it, so that 0 is known from nothing known.
    """
    result = {}
    for delta in deltas:
        for share in shares(delta, stays, home, step):
            key = share.date, share.job
            known = Day(share.hours, share.estimated and share.hours > 0, share.questioned)
            result[key] = result.get(key, Day()) + known
    return result


def changed(before, after, stays, home):
    """{(date, job)} that must be derived again when the hours between readings are others than before.

    :param before, after: deltas of one device
    """
    different = set(before) ^ set(after)
    return {(share.date, share.job) for delta in different for share in shares(delta, stays, home)}


def by_readings(hours, measured, step=HOUR):
    """A day's statement over the jobs of that day, by what readings say of them; None: a person shares it.

    One job takes all of it, without any reading. Otherwise the last job by number takes the rest.

    :param measured: {job: hours}

    >>> by_readings(Decimal(9), {"J-2": Decimal(3), "J-1": Decimal(6)})
    {'J-1': Decimal('6.000000'), 'J-2': Decimal('3.000000')}
    """
    jobs = sorted(measured, key=by_number)
    weights = [measured[job] for job in jobs]
    if len(jobs) != 1 and not sum(weights, ZERO):
        return None
    return dict(zip(jobs, shared(hours, weights, step), strict=True))
