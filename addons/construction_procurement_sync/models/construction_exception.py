# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .res_company_lock import BOOK_LOCKS, COST_LOCK

HOLDS = ("hold", "variance", "duplicate")


class ConstructionException(models.Model):
    _inherit = "construction.exception"

    def _barred(self):
        """Who entered or corrected a bill or a change of an order does not let it pass: the next one does."""
        bill = self.sudo().record_ref if self.category in HOLDS and not self.choices else None
        if bill and bill._name == "construction.order.change" and bill.stop == "approval":
            return super()._barred() | bill._construction_authors()
        if not bill or bill._name != "account.move" or not bill._construction_open_holds():
            return super()._barred()
        return super()._barred() | bill._construction_authors()

    @api.model
    def _still_closed(self, company, date, names):
        """Job costs and the books close a day; the books in the eyes of a user, who may be excepted."""
        counted = {COST_LOCK, *BOOK_LOCKS} if names is None else names
        lock = company[COST_LOCK]
        if COST_LOCK in counted and lock and date <= lock:
            return True
        asked = {name.removesuffix("_lock_date"): name in counted for name in BOOK_LOCKS}
        if company._get_lock_date_violations(date, **asked):
            return True
        return super()._still_closed(company, date, counted - {COST_LOCK, *BOOK_LOCKS})
