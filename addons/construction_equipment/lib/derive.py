# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the readings of a device to hours of machines, dates and jobs.

A device has several meters, one for each figure that it sends: each is walked by itself, and anew on each
machine on which the device sits. What its hours come to is kept in whole numbers, so that it may be added to
and taken from in any order: a page that comes late adds what the walk of its neighbourhood says with it, and
takes what it said without it.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from odoo.addons.construction_base.lib.decimals import ZERO

from . import day, meter

FIGURES = ("meter_hours", "operating_hours", "idle_hours")
# those of which a replaced hour meter speaks
OF_THE_MACHINE = FIGURES[:1]
MICRO = timedelta(microseconds=1)
HOURS, COVERED, ESTIMATED, QUESTIONED = range(4)
NOTHING = (0, 0, 0, 0)


@dataclass(frozen=True)
class Walked:
    """What the readings of one meter of a device come to, on all machines on which it sat."""

    deltas: frozenset = frozenset()  # of (machine, meter.Delta)
    restarts: dict = field(default_factory=dict)  # {moment: since}, see meter.Result
    anomalies: tuple = ()  # of (machine, meter.Anomaly)
    waiting: tuple = ()  # of (machine, meter.Reading)


def walked(readings, parts, replacements=None, resolution=ZERO, now=None, right=(), wrong=()):
    """Walk the readings of one meter, ordered by time, on each machine by itself.

    :param parts: assignment.Assignment of the device, by time
    :param replacements: {machine: [meter.Replacement]}
    """
    moments = [reading.at for reading in readings]
    deltas, restarts, anomalies, waiting = set(), {}, [], []
    for part in parts:
        start = bisect_left(moments, part.since)
        end = bisect_left(moments, part.until) if part.until else len(moments)
        inside = readings[start:end]
        if not inside:
            continue
        known = concerning(inside, (replacements or {}).get(part.machine, ()))
        result = meter.walk(inside, known, resolution, now, right, wrong)
        deltas.update((part.machine, delta) for delta in result.deltas)
        restarts.update(result.restarts)
        anomalies += [(part.machine, anomaly) for anomaly in result.anomalies]
        waiting += [(part.machine, reading) for reading in result.waiting]
    return Walked(frozenset(deltas), restarts, tuple(anomalies), tuple(waiting))


def concerning(readings, replacements):
    """Those replacements of a machine's meter after which this meter went on as the new one.

    A device may count by itself, or be put on later: a replacement concerns the meter whose next reading is
    nearer to the new one than to its own last one.
    """
    result = []
    moments = [reading.at for reading in readings]
    for replacement in replacements:
        place = bisect_left(moments, replacement.at)
        if place == len(readings) or (place == 0 and readings[0].at > replacement.at):
            continue
        if readings[place].at == replacement.at and place + 1 < len(readings):
            # at that very moment it may be of either: the one after it tells
            place += 1
        following, last = readings[place].hours, readings[max(place - 1, 0)].hours
        if abs(following - replacement.new) <= abs(following - last):
            result.append(replacement)
    return result


def tally(deltas, stays, homes):
    """{(machine, date, job): whole numbers} of what deltas come to.

    The numbers are millionths of an hour that count and that are estimated, and microseconds that are
    covered by readings and that are questioned.

    :param deltas: of (machine, meter.Delta)
    :param stays: {machine: [day.Stay]}
    :param homes: {machine: day.Clock}
    """
    result = {}
    for machine, delta in deltas:
        for share in day.shares(delta, stays.get(machine, ()), homes[machine]):
            covered = (share.end - share.start) // MICRO
            hours = int(share.hours * 1000000)
            add(
                result,
                (machine, share.date, share.job),
                (hours, covered, hours if share.estimated else 0, covered if share.questioned else 0),
            )
    return result


def add(result, key, numbers, sign=1):
    """Add numbers to those of a key, in place."""
    known = result.get(key, NOTHING)
    result[key] = tuple(old + sign * new for old, new in zip(known, numbers, strict=True))


def difference(before, after, stays, homes):
    """{(machine, date, job): numbers to add} between two walks of one meter."""
    result = tally(after.deltas - before.deltas, stays, homes)
    for key, numbers in tally(before.deltas - after.deltas, stays, homes).items():
        add(result, key, numbers, -1)
    return {key: numbers for key, numbers in result.items() if any(numbers)}


def said(measured):
    """What the meters of one device say of a machine-day: ({figure: text}, estimated, questioned).

    The hour meter speaks where there is one, else a count of operating hours.

    >>> said({"meter_hours": [8000000, 1, 0, 0], "idle_hours": [500000, 1, 0, 1]})
    ({'hours': '8', 'idle_hours': '0.5'}, False, True)
    """
    main = next((measured[name] for name in FIGURES[:2] if name in measured), None)
    idle = measured.get("idle_hours")
    figures = {"hours": main, "idle_hours": idle}
    figures = {name: _words(numbers[HOURS]) for name, numbers in figures.items() if numbers is not None}
    parts = [numbers for numbers in (main, idle) if numbers is not None]
    return (
        figures,
        any(numbers[ESTIMATED] for numbers in parts),
        any(numbers[QUESTIONED] for numbers in parts),
    )


def _words(number):
    text = f"{Decimal(number).scaleb(-6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
