# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..errors import BooksLocked


class AccountMove(models.Model):
    """Odoo's refusals of a locked day, told to the hub as what they are."""

    # apart from matching: what holds a bill and what closes the books are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _check_fiscal_lock_dates(self):
        try:
            return super()._check_fiscal_lock_dates()
        except UserError as error:
            raise self._construction_locked(error) from error

    def _construction_locked(self, error):
        """What an event is told for a refusal of a locked day; a person reads Odoo's own words."""
        # what is no refusal of a day, such as of a right, is none of this
        for move in self if at_work(self.env) and type(error) is UserError else ():
            locks = move.company_id._get_violated_lock_dates(move.date, True, move.journal_id)
            if locks:
                return BooksLocked.of(move.company_id, move.display_name, move.date, locks)
        return error
