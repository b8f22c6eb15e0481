# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.construction_sync.lib.words import listed

from ..tools import is_coded


class AccountMoveBack(models.Model):
    """What takes a bill back takes it back once, whoever prepared it and whenever it is posted."""

    # apart from matching bills: what is billed and what is taken back are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    construction_again_of_id = fields.Many2one(
        "account.move",
        string="Booked Again for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The document that a correction had taken back, and in whose place this one stands since that "
        "correction was set aside.",
    )

    def _construction_first(self):
        """The document in whose place this one was booked again, the very first of them."""
        before = self.construction_again_of_id
        return before._construction_first() if before else self

    # --- what stands of a document ----------------------------------------------------------

    def _construction_is_reversed(self):
        """Whether what this document booked was booked back: Odoo calls a reversed credit note paid."""
        back = self.reversal_move_ids.filtered(lambda move: move.state == "posted")
        return bool(back) and self.currency_id.compare_amounts(self._construction_standing(), 0.0) <= 0

    def _construction_is_undone(self):
        """Whether nothing of this stands, for it is taken back whole, or takes back exactly what is."""
        bill = self.reversed_entry_id
        return self._construction_is_reversed() or (
            bill._construction_is_reversed()
            and bill.currency_id.compare_amounts(bill._construction_standing(), 0.0) == 0
        )

    def _construction_standing(self):
        """What stands of a document's total, less what takes it back and stands itself."""
        back = self.reversal_move_ids.filtered(lambda move: move.state == "posted")
        return self._construction_total() - sum(move._construction_standing() for move in back)

    def _construction_total(self):
        if self.move_type != "entry":
            return self.amount_total
        due = self.line_ids.filtered(lambda line: line.account_id.account_type == "liability_payable")
        return abs(sum(due.mapped("amount_currency")))

    def _construction_back(self):
        """What is posted and takes a part of these back, as far as it stands, and what takes that back."""
        back = self.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and not move._construction_is_reversed()
        )
        return back | back._construction_back() if back else back

    def _construction_backs(self):
        """All that takes these documents back, or did, whatever its state, and what takes that back."""
        back = self.reversal_move_ids
        return back | back._construction_backs() if back else back

    def _construction_back_beside(self):
        """What persons took back of the bills in whose place these came, and stands beside these."""
        found = self.browse()
        for bill in self._construction_before():
            back = bill.reversal_move_ids.filtered(
                lambda move: move.state == "posted" and not move._construction_is_reversed()
            )
            by_event = back.filtered("construction_back_by_event")
            # where persons alone took all of it back, nothing of that is left for another
            if by_event or bill.state != "posted":
                found |= back - by_event
        return found

    # --- taken back once --------------------------------------------------------------------

    def _construction_is_guarded(self):
        return super()._construction_is_guarded() or bool(
            self._construction_back_already() or self._construction_again_beside()
        )

    def _construction_back_already(self):
        """The posted documents that take back, with this one, more than the bill which it takes back."""
        bill = self.sudo().reversed_entry_id
        if not bill or self.move_type != "in_refund" or not is_coded(bill.invoice_line_ids):
            return self.browse()
        others = bill.reversal_move_ids.filtered(lambda move: move.state == "posted") - self
        total = sum(move._construction_standing() for move in others)
        too_much = bool(others) and (bill._construction_is_reversed() or self._construction_is_beyond(total))
        return others.sudo(self.env.su) if too_much else self.browse()

    def _construction_is_beyond(self, total):
        """Whether this takes more of its bill back than others have left, but for a rounding of each."""
        bill = self.sudo().reversed_entry_id
        if self.currency_id != bill.currency_id:
            return False
        slack = bill.currency_id.rounding * len(bill.reversal_move_ids)
        return bill.currency_id.compare_amounts(total + self.amount_total - slack, bill.amount_total) > 0

    def _construction_duplicate_problems(self):
        return (
            self._construction_back_problems()
            or self._construction_again_problems()
            or super()._construction_duplicate_problems()
        )

    def _construction_apart(self):
        """What takes back parts of one bill bears one reference, and is counted together instead."""
        return super()._construction_apart() | (self.reversed_entry_id.reversal_move_ids - self)

    def _construction_back_problems(self):
        others = self._construction_back_already()
        if not others:
            return []
        return [self._prepare_double_vals(self._construction_back_words(others), others)]

    def _construction_back_words(self, others):
        bill = self.sudo().reversed_entry_id
        words = {
            "bill": bill.display_name,
            "others": listed(self.env, others.mapped("display_name")),
        }
        if bill._construction_is_reversed():
            return self.env._(
                "%(bill)s is taken back already, in whole, by %(others)s: nothing of it is billed any "
                "more. Cancel this draft, or reverse the bill that was booked in its place.",
                **words,
            )
        currency = bill.currency_id
        return self.env._(
            "%(bill)s is taken back in part by %(others)s: %(before)s and %(this)s are more than the "
            "%(total)s that were billed. Lower this draft to what is left of it, or cancel it.",
            before=currency.format(sum(other.sudo()._construction_standing() for other in others)),
            this=currency.format(self.amount_total),
            total=currency.format(bill.amount_total),
            **words,
        )

    def _construction_again_beside(self):
        """The bills beside which this one bills again what was taken back, such as by a reversal reversed."""
        before = self.sudo().reversed_entry_id
        root = before._construction_root()
        if before == root or root.state != "posted" or not is_coded(root.invoice_line_ids):
            return self.browse()
        if not root._construction_is_reversed() or not root._construction_stands_with(
            self.sudo()._construction_effect()
        ):
            return self.browse()
        return (root._construction_instead() | root._construction_doubles()).sudo(self.env.su)

    def _construction_again_problems(self):
        others = self._construction_again_beside()
        if not others:
            return []
        sentence = self.env._(
            "This bills %(bill)s again, which was taken back, and in whose place %(others)s was booked. "
            "Cancel this draft, or reverse %(others)s first.",
            bill=self._construction_root().display_name,
            others=listed(self.env, others.mapped("display_name")),
        )
        return [self._prepare_double_vals(sentence, others)]

    # --- a correction that waits for what becomes of a draft, or of what took a part back ------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._construction_resume_back()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._construction_resume_back()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._construction_resume_back()
        return result

    @api.ondelete(at_uninstall=False)
    def _construction_resume_before_unlink(self):
        self._construction_resume_back()

    def _construction_resume_back(self):
        """Send round again what waits for these documents, or asks about them beside a correction."""
        bills = self.sudo()
        orders = bills.invoice_line_ids.purchase_line_id.order_id
        while found := bills.reversed_entry_id - bills:
            bills |= found
        bills = bills._construction_family()
        self.env["construction.exception"]._construction_resume_prepared(bills)
        self.env["construction.exception"]._construction_resume_prepared(orders)
