# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a provider says, as a figure or a moment; or why it is none.

The schema of a page checks its shape alone. What is said in it is judged here, each reading by itself, so
that a bad one stops no other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

WORDS_FOR_NOTHING = frozenset(
    {"", "missing", "unknown", "none", "null", "nil", "n/a", "na", "nan", "-", "--"}
)
MOST_HOURS = Decimal(200000)  # a machine that has run for 23 years without a pause
FIRST_YEAR = 1990  # no telematics before it; devices without a clock say year 1 or 1970
AHEAD = timedelta(days=1)  # a clock that is set to a wrong zone is ahead by less


@dataclass(frozen=True)
class Bad:
    """Something that is no figure or moment."""

    kind: str  # missing | unreadable | negative | out_of_range | moment
    said: Any


def is_nothing(text):
    """Whether a text says that there is nothing, in one of the words that providers have for it.

    >>> is_nothing(" MISSING "), is_nothing("0")
    (True, False)
    """
    return text is None or str(text).strip().casefold() in WORDS_FOR_NOTHING


def figure(value, most=MOST_HOURS):
    """The decimal that a text or number says, or Bad. Thousands have no separator.

    >>> figure("5267.5"), figure(-1)
    (Decimal('5267.5'), Bad(kind='negative', said=-1))
    """
    if is_nothing(value):
        return Bad("missing", value)
    if isinstance(value, bool):
        return Bad("unreadable", value)
    try:
        result = Decimal(str(value).strip())
    except InvalidOperation:
        return Bad("unreadable", value)
    if not result.is_finite():
        return Bad("unreadable", value)
    if result < 0:
        return Bad("negative", value)
    return Bad("out_of_range", value) if result > most else result


def moment(value, now=None):
    """The moment in UTC that a datetime or RFC 3339 text with an offset says, or Bad.

    :param now: when it was received; a moment more than a day later than that is bad

    >>> moment("0001-01-01T00:00:00Z")
    Bad(kind='moment', said='0001-01-01T00:00:00Z')
    >>> moment("2026-03-12T08:00:00+10:00")
    datetime.datetime(2026, 3, 11, 22, 0, tzinfo=datetime.timezone.utc)
    """
    if is_nothing(value):
        return Bad("missing", value)
    found = value
    if not isinstance(found, datetime):
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            return Bad("unreadable", value)
    if found.tzinfo is None:
        return Bad("unreadable", value)
    if not FIRST_YEAR <= found.year < 9999:
        return Bad("moment", value)
    found = found.astimezone(timezone.utc)
    return Bad("moment", value) if now is not None and found > now + AHEAD else found
