# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env["account.move"]._construction_part_bills(src_partners | dst_partner)
        src_partners.with_context(active_test=False)._construction_part_documents(dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
