# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..models.construction_external_mixin import ConstructionExternalMixin


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """What events brought follows the key: it comes from one of them as a whole, or not at all."""
        dst_partner.check_access("write")
        names = ConstructionExternalMixin._construction_event_fields
        bearer = next((p for p in dst_partner | src_partners if p.construction_external_key), None)
        kept = {name: bearer[name] for name in names} if bearer else {}
        # no person writes these fields: the merge does
        result = super()._update_values(src_partners.sudo(), dst_partner.sudo())
        dst_partner.sudo().write(kept)
        return result
