# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._construction_check_users(self.env["res.partner"].browse(partner_ids))
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _construction_check_users(self, partners):
        """:raises UserError: when one is the contact of a service user, which would take another's name"""
        users = self.env["res.users"].sudo().with_context(active_test=False)
        services = users.search([("partner_id", "in", partners.ids), ("construction_is_service", "=", True)])
        if services:
            raise UserError(
                self.env._(
                    "%s is the contact of a service user: it is merged with no other.", services[0].name
                )
            )

    def _update_reference_fields(self, src_partners, dst_partner):
        """Contacts that are merged: what outside keys mean follows, which is no many2one."""
        self.env["construction.crosswalk"]._merge(src_partners, dst_partner)
        return super()._update_reference_fields(src_partners, dst_partner)
