# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""On which machine a device sat at a moment: a device is not a machine.

What is said of a device is a fact: from a moment on, and until another where that is known. Without an end it
sits there until it is said to sit elsewhere. The history is made of all facts, so it does not matter in which
order they came, and none of its parts lies over another.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Assignment:
    """A device on a machine, from a moment until another (not included); None: until now."""

    machine: Any
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Conflict:
    """Two facts of which only one can be: one says until when, and the other begins before that."""

    first: Assignment
    second: Assignment


@dataclass(frozen=True)
class Span:
    """A time in which readings of a device go from one machine to another; None: no machine."""

    since: datetime
    until: datetime | None
    before: Any
    after: Any


def history(facts):
    """(assignments by time, conflicts) of what is said of one device.

    The same said twice is said once, also with an end that was not known before. In a conflict both are
    shown, and neither is cut: the second is left out of the history until a person decides.

    >>> march = [datetime(2026, 3, day) for day in (1, 12)]
    >>> found, conflicts = history([Assignment("M2", march[1]), Assignment("M1", march[0])])
    >>> [(part.machine, part.since.day, part.until and part.until.day) for part in found], conflicts
    ([('M1', 1, 12), ('M2', 12, None)], [])
    """
    ordered = sorted(set(facts), key=_order)
    result, conflicts = [], []
    said = None  # since when the last of them is said to sit there
    for fact in ordered:
        before = result[-1] if result else None
        empty = fact.until is not None and fact.until <= fact.since
        if before is not None and not empty and _goes_on(before, fact):
            result[-1], said = _together(before, fact), fact.since
            continue
        over = before is not None and (said == fact.since or (before.until or fact.since) > fact.since)
        if empty or over:
            conflicts.append(Conflict(fact if empty else before, fact))
            continue
        if before is not None and before.until is None:
            result[-1] = Assignment(before.machine, before.since, fact.since)
        result.append(fact)
        said = fact.since
    return result, conflicts


def machine_at(assignments, moment):
    """The machine on which a device sat at a moment, or None.

    >>> moved = [Assignment("M1", datetime(2026, 3, 1), datetime(2026, 3, 12)),
    ...          Assignment("M2", datetime(2026, 3, 12))]
    >>> [machine_at(moved, datetime(2026, *day)) for day in ((3, 10), (3, 12), (2, 1))]
    ['M1', 'M2', None]
    """
    for part in assignments:
        if part.since <= moment and (part.until is None or moment < part.until):
            return part.machine
    return None


def changed(before, after):
    """Spans in which another machine takes the readings of a device than did before, by time."""
    edges = sorted({moment for part in (*before, *after) for moment in (part.since, part.until) if moment})
    result = []
    for since, until in pairwise([*edges, None]):
        old, new = machine_at(before, since), machine_at(after, since)
        if old == new:
            continue
        last = result[-1] if result else None
        if last and last.until == since and (last.before, last.after) == (old, new):
            result[-1] = Span(last.since, until, old, new)
        else:
            result.append(Span(since, until, old, new))
    return result


def dates(spans, moments, date_of):
    """{machine: dates that must be derived again} after a change.

    Hours lie between two readings: a span reaches back to the reading before it and on to the one after it,
    which may become neighbours or cease to be.

    :param moments: of all readings of the device
    :param date_of: the date of a moment for a machine, as ``date_of(moment, machine)``

    >>> noon = [datetime(2026, 3, day, 12) for day in (9, 10, 11, 13)]
    >>> span = Span(datetime(2026, 3, 10), datetime(2026, 3, 11), "M1", "M2")
    >>> found = dates([span], noon, lambda moment, machine: moment.date())
    >>> {machine: [day.day for day in sorted(days)] for machine, days in found.items()}
    {'M1': [9, 10, 11], 'M2': [9, 10, 11]}
    """
    moments, result = sorted(moments), {}
    for span in spans:
        inside = [at for at in moments if span.since <= at and (span.until is None or at < span.until)]
        if not inside:
            continue
        earlier = [at for at in moments if at < span.since][-1:]
        later = [at for at in moments if span.until is not None and at >= span.until][:1]
        reach = earlier + inside + later
        for machine in (span.before, span.after):
            if machine is not None:
                result.setdefault(machine, set()).update(_dates(reach, machine, date_of))
    return result


def _dates(moments, machine, date_of):
    days = {date_of(moment, machine) for moment in moments}
    first, last = min(days), max(days)
    one = type(first)
    return {one.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)}


def _order(fact):
    # of two from one moment the one that says its end first, then by name: any order, but always the same
    return fact.since, fact.until is None, str(fact.until), str(fact.machine)


def _goes_on(before, fact):
    """Whether a fact says again of a machine where the device is known to be until then."""
    return before.machine == fact.machine and (before.until is None or fact.since <= before.until)


def _together(before, fact):
    if before.since == fact.since and before.until and not fact.until:
        return before
    if before.until and fact.until:
        return Assignment(before.machine, before.since, max(before.until, fact.until))
    return Assignment(before.machine, before.since, fact.until)
