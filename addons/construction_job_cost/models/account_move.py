# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from .construction_cost_entry import ACCOUNTING


class AccountMove(models.Model):
    _inherit = "account.move"
    _construction_worked_out_but = frozenset()
    _construction_plain_view = "construction_job_cost.account_move_view_form_plain"
    _construction_full_groups = ACCOUNTING

    @api.constrains("state")
    def _check_lines_have_jobs(self):
        self.invoice_line_ids._check_coding_has_job()

    def _compute_amount(self):
        # when a tax is rounded by hand, Odoo calls it plainly
        with self._construction_working_out():
            return super()._compute_amount()

    def _compute_split_sequence(self):
        # when a number is given
        with self._construction_working_out():
            return super()._compute_split_sequence()

    def action_toggle_block_payment(self):
        with self._construction_working_out():
            return super().action_toggle_block_payment()

    def _inverse_amount_total(self):
        # of an entry of two lines they are written with it; on anything else it would stand alone
        plain = self.filtered(lambda move: len(move.line_ids) == 2 and not move.is_invoice(True))
        if self - plain and not (self._construction_odoo_works_out() or self._construction_rules_write()):
            raise self._construction_only_rules_error(self._fields["amount_total"])
        return super()._inverse_amount_total()

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._construction_post_cost()
        return posted

    def button_draft(self):
        posted = self.filtered(lambda move: move.state == "posted")
        result = super().button_draft()
        posted.invoice_line_ids._construction_forget_credit()
        posted._construction_post_cost()
        return result

    def _construction_post_cost(self):
        """Post the job cost of these entries and of the order lines that they bill.

        Everything is dated by the accounting date, so that the ledger agrees with the general ledger
        on every day. One batch; an order line that is billed on several dates is looked at from the
        first of them on.
        """
        batches = []
        seen = self.env["purchase.order.line"]
        for date, dated in self.sudo().sorted("date").grouped("date").items():
            order_lines = dated.line_ids.purchase_line_id.filtered("analytic_distribution") - seen
            seen |= order_lines
            batches += [(dated.line_ids.filtered("analytic_distribution"), date), (order_lines, date)]
        if batches:
            self.env["construction.cost.entry"]._post_sources(batches)

    def get_formview_id(self, access_uid=None):
        plain = self.env["construction.cost.entry"]._document_view(self)
        return plain or super().get_formview_id(access_uid=access_uid)

    def action_construction_cost_entries(self):
        self.ensure_one()
        return self.env["construction.cost.entry"]._action_of_document(self)
