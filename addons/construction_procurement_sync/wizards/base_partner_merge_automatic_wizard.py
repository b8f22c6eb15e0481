# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self.env["account.move"]._construction_part_bills(src_partners | dst_partner)
        src_partners.with_context(active_test=False)._construction_part_documents(dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Accounts that another contact brings along are as any that a person adds."""
        accounts = self.env["res.partner.bank"]
        partners = self.env["res.partner"].browse(partner_ids).exists()
        before = accounts._construction_said_by_hand(partners)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        # it writes past the models
        self.env.invalidate_all()
        survivor = partners.exists()
        if before and len(survivor) == 1:
            said = before.get(survivor) or next(iter(before.values()))
            accounts._construction_tell_by_hand({survivor: said})
        if len(survivor) == 1 and survivor.sudo()._construction_bank_questions():
            survivor._construction_hold_bank(
                self.env._("A contact whose bank details are not confirmed was merged into this one.")
            )
        return result
