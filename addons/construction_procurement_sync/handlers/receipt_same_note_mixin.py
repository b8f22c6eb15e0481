# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_sync.errors import Choice, DuplicateFound, Undecided
from odoo.addons.construction_sync.models.construction_event_document import KEEP, NEW
from odoo.addons.construction_sync.models.construction_event_handler import Work

from ..tools import concat
from .procurement_mixin import BUYER
from .receipt_correction_mixin import _some

SAME_NOTE, UNDO, FIRST = "same_note", "undo", "first"
UNDO_LAST, STAND = "undo_last", "stand"


class ConstructionReceiptSameNoteMixin(models.AbstractModel):
    """One paper at two orders: both are received, and a buyer says which of them stand."""

    # apart from a receipt that comes again: what one says and what two have in common are two ideas
    _inherit = "construction.receipt.correction.mixin"  # pylint: disable=consider-merging-classes-inherited

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
            own = picking._construction_of_receipt()
            stands = self._standing(own)
            less = _some(stands)
            self._tell_billed(work, order, less)
            dated = self._dated(work, order, work.resolved["date"])
            work.trace(self._give_back(dated, less, own, moment))
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

    def _ask_same_note(self, message, key, picking, others):
        """Ask a buyer apart from its message: what had gone back of one of these receipts came again."""
        work = Work(message, message._payload(), job=message.job_id, key=key)
        error = self._same_note(work, picking.with_env(self.env), others.with_env(self.env))
        error.document = self._document_key(work.data)
        items = self.env["construction.exception"]
        items._open(message.company_id, error, source=message.source_id, raised_by=message)

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
