# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When hours are approved without a person: complete telematics, no anomaly, coded, one job all day."""

from dataclasses import dataclass
from datetime import timedelta

from .precedence import MEASURED

# why a day waits for a person
MEASURED_ONLY, INCOMPLETE, ODD, ESTIMATED, QUESTIONED, DISPUTED, UNCODED, SEVERAL_JOBS, NOT_OVER, ATTENDED = (
    "measured_only",
    "incomplete",
    "odd",
    "estimated",
    "questioned",
    "disputed",
    "uncoded",
    "several_jobs",
    "not_over",
    "attended",
)


@dataclass(frozen=True)
class Day:
    """What a machine-day says of itself."""

    ranks: frozenset  # of all whose word is a figure of it
    covered: timedelta  # between readings
    length: timedelta
    anomalies: int = 0  # open
    estimated: bool = False
    questioned: bool = False
    disputed: bool = False
    coded: bool = True  # to a job that takes cost, and a cost code
    alone: bool = True  # the job had the machine for the whole day, and no other says hours
    over: bool = True
    attended: bool = False  # a person has taken it up


def stop(day):
    """Why a person approves this day; None where the rule does.

    >>> from .precedence import MANUAL, METER_OF_RECORD
    >>> whole = timedelta(hours=24)
    >>> stop(Day(frozenset([METER_OF_RECORD]), whole, whole))
    >>> stop(Day(frozenset([METER_OF_RECORD, MANUAL]), whole, whole))
    'measured_only'
    >>> stop(Day(frozenset([METER_OF_RECORD]), timedelta(hours=20), whole))
    'incomplete'
    """
    found = (
        (ATTENDED, day.attended),
        (NOT_OVER, not day.over),
        (MEASURED_ONLY, not day.ranks or not day.ranks <= MEASURED),
        (INCOMPLETE, day.covered < day.length),
        (ODD, day.anomalies),
        (ESTIMATED, day.estimated),
        (QUESTIONED, day.questioned),
        (DISPUTED, day.disputed),
        (UNCODED, not day.coded),
        (SEVERAL_JOBS, not day.alone),
    )
    return next((reason for reason, holds in found if holds), None)
