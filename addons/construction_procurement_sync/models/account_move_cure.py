# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class AccountMoveCure(models.Model):
    """What cures a hold lets it go at once, wherever the cure comes from.

    The hold is cured in the transaction of the cure. What posts the bill is a job of its own after that, of
    the message that brought it; who entered one by hand is told.
    """

    # apart from the holds themselves: what stops a bill and what lets it go are two ideas
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _construction_cure(self):
        """Look again at those of these that are on hold."""
        held = self.sudo().filtered("construction_on_hold")
        drafts = held.filtered(lambda move: move.state == "draft")
        if drafts:
            self.env["construction.message"]._resume_for_records(drafts)
        posted = held.filtered(lambda move: move.state == "posted")
        if posted:
            posted.invoice_line_ids.purchase_line_id._construction_look_at_rest()

    def _construction_dependents(self):
        """The bills whom it concerns what becomes of these: of their order lines, or their doubles."""
        moves = self.sudo()
        return (moves._construction_beside() | moves._construction_held_as_doubles()) - moves

    def _construction_beside(self):
        """What bills the same order lines."""
        return self.invoice_line_ids.purchase_line_id.invoice_lines.move_id

    def _construction_held_as_doubles(self):
        """The drafts on hold as doubles of these, or of what these take back."""
        concerned = self | self.reversed_entry_id._construction_ancestors()
        domain = [
            ("rule", "=", "duplicate"),
            ("state", "=", "open"),
            ("other_move_ids", "in", concerned.ids),
            ("move_id.state", "=", "draft"),
        ]
        return self.env["construction.hold"].sudo().search(domain).move_id

    def _post(self, soft=True):
        posted = super()._post(soft)
        moves = posted.sudo()
        found = moves._construction_beside()
        if moves.reversed_entry_id:
            # what is taken back is no double of anything any more
            found |= moves._construction_held_as_doubles()
        (found - moves)._construction_cure()
        return posted

    def button_cancel(self):
        concerned = self._construction_dependents()
        result = super().button_cancel()
        concerned._construction_cure()
        return result

    def unlink(self):
        if not self:
            # as Odoo calls it by the hundred, where lines of a bill are brought up to date
            return super().unlink()
        concerned = self._construction_dependents()
        result = super().unlink()
        concerned.exists()._construction_cure()
        return result

    @api.model
    def _cron_construction_holds(self):
        """Look at every hold, to prove that no cure was missed. :return: the bills of which one was"""
        held = self.sudo().search(
            [("construction_on_hold", "=", True), ("state", "=", "draft")], order="company_id, id"
        )
        missed = self.browse()
        for company, bills in held.grouped("company_id").items():
            before = bills._construction_open_holds()
            bills.with_company(company)._construction_recheck()
            cured = before.filtered(lambda hold: hold.state == "cured").move_id
            cured = cured.filtered(lambda bill: not bill.construction_on_hold)
            if cured:
                _logger.info("Of %s bills on hold the cure was missed before.", len(cured))
                self.env["construction.message"]._resume_for_records(cured)
            missed |= cured
        return missed
