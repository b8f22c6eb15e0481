# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from ..errors import PeriodLocked
from ..lib import period


class ResCompany(models.Model):
    _inherit = "res.company"

    construction_cost_lock_date = fields.Date(
        string="Job Cost Lock Date",
        readonly=True,
        copy=False,
        help="The job-cost ledger takes no entry dated on or before this day.",
    )

    def write(self, vals):
        if "construction_cost_lock_date" in vals and not self.env.su:
            raise AccessError(
                self.env._("Job costs are closed and reopened by a period close, which keeps the history.")
            )
        return super().write(vals)

    def _construction_check_open(self, dates, what, **info):
        """Refuse dates in a closed period.

        :param dates: dates that entries would get
        :param what: name of the document, for the person who reads the message
        :param info: what the error is about besides, as of NamedError: ``job``, ``partner``, ``record`` …
        :raise PeriodLocked: with the next open date as a proposal
        """
        self.ensure_one()
        lock_date = self.sudo().construction_cost_lock_date
        for date in sorted(dates):
            if period.is_locked(date, lock_date):
                proposed = period.next_open_date(date, lock_date)
                raise PeriodLocked(
                    self.env._(
                        "%(what)s cannot be dated %(date)s: job costs of %(company)s are closed up to "
                        "%(lock)s. Date it %(proposed)s or later, or have the period reopened.",
                        what=what,
                        date=date,
                        company=self.name,
                        lock=lock_date,
                        proposed=proposed,
                    ),
                    date,
                    proposed,
                    **info,
                )
