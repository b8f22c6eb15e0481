# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.decimals import ZERO, decimal
from odoo.addons.construction_base.lib.named_error import DayLocked, NamedError
from odoo.addons.construction_sync.errors import Hold
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_handler import at_work

from ..lib import order_change
from .construction_order_change import CAUSE, MANAGER
from .purchase_order import HANDLING
from .purchase_order_change import MONEY, WRITTEN, ChangeStopped, plain, said

FIGURES = ("amount", "amount_currency", "quantity")


class ConstructionOrderChangeApply(models.Model):
    """How a change is made, what stops it, and how it is written to its order."""

    # apart from the document: what it says and how it comes to hold are two ideas
    _inherit = "construction.order.change"  # pylint: disable=consider-merging-classes-inherited

    # --- making ---------------------------------------------------------------------------------------

    @api.model
    def _construction_make(self, order, before, after, stop, info):
        """The document of a change.

        :param dict before: {order line: Snapshot}
        :param dict after: the same, as it was or would be written
        :param stop: the ChangeStopped that undid it; without one the order has it already
        """
        last = self.search([("order_id", "=", order.id)], order="number desc", limit=1)
        lines = self._construction_prepare_lines(before, after, stop)
        change = self.create(
            {
                **info,
                "order_id": order.id,
                "number": last.number + 1,
                "amount_before": float(sum(s.said.amount for s in before.values())),
                "amount_after": float(sum(s.said.amount for s in after.values())),
                "tax_change": float(_taxes(after) - _taxes(before)),
                "job_ids": [fields.Command.set(_jobs(before, after))],
                "line_ids": [fields.Command.create(vals) for vals in lines],
            }
        )
        if stop:
            change._construction_wait(stop)
        else:
            change._construction_settle()
        return change

    @api.model
    def _construction_prepare_lines(self, before, after, stop):
        result = []
        for line in [*before, *(line for line in after if line not in before)]:
            old, new = before.get(line), after.get(line)
            if old and new and old.vals == new.vals:
                continue
            shot = new or old
            added = old is None
            names = WRITTEN if old else shot.vals
            vals = {n: shot.vals[n] for n in names if added or old.vals[n] != shot.vals[n]}
            if old and any(name in vals for name in MONEY):
                # Odoo proposes a price anew for another quantity where none is given
                vals.update({n: shot.vals[n] for n in ("price_unit", "discount")})
            result.append(
                {
                    # what was undone is not there
                    "order_line_id": False if added and stop else line.id,
                    "is_added": added,
                    "label": shot.label,
                    "name": shot.vals["name"],
                    "product_uom_id": shot.unit,
                    "quantity_before": old.vals["product_qty"] if old else 0.0,
                    "quantity": shot.vals["product_qty"],
                    "price_before": old.vals["price_unit"] if old else 0.0,
                    "price": shot.vals["price_unit"],
                    "discount_before": old.vals["discount"] if old else 0.0,
                    "discount": shot.vals["discount"],
                    "coding_before": old.coding if old else False,
                    "coding": shot.coding,
                    "taxes_before": old.taxes if old else False,
                    "taxes": shot.taxes,
                    "amount_before": float(old.said.amount) if old else 0.0,
                    "amount": float(shot.said.amount),
                    "vals": vals,
                    "vals_before": {n: old.vals[n] for n in vals} if old else {},
                    "effect": _effect(old.position if old else {}, shot.position),
                }
            )
        return result

    # --- waiting --------------------------------------------------------------------------------------

    def _construction_wait(self, stopped, shots=None):
        """Leave a change pending with what stops it, and have somebody told.

        :param dict shots: what ``_construction_write`` noted of the order as it is now, and as it would be
        """
        self.ensure_one()
        # not while its work item is made
        self.env["construction.cost.entry"]._offer_noted_room()
        if self.state != "pending":
            return
        self.write({"stop": stopped.kind, "stop_reason": stopped.stop.sentence, **stopped.vals})
        if shots and "after" in shots and self._construction_restate(**shots) and self.reserved:
            # room was kept for what it asked for then
            self._construction_leave_ledger()
            self.write({"reserved": False, "in_ledger": True})
        self.reserved = stopped.kind != "budget" and not self._construction_find_short(lock=True)
        self.line_ids._construction_post_cost()
        self._construction_open_item(stopped)

    def _construction_restate(self, before, after, made):
        """Say what the change comes to by what its order says now. :return: whether that is something else

        :param before: {order line: Snapshot} now
        :param after: the same with the change
        :param made: {line of the change: order line that it would add}
        """
        changed = False
        for line in self.line_ids:
            order_line = made.get(line) or line.order_line_id
            old, new = before.get(order_line), after.get(order_line)
            if not new:
                continue
            effect = _effect(old.position if old else {}, new.position)
            if effect != line.effect:
                changed = True
                line.write(
                    {
                        "effect": effect,
                        "quantity_before": old.vals["product_qty"] if old else 0.0,
                        "amount_before": float(old.said.amount) if old else 0.0,
                        "amount": float(new.said.amount),
                    }
                )
        if changed:
            self.amount_before = float(sum(s.said.amount for s in before.values()))
            self.amount_after = float(sum(s.said.amount for s in after.values()))
            # as long as it is pending: what is closed does not change
            self.line_ids.flush_recordset()
        return changed

    def _construction_open_item(self, stopped):
        stop = stopped.stop
        stop.record = self
        stop.cause_key = (
            f"{CAUSE}{stopped.kind}:{document_key(self.order_id._construction_number(), self.number)}"
        )
        stop.job = stop.job or self.job_ids[:1]
        if stopped.kind == "approval":
            stop.sentence = self.env._(
                "%(change)s (%(amount)s) waits for the approval of %(names)s.",
                change=self.name,
                amount=self.currency_id.format(self.amount_change),
                names=listed(self.env, self._construction_approvers().sudo().mapped("name"))
                or self.env._("a purchase manager who did not enter it"),
            )
            self.stop_reason = stop.sentence
            stop.groups = stop.groups or MANAGER
        items = self.env["construction.exception"].sudo()
        # another stop is another work item
        stops = dict(self._fields["stop"].selection)
        others = tuple(f"{CAUSE}{kind}:" for kind in stops if kind != stopped.kind)
        items._end_told(self, others, self.env._("It waits for something else now."))
        item = items._open(
            self.company_id, stop, source=self.source_id or None, raised_by=self.event_message_id or None
        )
        if stopped.kind == "approval" and item.owner_id == self.approved_by_id:
            # who gave their word has nothing left to do
            item._succeed()

    # --- budget ---------------------------------------------------------------------------------------

    def _construction_requests(self):
        """{(job, code, type): what it asks for}, in company currency, over jobs under control."""
        asked = defaultdict(lambda: ZERO)
        for line in self.line_ids:
            for part in line.effect or ():
                cell = (part["job_id"], part["cost_code_id"] or False, part["cost_type_id"] or None)
                asked[cell] += decimal(part["amount"])
        jobs = self.env["project.project"].browse({cell[0] for cell in asked})
        controlled = jobs._construction_under_budget_control().ids
        return {cell: amount for cell, amount in asked.items() if cell[0] in controlled}

    def _construction_find_short(self, lock=False):
        """What its budget lacks for it, beyond what is reserved for it: a list of lib.budget.Shortage."""
        self.ensure_one()
        if self.reserved:
            return []
        order = self.order_id
        return order._construction_find_short({order: self._construction_requests()}, lock).get(order, [])

    def _construction_short_amount(self):
        return float(sum((short.short for short in self._construction_find_short()), ZERO))

    # --- applying -------------------------------------------------------------------------------------

    def _construction_retry(self):
        """Write these pending changes to their orders where nothing stops them any more."""
        for change in self.filtered(lambda c: c.state == "pending"):
            order = change.order_id.with_company(change.company_id).with_context(**{HANDLING: True})
            stop, shots = change._construction_find_conflict(), {}
            try:
                stop = stop or order._construction_try(
                    lambda c=change, o=order, s=shots: c._construction_write(o, s)
                )
            except DayLocked as error:
                stop = ChangeStopped(error.about(record=order), "period")
            except (UserError, NamedError) as error:
                # its work item, and no error of what has cured another stop
                stop = ChangeStopped(Hold(str(error), partner=order.partner_id), "order")
            if stop:
                change._construction_wait(stop, shots)

    def _construction_find_conflict(self):
        """What of the order makes it impossible to write the change, as a ChangeStopped, or None."""
        order = self.order_id
        sentence = None
        if order._construction_is_locked_by_hand():
            sentence = self.env._(
                "Order %(order)s is locked by %(user)s: unlock it, then try %(change)s again.",
                order=order.name,
                user=order.construction_locked_by_id.name or order.write_uid.name,
                change=self.name,
            )
        low = [line.label for line in self.line_ids if line._construction_is_too_low()]
        moved = [line.label for line in self.line_ids if line._construction_has_moved()]
        if low:
            sentence = self.env._(
                "%(change)s puts line %(lines)s below what was received or billed since: reject it, and "
                "ask for another.",
                change=self.name,
                lines=listed(self.env, low),
            )
        elif moved:
            sentence = self.env._(
                "Line %(lines)s of order %(order)s has changed since %(change)s was asked for: reject it, "
                "and ask for another.",
                lines=listed(self.env, moved),
                order=order.name,
                change=self.name,
            )
        return ChangeStopped(Hold(sentence, partner=order.partner_id), "order") if sentence else None

    def _construction_write(self, order, shots):
        """Write the change to its order, as it was asked for.

        :param dict shots: takes what the order says before and after
        :raises ChangeStopped: when something stops it
        """
        # what it had pending is there for what it commits
        self._construction_leave_ledger()
        shots.update(before=order._construction_snapshot(), made={})
        if self.header:
            order.write(self.header)
        for line in self.line_ids:
            if line.is_added:
                vals = {**line._construction_order_vals(), "order_id": order.id}
                line.order_line_id = shots["made"][line] = order.order_line.create(vals)
            else:
                line.order_line_id.with_env(order.env).write(line._construction_order_vals())
        shots["after"] = order._construction_snapshot()
        both = said(shots["before"]), said(shots["after"]), decimal(order.currency_id.rounding)
        order._construction_check_stops(self, order_change.raised(*both))
        self._construction_restate(**shots)
        self._construction_bind()
        self._construction_settle()
        self.env["construction.recode.line"]._change_ended(self)

    def _construction_settle(self):
        """Close a change that its order has."""
        self.write(
            {
                "state": "approved",
                "in_ledger": False,
                "stop": False,
                "stop_reason": False,
                "closed_at": fields.Datetime.now(),
            }
        )
        self._construction_end_items(self.env._("It was written to the order."))
        self._construction_say(self.env._("Written to the order."))
        if not at_work(self.env):
            # what the order held up, such as an excess quantity, is looked at again
            bills = self.order_id.order_line.invoice_lines.move_id.filtered("construction_on_hold")
            self.env["construction.message"]._resume_for_records(self.order_id)
            if bills:
                self.env["construction.message"]._resume_for_records(bills)

    def _construction_bind(self):
        """Let the source know the lines that it added by what it calls them."""
        number = self.order_id._construction_number()
        added = {
            document_key(number, line.order_line_id.construction_external_line): line.order_line_id
            for line in self.line_ids
            if line.is_added and line.order_line_id.construction_external_line
        }
        if added and self.source_id:
            self.env["construction.crosswalk"]._bind(self.source_id, "order_line", added)


