# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ValidateAccountMove(models.TransientModel):
    _inherit = "validate.account.move"

    def validate_move(self):
        result = super().validate_move()
        return self.move_ids._construction_held_notice() or result
