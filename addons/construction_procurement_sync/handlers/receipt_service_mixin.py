# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models

from odoo.addons.construction_sync.errors import Choice, DuplicateFound
from odoo.addons.construction_sync.lib.keys import fold
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import KEEP

from ..models.stock_picking import NOTE_DAYS
from .procurement_mixin import BUYER
from .receipt_same_note_mixin import SAME_NOTE, UNDO

# an event may tell of a receipt so long after it
LATE_DAYS = 60
# and be dated so far ahead of the clock
AHEAD_DAYS = 2


class ConstructionReceiptServiceMixin(models.AbstractModel):
    """One paper at two orders, where it tells of services: no transfer bears its number."""

    # apart from goods, which transfers bring: of services only the message says what came
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _tell_same_note(self, works):
        result = super()._tell_same_note(works)
        told = self._told_of_services(works)
        for work in works:
            others = self._same_paper(work, told)
            if others and not any(error.question == SAME_NOTE for error in work.told):
                work.tell(self._same_service_note(work, others))
        return result

    def _check_other_stands(self, work, known):
        order = self._order_behind(known.record)
        work.resolved = {"order": order, "receipt": known.record}
        if self._same_paper(work, self._told_of_services([work])):
            return None
        return super()._check_other_stands(work, known)

    def _told_of_services(self, works):
        """What receipts mean at the suppliers' orders of services of which something came lately."""
        orders = [work.resolved["order"].with_env(self.env) for work in works]
        suppliers = self.env["res.partner"].union(
            *(order.partner_id.commercial_partner_id for order in orders)
        )
        first = min(self._came_at(work.resolved["order"], work.data) for work in works)
        # what was received is written then, and no receipt lies more than two days ahead of that
        lines = self.env["purchase.order.line"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "child_of", suppliers.ids),
                ("qty_received_method", "=", "manual"),
                ("write_date", ">=", first - timedelta(days=NOTE_DAYS + AHEAD_DAYS)),
            ],
            order="id",
        )
        found = lines.order_id.sorted("id")
        told = self._receipts_of(found) if found else self.env["construction.crosswalk"]
        alive = {
            model: set(self.env[model].browse(entries.mapped("res_id")).exists().ids)
            for model, entries in told.grouped("res_model").items()
        }
        return told.filtered(lambda entry: entry.res_id in alive[entry.res_model])

    def _same_paper(self, work, told):
        """Other orders of the supplier at which a paper of this number was received within 30 days.

        Where both brought goods it is seen by their transfers.
        """
        order = work.resolved["order"].with_env(self.env)
        supplier, moment = order.partner_id.commercial_partner_id, self._came_at(order, work.data)
        note, near = _note_of(work.data), timedelta(days=NOTE_DAYS)
        found = order.browse()
        for entry in told:
            message = entry.content_message_id
            if not message or message.occurred_at < moment - near - timedelta(days=LATE_DAYS):
                continue
            record = self.env[entry.res_model].browse(entry.res_id)
            behind = self._order_behind(record)
            if (
                behind == order
                or behind.partner_id.commercial_partner_id != supplier
                or self._is_moved(record)
            ):
                continue
            data = message._payload()
            if _note_of(data) == note and abs(self._came_at(behind, data) - moment) <= near:
                found |= behind
        if not self._is_moved(work.resolved["receipt"]):
            found |= self._moved_at(order, supplier, note, moment, near)
        return found

    def _came_at(self, order, data):
        """When a receipt came, in UTC: a plain date is a day at the job of its order."""
        return self._utc(self._job_of(order), data["received_at"])

    def _is_moved(self, record):
        """Whether what a receipt's key means is a transfer that brought goods of it."""
        return record._name == "stock.picking" and record.state == "done"

    def _moved_at(self, order, supplier, note, moment, near):
        pickings = self.env["stock.picking"].search(
            [
                ("construction_note_key", "=", note),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "done"),
                ("date_done", ">=", moment - near),
                ("date_done", "<=", moment + near),
            ],
            order="id",
        )
        pickings = pickings.filtered(
            lambda p: p.partner_id.commercial_partner_id == supplier and not p._construction_went_back()
        )
        return pickings.purchase_id - order

    def _same_service_note(self, work, others):
        order = work.resolved["order"].with_env(self.env)
        return DuplicateFound(
            self.env._(
                "Delivery note %(note)s of %(supplier)s was received at order %(other)s too, and now at "
                "order %(order)s. Both are received: look whether it is one delivery.",
                note=work.data.get("delivery_note") or work.data["receipt"],
                supplier=order.partner_id.commercial_partner_id.display_name,
                other=listed(self.env, others.mapped("name")),
                order=order.name,
            ),
            cause_key=f"same_note:{self._work_key(work)}",
            severity="medium",
            question=SAME_NOTE,
            choices=[
                Choice(UNDO, self.env._("One delivery: give this one back"), BUYER),
                Choice(KEEP, self.env._("Two deliveries: both stand"), BUYER),
            ],
            owner=self._buyer_of(order),
            job=work.job,
            partner=order.partner_id,
            record=work.resolved["receipt"].with_env(self.env),
        )


def _note_of(data):
    return fold(data.get("delivery_note") or data["receipt"])
