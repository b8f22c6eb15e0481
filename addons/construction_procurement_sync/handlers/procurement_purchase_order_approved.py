# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, models

from odoo.addons.construction_sync.exceptions import InvalidData

from ..lib.revisions import REPEAT


class ProcurementPurchaseOrderApproved(models.AbstractModel):
    """An order approved outside still passes the budget and the approval policy here."""

    _name = "construction.handler.procurement.purchase_order.approved"
    _inherit = "construction.purchase.order.mixin"
    _description = "Purchase order approved"
    _event_type = "procurement.purchase_order.approved"

    def _resolve(self, work):
        key = self._work_key(work)
        order = self._ref(work, "order", key, model="purchase.order", required=False)
        verdict = self._check_revision(work, order)
        if order:
            work.job = order.construction_order_job_id
            if verdict != REPEAT:
                raise InvalidData(
                    self.env._(
                        "Order %(order)s was approved before; a later version of it comes as a change.",
                        order=order.name,
                    ),
                    "/revision",
                    cause_key=f"approved_twice:{key}",
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                )
            return {"order": order}
        header, lines = self._read_order(work)
        return {"order": order, "vals": self._prepare_order_vals(work, header, lines)}

    def _prepare_order_vals(self, work, header, lines):
        data = work.data
        supplier = self.env["res.partner"].browse(header["partner_id"])
        return {
            **header,
            "name": data["order"],
            "origin": data.get("request") or False,
            "company_id": self.env.company.id,
            "user_id": work.job.user_id.id,
            "payment_term_id": supplier.property_supplier_payment_term_id.id,
            "construction_external_key": data["order"],
            "order_line": [Command.create(vals) for vals in lines.values()],
        }

    _undoes = True

    def _undo(self, work):
        """An order that was never released is cancelled; a released one stays."""
        orders = self._created(work, "purchase.order")
        undone = {}
        for order in orders.filtered(lambda found: found.state in ("draft", "sent", "to approve")):
            order.button_cancel()
            undone[order] = self.env._("Order %s was cancelled.", order.name)
        return undone

    def _apply(self, works):
        new = [work for work in works if not work.resolved["order"]]
        if new:
            self._require_distinct(new)
            orders = self.env["purchase.order"].create([work.resolved["vals"] for work in new])
            for work, order in zip(new, orders, strict=True):
                work.resolved["order"] = order
                work.trace(order)
            # an order that is released at once was never pending
            self.env.flush_all()
            orders.order_line._construction_forget_cost_change()
            self._bind_many(
                works[0],
                "order",
                {self._work_key(work): work.resolved["order"] for work in new},
            )
        for work in works:
            order = work.resolved["order"]
            if order.state == "cancel":
                continue
            self._release(work, order, alone=len(works) == 1)
