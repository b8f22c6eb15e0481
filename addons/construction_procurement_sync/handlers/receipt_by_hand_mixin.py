# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from odoo import models
from odoo.fields import Domain

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_base.lib.named_error import NamedError
from odoo.addons.construction_sync.errors import Candidate, Choice, DuplicateFound
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import NEW
from odoo.addons.construction_sync.models.construction_event_handler import Work

from ..lib.together import together
from ..tools import concat
from .procurement_mixin import BUYER
from .receipt_correction_mixin import _differ

BY_HAND, SAME, OTHER = "by_hand", "same", "another"
HAND_DAYS = 7


@dataclass
class ByHand:
    """What of a receipt a person had received before: transfers, and services by order line."""

    pickings: Any
    services: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.pickings or self.services)

    def left(self, good):
        """What remains to be received of it: {order line: quantity}."""
        moved = set(self.pickings.move_ids.purchase_line_id)
        goods = {line for line in good if line.qty_received_method == "stock_moves"} if moved else set()
        return {line: quantity for line, quantity in good.items() if line not in goods | set(self.services)}


class ConstructionReceiptByHandMixin(models.AbstractModel):
    """A receipt that a person had entered before the event told of it: transfers of the order, services."""

    # apart from its corrections: what came again and what a person received are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited

    def _received_by_hand(self, work, order, known, good):
        """What of this receipt was received by hand: it is not received once more.

        :raises DuplicateFound: when something brought just this, until a buyer says
        """
        none = ByHand(self.env["stock.picking"])
        decision = work.decided(BY_HAND)
        if known.verdict != NEW or decision.code == OTHER:
            return none
        wanted = {line: quantity for line, quantity in good.items() if quantity}
        services = {ln: q for ln, q in wanted.items() if ln.qty_received_method == "manual"}
        goods = {ln: q for ln, q in wanted.items() if ln not in services}
        found = self._alike_by_hand(work, order, goods) if goods else []
        served = self._served_by_hand(work, order, services) if services else {}
        if not found and not served:
            return none
        if decision.code == SAME:
            chosen = decision._record()
            for pickings in found if len(found) > 1 else ():
                if chosen is not None and chosen == pickings:
                    return ByHand(none.pickings.browse(chosen.id), served)
            if len(found) < 2:
                return ByHand(found[0] if found else none.pickings, served)
        raise self._ask_by_hand(work, order, found, served)

    def _alike_by_hand(self, work, order, goods):
        """Transfers of the order that no event told of, near in time, that brought just these quantities.

        :return: list of transfers, each of which did; or of several that did together
        """
        moment, near = self._utc(work.job, work.data["received_at"]), timedelta(days=HAND_DAYS)
        done = order.order_line.move_ids.filtered(
            lambda move: move.state == "done" and not move.picking_id.construction_external_key
        )
        pickings = done.picking_id.filtered(
            lambda found: (
                not found.move_ids.origin_returned_move_id
                and found.picking_type_code == "incoming"
                and abs(found.date_done - moment) <= near
                and not found._construction_went_back()
            )
        )
        if pickings:
            pickings -= self._told_of(pickings)
        alike = pickings.filtered(lambda found: self._brought(found, goods))
        if alike:
            return list(alike)
        parts = pickings.sorted(lambda found: (abs(found.date_done - moment), found.id))
        group = together(parts, lambda some: self._brought(concat(some), goods))
        return [concat(group).sorted("id")] if group else []

    def _brought(self, pickings, wanted):
        """Whether transfers brought just these quantities, and they are still there."""
        stands = {}
        for move in pickings.move_ids.filtered(lambda m: m.state == "done" and m.purchase_line_id):
            line = move.purchase_line_id
            there = move.product_uom._compute_quantity(
                move._construction_net(), line.product_uom_id, round=False
            )
            stands[line] = stands.get(line, 0.0) + there
        lines = {line for line, quantity in stands.items() if quantity} | set(wanted)
        return bool(stands) and not any(_differ(line, stands, wanted) for line in lines)

    def _told_of(self, pickings):
        """Those of these transfers that an event made, or that a receipt's key means."""
        entries = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("res_model", "=", pickings._name),
                    ("res_id", "in", pickings.ids),
                    ("valid_until", "=", False),
                ]
            )
        )
        return pickings.browse(entries.mapped("res_id"))

    # --- services, which no transfer brings -----------------------------------------

    def _served_by_hand(self, work, order, services):
        """These services, where so much was received of each that no event told of; else none."""
        said = self._services_told(work, order)
        if said is None:
            return {}
        untold = {line: denoised(line.qty_received) - denoised(said.get(line, 0.0)) for line in services}
        there = all(line._construction_compare(untold[line], q) >= 0 for line, q in services.items())
        return services if there else {}

    def _services_told(self, work, order):
        """What events said of an order's services: {order line: quantity}; None where it cannot be read."""
        told = {}
        for message in self._receipts_of(order).content_message_id:
            data = message._payload()
            try:
                good, _refused = self._read_lines(Work(message, data, job=work.job), order, data["lines"])
            except NamedError:
                return None
            for line, quantity in good.items():
                told[line] = told.get(line, 0.0) + quantity
        return told

    def _receipts_of(self, orders):
        """What keys of receipts mean at orders: the crosswalk's entries."""
        at_orders = Domain("res_model", "=", orders._name) & Domain("res_id", "in", orders.ids)
        transfers = orders.picking_ids
        moved = Domain("res_model", "=", transfers._name) & Domain("res_id", "in", transfers.ids)
        current = Domain("kind", "=", "receipt") & Domain("valid_until", "=", False)
        return self.env["construction.crosswalk"].sudo().search(current & (at_orders | moved), order="id")

    # --- asking and taking ----------------------------------------------------------

    def _ask_by_hand(self, work, order, found, served):
        words = {
            picking: self.env._(
                "%(record)s, validated by %(user)s on %(date)s", **self._done_by_hand(picking)
            )
            for picking in concat(found or [self.env["stock.picking"]])
        }
        rows = [
            self.env._(
                "%(quantity)s %(unit)s of line %(line)s",
                quantity=f"{denoised(line.qty_received).normalize():f}",
                unit=line.product_uom_id.name,
                line=line._construction_line_label(),
            )
            for line in served
        ]
        one = len(found) < 2
        labels = {0: self.env._("It is what was received"), 1: self.env._("It is that transfer")}
        label = labels[len(words)] if len(words) < 2 else self.env._("It is these transfers together")
        if not one:
            label = self.env._("It is the transfer")
        needs = {} if one else {"needs": "record", "model": "stock.picking"}
        return DuplicateFound(
            self.env._(
                "%(what)s tells of what was received here by hand already, it seems: %(transfers)s. "
                "Is it the same delivery?",
                what=self._words_of(work),
                transfers=listed(self.env, [*words.values(), *rows], "; "),
            ),
            cause_key=f"by_hand:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            severity="medium",
            question=BY_HAND,
            choices=[
                Choice(SAME, label, BUYER, **needs),
                Choice(OTHER, self.env._("Another delivery"), BUYER),
            ],
            candidates=[] if one else [Candidate(picking, words[picking]) for picking in words],
            job=work.job,
            partner=order.partner_id,
            record=concat(found) if found else order,
            owner=self._buyer_of(order),
        )

    def _take_by_hand(self, work):
        """Let the receipt's key mean what a person received: only what is left of it is received now."""
        order = self._dated(work, work.resolved["order"], work.resolved["date"])
        pickings = work.resolved["by_hand"].pickings
        work.resolved["order"] = order
        if work.resolved["good"]:
            self._move_goods([work])
            work.trace(work.resolved["receipt"])
            # said once
            work.resolved["refused"] = []
        elif not pickings:
            work.resolved.update(receipt=order, brought=False)
            self._note_receipt(work)
        for picking in pickings.sorted("id", reverse=True):
            work.resolved.update(receipt=picking, brought=True)
            self._note_receipt(work)
            work.resolved["refused"] = []
            picking.message_post(body=self.env._("It is receipt %s.", self._receipt_number(work)))
        if work.data.get("final"):
            self._close_short(order)
        receipt = work.resolved["receipt"].with_env(self.env)
        self._bind_many(work, "receipt", {self._work_key(work): receipt}, share=True)
        self._note_content([work])
        self._bind_at_order(work)
        work.trace(pickings or receipt, "update")
        work.trace(order, "update")
        self._tell_same_note([work])
        self._resume_bills(order.with_env(self.env))
