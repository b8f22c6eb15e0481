# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup, escape

from odoo import models

from odoo.addons.construction_sync.models.construction_event_handler import at_work

# lines that a note on the order names; the transfer names all
NAMED = 20


class Received(list):
    """The changes of received quantities that are told together: (order line, quantity)."""

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


class PurchaseOrderLineReceived(models.Model):
    """What an event receives of many lines of an order is one note on it, and not one for each line."""

    # apart from the line: what is received and how it is told are two ideas
    _inherit = "purchase.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _prepare_qty_received(self):
        if not at_work(self.env) or len(self) < 2:
            return super()._prepare_qty_received()
        received = Received()
        noted = self.with_context(construction_received=received)
        result = super(PurchaseOrderLineReceived, noted)._prepare_qty_received()
        by_order = {}
        for line, quantity in received:
            by_order.setdefault(line.order_id, []).append((line, quantity))
        for order, changes in by_order.items():
            if len(changes) == 1:
                [[line, quantity]] = changes
                line.with_env(self.env)._track_qty_received(quantity)
            else:
                order.with_env(self.env)._construction_note_received(changes)
        return result

    def _track_qty_received(self, new_qty):
        received = self.env.context.get("construction_received")
        if not isinstance(received, Received) or self.env.context.get("accrual_entry_date"):
            return super()._track_qty_received(new_qty)
        if new_qty != self.qty_received and self.order_id.state == "purchase":
            received.append((self, new_qty))
        return None


class PurchaseOrderReceived(models.Model):
    # the same for the order, on which it is told
    _inherit = "purchase.order"  # pylint: disable=consider-merging-classes-inherited

    def _construction_note_received(self, changes):
        """Post one note of what is received by now.

        :param changes: list of (order line, quantity)
        """
        rows = [
            self.env._(
                "Line %(line)s (%(item)s): %(before)s → %(now)s of %(ordered)s %(unit)s received",
                line=line._construction_line_label(),
                item=line.product_id.display_name,
                before=f"{line.qty_received:g}",
                now=f"{quantity:g}",
                ordered=f"{line.product_qty:g}",
                unit=line.product_uom_id.name,
            )
            for line, quantity in changes[:NAMED]
        ]
        if len(changes) > NAMED:
            rows.append(self.env._("and %s more lines", len(changes) - NAMED))
        body = Markup("<br/>").join(escape(row) for row in rows)
        self.message_post(body=body, subtype_xmlid="mail.mt_note")
