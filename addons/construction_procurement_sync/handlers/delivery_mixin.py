# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_job_cost.lib.quantity import exact, rounded
from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.words import listed

from ..lib.at_once import AT_ONCE, AtOnce
from ..lib.going_back import shares
from ..tools import concat


class ConstructionDeliveryMixin(models.AbstractModel):
    """How goods move: onto the open transfers of an order, and back on a return."""

    _name = "construction.delivery.mixin"
    _inherit = "construction.procurement.mixin"
    _description = "Delivery Event Handler"

    def _receive_goods(self, works):
        """Validate the transfers with what came, all of them at once.

        A work's ``receipt`` is then its transfer, or the open one, or the order.
        """
        quantities, by_moment = {}, {}
        for work in works:
            order, good = work.resolved["order"], work.resolved["good"]
            self._open_transfers(order, good)
            moves = self._open_moves(order)
            taken = self._take(moves, good)
            quantities.update(taken)
            # what a person prepared to take back of a return is, by this event, a receipt of its own
            again = moves.browse().concat(*taken).filtered("origin_returned_move_id")
            again.origin_returned_move_id = False
            pickings = moves.browse().concat(*taken).picking_id
            by_moment.setdefault(work.resolved["moment"], []).append(pickings)
            work.resolved["receipt"] = pickings[:1] or moves.picking_id[:1] or order
            work.resolved["brought"] = bool(pickings)
            self._note_receipt(work)
        for moment, pickings in by_moment.items():
            self._plan_openly(concat(pickings), moment)
        if quantities:
            self._validate(quantities)
        for moment, pickings in by_moment.items():
            concat(pickings).write({"date_done": moment})

    def _validate(self, quantities):
        """Have the transfers of some moves done with what came: {move: quantity}."""
        taken = concat(quantities).with_context(**{AT_ONCE: AtOnce()})
        for quantity, moves in taken.grouped(quantities.get).items():
            moves.quantity = quantity
        open_moves = self._open_moves(taken.purchase_line_id.order_id)._construction_first_hand()
        (open_moves - taken).write({"picked": False})
        taken.write({"picked": True})
        taken.picking_id._action_done()
        left = self._open_moves(taken.purchase_line_id.order_id)._construction_first_hand()
        left.filtered("purchase_line_id.construction_closed_short")._action_cancel()

    def _lock_stock(self, order):
        """Lock, before the work, what the goods of an order will change in stock.

        What others changed since this transaction began shows now, and it is tried again at once; what they
        receive from now on does not undo minutes of work at its end.
        """
        moves = self._open_moves(order)
        products = moves.product_id.filtered("is_storable")
        if products:
            places = moves.location_id | moves.location_dest_id | moves.move_line_ids.location_dest_id
            self.env["stock.quant"]._construction_lock(products, places)

    def _plan_openly(self, pickings, moment):
        """Plan transfers for when they come, where they were planned for a day that is locked since."""
        locked = pickings.filtered(lambda picking: picking._is_date_in_lock_period())
        if locked:
            locked.write({"scheduled_date": moment})

    def _open_moves(self, orders):
        """What is expected still: of the orders, and last what a person prepared to take back of a return.

        A return that a person prepared brings nothing, and is theirs to end.
        """
        moves = orders.order_line.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move._is_purchase_return()
        )
        return moves.sorted(lambda move: bool(move.origin_returned_move_id))

    def _open_transfers(self, order, good):
        """Open a transfer for what comes on lines that have none for it any more.

        It was closed short by a later receipt whose message came first, cancelled or closed by hand, or
        goods were returned and come again. More than was ordered gets none.
        """
        moves = self._open_moves(order)
        by_line = moves.grouped("purchase_line_id")
        lines = order.order_line.browse()
        for line, quantity in good.items():
            if line.qty_received_method != "stock_moves":
                continue
            asked = sum(
                move.product_uom._construction_said_in(move.product_uom_qty, line.product_uom_id)
                for move in by_line.get(line, ())
            )
            left = line.product_qty - line._get_qty_procurement()
            if line._construction_compare(asked, quantity) < 0 and line._construction_is_some(left):
                lines |= line
        if not lines:
            return
        picking = moves.picking_id[:1]
        if not picking:
            # as the order does when it is confirmed
            picking = self.env["stock.picking"].sudo().create(order._prepare_picking())
        fresh = lines._create_stock_moves(picking.sudo(False))._action_confirm()
        fresh._action_assign()

    def _take(self, moves, good):
        """Share the quantities out over the open moves of their lines.

        :return: {move: quantity in its unit}
        """
        taken, by_line = {}, moves.grouped("purchase_line_id")
        for line, quantity in good.items():
            if line.qty_received_method != "stock_moves":
                continue
            own = by_line.get(line, moves.browse())
            unit = own[:1].product_uom or line.product_uom_id
            rest, beyond = line._construction_more(quantity, unit)
            for move in own:
                part = min(rest, move.product_uom._construction_said_in(move.product_uom_qty, unit))
                if part <= 0:
                    break
                said = unit._construction_said_in(part, move.product_uom)
                taken[move] = float(rounded(said, unit._construction_digits()))
                rest -= part
            if beyond and own:
                own[0].construction_beyond += float(beyond)
            if unit._construction_compare(rest, 0) > 0:
                raise InvalidData(
                    self.env._(
                        "Order %(order)s has no open transfer for %(rest)s of line %(line)s.",
                        order=line.order_id.name,
                        rest=f"{rest.normalize():f} {unit.name}",
                        line=line._construction_line_label(),
                    ),
                    cause_key=f"no_transfer:{line.order_id.name}",
                    record=line.order_id,
                )
        return taken

    def _receive_services(self, order, good):
        for line, quantity in good.items():
            if line.qty_received_method == "manual":
                # this one figure of the order, which receipts may not write otherwise
                line.with_env(order.env).sudo()._construction_serve(quantity)

    def _close_short(self, orders):
        """Nothing more will come: end the open transfers and what is committed for them."""
        self._open_moves(orders)._construction_first_hand()._action_cancel()
        short = orders.order_line.filtered(
            lambda line: (
                not line.display_type and line._construction_compare(line.qty_received, line.product_qty) < 0
            )
        )
        short._construction_close_short()

    # --- giving back ------------------------------------------------------------

    def _give_back(self, order, less, own, moment):
        """Return what was received too much.

        :param dict less: {order line: quantity in its unit}
        :param own: the transfers of the receipt, which give back first
        :return: the returns
        """
        for line, quantity in less.items():
            if line.qty_received_method == "manual":
                line.with_env(order.env).sudo()._construction_serve(-quantity)
        returns = order.env["stock.picking"]
        for picking, quantities in self._share_returns(order, less, own).items():
            # a further return has Odoo let go of what is reserved of the goods: by persons to send them
            # back, which stays, and to bring them on within the stock
            prepared = picking.move_ids._construction_prepared()
            onward = picking.move_ids.move_dest_ids - prepared
            onward = onward.filtered(lambda move: move.state in ("assigned", "partially_available"))
            kept = AtOnce(reserved=set(prepared.ids))
            wizard = order.env["stock.return.picking"].with_context(**{AT_ONCE: kept})
            wizard = wizard.create({"picking_id": picking.id})
            for row in wizard.product_return_moves:
                row.quantity = quantities.get(row.move_id, (0.0, 0.0))[0]
            back = wizard._create_return()
            for move in back.move_ids:
                _stored, beyond = quantities[move.origin_returned_move_id]
                vals = {"construction_beyond": beyond} if beyond else {}
                move.write({"quantity": move.product_uom_qty, "picked": True, **vals})
            self._plan_openly(back, moment)
            back._action_done()
            back.write({"date_done": moment})
            onward._action_assign()
            returns |= back
        return returns

    def _share_returns(self, order, less, own):
        """From which transfers the goods go back, the receipt's own and the latest first.

        What persons have prepared to send back of a transfer is left to them as far as others have enough.

        :return: {transfer: {move: (quantity, what goes back beyond it)}}
        """
        found = {}
        for line, quantity in less.items():
            if line.qty_received_method != "stock_moves":
                continue
            unit = line.product_uom_id
            done = line.with_env(order.env).move_ids.filtered(lambda move: move.state == "done")
            # what came back of a return is there of what was returned
            done = done._construction_first_hand().sorted(lambda m: (m.picking_id in own, m.id), reverse=True)
            parts = [
                (
                    move.product_uom._compute_quantity(move._construction_net(), unit, round=False),
                    self._prepared_by_line(move._construction_prepared()).get(line, 0.0),
                )
                for move in done
            ]
            given = shares(quantity, parts, line._construction_is_some)
            some = [(move, part) for move, part in zip(done, given, strict=True) if part]
            for move, *figures in self._round_back(line, some):
                found.setdefault(move.picking_id, {})[move] = figures
        return found

    def _round_back(self, line, parts):
        """Round what goes back of several moves so that together it is what the line receives less.

        :param parts: [(move, quantity in the line's unit)]
        :return: [(move, quantity in its unit, what goes back beyond it)]
        """
        if not parts:
            return
        unit = parts[0][0].product_uom
        left = -line._construction_more(-sum(part for _move, part in parts), unit)[0]
        for number, (move, part) in enumerate(parts):
            there = move._construction_net_stored()
            said = line.product_uom_id._construction_said_in(part, move.product_uom)
            if move.product_uom._construction_compare(said, move._construction_net()) == 0:
                # all that is there of it
                stored = there
            elif number + 1 == len(parts):
                stored = min(there, unit._construction_said_in(left, move.product_uom))
            else:
                stored = min(there, rounded(said, unit._construction_digits()))
            left -= move.product_uom._construction_said_in(stored, unit)
            yield move, float(stored), float(said - stored)

    def _prepared_by_line(self, moves):
        """What open returns mean to send back: {order line: quantity in its unit}."""
        prepared = {}
        for move in moves:
            line = move.origin_returned_move_id.purchase_line_id
            meant = move.product_uom._compute_quantity(
                move._construction_meant(), line.product_uom_id, round=False
            )
            prepared[line] = prepared.get(line, 0.0) + meant
        return prepared

    def _coming_again_words(self, transfers):
        """A sentence on what persons have open to take back of returns of these, or an empty one."""
        pickings = transfers.move_ids._construction_prepared_again().picking_id
        if not pickings:
            return ""
        return self.env._(
            "Prepared here and not validated: %s, which takes returned goods back. Validate or cancel it "
            "first: this is asked anew then.",
            listed(self.env, pickings.mapped("name")),
        )

    def _cannot_go_back(self, less, ended=None):
        """Sentences on what was billed or is no longer in stock of goods that should go back.

        :param dict less: {order line: quantity in its unit}
        :param ended: moves of open returns that are cancelled for it
        """
        problems = []
        billed = concat(less)._construction_taken() if less else {}
        for line, quantity in less.items():
            left = exact(line.qty_received) - exact(quantity)
            label = line._construction_line_label()
            if line._construction_compare(billed[line], left) > 0:
                taken = line.product_uom_id._construction_words(billed[line])
                problems.append(self.env._("line %(line)s: %(billed)s billed", line=label, billed=taken))
            elif problem := self._not_in_stock(line, quantity, ended):
                problems.append(problem)
        return problems

    def _not_in_stock(self, line, quantity, ended=None):
        """A sentence where less is in stock than goes back and is prepared to go back, or an empty one."""
        if line.qty_received_method != "stock_moves" or not line.product_id.is_storable:
            return ""
        done = line.move_ids.filtered(lambda move: move.state == "done")
        there = sum(
            line.product_id.with_context(location=place.id).qty_available
            for place in done.location_dest_id.filtered(lambda place: place.usage == "internal")
        )
        open_returns = done._construction_first_hand()._construction_prepared()
        prepared = self._prepared_by_line(open_returns - (ended or open_returns.browse())).get(line, 0.0)
        unit = line.product_id.uom_id
        wanted, aside = (
            line.product_uom_id._compute_quantity(part, unit, round=False)
            for part in (quantity + prepared, prepared)
        )
        if unit._construction_compare(there, wanted, line.product_uom_id) >= 0:
            return ""
        words = {"line": line._construction_line_label(), "there": unit._construction_words(denoised(there))}
        if not aside:
            return self.env._("line %(line)s: %(there)s still in stock", **words)
        words["prepared"] = unit._construction_words(denoised(aside))
        return self.env._(
            "line %(line)s: %(there)s still in stock, and %(prepared)s are prepared to go back", **words
        )
