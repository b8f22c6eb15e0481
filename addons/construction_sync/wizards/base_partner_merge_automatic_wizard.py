from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_reference_fields(self, src_partners, dst_partner):
        """Contacts that are merged: what outside keys mean follows, which is no many2one."""
        self.env["construction.crosswalk"]._merge(src_partners, dst_partner)
        return super()._update_reference_fields(src_partners, dst_partner)
