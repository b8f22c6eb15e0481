# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)

    def _check_tax_lock_date(self):
        try:
            return super()._check_tax_lock_date()
        except UserError as error:
            raise self.move_id._construction_locked(error) from error
