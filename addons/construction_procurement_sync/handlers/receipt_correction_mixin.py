# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.errors import Choice, InvalidData, Undecided
from odoo.addons.construction_sync.lib.words import listed
from odoo.addons.construction_sync.models.construction_event_document import (
    CONTENT,
    CORRECTION,
    KEEP,
    NEW,
    OTHER,
)
from odoo.addons.construction_sync.models.construction_event_standing import FALLEN

from ..errors import Variance
from ..models.construction_exception_prepared import PREPARED, RETURNED
from .procurement_mixin import BUYER

RETURN = "return"
DIFFERENCE, WHOLE = "difference", "whole"
# what is prepared here and what an event tells are different goods
BOTH = "both"


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
            "job": work.job or self._job_of(order),
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

    def _check_same_order(self, work, known, order):
        """Have a buyer asked where a revision would take a receipt away from the order that it was of.

        Its number means another order by now: by itself no goods go from one to the other.
        """
        if known.verdict != CORRECTION or not self._ordered_elsewhere(known, order):
            return
        mine = known.entry and known.entry.content_message_id == work.message
        if not mine and not work.former and not self._is_replacing(work) and not self._is_anew(work):
            known.verdict = OTHER

    # --- what stands of it ------------------------------------------------------------

    def _standing(self, transfers):
        """What stands of a receipt, by order line in its unit: what it brought, less what went back."""
        stands = {}
        for move in transfers.move_ids.filtered(lambda m: m.state == "done" and m.purchase_line_id):
            line = move.purchase_line_id
            there = move.product_uom._compute_quantity(
                move._construction_net(), line.product_uom_id, round=False
            )
            stands[line] = stands.get(line, 0.0) + there
        return stands

    def _taken_again(self, transfers, said, stands):
        """What stands of lines of which more is there than was said, for goods of theirs that went back
        were taken back here: they are the receipt's own, by order line.
        """
        again = {}
        for move in transfers.move_ids.filtered(lambda m: m.state == "done" and m.purchase_line_id):
            line = move.purchase_line_id
            came = move._construction_came_again()
            came = move.product_uom._compute_quantity(came, line.product_uom_id, round=False)
            again[line] = again.get(line, 0.0) + came
        without = {line: stands[line] - came for line, came in again.items()}
        return {
            line: stands[line]
            for line in again
            if _more(line, stands, said) and not _more(line, without, said)
        }

    def _transfers_of(self, work, known):
        """The transfers of a receipt: what its key means, and those of its order that bear its number."""
        record = known.record
        if record._name == "stock.picking" and record.construction_external_key:
            return record._construction_of_receipt()
        order = self._order_behind(record)
        number, part = self._receipt_number(work), self._part_of(work, order)
        found = order.picking_ids._construction_bearing(number, part)
        return found | record if record._name == "stock.picking" else found

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
        stands = self._standing(self._transfers_of(work, known))
        said = {} if known.before is None else self._said(work, order, known)
        services = {line: quantity for line, quantity in said.items() if line.qty_received_method == "manual"}
        return _some({**stands, **services})

    def _difference(self, work, order, known, good):
        """What a corrected receipt brings on top, and what it takes back, by order line.

        :return: ({order line: quantity}, {order line: quantity})
        :raises Undecided: where goods of it went back meanwhile, until a buyer says what that means
        """
        transfers = self._transfers_of(work, known)
        stands = self._standing(transfers)
        if known.entry.content_message_id == work.message:
            # a person corrected this very message: what it said before stands as it was moved
            said = dict(stands)
        else:
            said = self._said(work, order, known)
            said.update(self._taken_again(transfers, said, stands))
        goods = {line for line in {**said, **stands, **good} if line.qty_received_method == "stock_moves"}
        base = dict(said)
        moved = [line for line in goods if _differ(line, stands, said)]
        if moved:
            answer = self._returned_answer(work, goods, said, stands, good)
            if not answer:
                raise self._ask_returned(work, order, said, stands, good, moved)
            if answer == WHOLE:
                base.update({line: stands.get(line, 0.0) for line in goods})
        steps = {line: good.get(line, 0.0) - base.get(line, 0.0) for line in {**base, **good}}
        more = _some(steps)
        less = {
            # no more goes back than is there
            ln: min(-step, stands.get(ln, 0.0)) if ln in goods else -step
            for ln, step in steps.items()
            if ln._construction_compare(step, 0) < 0
        }
        return more, _some(less)

    def _returned_answer(self, work, goods, said, stands, good):
        """What changes by hand of a receipt mean for its correction, or None while nobody says so."""
        answer = work.decided(RETURNED).code
        if work.decided(PREPARED).code == BOTH and not answer:
            # validated since, a return that was told to be of other goods still is
            answer = DIFFERENCE
        elif not any(_differ(line, stands, good) for line in goods) and not self._were_both(work):
            answer = WHOLE
        if answer == DIFFERENCE and not _is_there(goods, said, stands, good):
            return None
        return answer if answer in (WHOLE, DIFFERENCE) else None

    def _were_both(self, work):
        """Whether a buyer said once that what was sent back by hand is other goods than the event's.

        Then it is by chance that as much is there as the event says.
        """
        answers = self._answers_about(work)
        return any((item.question, item.code) == (PREPARED, BOTH) for item in answers)

    def _ask_returned(self, work, order, said, stands, good, moved):
        raised = any(_more(line, stands, said) for line in moved)
        sentence = (
            self.env._("%(what)s was corrected, but what came of it was changed here meanwhile (%(lines)s).")
            if raised
            else self.env._(
                "%(what)s was corrected, but goods of it went back meanwhile (%(lines)s). "
                "Are the returned goods part of what it says now?"
            )
        )
        words = [self._returned_words(line, said, stands, good) for line in moved]
        sentence %= {"what": self._words_of(work), "lines": listed(self.env, words, "; ")}
        return Undecided(
            f"{sentence} {self._coming_again_words(self._transfers_of(work, work.known))}".strip(),
            cause_key=f"returned:receipt:{self._work_key(work)}:{self._content_of(work)[0][:12]}",
            question=RETURNED,
            choices=self._returned_choices(raised, _is_there(moved, said, stands, good)),
            job=work.job,
            partner=order.partner_id,
            record=order,
            owner=self._buyer_of(order),
            figures={
                line._construction_line_label(): " → ".join(
                    _plain(found.get(line, 0.0)) for found in (said, stands, good)
                )
                + f" {line.product_uom_id.name}"
                for line in moved
            },
        )

    def _returned_choices(self, raised, there):
        """
        :param bool there: whether all is there that the difference of the receipts would take back
        """
        choices = [
            Choice(
                WHOLE,
                self.env._("What it says now is all that is there: move up or down to that")
                if raised or not there
                else self.env._("What it says now is there: move up to that"),
                BUYER,
            ),
            Choice(KEEP, self.env._("Keep: nothing moves"), BUYER),
        ]
        if there:
            label = (
                self.env._("What was changed here stands beside it: move the difference of the receipts")
                if raised
                else self.env._("They came and went back: move the difference of the two receipts")
            )
            choices.insert(0, Choice(DIFFERENCE, label, BUYER))
        return choices

    def _returned_words(self, line, said, stands, good):
        words = line.product_uom_id._construction_words
        figures = {
            "line": line._construction_line_label(),
            "said": words(denoised(said.get(line, 0.0))),
            "stands": _plain(stands.get(line, 0.0)),
            "now": words(denoised(good.get(line, 0.0))),
        }
        if _more(line, stands, said):
            return self.env._(
                "line %(line)s: %(said)s received, raised here to %(stands)s, now %(now)s",
                **{**figures, "stands": words(denoised(stands[line]))},
            )
        return self.env._(
            "line %(line)s: %(said)s received, %(stands)s of them still there, now %(now)s", **figures
        )

    def _check_going_back(self, work, order, less, ended=None):
        """:raises Undecided: when goods that should go back are billed or issued, until a buyer says so"""
        problems = self._cannot_go_back(less, ended)
        if not problems or work.decided(RETURN).code == RETURN:
            return
        raise Undecided(
            self.env._(
                "Receipt %(receipt)s was corrected below what is billed or issued of order %(order)s "
                "(%(problems)s). Return the difference?",
                receipt=work.data["receipt"],
                order=order.name,
                problems=listed(self.env, problems, "; "),
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
            figures={
                line._construction_line_label(): line.product_uom_id._construction_words(-denoised(quantity))
                for line, quantity in less.items()
            },
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
            own = self._transfers_of(work, known)
            back = self._give_back(order, work.resolved["less"], own, work.resolved["moment"])
            work.trace(back)
        if work.former and not elsewhere:
            # its number was corrected: its transfers bear the new one
            self._transfers_of(work, known).write(
                {
                    "construction_external_key": self._receipt_number(work),
                    "construction_came_for_id": self._part_of(work, order).id,
                }
            )
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
        stands = self._standing(self._transfers_of(work, known))
        less = _some(stands)
        self._tell_billed(work, order, less)
        own = self._transfers_of(work, known)
        work.trace(self._give_back(dated, less, own, work.resolved["moment"]))
        work.trace(order, "update")
        self._resume_bills(order)

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
                        problems=listed(self.env, problems, "; "),
                    ),
                    cause_key=f"back_billed:{self._work_key(work)}",
                    job=work.job,
                    partner=order.partner_id,
                    record=order,
                    owner=self._buyer_of(order),
                )
            )


def _some(quantities):
    """Those of some quantities by order line that are more than nothing."""
    return {line: quantity for line, quantity in quantities.items() if line._construction_is_some(quantity)}


def _differ(line, some, others):
    """Whether two quantities of a line are not the same."""
    return bool(line._construction_compare(some.get(line, 0.0), others.get(line, 0.0)))


def _step(line):
    """By how much quantities of a line may differ and be the same."""
    return float(line.product_uom_id._construction_slack(line.move_ids.product_uom))


def _is_there(lines, said, stands, good):
    """Whether all is there of lines that would go back by the difference of two receipts."""
    back = {line: said.get(line, 0.0) - good.get(line, 0.0) for line in lines}
    return not any(_more(line, back, stands) for line in lines)


def _more(line, some, others):
    """Whether there is more of a line in one count than in another."""
    return some.get(line, 0.0) > others.get(line, 0.0) and _differ(line, some, others)


def _plain(quantity):
    return f"{denoised(quantity).normalize():f}"
