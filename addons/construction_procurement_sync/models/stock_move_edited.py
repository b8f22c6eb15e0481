# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.construction_sync.models.construction_event_handler import at_work

# of a move or a row of it, what it brought hangs on these
MOVED = {
    "location_dest_id",
    "location_id",
    "lot_ids",
    "move_line_ids",
    "origin_returned_move_id",
    "product_id",
    "product_uom",
    "purchase_line_id",
    "quantity",
    "state",
    "to_refund",
}
ROW = {"move_id", "product_id", "product_uom_id", "quantity", "state"}
TRANSFER = {"location_dest_id", "location_id", "move_ids", "move_line_ids"}


class StockMoveEdited(models.Model):
    """A done move that is edited, or made, by hand brings something else than it did."""

    # apart from what is moved: that a person writes over it is another idea
    _inherit = "stock.move"  # pylint: disable=consider-merging-classes-inherited

    def _action_done(self, cancel_backorder=False):
        with self.env["purchase.order.line"]._construction_received_apart():
            return super()._action_done(cancel_backorder)

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if at_work(self.env):
            return moves
        done = moves.filtered(lambda move: move.state == "done" and move.purchase_line_id)
        if done:
            with done.purchase_line_id._construction_received_together() as noted:
                for line in done.purchase_line_id:
                    # it is there by now: what there was without it is not known
                    noted.setdefault(line.id, 0.0)
        return moves

    def write(self, vals):
        if not MOVED & vals.keys() or at_work(self.env):
            return super().write(vals)
        edited = self if vals.get("state") == "done" else self.filtered(lambda move: move.state == "done")
        if not edited:
            return super().write(vals)
        lines = self.env["purchase.order.line"]
        with lines._construction_received_together() as noted:
            lines |= edited.sudo().purchase_line_id.with_env(self.env)
            lines |= lines.browse(vals.get("purchase_line_id") or ())
            lines._construction_note_received_before(noted)
            return super().write(vals)


class StockMoveLineEdited(models.Model):
    # the same for what a move consists of
    _inherit = "stock.move.line"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["stock.move"].browse([vals["move_id"] for vals in vals_list if vals.get("move_id")])
        done = moves.browse() if at_work(self.env) else moves.filtered(lambda move: move.state == "done")
        if not done:
            return super().create(vals_list)
        with self.env["purchase.order.line"]._construction_received_together() as noted:
            done.purchase_line_id._construction_note_received_before(noted)
            return super().create(vals_list)

    def write(self, vals):
        if not ROW & vals.keys() or at_work(self.env):
            return super().write(vals)
        moves = self.move_id | self.move_id.browse(vals.get("move_id") or ())
        done = moves.filtered(lambda move: move.state == "done")
        if not done:
            return super().write(vals)
        with self.env["purchase.order.line"]._construction_received_together() as noted:
            done.purchase_line_id._construction_note_received_before(noted)
            return super().write(vals)


class StockPickingEdited(models.Model):
    # the same for the transfer, in whose form they are written
    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        if not TRANSFER & vals.keys() or at_work(self.env):
            return super().write(vals)
        with self.env["purchase.order.line"]._construction_received_together():
            return super().write(vals)
