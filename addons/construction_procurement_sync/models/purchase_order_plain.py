# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.construction_job_cost.models.purchase_order_line import COST_FIELDS
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..lib import order_change

PARTY = ("partner_id", "currency_id")
# what came or is expected no more is no change of what is ordered
ORDERED = (COST_FIELDS | {"order_id", "product_id"}) - {
    "qty_received",
    "qty_received_manual",
    "construction_closed_short",
}


class PurchaseOrder(models.Model):
    """By a plain write (form, mass edit, import, remote call) a released order asks for less or as much.

    More of it is a construction.order.change, which passes what the order passed before its release.
    """

    # apart from the document of a change: what needs one and what it is are two ideas
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if any(name in vals for name in PARTY) and not self._construction_is_free():
            self._construction_check_party(vals)
        return super().write(vals)

    @api.model
    def _construction_is_free(self):
        """Whether what is written now is no person's own write: an event, or a change that was approved."""
        return self.env.su or at_work(self.env)

    def _construction_check_party(self, vals):
        """:raises UserError: for another supplier or currency of what was released"""
        for order in self.filtered(lambda o: o.state == "purchase" and o._construction_is_for_job()):
            supplier = order.partner_id.browse(vals.get("partner_id") or order.partner_id.id)
            same = supplier.commercial_partner_id == order.partner_id.commercial_partner_id
            if not same or vals.get("currency_id", order.currency_id.id) != order.currency_id.id:
                raise UserError(
                    self.env._(
                        "Order %s is released: it keeps its supplier and currency. Cancel it, or end its "
                        "lines, and make another order.",
                        order.name,
                    )
                )

    @api.model
    def _construction_settle_changes(self, noted):
        if not noted.decided:
            self._construction_check_plain(noted.before)
        return super()._construction_settle_changes(noted)

    @api.model
    def _construction_check_plain(self, before):
        """:param dict before: {order line that was written or made: what it said, or None}

        :raises UserError: when a released order would ask for more
        """
        lines = self.env["purchase.order.line"].sudo().browse([line_id for line_id in before]).exists()
        after = lines._construction_said()
        for order, found in lines.grouped("order_id").items():
            reasons = order_change.more(
                {line.id: before[line.id] for line in found if before[line.id] is not None},
                {line.id: after[line.id] for line in found},
            )
            if reasons and order.state == "purchase" and order._construction_is_for_job():
                raise UserError(
                    self.env._(
                        "Order %(order)s is released, and this asks for more than it has (%(what)s). Press "
                        "“Change the Order” on it: the change is approved as the order was. Less is "
                        "written here as before.",
                        order=order.name,
                        what=listed(self.env, order._construction_more_words(reasons)),
                    )
                )

    def _construction_more_words(self, reasons):
        words = {
            order_change.ADDED: self.env._("another line"),
            order_change.PRICE: self.env._("a higher price"),
            order_change.DISCOUNT: self.env._("a lost discount"),
            order_change.CELL: self.env._("more on a job and cost code"),
            order_change.TOTAL: self.env._("a higher total"),
        }
        return [words[reason] for reason in reasons]


class PurchaseOrderLine(models.Model):
    # the same for the lines: they are what is written
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        with self.env["purchase.order"]._construction_changed_together() as changes:
            lines = super().create(vals_list)
            for line in lines._construction_plain():
                changes.before[line.id] = None
            return lines

    def write(self, vals):
        if not ORDERED & set(vals):
            return super().write(vals)
        with self.order_id._construction_changed_together() as changes:
            plain = self._construction_plain().filtered(lambda line: line.id not in changes.before)
            changes.before.update(plain._construction_said())
            return super().write(vals)

    def _construction_plain(self):
        """Those of these lines whose released order a person writes to."""
        if self.env["purchase.order"]._construction_is_free():
            return self.browse()
        return self.sudo().filtered(lambda line: line.order_id.state == "purchase" and not line.display_type)

    def _construction_said(self):
        """{line id: lib.order_change.Said}"""
        lines = self.sudo().filtered(lambda line: not line.display_type)
        figures = lines._construction_order_lines()
        return {line.id: line._construction_say(figures[line]) for line in lines}
