# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.decimals import decimal
from odoo.addons.construction_job_cost.models.purchase_order_line import COST_FIELDS
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..lib import order_change

PARTY = ("partner_id", "currency_id")
WHAT = ("product_id", "product_uom_id", "is_downpayment")
# what came or is expected no more is no change of what is ordered
ORDERED = (COST_FIELDS | {"order_id", *WHAT}) - {
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
        if not self._construction_is_free():
            if any(name in vals for name in PARTY):
                self._construction_check_party(vals)
            if vals.get("state", "purchase") not in ("purchase", "cancel"):
                self._construction_check_set_back()
            if "date_order" in vals:
                self._construction_check_rate(fields.Datetime.to_datetime(vals["date_order"]))
        return super().write(vals)

    @api.model
    def _construction_is_free(self):
        """Whether what is written now is no person's own write: an event, or a change that was approved."""
        return self.env.su or at_work(self.env)

    def _construction_check_party(self, vals):
        """:raises UserError: for another supplier or currency of what was released, or came by event"""
        for order in self:
            released = order.state == "purchase" and order._construction_is_for_job()
            if not released and not order.construction_external_key:
                continue
            supplier = order.partner_id.browse(vals.get("partner_id") or order.partner_id.id)
            same = supplier.commercial_partner_id == order.partner_id.commercial_partner_id
            if same and vals.get("currency_id", order.currency_id.id) == order.currency_id.id:
                continue
            if released:
                raise UserError(
                    self.env._(
                        "Order %s is released: it keeps its supplier and currency. Cancel it, or end its "
                        "lines, and make another order.",
                        order.name,
                    )
                )
            raise UserError(
                self.env._(
                    "Order %s is shared with another system, which has its supplier and currency, too: they "
                    "stay as they are. Cancel it, and make another order.",
                    order.name,
                )
            )

    def _construction_check_set_back(self):
        """:raises UserError: for a released job order: what it commits would be gone, and no word asked"""
        for order in self.filtered(lambda o: o.state == "purchase" and o._construction_is_for_job()):
            order._construction_check_nothing_came("draft")
            raise UserError(
                self.env._(
                    "Order %s is released, and is not set to draft. Press “Change the Order” on it for what "
                    "is to be another; or cancel it, then set it to draft and order it anew.",
                    order.name,
                )
            )

    def _construction_check_rate(self, ordered_at):
        """:raises UserError: where a released job order in another currency would get another rate"""
        for order in self.filtered(
            lambda o: o.state == "purchase" and o.currency_id != o.company_id.currency_id
        ):
            same = ordered_at and ordered_at.date() == order.date_order.date()
            if not same and order._construction_is_for_job():
                raise UserError(
                    self.env._(
                        "Order %s is released in another currency, at the rate of its date: its date stays.",
                        order.name,
                    )
                )

    @api.model
    def _construction_settle_changes(self, noted):
        if noted.before and not noted.decided:
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
                decimal(order.currency_id.rounding),
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
            order_change.UNCODED: self.env._("a line that is on no job and cost code any more"),
            order_change.BELOW: self.env._("a line below nothing"),
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
        self._construction_check_what({name: vals[name] for name in WHAT if name in vals})
        with self.order_id._construction_changed_together() as changes:
            if "order_id" in vals and not self.env["purchase.order"]._construction_is_free():
                moved = self._construction_moved_to(self.order_id.browse(vals["order_id"]))
                # to where it comes it is another line
                changes.before.update(dict.fromkeys(moved.ids))
            plain = self._construction_plain().filtered(lambda line: line.id not in changes.before)
            changes.before.update(plain._construction_said())
            return super().write(vals)

    def _construction_check_what(self, vals):
        """:raises UserError: for another item or unit of a released line, or one that is no down payment

        Receipts and bills read them.
        """
        changed = self._construction_plain() if vals else self.browse()
        for line in changed.filtered(
            lambda line: any(getattr(line[name], "id", line[name]) != (vals[name] or False) for name in vals)
        ):
            if line.order_id._construction_is_for_job():
                raise UserError(
                    self.env._(
                        "Line %(line)s of order %(order)s is released and keeps its item and unit, and "
                        "whether it is a down payment. Press “Change the Order” on it: end the line there, "
                        "and add another one.",
                        line=line._construction_line_label(),
                        order=line.order_id.name,
                    )
                )

    def _construction_moved_to(self, order):
        """Those of these lines that another order would take.

        :raises UserError: for one of a released job order, which stays there as it may not be deleted
        """
        moved = self.sudo().filtered(lambda line: line.order_id.id != order.id and not line.display_type)
        for line in moved:
            left = line.order_id
            if left.state == "purchase" and left._construction_is_for_job():
                raise UserError(
                    self.env._(
                        "Line %(line)s stays on order %(order)s, which is released. Press “Change the Order” "
                        "on it to order nothing of this line, and order it elsewhere as a line of its own.",
                        line=line._construction_line_label(),
                        order=left.name,
                    )
                )
        return moved

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
