# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time

from odoo import models
from odoo.fields import Date

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_job_cost.errors import BudgetExceeded
from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import NEW, OTHER, REPEAT

from ..errors import Variance
from ..tools import concat
from .large_document_mixin import MANY_LINES
from .named_line_mixin import OrderRows
from .procurement_mixin import BUYER

CONTROLLER = "construction_base.group_cost_controller"


class ProcurementDeliveryReceived(models.AbstractModel):
    """What came in good order is received; the rest of the order stays open.

    A receipt is one transfer of the order. Damaged or rejected goods are noted on it
    and never reach stock.
    """

    _name = "construction.handler.procurement.delivery.received"
    _inherit = "construction.receipt.correction.mixin"
    _description = "Delivery received"
    _event_group = "construction_procurement_sync.group_service_receipt"
    _event_type = "procurement.delivery.received"
    _event_priority = 30
    _document_kind = "receipt"
    _document_fields = ("order", "supplier", "receipt")
    _document_groups = BUYER
    # goods that are there are received, also where the item, its code or its job was archived meanwhile
    _takes_archived = True

    def _reference_keys(self, data):
        yield "receipt", self._document_key(data)
        yield "order", data.get("order") and document_key(data["order"])
        yield "supplier", data.get("supplier")
        yield from self._line_reference_keys(data["lines"])

    def _document_key(self, data):
        if data.get("order"):
            return document_key(data["order"], data["receipt"])
        # a place of its own, for an order and a supplier may have one name
        return document_key(None, data["supplier"], data["receipt"])

    def _resolve(self, work):
        data = work.data
        known = self._know(work)
        undo = self._is_to_undo(work, known)
        first = self._first_to_undo(work, known)
        if not undo and not first and (known.verdict == REPEAT or self._was_undone(work, known)):
            return {"known": known}
        # from here on its job is known, by which its day is read
        order = self._order_of(work)
        if undo:
            self._check_other_stands(work, known)
        if len(data["lines"]) >= MANY_LINES:
            self._lock_stock(order)
        self._unique_lines(work, data["lines"])
        self._check_same_order(work, known, order)
        if known.verdict == OTHER:
            info = self._document_info(work, known.record)
            raise self._other_content(work, known, self._words_of(work), **info)
        date = self._job_date(work.job, data["received_at"])
        date, moment = self._posting_date(work, date, order)
        if first:
            found = {"known": known, "order": order, "date": date, "moment": moment}
            transfers = first.union(*(picking._construction_of_receipt() for picking in first))
            prepared = self._check_prepared(work, order, transfers, self._standing(transfers))
            return {**found, "first": first, "late": [], "prepared": prepared}
        good, refused = ({}, []) if undo else self._read_lines(work, order, data["lines"])
        less = {}
        elsewhere = self._ordered_elsewhere(known, order)
        if undo:
            less = self._all_of(work, order, known)
        elif known.verdict != NEW and not elsewhere:
            good, less = self._difference(work, order, known, good)
        prepared = None
        if known.verdict != NEW and (good or less or elsewhere):
            transfers = self._transfers_of(work, known)
            back = self._standing(transfers) if elsewhere else less
            prepared = self._check_prepared(work, order, transfers, back)
        by_hand = self._received_by_hand(work, order, known, good) if good and not undo else None
        if by_hand:
            good = by_hand.left(good)
        self._check_over_delivery(work, order, good)
        late = [line for line in good if line.construction_closed_short]
        if less and not undo:
            self._check_going_back(work, order, less, prepared)
        return {
            "known": known,
            "undo": undo,
            "elsewhere": elsewhere,
            "by_hand": by_hand,
            "prepared": prepared,
            "order": order,
            "date": date,
            "moment": moment,
            "good": good,
            "less": less,
            "late": late,
            "refused": refused,
        }

    def _order_of(self, work):
        """The order that the goods came for: the one that is named, else the one that a person chose.

        :raises Undecided: when the receipt names none, with the orders that it may be of
        """
        data = work.data
        if data.get("order"):
            return self._released_order(work, data["order"])
        if data.get("job"):
            self._job(work, data["job"])
        supplier = self._supplier(work, data["supplier"])
        return self._chosen_order(
            work,
            supplier,
            self.env._(
                "Receipt %(receipt)s of %(supplier)s", receipt=data["receipt"], supplier=supplier.name
            ),
            BUYER,
        )

    def _posting_date(self, work, date, order):
        """The day on which it costs, and the moment of its transfers: its own or the next open ones.

        :return: (date, moment)
        """
        what = self.env._(
            "Receipt %(receipt)s of order %(order)s (job %(job)s)",
            receipt=work.data["receipt"],
            order=order.name,
            job=work.job.display_name if work.job else "-",
        )
        info = {"partner": order.partner_id, "record": order}
        date = self._open_date(work, date, what, BUYER, **info)
        moment = self._utc(work.job, work.data["received_at"])
        if "stock_moves" not in order.order_line.mapped("qty_received_method"):
            return date, moment
        # Odoo dates a transfer by the day in UTC, and first by now: goods move on no day to come
        day = min(date, moment.date())
        locks = self.env.company._get_lock_date_violations(day, sale=False, purchase=False, tax=False)
        opened = self._open_in_books(work, date, locks, what, BUYER, day, latest=Date.today(), **info)
        if locks:
            moment = datetime.combine(opened, time(12))
        return opened, moment

    def _read_lines(self, work, order, lines):
        """Quantities by order line, in the order's unit, and what was refused as text."""
        good, refused = {}, []
        rows = OrderRows(order)
        for number, line in enumerate(lines):
            pointer = f"/lines/{number}"
            order_line = self._order_line(work, rows, line, pointer)
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
            quantity = self._decimal(line["quantity"], f"{pointer}/quantity")
            returned = self._is_returned(work, line)
            if line["condition"] == "good" and not returned:
                converted = uom._construction_said_in(quantity, order_line.product_uom_id)
                good[order_line] = good.get(order_line, 0.0) + float(converted)
            else:
                condition = self.env._("returned, not what was ordered") if returned else line["condition"]
                refused.append(
                    f"{condition}: {quantity.normalize():f} {uom.name} "
                    f"{order_line.name} (line {order_line._construction_line_label()})"
                )
        return good, refused

    def _check_over_delivery(self, work, order, good):
        over = {
            line: (denoised(line.qty_received) + denoised(quantity), denoised(line.product_qty))
            for line, quantity in good.items()
            if line._construction_compare(line.qty_received + quantity, line.product_qty) > 0
        }
        if not over:
            return
        details = listed(
            self.env, [line._construction_over_label(received) for line, (received, _ordered) in over.items()]
        )
        raise Variance(
            self.env._(
                "Receipt %(receipt)s delivers more than order %(order)s asks for: %(details)s. "
                "Change the order or correct the receipt.",
                receipt=work.data["receipt"],
                order=order.name,
                details=details,
            ),
            cause_key=f"over_delivery:{document_key(order.construction_external_key or order.name)}",
            job=work.job,
            partner=order.partner_id,
            record=order,
            figures={
                line._construction_line_label(): " > ".join(
                    map(line.product_uom_id._construction_words, found)
                )
                for line, found in over.items()
            },
        )

    # --- applying -------------------------------------------------------------

    def _apply(self, works):
        self._bind_as_sent(works)
        self._claim(works)
        moving = [work for work in works if "order" in work.resolved]
        by_hand = [work for work in moving if work.resolved.get("by_hand")]
        fresh = [work for work in moving if work.resolved["known"].verdict == NEW and work not in by_hand]
        orders = [work.resolved["order"] for work in moving]
        if len(set(orders)) < len(orders):
            # two subjects for one order: apart, each sees what the other has received
            raise InvalidData(self.env._("Two deliveries of one order in one batch."))
        if not moving:
            return
        with self.env["construction.cost.entry"]._posted_together():
            if fresh:
                self._receive(fresh)
            for work in moving:
                self._cancel_prepared(work)
                if work in by_hand:
                    self._take_by_hand(work)
                elif work.resolved.get("first"):
                    self._give_back_first(work)
                elif work not in fresh:
                    self._correct_receipt(work)

    def _receive(self, works):
        # one recordset, whose records are read together
        orders = self.env["purchase.order"].browse([work.resolved["order"].id for work in works])
        for work, order in zip(works, orders, strict=True):
            work.resolved["order"] = self._dated(work, order, work.resolved["date"])
        self._move_goods(works)
        final = [work.resolved["order"] for work in works if work.data.get("final")]
        if final:
            self._close_short(concat(final))
        receipts = {self._work_key(work): work.resolved["receipt"].with_env(self.env) for work in works}
        # of two receipts of nothing but refused goods both mean the open transfer
        self._bind_many(works[0], "receipt", receipts, share=True)
        self._note_content(works)
        for work in works:
            self._bind_at_order(work)
            work.trace(work.resolved["receipt"])
            work.trace(work.resolved["order"], "update")
        self._tell_same_note(works)
        self._tell_after_final(works)
        self._resume_bills(orders)

    def _resume_bills(self, orders):
        bills = orders.order_line.invoice_lines.move_id.filtered("construction_on_hold")
        if bills:
            self.env["construction.message"]._resume_for_records(bills)

    def _move_goods(self, works):
        self._receive_goods(works)
        for work in works:
            self._receive_services(work.resolved["order"], work.resolved["good"])

    def _tell_after_final(self, works):
        """Goods after a delivery that was to be the last one are received, and somebody is told."""
        for work in works:
            order, late = work.resolved["order"], work.resolved["late"]
            if late:
                work.tell(
                    Variance(
                        self.env._(
                            "Receipt %(receipt)s brought goods of order %(order)s after its last delivery "
                            "(line %(lines)s). They are received.",
                            receipt=work.data["receipt"],
                            order=order.name,
                            lines=listed(self.env, (line._construction_line_label() for line in late)),
                        ),
                        cause_key=f"after_final:{self._work_key(work)}",
                        severity="low",
                        job=work.job,
                        partner=order.partner_id,
                        record=order,
                        owner=self._buyer_of(order),
                    )
                )
                self._tell_budget_passed(work, order, late)

    def _tell_budget_passed(self, work, order, late):
        """What closing a line short gave back to the budget may be spent: then cost control is told."""
        ordered = order.with_env(self.env).sudo()
        lines = ordered.order_line.filtered(lambda line: line.id in {found.id for found in late})
        requests = {ordered: ordered._construction_budget_requests(lines)}
        short = ordered._construction_find_short(requests).get(ordered)
        if not short:
            return
        figures = [ordered._construction_shortage_figures(shortage) for shortage in short]
        work.tell(
            BudgetExceeded(
                self.env._(
                    "Receipt %(receipt)s brought goods of order %(order)s after it was closed short, and the "
                    "budget has no room for them any more. They are received: have it revised.",
                    receipt=work.data["receipt"],
                    order=order.name,
                ),
                cause_key=f"after_final_budget:{self._work_key(work)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
                groups=CONTROLLER,
                figures={
                    " / ".join(
                        row[name] for name in ("job", "cost_code", "cost_type") if row[name]
                    ): self.env._(
                        "%(requested)s more, %(available)s available",
                        requested=ordered.company_id.currency_id.format(row["requested"]),
                        available=ordered.company_id.currency_id.format(row["available"]),
                    )
                    for row in figures
                },
            )
        )

    def _note_receipt(self, work):
        receipt, refused = work.resolved["receipt"], work.resolved["refused"]
        if receipt._name != "stock.picking":
            if refused:
                # a note on the order, which receipts may not write otherwise
                receipt.sudo().message_post(body="\n".join(refused))
            return
        data = work.data
        texts = [text for text in (receipt.construction_refused, *refused) if text]
        vals = {"construction_refused": "\n".join(texts) or False}
        if work.resolved["brought"]:
            # else it is the open transfer, of which nothing came: whoever receives it says whose it is
            vals.update(
                construction_external_key=self._receipt_number(work),
                construction_came_for_id=self._part_of(work, work.resolved["order"]).id,
                construction_occurred_at=work.resolved["moment"],
                construction_received_by=data["received_by"],
                construction_delivery_note=data.get("delivery_note") or False,
            )
        receipt.write(vals)
        if refused:
            receipt.message_post(body=self.env._("Not accepted: %s", listed(self.env, refused, "; ")))
