# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.exceptions import Hold, InvalidData, Superseded
from odoo.addons.construction_sync.models.construction_event_document import CORRECTION

from ..lib.revisions import APPLY, SUPERSEDED, order_of
from .procurement_mixin import BUYER

RELEASED = "released_order"


class ConstructionPurchaseOrderMixin(models.AbstractModel):
    """What the events of purchase orders share: reading, versions, release."""

    _name = "construction.purchase.order.mixin"
    _inherit = "construction.procurement.mixin"
    _description = "Purchase Order Event Handler"
    # approvals, and what stops them; all of an order in one lane
    _event_lane = "critical"
    _event_priority = 20
    _document_kind = "order"
    _document_groups = BUYER

    def _reference_keys(self, data):
        yield "order", self._document_key(data)
        yield "job", data.get("job")
        yield "supplier", data.get("supplier")
        yield from self._line_reference_keys(data.get("lines", ()))

    def _check_revision(self, work, order):
        """Say whether this version is to be applied.

        :return: "apply" or "repeat"
        :raises Superseded: when a newer one stands
        """
        applied = order.construction_revision if order else None
        verdict = order_of(applied, work.data.get("revision"))
        if verdict == SUPERSEDED:
            raise Superseded(
                self.env._(
                    "Order %(order)s already stands at revision %(applied)s.",
                    order=order.name,
                    applied=applied,
                )
            )
        return verdict

    def _verdict(self, work, entry, order):
        """An order stands at a revision of its own; of one revision its content is compared."""
        if self._check_revision(work, order) == APPLY:
            return CORRECTION
        return self._verdict_of_content(work, entry, order, self._content_of(work)[0])

    def _ask_which(self, work, known):
        """The error that asks a buyer which of two contents of one revision stands."""
        order = known.record
        return self._other_content(
            work,
            known,
            self.env._("Order %s", order.name),
            job=work.job,
            partner=order.partner_id,
            record=order,
            owner=self._buyer_of(order),
        )

    # --- reading --------------------------------------------------------------

    def _read_order(self, work):
        """Resolve all that an order event names.

        :return: (header values, {line key: line values})
        """
        data = work.data
        job = self._job(work, data["job"])
        supplier = self._supplier(work, data["supplier"])
        self._unique_lines(work, data["lines"])
        ordered_on = self._job_date(job, data["ordered_at"])
        header = {
            "partner_id": supplier.id,
            "currency_id": self._currency(work, data["currency"], ordered_on, partner=supplier).id,
            "date_order": self._utc(job, data["ordered_at"]),
            "construction_order_job_id": job.id,
            "construction_revision": data.get("revision") or 0,
            "construction_occurred_at": work.message.occurred_at,
        }
        lines = {
            line["line"]: self._prepare_order_line_vals(work, line, f"/lines/{number}")
            for number, line in enumerate(data["lines"])
        }
        return header, lines

    def _prepare_order_line_vals(self, work, line, pointer):
        job = work.job
        cost_type = self._cost_type(work, line.get("cost_type"))
        uom = self._uom(work, line["uom"])
        product = self._product(work, line.get("item"), uom, cost_type)
        self._check_unit(work, product, uom, f"{pointer}/uom")
        planned = line.get("needed_by") or work.data["ordered_at"]
        return {
            "construction_external_line": line["line"],
            "name": line["description"],
            "product_id": product.id,
            "product_qty": float(self._quantity(line["quantity"], f"{pointer}/quantity")),
            "product_uom_id": uom.id,
            "price_unit": float(self._decimal(line["unit_price"], f"{pointer}/unit_price")),
            "discount": 0.0,
            # the order's prices are net; taxes come with the bill
            "tax_ids": [(6, 0, [])],
            "date_planned": self._utc(job, planned),
            "construction_job_id": job.id,
            "cost_code_id": self._cost_code(work, line.get("cost_code"), f"{pointer}/cost_code").id,
            "cost_type_id": cost_type.id,
        }

    def _check_same_party(self, work, order, header):
        """An order keeps its supplier and currency; another one is another order."""
        for name in ("partner_id", "currency_id"):
            if order[name].id != header[name]:
                raise InvalidData(
                    self.env._(
                        "Order %(order)s is with %(known)s; a change cannot make it %(new)s. "
                        "Cancel it and send a new order.",
                        order=order.name,
                        known=order[name].display_name,
                        new=order[name].browse(header[name]).display_name,
                    ),
                    "/supplier" if name == "partner_id" else "/currency",
                    cause_key=f"party:{self._work_key(work)}",
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                )

    def _check_order_open(self, work, order, date):
        """:raises ClosedPeriod: when what this does to the commitment falls in a locked period"""
        self._check_open(
            work,
            date,
            self.env._("The event of order %s", order.name or work.data["order"]),
            partner=order.partner_id,
            record=order,
        )

    def _check_not_locked(self, work, order):
        """:raises Hold: when a person locked the order, so that nothing of it changes"""
        if order._construction_is_locked_by_hand():
            raise Hold(
                self.env._(
                    "Order %(order)s is locked by %(user)s: unlock it and replay, or ignore this event.",
                    order=order.name,
                    user=order.construction_locked_by_id.name or order.write_uid.name,
                ),
                cause_key=f"locked:{self._work_key(work)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
                owner=order.construction_locked_by_id or None,
            )

    # --- release --------------------------------------------------------------

    def _release(self, work, order, alone=True):
        """Confirm the order if policy and budget let it; else park the message."""
        ordered_on = self._job_date(work.job, work.data["ordered_at"])
        if order.state != "purchase":
            self._check_order_open(work, order, ordered_on)
        order = self._dated(work, order, ordered_on)
        stop = order._construction_release(alone)
        if stop:
            # what is not released is pending, as of the day it was ordered
            order.order_line._construction_post_cost()
            work.park(stop)
            return
        # a crosswalk entry, so that what waits in a concurrent transaction is released too
        self._bind(work, RELEASED, self._work_key(work), order.with_env(self.env))
