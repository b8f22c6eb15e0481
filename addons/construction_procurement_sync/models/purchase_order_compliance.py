# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from ..tools import is_coded

UNRELEASED = ("draft", "sent", "to approve")


class PurchaseOrderCompliance(models.Model):
    """No order for a job goes to a supplier whose licence or insurance has expired."""

    # apart from approval and budget, which stop an order for reasons of its own
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_lapsed(self):
        """The documents of the supplier that stop the release of this order today."""
        self.ensure_one()
        order = self.sudo()
        supplier = order.partner_id.commercial_partner_id
        if not order.construction_order_job_id and not is_coded(order.order_line):
            return supplier._construction_no_documents()
        return supplier._construction_lapsed(
            order.company_id, lambda: order._construction_authors() | order.user_id
        )

    def _construction_lapsed_stop(self):
        """The hold that expired documents of the supplier put on this order, or None."""
        lapsed = self._construction_lapsed()
        if not lapsed:
            return None
        return self.partner_id.commercial_partner_id._construction_lapsed_stop(
            lapsed, job=self.construction_order_job_id or self.order_line.construction_job_id[:1]
        )

    def _construction_approval_stop(self):
        stop = self._construction_lapsed_stop() if self.state in UNRELEASED else None
        return stop or super()._construction_approval_stop()

    def write(self, vals):
        if vals.get("state") in ("to approve", "purchase"):
            for order in self.filtered(lambda order: order.state in UNRELEASED):
                order._construction_check_compliance()
        return super().write(vals)

    def _construction_check_compliance(self):
        """:raises UserError: when a document of the supplier stops the release of this order"""
        lapsed = self._construction_lapsed()
        if lapsed:
            supplier = self.sudo().partner_id.commercial_partner_id
            raise UserError(
                self.env._(
                    "Order %(order)s is not released. %(why)s",
                    order=self.name,
                    why=supplier.with_env(self.env)._construction_lapsed_sentence(lapsed),
                )
            )
