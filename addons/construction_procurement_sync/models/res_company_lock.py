# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

COST_LOCK = "construction_cost_lock_date"
# what closes purchases; that of sales closes none
BOOK_LOCKS = ("fiscalyear_lock_date", "tax_lock_date", "purchase_lock_date", "hard_lock_date")


class ResCompany(models.Model):
    """A period that is opened again lets go what it stopped, by whatever door it is opened."""

    # apart from the settings of matching: what guards bills and what closes a period are two ideas
    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        moved = [name for name in (COST_LOCK, *BOOK_LOCKS) if name in vals]
        before = {company: [company[name] for name in moved] for company in self} if moved else {}
        result = super().write(vals)
        opened = self.filtered(lambda company: _is_earlier([company[n] for n in moved], before.get(company)))
        if opened:
            self.env["construction.exception"]._release_opened(opened)
        return result


def _is_earlier(dates, before):
    return any(old and (not new or new < old) for new, old in zip(dates, before or (), strict=True))
