# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """What Odoo plans by itself for who made an item or an order, a service user, is for who acts."""
        services = self.env["res.users"]._construction_service_ids() if self.env.su else ()
        if services and self.env.uid not in services:
            vals_list = [
                {**vals, "user_id": self.env.uid} if vals.get("user_id") in services else vals
                for vals in vals_list
            ]
        return super().create(vals_list)
