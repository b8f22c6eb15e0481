# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _check_credentials(self, *, scope, key):
        uid = super()._check_credentials(scope=scope, key=key)
        return None if uid in self.env["res.users"]._construction_service_ids() else uid

    def _generate(self, scope, name, expiration_date):
        user = self.env.user
        if user.id in user._construction_service_ids():
            raise UserError(self.env._("%s is a service user: it has no API key.", user.name))
        return super()._generate(scope, name, expiration_date)
