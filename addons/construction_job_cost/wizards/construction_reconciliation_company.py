# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL


class ConstructionReconciliation(models.TransientModel):
    # apart from what documents should have: whose the entries are is another question
    _inherit = "construction.reconciliation"  # pylint: disable=consider-merging-classes-inherited

    def _misfits(self, jobs):
        """Also entries of another company than their job's, which its report and the other's show wrong."""
        yield from super()._misfits(jobs)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT entry.job_id, entry.company_id, entry.kind, entry.res_model, entry.res_id,
                       MAX(entry.reference), SUM(entry.amount)
                  FROM construction_cost_entry entry
                  JOIN project_project job ON job.id = entry.job_id
                 WHERE entry.job_id = ANY(%s) AND entry.company_id IS DISTINCT FROM job.company_id
                 GROUP BY entry.job_id, entry.company_id, entry.kind, entry.res_model, entry.res_id
                 ORDER BY entry.res_model, entry.res_id
                """,
                jobs.ids,
            )
        )
        for job_id, company_id, kind, model, record_id, reference, amount in rows:
            company = self.env["res.company"].sudo().browse(company_id)
            yield {
                "kind": kind,
                "job_id": job_id,
                "res_model": model,
                "res_id": record_id,
                "reference": reference,
                "company_id": company_id,
                "posted": float(amount),
                "expected": 0.0,
                "difference": -float(amount),
                "problem": self.env._("It is entered for %s, which its job is not of.", company.name),
            }
