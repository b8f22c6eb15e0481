# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Circles around places, and the transfers that positions propose; they never make one.

A machine that is inside the circle of another place for so many minutes is proposed to be there, since it
came. Out of a circle it is only beyond a margin and for a while, so that a position that jumps, or a load
fetched at the gate, ends no stay: 30 m outside for 3 minutes does not.

Where circles overlap, the place where it is known to be is kept while it is inside; else the smallest circle
counts, for a yard lies in a site.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH = 6371008.8  # metres, mean radius


@dataclass(frozen=True)
class Position:
    at: datetime
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Circle:
    place: Any
    latitude: float
    longitude: float
    radius: float  # metres


@dataclass(frozen=True)
class Rule:
    minutes: int = 15  # inside, before anything is proposed
    margin: float = 50  # metres outside that are still inside, for who was inside
    grace: int = 5  # minutes outside, beyond the margin, that end nothing


@dataclass(frozen=True)
class Proposal:
    """That a machine is at a place."""

    place: Any
    since: datetime  # its first position there
    seen: datetime  # the position by which it was there long enough


def distance(first, second):
    """Metres between two positions or circles' centres, on the sphere.

    >>> round(distance(Circle("A", 52.0, 13.0, 0), Circle("B", 52.0, 13.01, 0)))
    685
    """
    one, other = radians(first.latitude), radians(second.latitude)
    across = radians(second.longitude - first.longitude)
    half = sin((other - one) / 2) ** 2 + cos(one) * cos(other) * sin(across / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def proposals(positions, circles, current=None, rule=None):
    """The transfers that the positions of one machine propose, by time, in whatever order these came.

    :param current: the place where it is known to be; None: nowhere
    """
    rule = rule or Rule()
    order = sorted(circles, key=lambda circle: (circle.radius, str(circle.place)))
    visits = {circle.place: _Visit(circle, rule) for circle in order}
    result = []
    for position in sorted(positions, key=lambda found: (found.at, found.latitude, found.longitude)):
        for visit in visits.values():
            visit.see(position)
        if current in visits and visits[current].since is not None:
            continue
        found = next((visit for visit in visits.values() if visit.is_long(position)), None)
        if found is not None and found.circle.place != current:
            current = found.circle.place
            result.append(Proposal(current, found.since, position.at))
    return result


class _Visit:
    """A machine in one circle: since when, and since when it may have left."""

    def __init__(self, circle, rule):
        self.circle, self.rule = circle, rule
        self.since = self.inside = self.away = None

    def see(self, position):
        beyond = distance(position, self.circle) - self.circle.radius
        if beyond <= (0 if self.since is None else self.rule.margin):
            if self._has_left(position):
                self.since = None
            self.away = None
            if self.since is not None or beyond <= 0:
                self.since = self.since or position.at
                self.inside = position.at
        elif self.since is not None:
            self.away = self.away or position.at
            if self._has_left(position):
                self.since = self.away = None

    def _has_left(self, position):
        return self.away is not None and position.at - self.away >= timedelta(minutes=self.rule.grace)

    def is_long(self, position):
        """Whether it is inside at this position, and has been for long enough."""
        long = timedelta(minutes=self.rule.minutes)
        return self.since is not None and self.inside == position.at and position.at - self.since >= long
