# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_job_cost.exceptions import PeriodLocked
from odoo.addons.construction_sync.exceptions import ClosedPeriod, DuplicateFound, InvalidData, Variance
from odoo.addons.construction_sync.lib.keys import document_key

from ..tools import concat, decimal


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
    _document_kind = "receipt"

    def _reference_keys(self, data):
        yield "receipt", self._document_key(data)
        yield "order", document_key(data["order"])
        yield from self._line_reference_keys(data["lines"])

    def _document_key(self, data):
        return document_key(data["order"], data["receipt"])

    def _resolve(self, work):
        data = work.data
        known = self._ref(work, "receipt", self._work_key(work), required=False)
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
                    cause_key=f"not_ordered:{self._work_key(work)}",
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
            cause_key=f"over_delivery:{document_key(work.data['order'])}",
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
        if not fresh:
            return
        try:
            with self.env["construction.cost.entry"]._posted_together():
                self._receive(fresh)
        except PeriodLocked as error:
            first = fresh[0]
            raise ClosedPeriod(
                str(error),
                error.date,
                error.proposed_date,
                job=first.job,
                record=first.resolved["order"],
            ) from error

    def _receive(self, works):
        # one recordset, whose records are read together
        orders = self.env["purchase.order"].browse([work.resolved["order"].id for work in works])
        for work, order in zip(works, orders, strict=True):
            work.resolved["order"] = self._dated(work, order, work.resolved["date"])
        self._receive_goods(works)
        for work in works:
            self._receive_services(work.resolved["order"], work.resolved["good"])
        final = [work.resolved["order"] for work in works if work.data.get("final")]
        if final:
            self._close_short(concat(final))
        receipts = {self._work_key(work): work.resolved["receipt"].with_env(self.env) for work in works}
        self._bind_many(works[0], "receipt", receipts)
        for work in works:
            work.trace(work.resolved["receipt"])
            work.trace(work.resolved["order"], "update")
        self._tell_same_note(works)
        bills = orders.order_line.invoice_lines.move_id.filtered("construction_on_hold")
        if bills:
            self.env["construction.message"]._resume_for_records(bills)

    def _tell_same_note(self, works):
        """One paper at two orders: both are received, and a buyer is asked whether that is right."""
        by_picking = {
            work.resolved["receipt"]: work
            for work in works
            if work.resolved["receipt"]._name == "stock.picking" and work.resolved["receipt"].state == "done"
        }
        if not by_picking:
            return
        for picking, others in concat(by_picking).with_env(self.env)._construction_same_note().items():
            work = next(w for p, w in by_picking.items() if p.id == picking.id)
            work.tell(self._same_note(work, picking, others))

    def _same_note(self, work, picking, others):
        return DuplicateFound(
            self.env._(
                "Delivery note %(note)s of %(supplier)s was received at order %(other)s too, and now at "
                "order %(order)s. Both are received: look whether it is one delivery.",
                note=picking.construction_delivery_note or picking.construction_external_key,
                supplier=picking.partner_id.commercial_partner_id.display_name,
                other=", ".join(others.purchase_id.mapped("name")),
                order=picking.purchase_id.name,
            ),
            cause_key=f"same_note:{self._work_key(work)}",
            severity="medium",
            job=work.job,
            partner=picking.partner_id,
            record=picking,
        )

    def _receive_goods(self, works):
        """Validate the transfers with what came, all of them at once.

        A work's ``receipt`` is then its transfer, or the open one, or the order.
        """
        quantities, by_moment = {}, {}
        for work in works:
            order, good = work.resolved["order"], work.resolved["good"]
            if self._has_no_transfer(order, good):
                # the line was closed short by a later receipt whose message came first
                order._create_picking()
            moves = self._open_moves(order)
            taken = self._take(moves, good)
            quantities.update(taken)
            pickings = moves.browse().concat(*taken).picking_id
            by_moment.setdefault(work.resolved["moment"], []).append(pickings)
            work.resolved["receipt"] = pickings[:1] or moves.picking_id[:1] or order
            self._note_receipt(work)
        if quantities:
            self._validate(quantities)
        for moment, pickings in by_moment.items():
            concat(pickings).write({"date_done": moment})

    def _validate(self, quantities):
        """Have the transfers of some moves done with what came: {move: quantity}."""
        taken = concat(quantities)
        for quantity, moves in taken.grouped(quantities.get).items():
            moves.quantity = quantity
        (self._open_moves(taken.purchase_line_id.order_id) - taken).write({"picked": False})
        taken.write({"picked": True})
        taken.picking_id._action_done()
        left = self._open_moves(taken.purchase_line_id.order_id)
        left.filtered("purchase_line_id.construction_closed_short")._action_cancel()

    def _open_moves(self, orders):
        return orders.order_line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

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
        """Share the quantities out over the open moves of their lines.

        :return: {move: quantity in its unit}
        """
        taken = {}
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
                taken[move] = line.product_uom_id._compute_quantity(
                    part, move.product_uom, rounding_method="HALF-UP"
                )
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

    def _note_receipt(self, work):
        receipt, refused = work.resolved["receipt"], work.resolved["refused"]
        if receipt._name != "stock.picking":
            if refused:
                receipt.message_post(body="\n".join(refused))
            return
        data = work.data
        texts = [text for text in (receipt.construction_refused, *refused) if text]
        receipt.write(
            {
                "construction_external_key": data["receipt"],
                "construction_occurred_at": work.resolved["moment"],
                "construction_received_by": data["received_by"],
                "construction_delivery_note": data.get("delivery_note") or False,
                "construction_refused": "\n".join(texts) or False,
            }
        )
        if refused:
            receipt.message_post(body=self.env._("Not accepted: %s", "; ".join(refused)))

    def _receive_services(self, order, good):
        for line, quantity in good.items():
            if line.qty_received_method == "manual":
                line.with_env(order.env).qty_received += quantity

    def _close_short(self, orders):
        """Nothing more will come: end the open transfers and what is committed for them."""
        self._open_moves(orders)._action_cancel()
        short = orders.order_line.filtered(
            lambda line: not line.display_type and decimal(line.qty_received) < decimal(line.product_qty)
        )
        short._construction_close_short()
