from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._construction_post_cost()
        return posted

    def button_draft(self):
        posted = self.filtered(lambda move: move.state == "posted")
        result = super().button_draft()
        posted._construction_post_cost()
        return result

    def _construction_post_cost(self):
        """Post the job cost of these entries and of the order lines that they bill.

        Everything is dated by the accounting date, so that the ledger agrees with the general ledger
        on every day. One batch, unless one order line is billed on several dates at once.
        """
        Entry = self.env["construction.cost.entry"]
        moves = self.sudo().sorted("date")
        dates_by_line = {}
        for move in moves:
            for line in move.line_ids.purchase_line_id:
                dates_by_line.setdefault(line, set()).add(move.date)
        single = all(len(dates) == 1 for dates in dates_by_line.values())
        batches = []
        for date, dated in moves.grouped("date").items():
            lines = dated.line_ids.filtered("analytic_distribution")
            order_lines = dated.line_ids.purchase_line_id.filtered("analytic_distribution")
            if single:
                batches += [(lines, date), (order_lines, date)]
                continue
            later = moves.filtered(lambda move, date=date: move.date > date)
            order_lines = order_lines.with_context(construction_ignore_moves=frozenset(later.ids))
            Entry._post_sources([(lines, date), (order_lines, date)])
        if batches:
            Entry._post_sources(batches)

    def get_formview_id(self, access_uid=None):
        plain = self.env["construction.cost.entry"]._document_view(self)
        return plain or super().get_formview_id(access_uid=access_uid)

    def action_construction_cost_entries(self):
        self.ensure_one()
        return self.env["construction.cost.entry"]._action_of_document(self)
