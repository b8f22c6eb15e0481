# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the readings of one meter come to: hours between accepted readings, and what is wrong with the others.

A meter rises, and no faster than the clock (domain rules, *Meters*). The readings are walked in the order
of their moments, so it does not matter in which order they came:

* one that rises from the last accepted one by no more than the clock and a tolerance is accepted;
* one that rises by more is a *spike*. It gives no hours and waits. A next reading that agrees with it, or 72
  hours without one, makes it an anomaly that a person decides; a return below it convicts it;
* one below the last accepted one is a *fall*: an anomaly, and the last accepted one stays what it was;
* an authorised replacement begins anew at its date. The hours up to its old reading count where that reading
  would be accepted.

Where the rule leaves a choice: readings that agree with a spike that nobody has decided on count from it on,
for the engine has run between them, and only the jump to it gives nothing. Such hours are *questioned*, and
a return below takes them away with the spike. A reading lower than a spike, which is too high itself,
convicts it as well and waits in its place. A fall of no more than the provider's resolution is rounding.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from odoo.addons.construction_base.lib.decimals import ZERO

from . import figures

LEAST_TOLERANCE = Decimal("0.1")  # hours
SHARE_OF_CLOCK = Decimal("0.02")
PATIENCE = timedelta(hours=72)
REACH = Decimal(1)  # hours before a rise, of which a provider's rounding may take a part


@dataclass(frozen=True)
class Reading:
    """What one meter said at a moment."""

    at: Any  # with its zone
    hours: Any  # a decimal, or as it was sent
    version: int = 1  # 2 and more: the same moment with other figures, which came later


@dataclass(frozen=True)
class Replacement:
    """A meter that was replaced by another, by somebody who may say so."""

    at: datetime
    old: Decimal | None  # None: not known
    new: Decimal


@dataclass(frozen=True)
class Delta:
    """Hours between two readings."""

    start: datetime
    end: datetime
    hours: Decimal  # by the meter
    questioned: bool = False  # since a spike that nobody has decided on

    @property
    def elapsed(self):
        return hours_between(self.start, self.end)

    @property
    def counted(self):
        """The hours that the machine has: at most the clock."""
        return min(self.hours, self.elapsed)


@dataclass(frozen=True)
class Anomaly:
    """A reading that gives no hours."""

    kind: str  # spike | fall | old_reading | version, or a kind of figures.Bad
    at: Any
    hours: Any
    state: str = "open"  # open: a person decides | convicted | rejected: by a person
    base: Decimal | None = None  # the reading that it was compared with


@dataclass(frozen=True)
class Result:
    deltas: tuple  # of Delta, by time, none over another
    anomalies: tuple  # of Anomaly, by moment
    waiting: tuple  # readings, spikes for now
    accepted: tuple  # readings
    exact: frozenset = frozenset()  # moments of readings at which the meter stood at just what they say
    reach: Decimal = REACH  # hours

    @property
    def hours(self):
        return sum((delta.counted for delta in self.deltas), ZERO)

    @property
    def anchors(self):
        """Moments of readings, rising and settled, at which a walk may begin.

        What was read before does not matter to the hours after one of them, and what is read after it changes
        none before: for late readings only those since the last anchor before them are needed.
        """
        read = {reading.at for reading in self.accepted}
        rises = (delta for delta in self.deltas if delta.hours and not delta.questioned)
        return tuple(delta.end for delta in rises if delta.end in read)

    @property
    def restarts(self):
        """{moment: since} of readings at which a walk may begin, for what is read after *since*.

        Beside the anchors those of a meter that stands still: a rise after them takes nothing before them
        once it has stood still for the reach of a rise.
        """
        result = {anchor: anchor for anchor in self.anchors}
        for still in self._standing_still():
            place = 0
            for moment in still:
                while place < len(still) and hours_between(moment, still[place]) < self.reach:
                    place += 1
                if place == len(still):
                    break
                result.setdefault(moment, still[place])
        return result

    def _standing_still(self):
        """Moments of readings of each stretch in which the meter stands still, by time."""
        result, last = [], None
        for delta in self.deltas:
            if delta.hours or delta.questioned:
                last = None
                continue
            if delta.start != last:
                result.append([delta.start] if delta.start in self.exact else [])
            if delta.end in self.exact:
                result[-1].append(delta.end)
            last = delta.end
        return result


