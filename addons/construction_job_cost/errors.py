# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.named_error import DayLocked, NamedError


class BudgetExceeded(NamedError, UserError):
    """A document asks for more than its budget has left.

    ``shortages``: list of dicts (job, cost_code, cost_type, budget, actual, committed, pending, available,
    requested): names and floats, in the company's currency.
    """

    category = "budget"
    severity = "high"

    def __init__(self, message, shortages=(), **info):
        super().__init__(message, **info)
        self.shortages = list(shortages)


class BelowNothing(NamedError, UserError):
    """An order would take more off a job than it orders there."""

    category = "data"


class PeriodLocked(DayLocked, UserError):
    """A date lies in a closed period of the job costs."""

    locks = ("construction_cost_lock_date",)

    def __init__(self, message, date, proposed_date, **info):
        super().__init__(message, **info)
        self.date = date
        self.proposed_date = proposed_date
