# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import tagged

from .common import JobCostCommon


@tagged("post_install", "-at_install")
class TestReconciliationCompany(JobCostCommon):
    def _compare(self):
        wizards = self.env["construction.reconciliation"].with_user(self.users["cost_controller"])
        wizard = wizards.create({"job_ids": [Command.set(self.job.ids)]})
        wizard.action_compare()
        return wizard.misfit_line_ids

    def test_an_entry_of_another_company_than_its_job(self):
        self.make_order((10, 100), on="2025-10-15")
        self.post_ledger()
        self.assertFalse(self._compare())
        entries = self.env["construction.cost.entry"].search([("job_id", "=", self.job.id)])
        other = self.env["res.company"].create({"name": "Other Works"})
        self.env.flush_all()
        self.cr.execute("ALTER TABLE construction_cost_entry DISABLE TRIGGER USER")
        self.cr.execute(
            "UPDATE construction_cost_entry SET company_id = %s WHERE id = ANY(%s)", [other.id, entries.ids]
        )
        self.cr.execute("ALTER TABLE construction_cost_entry ENABLE TRIGGER USER")
        self.env.invalidate_all()
        [line] = self._compare()
        self.assertEqual((line.posted, line.expected, line.company_id), (1000, 0, other))
        self.assertIn("Other Works", line.problem)
