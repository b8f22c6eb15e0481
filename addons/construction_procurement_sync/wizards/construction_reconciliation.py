# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..models.account_move import BILL_TYPES


class ConstructionReconciliation(models.TransientModel):
    _inherit = "construction.reconciliation"

    def _misfits(self, jobs):
        """Add posted bills that would be held now, and that nobody has released."""
        yield from super()._misfits(jobs)
        accounts = jobs.sudo().account_id
        if not accounts:
            return
        domain = [
            "|",
            ("analytic_distribution", "in", accounts.ids),
            ("purchase_line_id.analytic_distribution", "in", accounts.ids),
            ("purchase_line_id", "!=", False),
            ("parent_state", "=", "posted"),
            ("move_id.move_type", "in", ("in_refund", *BILL_TYPES)),
        ]
        lines = self.env["account.move.line"].sudo()
        [[ids]] = lines._read_group(domain, [], ["move_id:array_agg_distinct"])
        for bills in self._in_batches(lines.move_id.browse(sorted(ids or ()))):
            for bill in bills:
                job = (bill.invoice_line_ids.construction_job_id & jobs)[:1] or jobs[:1]
                posted = abs(bill.amount_untaxed_signed)
                for problem in bill._construction_unreleased_problems():
                    excess = bill._construction_problem_amount(problem)
                    figures = {"posted": posted, "expected": posted - excess, "difference": -excess}
                    yield {**self._prepare_misfit(bill, job), **figures, "problem": problem["name"]}
