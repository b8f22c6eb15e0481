# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, models

from odoo.addons.construction_sync.models.construction_event_document import (
    ANOTHER,
    KEEP,
    NEW,
    OTHER,
    REPEAT,
    REPLACE,
)


class ProcurementPurchaseOrderApproved(models.AbstractModel):
    """An order approved outside still passes the budget and the approval policy here.

    Approved again, in a higher revision or with other content that a buyer lets stand, it is a
    change like any other.
    """

    _name = "construction.handler.procurement.purchase_order.approved"
    _inherit = "construction.handler.procurement.purchase_order.changed"
    _description = "Purchase order approved"
    _event_type = "procurement.purchase_order.approved"
    _event_priority = 20
    # that an order was approved is a fact: what came of it since is told by its changes
    _event_whole = False
    _document_choices = (REPLACE, KEEP, ANOTHER)

    def _resolve(self, work):
        known = self._know(work, "purchase.order")
        order = known.record
        if known.verdict == NEW:
            self._open_job(work, work.data["job"])
            header, lines = self._read_order(work)
            self._hold_budget(lines)
            return {"order": order, "vals": self._prepare_order_vals(work, header, lines)}
        work.job = self._job_of(order)
        if known.verdict != REPEAT:
            self._check_not_merged(work, order)
        if known.verdict == OTHER:
            raise self._ask_which(work, known)
        if not known.kept:
            self._check_ours_stands(work, order)
        adopts = self._is_born_here(order) or self._is_ours(known.entry)
        if known.verdict == REPEAT:
            adopts = adopts and not known.kept
            return {"order": order, "repeat": True, "kept": known.kept, "adopts": adopts}
        return {**self._resolve_change(work, order), "adopts": adopts}

    def _choices_on(self, work, known):
        """A number of one source names one order, unless something tells a second one apart.

        What follows names no more than the number: two orders that differ in nothing else could not be told
        apart by it. An order of another party cannot be written over this one.
        """
        if self._is_ours(known.entry) or self._is_read_otherwise(work):
            # as it came it may name another supplier or job
            return (REPLACE, KEEP, ANOTHER)
        supplier = self._ref_of(work, "supplier", "res.partner")
        party = supplier.commercial_partner_id == known.record.partner_id.commercial_partner_id
        if not party or work.data["currency"] != known.record.currency_id.name:
            return (KEEP, ANOTHER)
        return (REPLACE, KEEP) if self._fits_order(work, known.record) else (REPLACE, KEEP, ANOTHER)

    def _prepare_order_vals(self, work, header, lines):
        data = work.data
        supplier = self.env["res.partner"].browse(header["partner_id"])
        return {
            **header,
            **self._prepare_number_vals(work),
            "origin": data.get("request") or False,
            "company_id": self.env.company.id,
            "user_id": self._person_behind(work).id,
            "payment_term_id": supplier.property_supplier_payment_term_id.id,
            "order_line": [Command.create(vals) for vals in lines.values()],
        }

    _undoes = True

    def _undo(self, work):
        """An order that was never released is cancelled; a released one stays."""
        orders = self._own(work, "purchase.order")
        undone = super()._undo(work)
        for order in orders.filtered(lambda found: found.state in ("draft", "sent", "to approve")):
            order.button_cancel()
            undone[order] = self.env._("Order %s was cancelled.", order.name)
        return undone

    def _apply(self, works):
        new = [work for work in works if not work.resolved["order"]]
        if new:
            self._create_orders(new)
        for work in works:
            order = work.resolved["order"]
            if "diff" in work.resolved:
                self._apply_change(work)
                continue
            if work.resolved.get("adopts"):
                self._adopt(work, order)
            if order.state != "cancel" and not work.resolved.get("kept"):
                released = order.state == "purchase"
                self._release(work, order, alone=len(works) == 1)
                if work.resolved.get("repeat") and order.state == "purchase" and not released:
                    # what held it up under another number has nothing left to do
                    self.env["construction.message"]._resume_for_records(order)

    def _create_orders(self, works):
        self._require_distinct(works)
        self._require_warehouse()
        orders = self.env["purchase.order"].create([work.resolved["vals"] for work in works])
        for work, order in zip(works, orders, strict=True):
            work.resolved["order"] = order
            work.trace(order)
        # an order that is released at once was never pending
        self.env.flush_all()
        orders.order_line._construction_forget_cost_change()
        bound = {self._work_key(work): work.resolved["order"] for work in works}
        self._bind_many(works[0], "order", bound)
        self._note_content(works)
