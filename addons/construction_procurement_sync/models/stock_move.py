# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.construction_job_cost.lib.quantity import exact
from odoo.addons.construction_sync.models.construction_event_handler import at_work
from odoo.addons.stock_account.models.stock_move import VALUATION_DICT

from ..lib.at_once import at_once
from ..lib.going_back import Moved, came_again, net
from .account_move_payable import POSTING

ORDERS = "construction_procurement_sync.group_service_order"
RECEIPTS = "stock.group_stock_user"


class StockMove(models.Model):
    _inherit = "stock.move"

    def _set_value(self, correction_quantity=None):
        """What a bill says of the value of goods is written with it, by people who move none."""
        posting = self.env.context.get("construction_posting") is POSTING
        known = at_once(self.env)
        if known is not None:
            valued = self.env["product.value"].sudo().search([("move_id", "in", self.ids)]).move_id
            known.unvalued.update((self - valued.with_env(self.env)).ids)
        return super(StockMove, self.sudo() if posting else self)._set_value(correction_quantity)

    def _get_manual_value(self, quantity, at_date=None):
        """A move that is done at this moment has no value by hand yet: its lines are not asked one by one."""
        known = at_once(self.env)
        if known is None or self.id not in known.unvalued:
            return super()._get_manual_value(quantity, at_date)
        return dict(VALUATION_DICT)

    def _trigger_scheduler(self):
        """Look for reordering rules only of products that have one: Odoo looks for each move."""
        rules = self.env["stock.warehouse.orderpoint"].search(
            [("product_id", "in", self.product_id.ids), ("trigger", "=", "auto")]
        )
        ruled = self.filtered(lambda move: move.product_id in rules.product_id) if rules else self.browse()
        return super(StockMove, ruled)._trigger_scheduler()

    def _do_unreserve(self):
        """What persons prepared keeps what it has while an event returns other goods of the same moves."""
        known = at_once(self.env)
        kept = self.filtered(lambda move: known and move.id in known.reserved)
        return super(StockMove, self - kept)._do_unreserve()

    def _construction_prepared(self):
        """What persons have open to send back of these done moves, and did not validate yet."""
        back = self.returned_move_ids
        found = back.filtered(lambda move: move.state not in ("done", "cancel"))
        found = found.filtered(lambda move: move._construction_meant() > 0)
        # what came back of a return may be sent back once more
        again = back.filtered(lambda move: move.state == "done").returned_move_ids
        again = again.filtered(lambda move: move.state == "done")
        return found | again._construction_prepared() if again else found

    def _construction_prepared_again(self):
        """What persons have open to take back of what was returned of these moves, and did not validate."""
        done = self.returned_move_ids.filtered(lambda move: move.state == "done")
        # to send a return back is to take goods in again
        found = done._construction_prepared() if done else done
        return found.filtered(lambda move: not move._is_purchase_return())

    def _construction_first(self):
        """The moves of which these are returns, or returns of returns."""
        above = self.origin_returned_move_id
        first = self.filtered(lambda move: not move.origin_returned_move_id)
        return first | above._construction_first() if above else first

    def _construction_meant(self):
        """What an open move will move, in its unit: what it asks for, or more where somebody said more."""
        self.ensure_one()
        return max(self.product_uom_qty, self.quantity)

    def _construction_net(self):
        """What is left of a done move, in its unit: less its returns, and with what came back of them."""
        return net(self._construction_moved(self.product_uom))

    def _construction_net_stored(self):
        """The same as its quantity and those of its returns are rounded: what may go back in stock."""
        self.ensure_one()
        gone = sum(
            (
                move.product_uom._construction_said_in(move._construction_net_stored(), self.product_uom)
                for move in self.returned_move_ids
            ),
            exact(0),
        )
        return (exact(self.quantity) if self.state == "done" else exact(0)) - gone

    def _construction_came_again(self):
        """What came back of the returns of a done move, in its unit."""
        return came_again(self._construction_moved(self.product_uom))

    def _construction_moved(self, unit):
        self.ensure_one()
        done = self.product_uom._construction_said_in(self.quantity, unit) + self._construction_beyond(unit)
        returns = tuple(move._construction_moved(unit) for move in self.returned_move_ids)
        return Moved(float(done) if self.state == "done" else 0.0, returns)

    def _construction_first_hand(self):
        """Those of these moves that bring goods of their own: neither a return nor what comes back of one."""
        return self.filtered(lambda move: not (move.origin_returned_move_id or move._is_purchase_return()))

    # --- a correction that waits for what becomes of a return -----------------------------

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._construction_resume_back()
        return moves

    def write(self, vals):
        result = super().write(vals)
        if "product_uom_qty" in vals:
            self._construction_resume_back()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self._construction_resume_back()
        return result

    def _construction_resume_back(self):
        """Send round again what asks about these returns beside a correction of what they return."""
        orders = self.sudo().origin_returned_move_id.picking_id.purchase_id
        if orders:
            self.env["construction.exception"]._construction_resume_prepared(orders)

    def _action_done(self, cancel_backorder=False):
        user = self.env.user
        if not self.env.su and user.has_group(ORDERS) and not user.has_group(RECEIPTS):
            raise AccessError(self.env._("%s orders goods; it does not receive them.", user.name))
        moves = super()._action_done(cancel_backorder)
        moves.purchase_line_id._construction_touch()
        if not at_work(self.env):
            # an event looks once it has noted what it brought
            moves.purchase_line_id._construction_cure_bills()
        back = moves.filtered(lambda move: move._is_purchase_return())
        if back:
            back.purchase_line_id._construction_look_at_rest()
        return moves
