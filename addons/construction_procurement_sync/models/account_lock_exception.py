# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class AccountLockException(models.Model):
    _inherit = "account.lock_exception"

    @api.model_create_multi
    def create(self, vals_list):
        """Whom a lock date spares from now on: what it stopped for a source's service user goes on."""
        exceptions = super().create(vals_list)
        exceptions._construction_release()
        return exceptions

    def write(self, vals):
        result = super().write(vals)
        self._construction_release()
        return result

    def _construction_release(self):
        # Odoo forgets what it knew of its locks when one is made or revoked, but not when one is changed
        self._invalidate_affected_user_lock_dates()
        self.env["construction.exception"]._release_opened(self.company_id)
