# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import ValidationError

from odoo.addons.construction_job_cost.exceptions import PeriodLocked
from odoo.addons.construction_sync.exceptions import ClosedPeriod


class BooksLocked(ValidationError):
    """Odoo's own lock dates refuse what an event would date in them.

    ``date`` is that day, ``proposed_date`` the next open one, ``locks`` the fields of the company.
    """

    def __init__(self, message, date, violated):
        """:param list violated: as the company gives it: (date, field)"""
        super().__init__(message)
        self.date = date
        self.proposed_date = max(day for day, _field in violated) + timedelta(days=1)
        self.locks = tuple(field for _day, field in violated)

    @classmethod
    def of(cls, company, what, date, violated):
        lock = max(violated)[0]
        return cls(
            company.env._(
                "%(what)s cannot be dated %(date)s: the books of %(company)s are locked up to %(lock)s. Have "
                "the lock date moved back; the next open day is %(proposed)s.",
                what=what,
                date=date,
                company=company.name,
                lock=lock,
                proposed=lock + timedelta(days=1),
            ),
            date,
            violated,
        )


LOCKED = (PeriodLocked, BooksLocked)


def closed_period(error, **info):
    """What the hub is told of one of ``LOCKED``."""
    return ClosedPeriod(str(error), error.date, error.proposed_date, locks=error.locks, **info)
