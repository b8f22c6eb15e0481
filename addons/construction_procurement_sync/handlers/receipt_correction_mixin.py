# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.exceptions import Choice, DuplicateFound, InvalidData, Undecided, Variance
from odoo.addons.construction_sync.models.construction_event_document import CONTENT, KEEP, NEW
from odoo.addons.construction_sync.models.construction_event_handler import Work
from odoo.addons.construction_sync.models.construction_event_standing import FALLEN

from ..tools import concat, decimal
from .procurement_mixin import BUYER

SAME_NOTE, UNDO, FIRST = "same_note", "undo", "first"
UNDO_LAST, STAND = "undo_last", "stand"
RETURN = "return"
RETURNED, DIFFERENCE, WHOLE = "returned", "difference", "whole"


class ConstructionReceiptCorrectionMixin(models.AbstractModel):
    """A receipt that comes again: what it moves depends on what stands of it by now.

    What stands is what its own transfers brought, less what went back of it since, by an event, by a
    buyer's answer or by Odoo's return.
    """

    _name = "construction.receipt.correction.mixin"
    _inherit = "construction.delivery.mixin"
    _description = "Corrected Delivery Event Handler"
    _restated = (CONTENT, FALLEN, RETURN, RETURNED)

    # --- what it is -----------------------------------------------------------------

    def _words_of(self, work):
        data = work.data
        if data.get("order"):
            return self.env._(
                "Receipt %(receipt)s of order %(order)s", receipt=data["receipt"], order=data["order"]
            )
        return self.env._(
            "Receipt %(receipt)s of %(supplier)s", receipt=data["receipt"], supplier=data["supplier"]
        )

    def _document_info(self, work, record):
        order = self._order_behind(record)
        return {
            "job": work.job,
            "partner": order.partner_id,
            "record": order,
            "owner": self._buyer_of(order),
        }

    def _order_behind(self, record):
        """The order of what a receipt's key means: its transfer, or the order where it moved no goods."""
        return record if record._name == "purchase.order" else record.purchase_id

    def _receipt_number(self, work):
        """The receipt's number; another one under one number bears the mark of its key."""
        own = self._document_key(work.data)
        return work.data["receipt"] + (work.key[len(own) :] if work.key.startswith(own) else "")

    def _ordered_elsewhere(self, known, order):
        """The order that a receipt stood at before a person corrected that, or an empty one."""
        behind = self._order_behind(known.record) if known.verdict != NEW and known.record else order.browse()
        return behind - order

    # --- what stands of it ------------------------------------------------------------

    def _standing(self, record, number):
        """What stands of a receipt, by order line in its unit: what it brought, less what went back.

        :param record: what its key means
        :param str number: the number that its transfers bear
        """
        stands = {}
        for move in self._transfers(record, number).move_ids.filtered(
            lambda m: m.state == "done" and m.purchase_line_id
        ):
            line = move.purchase_line_id
            there = move.product_uom._compute_quantity(
                move._construction_net(), line.product_uom_id, round=False
            )
            stands[line] = stands.get(line, 0.0) + there
        return stands

    def _transfers(self, record, number):
        """The transfers of a receipt: what its key means, and those of its order that bear its number."""
        pickings = self._order_behind(record).picking_ids.filtered(
            lambda picking: picking.construction_external_key == number and not picking.return_id
        )
        return pickings | record if record._name == "stock.picking" else pickings

    def _said(self, work, order, known):
        """What a receipt said when it was applied last, by order line.

        :raises InvalidData: when nobody knows
        """
        if known.before is None:
            raise InvalidData(
                self.env._(
                    "Receipt %(receipt)s of order %(order)s came before, and nobody knows what it said. "
                    "Receive or return the difference by hand, then ignore this.",
                    receipt=work.data["receipt"],
                    order=order.name,
                ),
                cause_key=f"unknown_content:{self._work_key(work)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        return self._read_lines(work, order, known.before["lines"])[0]

    def _all_of(self, work, order, known):
        """All that stands of a receipt, of services what it said."""
        stands = self._standing(known.record, self._number_of(work, known))
        said = {} if known.before is None else self._said(work, order, known)
        services = {line: quantity for line, quantity in said.items() if line.qty_received_method == "manual"}
        return {line: quantity for line, quantity in {**stands, **services}.items() if decimal(quantity) > 0}

    def _number_of(self, work, known):
        record = known.record
        of_goods = record._name == "stock.picking" and record.construction_external_key
        return of_goods or self._receipt_number(work)

    def _difference(self, work, order, known, good):
        """What a corrected receipt brings on top, and what it takes back, by order line.

        :return: ({order line: quantity}, {order line: quantity})
        :raises Undecided: where goods of it went back meanwhile, until a buyer says what that means
        """
        stands = self._standing(known.record, self._number_of(work, known))
        if known.entry.content_message_id == work.message:
            # a person corrected this very message: what it said before stands as it was moved
            said = dict(stands)
        else:
            said = self._said(work, order, known)
        goods = {line for line in {**said, **stands, **good} if line.qty_received_method == "stock_moves"}
        base = dict(said)
        moved = [line for line in goods if _differ(line, stands, said)]
        if moved:
            agrees = not any(_differ(line, stands, good) for line in goods)
            answer = WHOLE if agrees else work.decided(RETURNED).code
            if answer not in (WHOLE, DIFFERENCE):
                raise self._ask_returned(work, order, said, stands, good, moved)
            if answer == WHOLE:
                base.update({line: stands.get(line, 0.0) for line in goods})
        steps = {line: good.get(line, 0.0) - base.get(line, 0.0) for line in {**base, **good}}
        more = {ln: step for ln, step in steps.items() if ln.product_uom_id.compare(step, 0.0) > 0}
        less = {
            # no more goes back than is there
            ln: min(-step, stands.get(ln, 0.0)) if ln in goods else -step
            for ln, step in steps.items()
            if ln.product_uom_id.compare(step, 0.0) < 0
        }
        return more, {ln: quantity for ln, quantity in less.items() if decimal(quantity) > 0}

    def _ask_returned(self, work, order, said, stands, good, moved):
        return Undecided(
            self.env._(
                "%(what)s was corrected, but goods of it went back meanwhile (%(lines)s). "
                "Are the returned goods part of what it says now?",
                what=self._words_of(work),
                lines="; ".join(
                    self.env._(
                        "line %(line)s: %(said)s received, %(stands)s of them still there, now %(now)s",
                        line=line._construction_line_label(),
                        said=_plain(said.get(line, 0.0)),
                        stands=_plain(stands.get(line, 0.0)),
                        now=_plain(good.get(line, 0.0)),
                    )
                    for line in moved
                ),
            ),
            cause_key=f"returned:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=RETURNED,
            choices=[
                Choice(
                    DIFFERENCE,
                    self.env._("They came and went back: move the difference of the two receipts"),
                    BUYER,
                ),
                Choice(WHOLE, self.env._("What it says now is there: move up to that"), BUYER),
                Choice(KEEP, self.env._("Keep: nothing moves"), BUYER),
            ],
            job=work.job,
            partner=order.partner_id,
            record=order,
            owner=self._buyer_of(order),
        )

    def _check_going_back(self, work, order, less):
        """:raises Undecided: when goods that should go back are billed or issued, until a buyer says so"""
        problems = self._cannot_go_back(less)
        if not problems or work.decided(RETURN).code == RETURN:
            return
        raise Undecided(
            self.env._(
                "Receipt %(receipt)s was corrected below what is billed or issued of order %(order)s "
                "(%(problems)s). Return the difference?",
                receipt=work.data["receipt"],
                order=order.name,
                problems="; ".join(problems),
            ),
            cause_key=f"return:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=RETURN,
            choices=[
                Choice(RETURN, self.env._("Return the difference"), BUYER),
                Choice(KEEP, self.env._("Keep: nothing goes back"), BUYER),
            ],
            job=work.job,
            partner=order.partner_id,
            record=order,
            owner=self._buyer_of(order),
            figures={line._construction_line_label(): f"-{decimal(q):f}" for line, q in less.items()},
        )

    # --- correcting -------------------------------------------------------------------

    def _correct_receipt(self, work):
        """Move what a corrected receipt says more or less than what stands; both stay visible."""
        order = self._dated(work, work.resolved["order"], work.resolved["date"])
        work.resolved["order"] = order
        known, elsewhere = work.resolved["known"], work.resolved["elsewhere"]
        if elsewhere:
            self._leave_order(work, known, elsewhere)
        if work.resolved["good"] or work.resolved["refused"]:
            self._move_goods([work])
            work.trace(work.resolved["receipt"])
        if work.resolved["less"]:
            number = self._number_of(work, known)
            back = self._give_back(order, work.resolved["less"], number, work.resolved["moment"])
            work.trace(back)
        if work.former and not elsewhere:
            # its number was corrected: its transfers bear the new one
            transfers = self._transfers(known.record, self._number_of(work, known))
            transfers.write({"construction_external_key": self._receipt_number(work)})
        if elsewhere:
            receipt = work.resolved.get("receipt", order).with_env(self.env)
            self._bind_many(work, "receipt", {work.key: receipt}, share=True)
        if work.data.get("final"):
            self._close_short(order)
        work.trace(order, "update")
        work.trace(known.record, "update")
        if work.resolved["undo"]:
            # it counts as not received: what comes of it again is received anew
            self._forget_document(work, known.entry, "renewed")
        else:
            self._note_content([work])
        # a note on the order, which receipts may not write otherwise
        order.with_env(self.env).sudo().message_post(
            body=self.env._("Receipt %s was corrected.", work.data["receipt"])
        )
        # what was too much before may fit now
        self._resume_stopped(order)

    def _leave_order(self, work, known, order):
        """Give back all of a receipt at the order that it stood at before a person corrected that."""
        dated = self._dated(work, order, work.resolved["date"])
        stands = self._standing(known.record, self._number_of(work, known))
        less = {line: quantity for line, quantity in stands.items() if decimal(quantity) > 0}
        self._tell_billed(work, order, less)
        work.trace(self._give_back(dated, less, self._number_of(work, known), work.resolved["moment"]))
        work.trace(order, "update")
        self._resume_bills(order)

    # --- one paper at two orders --------------------------------------------------------

    def _is_to_undo(self, work, known):
        """Whether a buyer called this the same delivery as another, and it was not given back yet."""
        if work.decided(SAME_NOTE).code not in (UNDO, UNDO_LAST) or known.verdict == NEW:
            return False
        if known.record._name == "stock.picking":
            return self._was_applied(work, known.record)
        return known.entry.content_message_id == work.message

    def _was_undone(self, work, known):
        """Whether a buyer had this receipt given back, on this message or one that said the same."""
        if known.verdict != NEW:
            return False
        if work.decided(SAME_NOTE).code in (UNDO, UNDO_LAST):
            return True
        said = self._said_before(work)
        if said.question != SAME_NOTE or said.code not in (UNDO, UNDO_LAST):
            return False
        self._note_decided(work, said)
        return True

    def _check_other_stands(self, work, known):
        """:raises Undecided: when the other one of the two went back, too, until a buyer says so"""
        picking = known.record
        if picking._name != "stock.picking" or work.decided(SAME_NOTE).code == UNDO_LAST:
            return
        if picking._construction_went_back() or picking._construction_same_note(picking):
            return
        raise Undecided(
            self.env._(
                "%(what)s was to be given back as the same delivery as another receipt, but that one was "
                "given back meanwhile. This is the only one of the two that stands.",
                what=self._words_of(work),
            ),
            cause_key=f"undo_last:{self._work_key(work)}",
            question=SAME_NOTE,
            choices=[
                Choice(STAND, self.env._("It stands: the goods are there"), BUYER),
                Choice(UNDO_LAST, self.env._("Give this one back, too"), BUYER),
            ],
            **self._document_info(work, picking),
        )

    def _first_to_undo(self, work, known):
        """The receipts at other orders that a buyer called replaced by this one, as far as they stand."""
        none = self.env["stock.picking"]
        if work.decided(SAME_NOTE).code != FIRST or known.verdict == NEW:
            return none
        mine = known.record if known.record._name == none._name else none
        return mine._construction_same_note(self._by_number(work, mine)).get(mine, none)

    def _by_number(self, work, picking):
        """A receipt that says its revision corrects one: it is looked for by its number as well."""
        return picking if work.data.get("revision") else picking.browse()

    def _give_back_first(self, work):
        """Give back what a buyer called replaced by this receipt, and let it count as not received."""
        moment = work.resolved["moment"]
        for picking in work.resolved["first"]:
            order = picking.purchase_id
            stands = self._standing(picking, picking.construction_external_key)
            less = {line: quantity for line, quantity in stands.items() if decimal(quantity) > 0}
            self._tell_billed(work, order, less)
            dated = self._dated(work, order, work.resolved["date"])
            work.trace(self._give_back(dated, less, picking.construction_external_key, moment))
            work.trace(order, "update")
            order.sudo().message_post(
                body=self.env._(
                    "Receipt %(first)s was replaced by receipt %(receipt)s of order %(order)s.",
                    first=picking.construction_external_key,
                    receipt=work.data["receipt"],
                    order=work.resolved["order"].name,
                )
            )
            self._note_replaced(work, picking)
            self.env["construction.message"]._end_meanings([(picking._name, picking.id)])
            self._forget_meanings({(picking._name, picking.id)})
            self._resume_bills(order)

    def _note_replaced(self, work, picking):
        """What a buyer said of the second was said of the first as well: its repeat moves nothing."""
        said = work.decided(SAME_NOTE)
        entries = (
            self.env["construction.crosswalk"]
            .sudo()
            .search(
                [
                    ("kind", "=", self._document_kind),
                    ("res_model", "=", picking._name),
                    ("res_id", "=", picking.id),
                    ("valid_until", "=", False),
                ]
            )
        )
        for message in entries.content_message_id:
            self.env["construction.message.decision"].sudo().create(
                {
                    **self._prepare_decided_vals(Work(message, message._payload())),
                    "message_id": message.id,
                    "question": SAME_NOTE,
                    "code": UNDO,
                    "label": said.label,
                    "reason": said.reason,
                    "user_id": said.user_id.id,
                    "decided_at": said.decided_at,
                }
            )

    def _tell_billed(self, work, order, less):
        """Goods that go back on a buyer's word though they were billed or issued: somebody is told."""
        problems = self._cannot_go_back(less)
        if problems:
            work.tell(
                Variance(
                    self.env._(
                        "Goods of order %(order)s went back with receipt %(receipt)s, which are billed or "
                        "issued (%(problems)s).",
                        order=order.name,
                        receipt=work.data["receipt"],
                        problems="; ".join(problems),
                    ),
                    cause_key=f"back_billed:{self._work_key(work)}",
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                    owner=self._buyer_of(order),
                )
            )

    def _tell_same_note(self, works):
        """One paper at two orders: both are received, and a buyer is asked whether that is right."""
        by_picking = {
            work.resolved["receipt"]: work
            for work in works
            if work.resolved["receipt"]._name == "stock.picking" and work.resolved["receipt"].state == "done"
        }
        if not by_picking:
            return
        pickings = concat(by_picking).with_env(self.env)
        corrections = [self._by_number(work, picking) for picking, work in by_picking.items()]
        found = pickings._construction_same_note(concat(corrections).with_env(self.env))
        later = pickings.browse()
        for picking in reversed(pickings):
            # of two in one batch the second asks
            later |= picking
            others = found.get(picking, later) - later
            if others:
                work = next(w for p, w in by_picking.items() if p.id == picking.id)
                work.tell(self._same_note(work, picking, others))

    def _same_note(self, work, picking, others):
        return DuplicateFound(
            picking._construction_same_note_sentence(others),
            cause_key=f"same_note:{self._work_key(work)}",
            severity="medium",
            question=SAME_NOTE,
            choices=[
                Choice(UNDO, self.env._("One delivery: give this one back"), BUYER),
                Choice(FIRST, self.env._("It replaces the first: give that one back"), BUYER),
                Choice(KEEP, self.env._("Two deliveries: both stand"), BUYER),
            ],
            owner=self._buyer_of(picking.purchase_id),
            job=work.job,
            partner=picking.partner_id,
            record=picking,
        )


def _differ(line, some, others):
    """Whether two quantities of a line differ by more than a rounding of its unit or of the goods'."""
    units = line.product_uom_id | line.move_ids.product_uom
    step = max(unit._compute_quantity(unit.rounding, line.product_uom_id, round=False) for unit in units)
    return abs(some.get(line, 0.0) - others.get(line, 0.0)) > step


def _plain(quantity):
    return f"{decimal(quantity).normalize():f}"
