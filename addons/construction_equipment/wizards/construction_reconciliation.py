# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ConstructionReconciliation(models.TransientModel):
    _inherit = "construction.reconciliation"

    def _misfits(self, jobs):
        """Add journal batches of machines whose entries are not what their charges are."""
        yield from super()._misfits(jobs)
        batches = self.env["construction.equipment.batch"].sudo()
        for company, of_company in jobs.sudo().grouped("company_id").items():
            for batch, job, posted, expected in batches._misfits(company, of_company):
                document = batch.move_id or batch.charge_ids[:1] or batch.owner_charge_ids[:1]
                yield {
                    **self._prepare_misfit(document or batch, job or of_company[:1]),
                    "company_id": company.id,
                    "reference": batch.name,
                    "posted": float(posted),
                    "expected": float(expected),
                    "difference": float(expected - posted),
                    "problem": self.env._("The journal entry is not what the charges of its batch are."),
                }
