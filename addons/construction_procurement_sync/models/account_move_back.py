# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..tools import is_coded


class AccountMoveBack(models.Model):
    """What takes a bill back takes it back once, whoever prepared it and whenever it is posted."""

    # apart from matching bills: what is billed and what is taken back are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_is_guarded(self):
        return super()._construction_is_guarded() or bool(self._construction_back_already())

    def _construction_back_already(self):
        """The posted documents that take back all of the bill which this one takes back, too."""
        bill = self.sudo().reversed_entry_id
        if not bill or self.move_type != "in_refund" or not is_coded(bill.invoice_line_ids):
            return self.browse()
        others = bill.reversal_move_ids.filtered(lambda move: move.state == "posted") - self
        total = sum(others.mapped("amount_total"))
        whole = bool(others) and bill.currency_id.compare_amounts(total, bill.amount_total) >= 0
        return others.sudo(self.env.su) if whole else self.browse()

    def _construction_duplicate_problems(self):
        return self._construction_back_problems() or super()._construction_duplicate_problems()

    def _construction_back_problems(self):
        others = self._construction_back_already()
        if not others:
            return []
        return [
            {
                "rule": "duplicate",
                "name": self.env._(
                    "%(bill)s is taken back already, in whole, by %(others)s: nothing of it is billed any "
                    "more. Cancel this draft, or reverse the bill that was booked in its place.",
                    bill=self.reversed_entry_id.display_name,
                    others=", ".join(others.mapped("display_name")),
                ),
                "excess": len(others),
                "figures": {"bills": others.ids},
                "other_move_ids": [(6, 0, others.ids)],
            }
        ]

    # --- a correction that waits for what becomes of a draft --------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._construction_resume_prepared()
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self._construction_resume_prepared()
        return result

    @api.ondelete(at_uninstall=False)
    def _construction_resume_before_unlink(self):
        self._construction_resume_prepared()

    def _construction_resume_prepared(self):
        """Send round again what asks which holds, these drafts or a correction of their bills."""
        bills = self.sudo().reversed_entry_id
        if bills:
            self.env["construction.exception"]._construction_resume_prepared(bills)