class ConstructionOrderChangeLine(models.Model):
    _inherit = "construction.order.change.line"

    def _construction_order_vals(self):
        """What is written to the order, as the ORM takes it."""
        vals = dict(self.vals)
        if "tax_ids" in vals:
            vals["tax_ids"] = [fields.Command.set(vals["tax_ids"])]
        return vals

    def _construction_is_too_low(self):
        line = self.order_line_id
        if not line or "product_qty" not in self.vals:
            return False
        [state] = line._construction_line_states()
        return (
            line.product_uom_id.compare(self.quantity, float(state.floor)) < 0
            and self.quantity < line.product_qty
        )

    def _construction_has_moved(self):
        line = self.order_line_id
        if not line:
            return False
        known = self.vals_before or {}
        now = {name: plain(line, name) for name in (*MONEY, "tax_ids") if name in known}
        return any(known[name] != value for name, value in now.items())


def _taxes(shots):
    """The taxes of {order line: Snapshot} that are no cost."""
    return sum((shot.said.taxed - shot.said.amount for shot in shots.values()), ZERO)


def _jobs(before, after):
    return sorted({cell[0] for shots in (before, after) for s in shots.values() for cell in s.said.cells})


def _effect(old, new):
    """What a line adds to each cell, as positions of the ledger in JSON."""
    result = []
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key, (ZERO,) * 3), new.get(key, (ZERO,) * 3)
        change = [a - b for a, b in zip(after, before, strict=True)]
        if any(change):
            job, code, cost_type, currency = key
            result.append(
                {
                    "job_id": job,
                    "cost_code_id": code or False,
                    "cost_type_id": cost_type or False,
                    "currency_id": currency,
                    **{name: float(value) for name, value in zip(FIGURES, change, strict=True)},
                }
            )
    return result
