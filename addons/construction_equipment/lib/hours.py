# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Hours of work as a calendar states them: by weekday, where a job is."""

from dataclasses import dataclass, field
from datetime import timezone
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Span:
    """From one clock time to another on a weekday, in hours; 24 is its end."""

    weekday: int  # 0: Monday
    start: float
    end: float
    week: int | None = None  # of two weeks that take turns, 0 or 1

    def holds(self, moment):
        day = moment.date()
        clock = moment.hour + moment.minute / 60 + moment.second / 3600
        return (
            self.weekday == day.weekday()
            and self.start <= clock < self.end
            and (self.week is None or self.week == week_of(day))
        )


@dataclass(frozen=True)
class Hours:
    """When people work on a job. Without spans nobody has said when: then no hour is outside.

    >>> from datetime import datetime
    >>> hours = Hours("Australia/Brisbane", (Span(0, 22, 24), Span(1, 0, 6)))
    >>> [hours.hold(datetime(2026, 3, 2, hour)) for hour in (11, 12, 19, 20)]
    [False, True, True, False]
    """

    zone: str
    spans: tuple
    off: tuple = field(default=())  # (from, until) in UTC, naive: holidays

    def hold(self, moment):
        """Whether a moment (naive UTC) lies in them."""
        if not self.spans:
            return True
        if any(start <= moment < end for start, end in self.off):
            return False
        local = moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(self.zone))
        return any(span.holds(local) for span in self.spans)


def week_of(day):
    """Which of two weeks a day lies in, as Odoo's calendars count them: never the same one twice.

    >>> from datetime import date
    >>> week_of(date(2026, 3, 2)) + week_of(date(2026, 3, 9))
    1
    """
    return (day.toordinal() - 1) // 7 % 2
