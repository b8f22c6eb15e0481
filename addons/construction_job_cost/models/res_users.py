from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _construction_sees_all_jobs(self):
        """Accountants code and read bills of every job."""
        return (
            super()._construction_sees_all_jobs()
            or self.has_group("account.group_account_readonly")
            or self.has_group("account.group_account_invoice")
        )
