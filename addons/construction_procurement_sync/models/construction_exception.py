# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .res_company_lock import BOOK_LOCKS, COST_LOCK


class ConstructionException(models.Model):
    _inherit = "construction.exception"

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