def hours_between(start, end):
    """Hours of the clock, also where it is set forward or back between them.

    >>> hours_between(datetime(2026, 1, 1, 22), datetime(2026, 1, 2, 6, 30))
    Decimal('8.5')
    """
    return Decimal((end - start) // timedelta(microseconds=1)) / 3600000000


def tolerance(elapsed, resolution=ZERO):
    """By how many hours a meter may pass the clock.

    :param elapsed: hours
    :param resolution: in hours, in which the provider rounds

    >>> tolerance(Decimal(1)), tolerance(Decimal(24)), tolerance(Decimal(24), Decimal(1))
    (Decimal('0.1'), Decimal('0.48'), Decimal('1'))
    """
    return max(LEAST_TOLERANCE, resolution, SHARE_OF_CLOCK * elapsed)


def walk(readings, replacements=(), resolution=ZERO, now=None, right=(), wrong=()):
    """The Result of all readings of one meter, in whatever order.

    :param now: for how long a spike may have waited; without it, until the last reading
    :param right: moments of readings of which a person says that they are right: their hours count, at most
        the clock, and the meter goes on from them
    :param wrong: moments of those of which a person says that they are not

    >>> day = [datetime.fromisoformat(f"2026-03-{day}T18:00Z") for day in range(10, 14)]
    >>> result = walk(map(Reading, day, map(Decimal, (5267, 52750, 5275, 5283))))
    >>> result.hours, [(anomaly.kind, anomaly.state) for anomaly in result.anomalies]
    (Decimal('16'), [('spike', 'convicted')])
    """
    good, anomalies = _told_apart(readings)
    walking = _Walk(resolution, set(right), set(wrong), anomalies)
    for step in _in_order(good, replacements):
        if isinstance(step, Replacement):
            walking.replace(step)
        else:
            walking.take(step)
    ends = [reading.at for reading in good] + ([now] if now is not None else [])
    return walking.result(max(ends, default=None))


def _told_apart(readings):
    """Readings with a moment and a figure, one a moment; and the anomalies of the others."""
    good, anomalies = {}, []
    ordered = []
    for reading in readings:
        at, hours = figures.moment(reading.at), figures.figure(reading.hours)
        bad = next((found for found in (at, hours) if isinstance(found, figures.Bad)), None)
        if bad is None:
            ordered.append(Reading(at, hours, reading.version))
        else:
            anomalies.append(Anomaly(bad.kind, reading.at, reading.hours, "convicted"))
    for reading in sorted(ordered, key=lambda found: (found.at, found.version, found.hours)):
        first = good.setdefault(reading.at, reading)
        if first.hours != reading.hours:
            anomalies.append(Anomaly("version", reading.at, reading.hours, "open", first.hours))
    return list(good.values()), anomalies


def _in_order(readings, replacements):
    """Readings and replacements by time; at the moment of a replacement a reading is of the nearer meter."""
    ordered = sorted(replacements, key=lambda found: (found.at, str(found.old), found.new))
    moments = {replacement.at: replacement for replacement in ordered}

    def place(step):
        if isinstance(step, Replacement):
            return step.at, 1
        there = moments.get(step.at)
        if there is None or there.old is None:
            return step.at, 2
        return step.at, 0 if abs(step.hours - there.old) <= abs(step.hours - there.new) else 2

    return sorted([*readings, *moments.values()], key=place)


@dataclass
class _Level:
    """Readings that agree with one another: the accepted ones, or a spike and what agrees with it."""

    first: Reading
    last: Reading
    base: Decimal | None = None  # that the spike was compared with
    readings: list = field(default_factory=list)
    deltas: list = field(default_factory=list)


class _Walk:
    """The levels at which the meter may stand: the accepted one, and spikes, each above the one before."""

    def __init__(self, resolution, right, wrong, anomalies):
        self.resolution, self.right, self.wrong, self.anomalies = resolution, right, wrong, anomalies
        self.levels, self.ended, self.deltas, self.accepted = [], [], [], []
        self.exact = set()

    def take(self, reading):
        if reading.at in self.wrong:
            self._odd("spike" if self._rises(reading) else "fall", reading, "rejected")
        elif not self.levels:
            self._stand(reading)
        elif reading.at in self.right:
            self._decided(reading)
        else:
            self._placed(reading)

    def replace(self, replacement):
        """Count up to the old reading, and begin at the new one."""
        old = replacement.old
        if self.levels and old is not None:
            self._placed(Reading(replacement.at, old), counts=False)
        self._settle()
        self._stand(Reading(replacement.at, replacement.new), counts=False)

    def _placed(self, reading, counts=True):
        place = len(self.levels) - 1
        while place >= 0 and self._below(reading, self.levels[place]):
            place -= 1
        above = self.levels[place + 1 :]
        if place < 0:
            self._odd("fall" if counts else "old_reading", reading, base=self.levels[0].last.hours)
        elif self._agrees(reading, self.levels[place]):
            self._convict(above)
            self._join(self.levels[place], reading, counts)
        elif any(len(level.readings) > 1 for level in above):
            self._odd("fall" if counts else "old_reading", reading, base=self.levels[-1].last.hours)
        elif not counts:
            self._odd("old_reading", reading, base=self.levels[place].last.hours)
        else:
            self._convict(above)
            base = self.levels[place].last.hours
            self.levels.append(_Level(reading, reading, base, [reading]))

    def _join(self, level, reading, counts):
        rise = max(reading.hours - level.last.hours, ZERO)
        if reading.at > level.last.at:
            level.deltas.append(Delta(level.last.at, reading.at, rise))
        level.last = replace(reading, hours=level.last.hours + rise)
        if counts:
            level.readings.append(reading)
            if level.last.hours == reading.hours:
                self.exact.add(reading.at)

    def _decided(self, reading):
        last = self.levels[-1].last
        rise = max(reading.hours - last.hours, ZERO)
        delta = Delta(last.at, reading.at, min(rise, hours_between(last.at, reading.at)))
        self._settle()
        self.deltas.append(delta)
        self._stand(reading)

    def _stand(self, reading, counts=True):
        self.levels = [_Level(reading, reading, None, [reading] if counts else [])]
        if counts:
            self.exact.add(reading.at)

    def _settle(self):
        """What comes next neither agrees with nor convicts what is there."""
        for place, level in enumerate(self.levels):
            self.deltas += [replace(delta, questioned=place > 0) for delta in level.deltas]
            self.accepted += level.readings if place == 0 or len(level.readings) > 1 else []
        self.ended += self.levels[1:]
        self.levels = []

    def _convict(self, levels):
        for level in levels:
            for reading in level.readings:
                self._odd("spike", reading, "convicted", level.base)
            self.levels.remove(level)

    def _odd(self, kind, reading, state="open", base=None):
        self.anomalies.append(Anomaly(kind, reading.at, reading.hours, state, base))

    def _rises(self, reading):
        return not self.levels or not self._below(reading, self.levels[0])

    def _below(self, reading, level):
        return reading.hours < level.last.hours - self.resolution

    def _agrees(self, reading, level):
        elapsed = hours_between(level.last.at, reading.at)
        return reading.hours - level.last.hours <= elapsed + tolerance(elapsed, self.resolution)

    def result(self, until):
        unsure = self.levels[1:]
        self._settle()
        waiting = [
            level for level in unsure if len(level.readings) == 1 and until - level.first.at < PATIENCE
        ]
        for level in self.ended:
            if not any(level is other for other in waiting):
                self._odd("spike", level.first, "open", level.base)
        deltas = sorted(self.deltas, key=lambda delta: (delta.start, delta.end))
        return Result(
            tuple(_widened(deltas, max(REACH, self.resolution))),
            tuple(sorted(self.anomalies, key=lambda odd: (str(odd.at), odd.kind, str(odd.hours)))),
            tuple(level.first for level in waiting),
            tuple(self.accepted),
            frozenset(self.exact),
            max(REACH, self.resolution),
        )


def _widened(deltas, reach):
    """What rose by more than the clock rose before as well: as far back as the meter stood still, and at most
    for the hours of ``reach``.

    A provider that rounds to whole hours says 5, 5, 5, 6 every quarter of an hour: the hour is that of all
    four, and not a quarter.
    """
    result = []
    for delta in deltas:
        risen = delta.elapsed
        while result and delta.hours > delta.elapsed and delta.elapsed < risen + reach:
            flat = result[-1]
            if flat.hours or flat.end != delta.start or flat.questioned != delta.questioned:
                break
            result.pop()
            whole = timedelta(microseconds=int(min(delta.hours, risen + reach) * 3600000000))
            start = max(flat.start, delta.end - whole)
            delta = replace(delta, start=start)
            if start > flat.start:
                result.append(replace(flat, end=start))
                break
        result.append(delta)
    return result
