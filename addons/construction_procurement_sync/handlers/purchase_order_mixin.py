# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_master_sync.lib.revisions import APPLY, SUPERSEDED, order_of
from odoo.addons.construction_sync.errors import Hold, InvalidData, Superseded, WaitingFor
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import (
    ANOTHER,
    CONTENT,
    CORRECTION,
    OTHER,
    REPEAT,
    Known,
)

from .procurement_mixin import BUYER

RELEASED = "released_order"
CANCELLED = "procurement.purchase_order.cancelled"


class ConstructionPurchaseOrderMixin(models.AbstractModel):
    """What the events of purchase orders share: reading, versions, release."""

    _name = "construction.purchase.order.mixin"
    _inherit = "construction.procurement.mixin"
    _description = "Purchase Order Event Handler"
    # approvals, and what stops them; all of an order in one lane
    _event_lane = "critical"
    _event_group = "construction_procurement_sync.group_service_order"
    _event_priority = 20
    _document_kind = "order"
    _document_groups = BUYER

    def _reference_keys(self, data):
        yield "order", self._document_key(data)
        yield "job", data.get("job")
        yield "supplier", data.get("supplier")
        yield from self._line_reference_keys(data.get("lines", ()))

    def _check_revision(self, work, order, entry=None):
        """Say whether this version is to be applied.

        :return: "apply" or "repeat"
        :raises Superseded: when a newer one stands
        """
        applied = self._applied_revision(work, order, entry)
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
        """An order stands at a revision of its own; of one revision its content is compared.

        One that was born here has no revision of others: what it says is compared.
        """
        if order.sudo().construction_merged_ids:
            said = entry and entry.content_hash == self._content_of(work)[0]
            return REPEAT if said or self._was_applied(work, order) else OTHER
        unsaid = self._is_born_here(order) and not (entry and entry.content_hash)
        if unsaid or self._is_ours(entry):
            return self._verdict_unsaid(work, order)
        if self._check_revision(work, order, entry) == APPLY:
            return CORRECTION
        return self._verdict_of_content(work, entry, order, self._content_of(work)[0])

    def _is_born_here(self, order):
        return bool(order) and not order.construction_external_key

    def _is_ours(self, entry):
        """Whether a source knows an order by the company's own number only, and never spoke of it."""
        return bool(entry) and entry.source_id.kind == "company"

    def _know_elsewhere(self, work, known, model):
        """Of several orders of one number, the one that is meant."""
        if work.apart or work.decided(CONTENT).code == ANOTHER:
            return known
        entry = self._order_entry(work, work.data["order"])
        if not entry or entry == known.entry:
            return known
        work.key = entry.key
        record = self.env[model].browse(entry.res_id)
        return Known(record, self._verdict(work, entry, record), entry)

    def _know_answered(self, work, known, model):
        """Which of several orders of one number is meant was found or asked before."""
        if work.apart or not self._order_entry(work, work.data["order"]):
            return super()._know_answered(work, known, model)
        kept = self._kept_before(work, known)
        return self._repeats(work, known, kept) if kept else known

    def _check_not_merged(self, work, order):
        """:raises InvalidData: for what an event says of one of several orders that are one here"""
        merged = order.sudo().construction_merged_ids
        if merged:
            raise InvalidData(
                self.env._(
                    "%(event)s (%(number)s): order %(order)s holds %(merged)s since they were merged here, "
                    "and what an event says of one of them cannot be done to all. Change the order by hand, "
                    "then ignore this.",
                    event=work.message.type_label,
                    number=work.data["order"],
                    order=order.name,
                    merged=listed(self.env, merged.mapped("name")),
                ),
                cause_key=f"merged:order:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
                groups=BUYER,
                **self._document_info(work, order),
            )

    def _check_ours_stands(self, work, order):
        """:raises WaitingFor: for an order born here that a person took back: a person confirms it anew"""
        if self._is_born_here(order) and order.state in ("draft", "sent", "to approve"):
            raise WaitingFor(
                RELEASED,
                self._work_key(work),
                self.env._("Order %s was made here and is not confirmed: a person confirms it.", order.name),
                **self._document_info(work, order),
            )

    def _verdict_unsaid(self, work, order):
        return OTHER if self._differs_from_order(work, order) else REPEAT

    def _content_differences(self, work, known):
        if known.before is None and known.record:
            return self._differs_from_order(work, known.record)
        return super()._content_differences(work, known)

    def _differs_from_order(self, work, order):
        """Rows of label, what the order says, what the event says."""
        if not work.data.get("lines"):
            return []
        header, lines = self._read_order(work)
        supplier = self.env["res.partner"].browse(header["partner_id"])
        currency = self.env["res.currency"].browse(header["currency_id"])
        rows = []
        if supplier.commercial_partner_id != order.partner_id.commercial_partner_id:
            rows.append([self.env._("Supplier"), order.partner_id.display_name, supplier.display_name])
        if currency != order.currency_id:
            rows.append([self.env._("Currency"), order.currency_id.name, currency.name])
        existing = self._lines_by_key(order, lines)
        self._keep_types(work, existing, lines)
        self._less_substituted(work, order, existing, lines, asks=False)
        for key in [*existing, *(key for key in lines if key not in existing)]:
            rows += self._line_differences(key, existing.get(key), lines.get(key))
        return rows

    def _line_differences(self, key, row, vals):
        label = self.env._("Line %s", key)
        if vals is None:
            return (
                [[label, f"{row.product_qty:g} {row.product_uom_id.name} {row.name}", ""]]
                if row.product_qty
                else []
            )
        uom = self.env["uom.uom"].browse(vals["product_uom_id"])
        if row is None:
            return [[label, "", f"{vals['product_qty']:g} {uom.name} {vals['name']}"]]
        product = self.env["product.product"].browse(vals["product_id"])
        pairs = [
            (self.env._("item"), row.product_id.display_name, product.display_name),
            (
                self.env._("quantity"),
                row.product_uom_id._construction_words(denoised(row.product_qty)),
                uom._construction_words(denoised(vals["product_qty"])),
            ),
            (self.env._("price"), _plain(row._construction_net_price()), _plain(vals["price_unit"])),
        ]
        return [[f"{label}, {name}", before, after] for name, before, after in pairs if before != after]

    def _ask_which(self, work, known):
        """The error that asks a buyer which of two contents of one revision stands."""
        order = known.record
        return self._other_content(
            work,
            known,
            self.env._("Order %s", order.name),
            choices=self._choices_on(work, known),
            **self._document_info(work, order),
        )

    def _choices_on(self, work, known):
        """What a buyer may say of other content under a known number."""
        return self._document_choices

    # --- what became of it ------------------------------------------------------

    def _words_of(self, work):
        return self.env._("Order %s", work.data["order"])

    def _document_info(self, work, order):
        return {
            "job": work.job or self._job_of(order),
            "partner": order.partner_id,
            "record": order,
            "owner": self._buyer_of(order),
        }

    def _is_open(self, order):
        return order.state in ("draft", "sent", "to approve")

    def _fallen(self, work, order):
        """A cancellation that an event said stands; one by hand is a person's, who is asked."""
        if order.state != "cancel" or self._cancelled_outside(order):
            return ""
        return self.env._(
            "%(record)s was cancelled here by %(user)s on %(date)s.", **self._done_by_hand(order)
        )

    def _left_open(self, work):
        """An order that was never released, and that nothing else asks about, is a buyer's to see to."""
        found = []
        for order in self._left_behind(work, "purchase.order").filtered(self._is_open):
            sentence = self.env._(
                "Order %s stays unreleased, though its last message was set aside. Complete and confirm "
                "it, or cancel it.",
                order.name,
            )
            info = self._document_info(work, order)
            found.append(Hold(sentence, cause_key=f"kept:order:{self._work_key(work)}", **info))
        return found

    def _cancelled_outside(self, order):
        """The events that cancelled an order."""
        links = (
            self.env["construction.message.record"]
            .sudo()
            .search([("res_model", "=", order._name), ("res_id", "=", order.id)])
        )
        return links.message_id.filtered(lambda message: message.type_name == CANCELLED)

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
        said = line.get("cost_type") and self._cost_type(work, line["cost_type"])
        uom = self._uom(work, line["uom"])
        item = self._line_item(work, line)
        # an order may lack codings: it stays a draft until a person has chosen them
        code = (
            self._cost_code(work, line["cost_code"], f"{pointer}/cost_code")
            if line.get("cost_code")
            else self._code_decided(work, line)
        )
        cost_type = said or self._line_type(work, line, item, code)
        product = item or self._product(work, None, uom, cost_type)
        self._check_unit(work, product, uom, f"{pointer}/uom")
        planned = line.get("needed_by") or work.data["ordered_at"]
        return {
            "construction_external_line": line["line"],
            "construction_agreed": True,
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
            "cost_code_id": code.id,
            "cost_type_id": cost_type.id,
        }

    def _keep_types(self, work, existing, lines):
        """Lines whose type the event leaves unsaid keep the one they have, as long as their code stays.

        What is usual may have changed since they were ordered; the general product of what has no item
        follows the type.
        """
        for line in work.data["lines"]:
            row, vals = existing.get(line["line"]), lines[line["line"]]
            if not row or line.get("cost_type") or row.cost_code_id.id != vals["cost_code_id"]:
                continue
            del vals["cost_type_id"]
            if not line.get("item") and row.product_id._construction_is_direct():
                vals["product_id"] = row.product_id.id

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

    def _order_date(self, work, order, date):
        """The date on which this changes the commitment: its own, or the next open one on a person's word.

        :raises PeriodLocked: when its own falls in a locked period and nobody said so
        """
        return self._open_date(
            work,
            date,
            self.env._("The event of order %s", order.name or work.data["order"]),
            BUYER,
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


def _plain(number):
    return f"{denoised(number).normalize():f}"
