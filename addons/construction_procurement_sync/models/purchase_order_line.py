# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta

from odoo import fields, models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..lib.at_once import AT_ONCE, AtOnce
from ..lib.order_diff import LineState
from .construction_shut_job_mixin import OPEN_JOBS


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "construction.shut.job.mixin"]

    construction_job_id = fields.Many2one(domain=OPEN_JOBS)
    construction_external_line = fields.Char(string="External Line", readonly=True, copy=False)

    # services of a supplier, of which one paper at two orders is looked for
    _services_index = models.Index("(partner_id) WHERE qty_received_method = 'manual'")

    def write(self, vals):
        result = super().write(vals)
        if "qty_received" in vals:
            # what is certified, by hand or by event; goods are received by their moves
            self._construction_touch()
        return result

    def _prepare_stock_move_vals(self, picking, price_unit, product_uom_qty, product_uom):
        """Plan what an event orders for an open day: Odoo takes no transfer planned for a locked one."""
        vals = super()._prepare_stock_move_vals(picking, price_unit, product_uom_qty, product_uom)
        planned = fields.Datetime.to_datetime(vals["date"])
        if planned and at_work(self.env):
            locks = self.company_id._get_lock_date_violations(
                planned.date(), sale=False, purchase=False, tax=False
            )
            if locks:
                vals["date"] = datetime.combine(max(locks)[0] + timedelta(days=1), time(12))
        return vals

    def _create_stock_moves(self, picking):
        """Look once for what requests asked for: it is looked for at each line."""
        allocations = self.env["purchase.request.allocation"].search([("purchase_line_id", "in", self.ids)])
        known = AtOnce(unrequested=set((self - allocations.purchase_line_id).ids))
        lines = self.with_context(**{AT_ONCE: known})
        return super(PurchaseOrderLine, lines)._create_stock_moves(picking).with_env(self.env)

    def _construction_touch(self):
        """Have a bill that is matched in another transaction at this moment look again.

        A bill writes the same rows when it is matched, so that of the two the later one goes again and
        sees what the other has done.
        """
        self.env["construction.bill.guard"]._touch({f"order_line:{line.id}" for line in self})

    def _create_or_update_picking(self):
        """What is ordered less is expected less: open receipts fall, and nothing goes back by itself.

        Odoo would net a move of less with the open one, and make a return where their prices or
        dates differ.
        """
        self._construction_expect_less()
        return super()._create_or_update_picking()

    def _construction_expect_less(self):
        """Take what is no longer ordered off the open receipts, the latest first."""
        ended = reduced = self.env["stock.move"]
        for line in self.filtered(lambda row: row.product_id.type == "consu"):
            moves = line.move_ids
            if line.move_dest_ids or moves.move_dest_ids:
                # made for a demand of its own, which Odoo follows
                continue
            surplus = line._get_qty_procurement() - line.product_qty
            open_moves = line._get_outgoing_incoming_moves()[1].filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            for move in open_moves.sorted("id", reverse=True):
                if not line._construction_is_some(surplus):
                    break
                asked = float(
                    move.product_uom._construction_said_in(move.product_uom_qty, line.product_uom_id)
                )
                part = min(surplus, asked)
                surplus -= part
                if line._construction_compare(part, asked) >= 0:
                    ended |= move
                    continue
                move.product_uom_qty -= line.product_uom_id._compute_quantity(
                    part, move.product_uom, rounding_method="HALF-UP"
                )
                reduced |= move
        ended._action_cancel()
        reduced._action_assign()

    def _construction_line_label(self):
        """What a person knows the line by."""
        self.ensure_one()
        return (
            self._construction_line_key() or (self.name or self.product_id.name or "?").splitlines()[0][:60]
        )

    def _construction_taken(self, besides=None):
        """Quantity taken by bills that are posted or cleared to post, in the order's unit.

        :param besides: account.move whose own lines do not count
        :return: dict order line → Decimal
        """
        rows = self._construction_billed_rows(besides)
        return {
            line: line._construction_quantity_sign() * line._construction_net(rows[line]).quantity
            for line in self
        }

    def _construction_line_states(self, keys=None):
        """What was ordered, received and billed, as the pure rules take it.

        :param dict keys: line → what the event calls it, where that is not the line's own key
        """
        keys = keys or {}
        billed = self._construction_taken()
        return [
            LineState(
                keys.get(line) or line.construction_external_line,
                denoised(line.product_qty),
                denoised(line.qty_received),
                billed[line],
                line.product_uom_id._construction_slack(
                    line.move_ids.product_uom | line.sudo().invoice_lines.product_uom_id
                ),
            )
            for line in self
        ]
