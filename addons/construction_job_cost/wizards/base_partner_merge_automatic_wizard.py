# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Contacts that are merged: the ledger names the one that stays, by a door of its own."""
        self.env["construction.cost.entry"]._construction_follow_merge(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
