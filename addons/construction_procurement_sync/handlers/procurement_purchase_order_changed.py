# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.errors import InvalidData
from odoo.addons.construction_sync.lib.keyform import clean
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import (
    KEEP,
    OTHER,
    REPEAT,
    REPLACE,
)
from odoo.addons.construction_sync.models.construction_event_handler import REFS

from ..errors import Variance
from ..lib.order_diff import diff_order
from ..models.purchase_order import HANDLING

CHANGE = "construction.order.change"


class ProcurementPurchaseOrderChanged(models.AbstractModel):
    """The whole order as it now stands; what was received or billed stays."""

    _name = "construction.handler.procurement.purchase_order.changed"
    _inherit = "construction.purchase.order.mixin"
    _description = "Purchase order changed"
    _event_type = "procurement.purchase_order.changed"
    _event_priority = 21
    # a change of an order is never another order
    _document_choices = (REPLACE, KEEP)
    _event_whole = True

    def _resolve(self, work):
        order = self._known_order(work, work.data["order"])
        known = self._know(work, "purchase.order")
        # another one under the same number, where a person said that it is of that
        order = known.record or order
        if known.verdict != REPEAT:
            self._check_not_merged(work, order)
        if known.verdict == OTHER:
            raise self._ask_which(work, known)
        if not known.kept:
            self._check_ours_stands(work, order)
        if known.verdict == REPEAT:
            return {"order": order, "repeat": True, "kept": known.kept}
        # what a person lets a source write is the source's to speak of from now on
        return {**self._resolve_change(work, order), "adopts": self._is_ours(known.entry)}

    def _resolve_change(self, work, order):
        if order.state == "cancel" and not (self._fallen(work, order) and self._is_anew(work)):
            raise InvalidData(
                self.env._("Order %s is cancelled.", order.name),
                cause_key=f"cancelled:{self._work_key(work)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        self._check_not_locked(work, order)
        read = self._read_change(work, order)
        if order.state == "purchase":
            self._check_coded(work, order, read["lines"])
            self._order_date(work, order, self._event_date(work))
        return {**read, "repeat": False}

    def _read_change(self, work, order):
        """Resolve what an event says of an order, and what of the order's lines that changes.

        :raises Variance: where it orders less than is there
        """
        header, lines = self._read_order(work)
        self._hold_budget(lines)
        self._check_same_party(work, order, header)
        existing = self._lines_by_key(order, lines)
        self._keep_left(order, existing, lines, header)
        self._keep_types(work, existing, lines)
        self._less_substituted(work, order, existing, lines)
        current = order.order_line.browse([line.id for line in existing.values()])
        keys = {line: key for key, line in existing.items()}
        # before quantities: those of another unit are no figures of the line
        self._check_kept_lines(work, order, keys, lines)
        diff = diff_order(
            current._construction_line_states(keys),
            {key: denoised(vals["product_qty"]) for key, vals in lines.items()},
        )
        if diff.too_low:
            units = {key: line.product_uom_id for line, key in keys.items()}
            raise self._too_low(work, order, diff.too_low, units)
        return {"order": order, "header": header, "lines": lines, "diff": diff}

    def _too_low(self, work, order, too_low, units):
        return Variance(
            self.env._(
                "Revision %(revision)s of order %(order)s puts %(lines)s below what was received or billed.",
                revision=self._revision(work),
                order=order.name,
                lines=listed(
                    self.env,
                    (
                        self.env._(
                            "line %(line)s at %(wanted)s (%(floor)s are there)",
                            line=item.line,
                            wanted=units[item.line]._construction_words(item.wanted),
                            floor=units[item.line]._construction_words(item.floor),
                        )
                        for item in too_low
                    ),
                ),
            ),
            cause_key=f"below_received:{self._work_key(work)}:{self._revision(work)}",
            job=work.job,
            partner=order.partner_id,
            record=order,
            figures={
                item.line: " < ".join(map(units[item.line]._construction_words, (item.wanted, item.floor)))
                for item in too_low
            },
        )

    def _check_coded(self, work, order, lines):
        """:raises Undecided: when a released order would get a line without cost code"""
        for line in work.data["lines"]:
            if not lines[line["line"]]["cost_code_id"]:
                product = self.env["product.product"].browse(lines[line["line"]]["product_id"])
                raise self._missing_code(work, line, product, partner=order.partner_id, record=order)

    def _check_kept_lines(self, work, order, keys, lines):
        """A released line keeps its product and unit: they are on receipts and bills."""
        for line, key in keys.items() if order.state == "purchase" else ():
            vals = lines.get(key)
            if vals and (vals["product_id"], vals["product_uom_id"]) != (
                line.product_id.id,
                line.product_uom_id.id,
            ):
                sentence = self.env._(
                    "Line %(line)s of order %(order)s cannot change its item or unit: "
                    "end it and add another line.",
                    line=key,
                    order=order.name,
                )
                if vals["product_id"] == line.product_id.id:
                    sentence = self.env._(
                        "Line %(line)s of order %(order)s is ordered by %(unit)s, and stays so: have its "
                        "sender say its quantity and price by that, or end it and add another line.",
                        line=key,
                        order=order.name,
                        unit=line.product_uom_id.name,
                    )
                raise InvalidData(
                    sentence,
                    "/lines",
                    cause_key=f"line_item:{self._work_key(work)}:{self._revision(work)}",
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                )

    _undoes = True
    _restores = True

    def _rewrite_as(self, work, order):
        """Let an order that is not released say again what it said before a change that is set aside."""
        work.resolved = self._read_change(work, order)
        self._change_draft(work, order)
        order.message_post(body=self.env._("Its change was set aside: it says again what it said before."))

    def _can_undo(self, message):
        return bool(self._waiting_changes(message)) or super()._can_undo(message)

    def _undo(self, work):
        """A change that waits is no longer asked for; what was changed stays."""
        undone = {}
        for change in self._waiting_changes(work.message):
            change._construction_close("cancelled", self.env._("the event that asked for it was set aside."))
            undone[change] = self.env._("%s is no longer asked for.", change.name)
        return undone

    def _waiting_changes(self, message):
        links = message.sudo().record_ids.filtered(lambda link: link.res_model == CHANGE)
        changes = self.env[CHANGE].sudo().browse(links.mapped("res_id")).exists()
        return changes.filtered(lambda change: change.state == "pending")

    def _apply(self, works):
        for work in works:
            self._apply_change(work)

    def _apply_change(self, work):
        order = work.resolved["order"]
        if work.resolved.get("kept"):
            return
        if work.resolved.get("adopts"):
            self._adopt(work, order)
        if order.state == "cancel" and not work.resolved["repeat"]:
            # cancelled by hand, and a person has it made anew
            order.with_context(**{HANDLING: True}).button_draft()
        released = order.state == "purchase"
        if not work.resolved["repeat"]:
            if released:
                self._change_released(work, order)
            else:
                self._change_draft(work, order)
            work.trace(order, "update")
            self._note_content([work])
        self._release(work, order)
        if not work.resolved["repeat"]:
            # what this order held up before, such as an excess quantity, is looked at again
            self._resume_stopped(order)
        elif not work.parked:
            self.env["construction.message"]._resume_for_records(order)
        if work.resolved["repeat"]:
            self._note_change_state(work, order)

    def _note_change_state(self, work, order):
        """Say of what came again what became of it the first time."""
        said = work.known.entry.content_message_id if work.known and work.known.entry else None
        changes = order.sudo().construction_change_ids.filtered(lambda c: said and c.event_message_id == said)
        if changes and changes[0].state != "approved":
            state = dict(changes._fields["state"]._description_selection(self.env))[changes[0].state]
            work.note(self.env._("%(change)s: %(state)s.", change=changes[0].name, state=state))

    def _adopt(self, work, order):
        """Let the source know an order that was born here by its own key from now on."""
        self._bind(work, "order", self._work_key(work), order, share=True)
        work.trace(order, "update")
        if "diff" not in work.resolved:
            self._note_content([work])

    def _change_draft(self, work, order):
        order = order.with_context(skip_validation_check=True)
        if order.review_ids:
            # what the reviewers saw is no longer what is ordered
            order.restart_validation()
        self._write_lines(work, order)

    def _change_released(self, work, order):
        """Change a confirmed order: what asks for more is a document, which may have to wait."""
        date = self._order_date(work, order, self._event_date(work))
        order = self._dated(work, order, date).with_context(**{HANDLING: True})
        change = order._construction_change(
            lambda: self._write_lines(work, order),
            origin="event",
            source_id=work.message.source_id.id,
            event_message_id=work.message.id,
            revision=self._revision(work),
            reason=self.env._("Revision %s", self._revision(work)) if self._revision(work) else False,
        ).sudo()
        if change:
            work.trace(change)
        if change.state == "pending":
            work.note(change.stop_reason)
            self._forget_lines(work, order)

    def _forget_lines(self, work, order):
        """Lines that were undone have no meaning."""
        cache, number = self.env.context.get(REFS, {}), order._construction_number()
        for key in work.resolved["diff"].added:
            cache.pop((work.message.source_id.id, "order_line", clean(document_key(number, key))), None)

    def _revision(self, work):
        return work.data.get("revision") or 0

    def _write_lines(self, work, order):
        diff, lines = work.resolved["diff"], work.resolved["lines"]
        existing = self._lines_by_key(order, lines)
        header = dict(work.resolved["header"])
        for name in ("partner_id", "currency_id", "date_order"):
            header.pop(name)
        if self._is_other_number(work, order):
            # kept with the number: under its own the order stands where it stood
            header.pop("construction_revision")
        if work.former:
            # the number of the message was corrected: it is still the order that it made
            header.update(self._prepare_number_vals(work))
        order.write(header)
        for key in diff.kept:
            self._write_line(existing[key], lines[key])
        self._settle_substitutes(work, order, existing, lines)
        gone = order.order_line.browse([existing[key].id for key in diff.removed])
        if order.state == "purchase":
            for line in gone.filtered("product_qty"):
                # without, Odoo would compute a price anew
                line.write(
                    {"product_qty": 0.0, "price_unit": line.price_unit, "discount": line.discount},
                )
        else:
            gone.unlink()
        if diff.added:
            added = order.order_line.create([{**lines[key], "order_id": order.id} for key in diff.added])
            self._bind_many(
                work,
                "order_line",
                {
                    document_key(order._construction_number(), key): line.with_env(self.env)
                    for key, line in zip(diff.added, added, strict=True)
                },
            )

    def _prepare_number_vals(self, work):
        """What an order is called: another one under one number bears the mark of its key."""
        number = work.data["order"] + work.key[len(self._document_key(work.data)) :]
        return {"name": number, "construction_external_key": number}

    def _write_line(self, line, vals):
        # an event's price is net, and this line may have tax in it
        vals = {**vals, "price_unit": line._construction_taxed_price(vals["price_unit"])}
        changed = {
            name: value
            for name, value in vals.items()
            if name != "tax_ids" and line._fields[name].convert_to_write(line[name], line) != value
        }
        if changed:
            # Odoo recomputes price and discount when the quantity changes and none is given
            line.write({"price_unit": vals["price_unit"], "discount": vals["discount"], **changed})
