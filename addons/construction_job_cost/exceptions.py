from odoo.exceptions import UserError


class BudgetExceeded(UserError):
    """A document asks for more than its budget has left.

    ``figures``: list of dicts (job, cost_code, cost_type, budget, actual, committed, pending, available,
    requested): names and floats, in the company's currency.
    """

    def __init__(self, message, figures):
        super().__init__(message)
        self.figures = figures


class PeriodLocked(UserError):
    """A date lies in a closed period. ``date`` is that date, ``proposed_date`` the next open one."""

    # fields of the company
    locks = ("construction_cost_lock_date",)

    def __init__(self, message, date, proposed_date):
        super().__init__(message)
        self.date = date
        self.proposed_date = proposed_date
