# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .account_move_payable import POSTING


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)

    def _check_tax_lock_date(self):
        try:
            return super()._check_tax_lock_date()
        except UserError as error:
            raise self.move_id._construction_locked(error) from error

    def _create_exchange_difference_moves(self, exchange_diff_values_list):
        """What a bill is set off against may be at another rate: the entry of that is Odoo's to make."""
        posting = self.env.context.get("construction_posting") is POSTING
        lines = self.sudo() if posting else self
        return super(AccountMoveLine, lines)._create_exchange_difference_moves(exchange_diff_values_list)
