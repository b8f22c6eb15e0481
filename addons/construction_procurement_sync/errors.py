# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import ValidationError

from odoo.addons.construction_base.lib.named_error import DayLocked
from odoo.addons.construction_sync.errors import SyncError


class Variance(SyncError):
    """A price or quantity is outside the tolerance; ``figures`` say by how much."""

    category = "variance"


class BooksLocked(DayLocked, ValidationError):
    """Odoo's own lock dates refuse what an event would date in them."""

    def __init__(self, message, date, violated, **info):
        """:param list violated: as the company gives it: (date, field)"""
        super().__init__(message)
        self.date = date
        self.proposed_date = max(day for day, _field in violated) + timedelta(days=1)
        self.locks = tuple(field for _day, field in violated)
        self.about(**info)

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
