# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date as Date

from odoo import Command, models

from odoo.addons.construction_base.lib.named_error import DayLocked
from odoo.addons.construction_sync.errors import Choice, InvalidData
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.models.construction_event_document import OTHER, REPEAT

from ..models.account_move import BILL_TYPES
from ..models.construction_hold import RELEASE_GROUP
from ..tools import concat
from .named_line_mixin import OrderRows
from .procurement_mixin import ORDER, PAYABLE


class ProcurementInvoiceReceived(models.AbstractModel):
    """A supplier's invoice is a draft bill, matched; what does not match is held."""

    _name = "construction.handler.procurement.invoice.received"
    _inherit = "construction.invoice.undo.mixin"
    _description = "Supplier invoice received"
    _event_type = "procurement.invoice.received"
    _event_priority = 40
    _document_kind = "invoice"
    _document_fields = ("supplier", "kind", "invoice")

    def _reference_keys(self, data):
        yield "invoice", self._document_key(data)
        yield "supplier", data["supplier"]
        yield "order", data.get("order") and document_key(data["order"])
        yield from self._line_reference_keys(data["lines"])
        parts = [part for _sign, part, _pointer in self._parts(data)]
        for row in (*data["lines"], *parts):
            yield "tax", row.get("tax_percent")
        yield from self._line_reference_keys(parts)

    def _document_key(self, data):
        return document_key(data["supplier"], data["kind"], data["invoice"])

    # --- reading --------------------------------------------------------------

    def _resolve(self, work):
        data = work.data
        bank_account = self._open_restricted(data.get("bank_account"))
        known = self._know(work, "account.move")
        bill = known.record
        if bill:
            work.job = bill.invoice_line_ids.construction_job_id[:1]
        in_hand = self._is_in_hand(bill)
        if known.verdict == REPEAT and not self._is_to_match(work, bill):
            if in_hand:
                work.note(
                    self.env._("%s was set back to draft here, and stays so.", bill._construction_label())
                )
            return {
                "bill": bill,
                "bank_account": bank_account,
                "kept": known.kept or in_hand,
                # what was corrected since asks for nothing any more
                "corrected": bool(known.entry) and known.entry.content_hash != self._content_of(work)[0],
            }
        if known.verdict == OTHER:
            raise self._ask_which(work, known)
        self._check_correctable(work, known)
        prepared = bill and self._check_prepared(work, bill)
        back = self._check_taken_back(work, bill) if bill else bill
        read = self._read_bill(work)
        supplier = self.env["res.partner"].browse(read["vals"]["partner_id"])
        return {
            **read,
            "bill": self.env["account.move"],
            "replaces": bill,
            "prepared": prepared,
            "taken_back": [(move, self._posting_date(work, move.date, supplier, move)) for move in back],
            "in_hand": in_hand and self._content_differences(work, known),
            "reversed_on": self._is_booked(bill) and self._posting_date(work, bill.date, supplier),
            "bank_account": bank_account,
        }

    def _read_bill(self, work):
        """Resolve and check all that an invoice names: the values of its bill, and its document."""
        data = work.data
        self._unique_lines(work, data["lines"])
        supplier = self._supplier(work, data["supplier"])
        order = self._order_of(work, supplier)
        self._check_supplier(work, order, supplier)
        date = Date.fromisoformat(data["invoice_date"])
        currency = self._currency(work, data["currency"], date, partner=supplier)
        self._check_currency(work, order, currency)
        stated, faults = self._check_sums(work, supplier, currency)
        posting = self._posting_date(work, date, supplier)
        vals = self._prepare_bill_vals(work, order, supplier, currency, date, stated)
        vals.update(self._prepare_stated_vals(work, stated, faults))
        vals["date"] = posting
        return {"vals": vals, "document": self._read_document(work, data.get("document"))}

    def _order_of(self, work, supplier):
        """The order that the invoice names, or that a person chose; none where there is none."""
        data = work.data
        if data.get("order"):
            return self._released_order(work, data["order"])
        if not self._decided(work, ORDER) and not any(line.get("order_line") for line in data["lines"]):
            return self.env["purchase.order"]
        return self._chosen_order(work, supplier, self._words_of(work), PAYABLE)

    def _is_to_match(self, work, bill):
        """Whether a person named the order of a draft that came without."""
        if bill.state != "draft" or bill.invoice_line_ids.purchase_line_id:
            return False
        chosen = self._decided(work, ORDER)._record()
        # one whose lines are none of the chosen order's was written for it all the same: once
        return bool(chosen) and bill.invoice_origin != chosen.name

    def _posting_date(self, work, date, supplier, move=None):
        """The invoice's own date where books and costs are open, else the next open one a person allowed.

        :param move: what takes back a part of its bill, where that is posted
        """
        what = (
            self.env._("%(move)s of %(supplier)s", move=move.sudo().display_name, supplier=supplier.name)
            if move
            else self.env._(
                "Invoice %(invoice)s of %(supplier)s", invoice=work.data["invoice"], supplier=supplier.name
            )
        )
        date = self._open_date(work, date, what, PAYABLE, partner=supplier)
        locks = self._book_locks(work, date)
        return self._open_in_books(work, date, locks, what, PAYABLE, partner=supplier)

    def _check_supplier(self, work, order, supplier):
        if order and order.partner_id.commercial_partner_id != supplier.commercial_partner_id:
            sentence = self.env._(
                "Invoice %(invoice)s comes from %(supplier)s, but order %(order)s is with %(known)s.",
                invoice=work.data["invoice"],
                supplier=supplier.display_name,
                order=order.name,
                known=order.partner_id.display_name,
            )
            raise self._contradiction(work, order, "/supplier", sentence, supplier)

    def _check_currency(self, work, order, currency):
        if order and order.currency_id != currency:
            sentence = self.env._(
                "Invoice %(invoice)s is in %(billed)s, but order %(order)s is in %(ordered)s.",
                invoice=work.data["invoice"],
                billed=currency.name,
                order=order.name,
                ordered=order.currency_id.name,
            )
            raise self._contradiction(work, order, "/currency", sentence, order.partner_id)

    def _contradiction(self, work, order, pointer, sentence, partner):
        """The error of an invoice that is not of its order."""
        return InvalidData(sentence, pointer, job=work.job, partner=partner, record=order)

    def _book_locks(self, work, date):
        """What locks the books on a day: Odoo would move the date without a word."""
        parts = (part for _sign, part, _pointer in self._parts(work.data))
        has_tax = any(row.get("tax_percent") for row in (*work.data["lines"], *parts))
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.env.company),
                ("type", "=", "purchase"),
            ],
            limit=1,
        )
        return self.env.company._get_violated_lock_dates(date, has_tax, journal)

    # --- the bill -------------------------------------------------------------

    def _prepare_bill_vals(self, work, order, supplier, currency, date, stated):
        data = work.data
        return {
            "move_type": "in_refund" if data["kind"] == "credit_note" else "in_invoice",
            "partner_id": supplier.id,
            "company_id": self.env.company.id,
            "currency_id": currency.id,
            "ref": data["invoice"],
            "invoice_date": date,
            "date": date,
            **(
                {
                    "invoice_date_due": Date.fromisoformat(data["due_date"]),
                    "invoice_payment_term_id": False,
                }
                if data.get("due_date")
                else {}
            ),
            "invoice_origin": order.name,
            "construction_external_key": data["invoice"],
            "construction_occurred_at": work.message.occurred_at,
            "invoice_line_ids": [
                Command.create(vals) for vals in self._prepare_lines_vals(work, order, currency, stated)
            ],
        }

    def _prepare_lines_vals(self, work, order, currency, stated):
        lines, rows = work.data["lines"], OrderRows(order)
        figures = self._prepare_figures(work, stated, currency)
        for number, line in enumerate(lines):
            vals = self._prepare_bill_line_vals(work, rows, line, f"/lines/{number}", figures[number])
            words = self._parts_words(line, currency)
            yield {**vals, "name": f"{vals['name']}\n{words}"} if words else vals
        yield from self._prepare_part_lines(work, order, figures[len(lines) :])
        if stated.rounded_within:
            yield self._prepare_rounding_line(stated.rounded_within)

    # --- applying -------------------------------------------------------------

    def _apply(self, works):
        for work in works:
            self._cancel_prepared(work)
        self._replace([work for work in works if work.resolved.get("replaces")])
        self._create_bills([work for work in works if not work.resolved["bill"]])
        rewritten = [work for work in works if work.resolved["bill"] and work.resolved.get("replaces")]
        self._attach(rewritten)
        self._note_content(rewritten)
        cleared = []
        for work in works:
            bill = work.resolved["bill"]
            if bill.state != "draft" or work.resolved.get("kept"):
                continue
            # one by one: what a cleared bill takes is no longer there for the next
            holds = self._match(work, bill)
            if holds:
                work.park(self._hold_error(work, bill, holds))
            elif self._is_left_in_hand(work, bill):
                self._tell_in_hand(work, bill)
            else:
                cleared.append(work)
        if cleared and self.env.company.construction_bill_autopost:
            for works_apart in self._apart_by_order([work for work in cleared if self._day_is_open(work)]):
                self._post(works_apart)

    def _match(self, work, bill):
        """Match the draft of a message. :return: its open holds"""
        if work.resolved.get("corrected"):
            # to which account it is paid is what was said last
            return bill._construction_evaluate(by_hand=True)
        bill._construction_pay_to(work.resolved["bank_account"])
        return bill._construction_evaluate(work.resolved["bank_account"])

    def _day_is_open(self, work):
        """Whether costs and books are open on the day of a bill by now: what was held is posted later."""
        bill = work.resolved["bill"]
        try:
            day = self._posting_date(work, bill.date, bill.partner_id)
        except DayLocked as error:
            work.park(error)
            return False
        if day != bill.date:
            bill.date = day
        return True

    def _apart_by_order(self, works):
        """Works in lists in which no two bill one order: its entries name the bill that made them."""
        lists = []
        for work in works:
            orders = set(work.resolved["bill"].invoice_line_ids.purchase_line_id.order_id)
            free = next((entry for entry in lists if not entry[0] & orders), None)
            if free is None:
                free = (set(), [])
                lists.append(free)
            free[0].update(orders)
            free[1].append(work)
        return [found for _orders, found in lists]

    def _create_bills(self, works):
        if not works:
            return
        self._require_distinct(works)
        suppliers = self.env["res.partner"].browse(work.resolved["vals"]["partner_id"] for work in works)
        for work, supplier in zip(works, suppliers, strict=True):
            vals = work.resolved["vals"]
            if work.resolved["document"]:
                vals["construction_document_hash"] = work.resolved["document"]["hash"]
            if vals["move_type"] in BILL_TYPES:
                account = work.resolved["bank_account"]
                vals.update(self.env["account.move"]._construction_asked_vals(supplier, account))
        bills = self.env["account.move"].create([work.resolved["vals"] for work in works])
        for work, bill in zip(works, bills, strict=True):
            work.resolved["bill"] = bill
            work.job = work.job or bill.invoice_line_ids.construction_job_id[:1]
            work.trace(bill)
            work.trace(bill.invoice_line_ids.purchase_line_id.order_id, "update")
            self._set_apart(work, bill)
            self._set_instead(work, bill)
            self._check_total(work, bill)
            self._tell_used_again(work, bill)
        bound = {self._work_key(work): bill for work, bill in zip(works, bills, strict=True)}
        replaced = {key: bound[key] for key in map(self._work_key, filter(_replaces, works))}
        if replaced:
            source = works[0].message.source_id
            self.env["construction.crosswalk"]._mean_instead(source, "invoice", replaced)
        self._bind_many(works[0], "invoice", bound)
        self._note_content(works)
        self._attach(works)

    def _post(self, works):
        bills = concat(self._dated(work, work.resolved["bill"], work.resolved["bill"].date) for work in works)
        for work, bill in zip(works, bills, strict=True):
            self._dated(work, bill.invoice_line_ids.purchase_line_id.order_id, bill.date)
        # matched one by one just before, in _apply
        bills._construction_matched()._post(soft=False)

    def _hold_error(self, work, bill, holds):
        if set(holds.mapped("rule")) == {"compliance"}:
            # one work item for all that the documents of this supplier stop
            supplier = bill.commercial_partner_id
            return supplier._construction_lapsed_stop(
                supplier._construction_lapsed(bill.company_id, bill._construction_authors), job=work.job
            )
        kind = holds._construction_rule(holds[:1].rule).error
        label = dict(holds._fields["rule"]._description_selection(self.env))
        figures = {label[hold.rule]: hold.name.removeprefix(f"{label[hold.rule]}: ") for hold in holds}
        others = holds.other_move_ids
        asked = {}
        # of one that names its order, that is no question
        if "no_order" in holds.mapped("rule") and not work.data.get("order"):
            label = self.env._("It is of")
            asked = {
                "question": ORDER,
                "choices": [Choice(ORDER, label, PAYABLE, needs="record", model="purchase.order")],
                "candidates": lambda: self._order_candidates(work, bill.commercial_partner_id),
            }
        return kind(
            self.env._(
                "Invoice %(invoice)s is on payment hold. %(reasons)s",
                invoice=bill._construction_label(),
                reasons=" ".join(f"{words.rstrip('.')}." for words in holds._construction_words()),
            ),
            cause_key=f"hold:{self._work_key(work)}",
            job=work.job,
            partner=bill.partner_id,
            record=bill | others,
            figures=figures,
            groups=",".join([RELEASE_GROUP, PAYABLE, *holds._construction_word_groups()]),
            **asked,
        )


def _replaces(work):
    return bool(work.resolved.get("replaces"))
