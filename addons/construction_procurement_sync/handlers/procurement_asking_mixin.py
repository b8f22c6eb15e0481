# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_base.lib.named_error import DayLocked
from odoo.addons.construction_sync.errors import Choice, Hold, Undecided

from ..errors import BooksLocked
from .named_line_mixin import OrderRows
from .procurement_mixin import BUYER, MANAGER, NEXT_OPEN, ORDER, PERIOD

CODERS = f"{BUYER},{MANAGER},construction_base.group_cost_controller"
ACCEPT, RETURN = "accept", "return"


class ConstructionProcurementAskingMixin(models.AbstractModel):
    """What purchasing events leave open, and how a person is asked for it."""

    # apart from what the handlers share: reading an event and asking a person are two ideas
    _inherit = "construction.procurement.mixin"  # pylint: disable=consider-merging-classes-inherited

    # of which order it is, and what its lines are; when it is posted is asked of each version
    _document_answers = (ORDER, "coding:", "substitute:")

    def _is_answered(self, work, decision):
        """An answer about a line holds as long as the line names the same thing."""
        _question, _colon, number = decision.question.partition(":")
        if not number:
            return True
        before, now = (
            next((line for line in data["lines"] if line["line"] == number), None)
            for data in (decision.message_id._payload(), work.data)
        )
        return bool(before and now) and all(
            before.get(name) == now.get(name) for name in ("item", "description")
        )

    def _open_date(self, work, date, what, groups, **info):
        """The date to post on: that of the document, or the next open one once a person said so.

        :param str groups: who may say so
        :raises PeriodLocked: when the period is locked and nobody said so
        """
        try:
            self._check_open(work, date, what, **info)
        except DayLocked as error:
            if work.decided(PERIOD).code == NEXT_OPEN:
                return error.proposed_date
            self._ask_period(error, groups)
            raise
        return date

    def _open_in_books(self, work, date, locks, what, groups, day=None, latest=None, **info):
        """The same for Odoo's own lock dates, which would move a date without a word or refuse it.

        :param list locks: what locks it, as the company gives it: (date, field)
        :param day: the day that they lock, where it is another than that of the costs
        :param latest: the latest day on which it can be posted: nobody is asked for a later one
        """
        if not locks:
            return date
        lock = max(found for found, _field in locks)
        proposed = lock + timedelta(days=1)
        later = latest is not None and proposed > latest
        if not later and work.decided(PERIOD).code == NEXT_OPEN:
            return max(date, proposed)
        said = {"what": what, "date": day or date, "lock": lock, "proposed": proposed}
        if later:
            sentence = self.env._(
                "%(what)s is dated %(date)s, but the books are locked up to %(lock)s, and the next open "
                "day, %(proposed)s, is still to come. Have the lock date moved back, or replay on that day.",
                **said,
            )
        else:
            sentence = self.env._(
                "%(what)s is dated %(date)s, but the books are locked up to %(lock)s. Move the lock date "
                "back, or have it posted on %(proposed)s.",
                **said,
            )
        error = BooksLocked(
            sentence,
            day or date,
            locks,
            cause_key=self._period_key(work),
            job=work.job,
            **info,
        )
        raise error if later else self._ask_period(error, groups)

    def _period_key(self, work):
        return f"period:{self._document_kind or self._event_type}:{self._work_key(work)}"

    def _named_error(self, work, error):
        """A day that is locked where nobody looked for it: of a transfer, a valuation, a reversal."""
        # what a handler found says so itself
        if not isinstance(error, DayLocked) or error.cause_key or error.question:
            return super()._named_error(work, error)
        resolved = work.resolved if isinstance(work.resolved, dict) else {}
        record = resolved.get("order") or resolved.get("bill") or None
        return error.about(
            cause_key=self._period_key(work),
            job=work.job,
            record=record,
            partner=record and record.partner_id,
        )

    def _ask_period(self, error, groups):
        label = self.env._("Post it on the next open day, %s", error.proposed_date)
        return error.about(question=PERIOD, choices=[Choice(NEXT_OPEN, label, groups)])

    def _chosen_order(self, work, supplier, what, groups):
        """The order that a person chose for a document that names none.

        :raises Undecided: until one is chosen, with the orders that it may be of
        """
        order = self._decided(work, ORDER)._record()
        sentence = self.env._("%s names no order. Choose the one that it is of.", what)
        if order is not None and order._name == "purchase.order":
            order = self.env["purchase.order"].browse(order.id)
            same = order.partner_id.commercial_partner_id == supplier.commercial_partner_id
            if same and order.state == "purchase" and order.company_id == self.env.company:
                work.job = work.job or self._job_of(order)
                return order
            sentence = self.env._(
                "%(what)s names no order, and %(order)s is no confirmed order of %(supplier)s. "
                "Choose another.",
                what=what,
                order=order.name,
                supplier=supplier.display_name,
            )
        raise Undecided(
            sentence,
            cause_key=f"no_order:{self._document_kind}:{self._work_key(work)}",
            question=ORDER,
            choices=[Choice(ORDER, self.env._("It is of"), groups, needs="record", model="purchase.order")],
            candidates=lambda: self._order_candidates(work, supplier),
            job=work.job,
            partner=supplier,
        )

    # --- cancelled by hand -------------------------------------------------------

    def _done_by_hand(self, record):
        """Who last changed the state of a record and when, in words: (name, date)."""
        record = record.sudo()
        changes = record.message_ids.tracking_value_ids.filtered(lambda v: v.field_id.name == "state")
        last = changes.sorted("id")[-1:].mail_message_id
        user, moment = last.author_id or record.write_uid, last.date or record.write_date
        return {"user": user.name, "date": moment.date(), "record": record.display_name}

    # --- cost codes that a line does not name ------------------------------------

    def _code_decided(self, work, line):
        """The cost code that a person chose for a line, or an empty one."""
        code = self._decided(work, f"coding:{line['line']}")._record()
        known = code is not None and code._name == "construction.cost.code"
        return self.env["construction.cost.code"].browse(code.id if known else ())

    def _chosen_code(self, work, line):
        code = self._code_decided(work, line)
        if code:
            return code
        raise self._missing_code(work, line)

    def _missing_code(self, work, line, product=None, **info):
        """The error that asks for the cost code of one line."""
        return Undecided(
            self.env._(
                "Line %(line)s (%(what)s) of %(document)s has no cost code. Choose one.",
                line=line["line"],
                what=line["description"],
                document=work.data[self._document_kind],
            ),
            cause_key=f"coding:{self._document_kind}:{self._work_key(work)}:{line['line']}",
            question=f"coding:{line['line']}",
            choices=[
                Choice(
                    "code", self.env._("Cost code"), CODERS, needs="record", model="construction.cost.code"
                )
            ],
            candidates=lambda: self._coding_candidates(work, line, product),
            job=work.job,
            owner=(work.job and work.job.user_id) or None,
            **info,
        )

    # --- another item than was ordered ---------------------------------------------

    def _line_or_substitute(self, work, order, found, line):
        """The line that is named, or the one of the item that a buyer took in its place.

        :raises Undecided: for an item that was not ordered on that line, until a buyer says
        """
        product = self._ref(work, "item", line["item"], model="product.product", required=False)
        # an item that nobody knows is not known to be another, and a line without item orders any
        if not product or product == found.product_id or found.product_id._construction_is_direct():
            return found
        taken = order.order_line.filtered(
            lambda row: row.construction_substitute_for_id == found and row.product_id == product
        )
        if taken or self._is_returned(work, line):
            return taken[:1] or found
        waiting = order._construction_substitute_waits(found, product)
        if waiting:
            raise Hold(
                self.env._(
                    "%(item)s in the place of line %(line)s of order %(order)s asks for more than was "
                    "ordered, and waits for %(change)s: %(why)s",
                    item=product.display_name,
                    line=found._construction_line_label(),
                    order=order.name,
                    change=waiting.name,
                    why=waiting.stop_reason,
                ),
                cause_key=f"substitute_waits:{self._document_kind}:{self._work_key(work)}:{line['line']}",
                job=work.job,
                partner=order.partner_id,
                record=order,
                owner=self._buyer_of(order),
            )
        # as the substitute's is written: with its taxes, where they are in it, and without a discount
        price = denoised(found.price_unit_discounted)
        raise Undecided(
            self.env._(
                "%(item)s came for line %(line)s of order %(order)s, which orders %(ordered)s.",
                item=product.display_name,
                line=found._construction_line_label(),
                order=order.name,
                ordered=found.product_id.display_name,
            ),
            cause_key=f"substitute:{self._document_kind}:{self._work_key(work)}:{line['line']}",
            question=f"substitute:{line['line']}",
            choices=[
                Choice(ACCEPT, self.env._("Accept as substitute, at this price"), BUYER, needs="price"),
                Choice(RETURN, self.env._("Return it"), BUYER),
            ],
            job=work.job,
            partner=order.partner_id,
            record=order,
            owner=self._buyer_of(order),
            figures={
                self.env._("quantity"): f"{line['quantity']} {line['uom']}",
                self.env._("price ordered"): f"{price.normalize():f} {order.currency_id.name}",
            },
        )

    def _is_returned(self, work, line):
        """Whether a buyer sends back what came in the place of what was ordered."""
        return self._decided(work, f"substitute:{line['line']}").code == RETURN

    def _decided_now(self, work, decision):
        """A buyer who accepts a substitute puts it on the order, in their own name."""
        super()._decided_now(work, decision)
        question, _colon, number = decision.question.partition(":")
        if question != "substitute" or decision.code != ACCEPT:
            return
        line = next(entry for entry in work.data["lines"] if entry["line"] == number)
        order = self._order_decided_on(work)
        found = self._named_line(work, OrderRows(order), line["order_line"])
        product = self._product(work, line["item"], None, None)
        uom = self._uom(work, line["uom"])
        quantity = uom._compute_quantity(float(self._decimal(line["quantity"])), uom, round=False)
        order._construction_take_substitute(
            found, product.with_env(order.env), quantity, uom, float(decision.price)
        )

    def _order_decided_on(self, work):
        chosen = self._decided(work, ORDER)._record()
        if work.data.get("order"):
            return self._known_order(work, work.data["order"])
        return self.env["purchase.order"].browse(chosen.id)
