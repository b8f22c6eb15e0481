# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ResPartnerBank(models.Model):
    _inherit = "res.partner.bank"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        # what asked for payment to one of them may go on
        accounts.partner_id.commercial_partner_id._construction_resume_bank()
        return accounts
