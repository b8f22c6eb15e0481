# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One utilization of what several sources say of a machine-day: who counts, figure by figure.

Approved by a person > the machine's meter of record > other telematics > rental > a manual entry that nobody
approved (domain rules, *Meters*). What does not count is kept beside what does. The result is that of a set:
whatever comes first, and whichever lane it comes by, it is the same.

Of two of one rank the later word of a person or statement counts. Of two devices it is always the same one,
the first by its key: a usage that went back and forth with each page would be nobody's figure.
"""

from dataclasses import dataclass
from typing import Any

APPROVED, METER_OF_RECORD, TELEMATICS, RENTAL, MANUAL = (
    "approved",
    "meter_of_record",
    "telematics",
    "rental",
    "manual",
)
RANKS = (APPROVED, METER_OF_RECORD, TELEMATICS, RENTAL, MANUAL)
MEASURED = frozenset({METER_OF_RECORD, TELEMATICS})


@dataclass(frozen=True)
class Claim:
    """What one source says of one machine-day."""

    rank: str
    key: str  # of the source: a person, a provider and device, a statement
    figures: tuple  # ((name, value), …); None is not said, 0 is
    version: Any = (
        0  # moment or number, one of both for a rank; the higher takes the place of the lower of its key
    )

    def says(self, name):
        return dict(self.figures).get(name)


@dataclass(frozen=True)
class Choice:
    """The figure that counts, whose it is, and the claims that say another or the same."""

    value: Any
    claim: Claim
    beside: tuple


def heard(claims):
    """One claim of each rank and key: the newest.

    Two of one version differ only where a source contradicts itself: the one with the larger figures as
    text counts then, so that the order in which they came does not.

    >>> old, new = Claim(MANUAL, "a", (("hours", 7),)), Claim(MANUAL, "a", (("hours", 8),), 1)
    >>> heard([new, old]) == heard([old, new]) == (new,)
    True
    """
    newest = {}
    for claim in claims:
        known = newest.get((claim.rank, claim.key))
        if known is None or _age(claim) > _age(known):
            newest[claim.rank, claim.key] = claim
    return tuple(sorted(newest.values(), key=_place))


def chosen(claims):
    """{figure: Choice} of what is said of one machine-day.

    >>> meter = Claim(METER_OF_RECORD, "acme/1", (("hours", 8), ("idle_hours", None)))
    >>> rental = Claim(RENTAL, "R-1", (("hours", 9), ("idle_hours", 2)))
    >>> [(name, choice.value, choice.claim.key) for name, choice in chosen([rental, meter]).items()]
    [('hours', 8, 'acme/1'), ('idle_hours', 2, 'R-1')]
    """
    claims = heard(claims)
    names = sorted({name for claim in claims for name, value in claim.figures if value is not None})
    result = {}
    for name in names:
        first, *others = [claim for claim in claims if claim.says(name) is not None]
        result[name] = Choice(first.says(name), first, tuple(others))
    return result


def _age(claim):
    return claim.version, str(claim.figures)


def _place(claim):
    newest_first = () if claim.rank in MEASURED else (_Later(claim.version),)
    return RANKS.index(claim.rank), newest_first, claim.key


class _Later:
    """A version in an order in which the highest comes first."""

    def __init__(self, version):
        self.version = version

    def __eq__(self, other):
        return self.version == other.version

    def __lt__(self, other):
        return self.version > other.version
