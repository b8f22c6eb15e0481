# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_job_cost.exceptions import PeriodLocked
from odoo.addons.construction_sync.exceptions import ClosedPeriod, InvalidData, Variance

from ..tools import decimal


class ProcurementDeliveryReceived(models.AbstractModel):
    """What came in good order is received; the rest of the order stays open.

    A receipt is one transfer of the order. Damaged or rejected goods are noted on it
    and never reach stock.
    """

    _name = "construction.handler.procurement.delivery.received"
    _inherit = "construction.procurement.mixin"
    _description = "Delivery received"
    _event_type = "procurement.delivery.received"
    _event_priority = 30

    def _reference_keys(self, data):
        yield "receipt", data["receipt"]
        yield "order", data["order"]
        yield from self._line_reference_keys(data["lines"])

    def _resolve(self, work):
        data = work.data
        known = self._ref(work, "receipt", data["receipt"], required=False)
        if known:
            return {"known": known}
        order = self._released_order(work, data["order"])
        self._unique_lines(work, data["lines"])
        date = self._job_date(work.job, data["received_at"])
        self._check_open(
            work,
            date,
            self.env._("Receipt %s", data["receipt"]),
            partner=order.partner_id,
            record=order,
        )
        good, refused = self._read_lines(work, order)
        self._check_over_delivery(work, order, good)
        return {
            "known": None,
            "order": order,
            "date": date,
            "moment": self._utc(work.job, data["received_at"]),
            "good": good,
            "refused": refused,
        }

    def _read_lines(self, work, order):
        """Quantities by order line, in the order's unit, and what was refused as text."""
        good, refused = {}, []
        for number, line in enumerate(work.data["lines"]):
            pointer = f"/lines/{number}"
            order_line = self._order_line(work, order, line, pointer)
            if not order_line:
                raise InvalidData(
                    self.env._(
                        "Line %(line)s of receipt %(receipt)s is on no line of order %(order)s.",
                        line=line["line"],
                        receipt=work.data["receipt"],
                        order=order.name,
                    ),
                    pointer,
                    cause_key=f"not_ordered:{work.data['receipt']}",
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                )
            uom = self._uom(work, line["uom"])
            self._check_unit(work, order_line.product_id, uom, f"{pointer}/uom")
            quantity = self._quantity(line["quantity"], f"{pointer}/quantity")
            if line["condition"] == "good":
                converted = uom._compute_quantity(float(quantity), order_line.product_uom_id, round=False)
                good[order_line] = good.get(order_line, 0.0) + converted
            else:
                refused.append(
                    f"{line['condition']}: {quantity.normalize():f} {uom.name} "
                    f"{order_line.name} (line {order_line.construction_external_line})"
                )
        return good, refused

    def _check_over_delivery(self, work, order, good):
        over = {
            line: (decimal(line.qty_received) + decimal(quantity), decimal(line.product_qty))
            for line, quantity in good.items()
            if decimal(line.qty_received + quantity) > decimal(line.product_qty)
        }
        if not over:
            return
        details = ", ".join(
            self.env._(
                "line %(line)s: %(received)s received of %(ordered)s %(unit)s ordered",
                line=line.construction_external_line or line.name,
                received=f"{received.normalize():f}",
                ordered=f"{ordered.normalize():f}",
                unit=line.product_uom_id.name,
            )
            for line, (received, ordered) in over.items()
        )
        raise Variance(
            self.env._(
                "Receipt %(receipt)s delivers more than order %(order)s asks for: %(details)s. "
                "Change the order or correct the receipt.",
                receipt=work.data["receipt"],
                order=order.name,
                details=details,
            ),
            cause_key=f"over_delivery:{work.data['order']}",
            job=work.job,
            partner=order.partner_id,
            record=order,
            figures={
                line.construction_external_line or line.name: f"{received} > {ordered}"
                for line, (received, ordered) in over.items()
            },
        )

    # --- applying -------------------------------------------------------------

    def _apply(self, works):
        fresh = [work for work in works if work.resolved["known"] is None]
        orders = [work.resolved["order"] for work in fresh]
        if len(set(orders)) < len(orders):
            # two subjects for one order: apart, each sees what the other has received
            raise InvalidData(self.env._("Two deliveries of one order in one batch."))
        for work in fresh:
            self._receive(work)

    def _receive(self, work):
        found = work.resolved
        order = self._dated(work, found["order"], found["date"])
        try:
            receipt = self._receive_goods(work, order)
            self._receive_services(order, found["good"])
            if work.data.get("final"):
                self._close_short(order)
            # now, and not when the transaction ends: a locked period stops this receipt alone
            order.order_line._construction_post_cost()
        except PeriodLocked as error:
            raise ClosedPeriod(
                str(error), error.date, error.proposed_date, job=work.job, record=order
            ) from error
        self._bind(work, "receipt", work.data["receipt"], receipt.with_env(self.env))
        work.trace(receipt)
        work.trace(order, "update")
        bills = order.order_line.invoice_lines.move_id.filtered("construction_on_hold")
        if bills:
            self.env["construction.message"]._resume_for_records(bills.with_env(self.env))

    def _receive_goods(self, work, order):
        """Validate the transfer with what came. :return: it, or the open one, or the order"""
        found = work.resolved
        if self._has_no_transfer(order, found["good"]):
            # the line was closed short by a later receipt whose message came first
            order._create_picking()
        moves = self._open_moves(order)
        taken = self._take(moves, found["good"])
        picking = taken.picking_id[:1] or moves.picking_id[:1]
        if picking:
            self._note_receipt(work, picking)
        if taken:
            (moves - taken).write({"picked": False})
            taken.write({"picked": True})
            pickings = taken.picking_id.with_context(skip_sanity_check=True)
            pickings._action_done()
            pickings.write({"date_done": found["moment"]})
            self._open_moves(order).filtered("purchase_line_id.construction_closed_short")._action_cancel()
        elif found["refused"] and not picking:
            order.message_post(body="\n".join(found["refused"]))
        return picking or order

    def _open_moves(self, order):
        return order.order_line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _has_no_transfer(self, order, good):
        """Whether a line of goods was closed short and has no open transfer any more."""
        moves = self._open_moves(order)
        return any(
            line.construction_closed_short
            and line.qty_received_method == "stock_moves"
            and line not in moves.purchase_line_id
            for line in good
        )

    def _take(self, moves, good):
        """Put the quantities on the open moves of their lines. :return: the moves used"""
        taken = moves.browse()
        for line, quantity in good.items():
            if line.qty_received_method != "stock_moves":
                continue
            rest = quantity
            for move in moves.filtered(lambda m, line=line: m.purchase_line_id == line):
                asked = move.product_uom._compute_quantity(
                    move.product_uom_qty, line.product_uom_id, round=False
                )
                part = min(rest, asked)
                if line.product_uom_id.compare(part, 0.0) <= 0:
                    break
                move.quantity = line.product_uom_id._compute_quantity(
                    part, move.product_uom, rounding_method="HALF-UP"
                )
                taken |= move
                rest -= part
            if line.product_uom_id.compare(rest, 0.0) > 0:
                raise InvalidData(
                    self.env._(
                        "Order %(order)s has no open transfer for %(rest)s of line %(line)s.",
                        order=line.order_id.name,
                        rest=rest,
                        line=line.construction_external_line,
                    ),
                    cause_key=f"no_transfer:{line.order_id.name}",
                    record=line.order_id,
                )
        return taken

    def _note_receipt(self, work, picking):
        data = work.data
        refused = [text for text in (picking.construction_refused, *work.resolved["refused"]) if text]
        picking.write(
            {
                "construction_external_key": data["receipt"],
                "construction_occurred_at": work.resolved["moment"],
                "construction_received_by": data["received_by"],
                "construction_delivery_note": data.get("delivery_note") or False,
                "construction_refused": "\n".join(refused) or False,
            }
        )
        if work.resolved["refused"]:
            picking.message_post(body=self.env._("Not accepted: %s", "; ".join(work.resolved["refused"])))

    def _receive_services(self, order, good):
        for line, quantity in good.items():
            if line.qty_received_method == "manual":
                line.with_env(order.env).qty_received += quantity

    def _close_short(self, order):
        """Nothing more will come: end the open transfers and what is committed for them."""
        self._open_moves(order)._action_cancel()
        short = order.order_line.filtered(
            lambda line: not line.display_type and decimal(line.qty_received) < decimal(line.product_qty)
        )
        short._construction_close_short()
