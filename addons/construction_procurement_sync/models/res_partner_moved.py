# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from .res_partner_accounts import ACCOUNTS

# whose contact it is, and with it whose its accounts and orders are
MOVING = {"parent_id", "is_company"}


class ResPartnerMoved(models.Model):
    """A contact that moves to another company takes its accounts and its orders along."""

    # apart from accounts and orders themselves: here they are a family's, which is looked for once
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if not MOVING & vals.keys():
            return super().write(vals)
        family = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        parents = self.parent_id | self.browse(vals.get("parent_id") or ())
        companies = {partner: partner.commercial_partner_id for partner in family}
        accounts = self.env["res.partner.bank"]
        before = accounts._construction_said_by_hand(family.with_env(self.env) | parents)
        result = super().write(vals)
        self.invalidate_model([ACCOUNTS])
        accounts._construction_tell_by_hand(before)
        if not self.env["purchase.order"]._construction_is_free():
            moved = family.filtered(lambda partner: partner.commercial_partner_id != companies[partner])
            moved._construction_check_ordered()
        return result

    def _construction_check_ordered(self):
        """:raises UserError: when released job orders are from one of these contacts"""
        domain = [("partner_id", "in", self.ids), ("state", "=", "purchase")]
        for order in self.env["purchase.order"].sudo().search(domain, order="id"):
            if order._construction_is_for_job():
                raise UserError(
                    self.env._(
                        "Order %(order)s is released to %(contact)s, who stays with their company: orders "
                        "keep their supplier. Make a new contact there.",
                        order=order.name,
                        contact=order.partner_id.name,
                    )
                )
