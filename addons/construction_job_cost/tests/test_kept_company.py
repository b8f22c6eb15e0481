# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import JobCostCommon


class TestKeptCompany(JobCostCommon):
    """What entries, documents and budgets name stays in its company, whoever would move it, and how."""

    def refused(self, record, vals, words="stays with"):
        with (
            self.subTest(record=record.display_name, vals=vals),
            self.assertRaisesRegex(UserError, words),
            self.cr.savepoint(),
        ):
            record.write(vals)
            self.env.flush_all()
        self.env.invalidate_all()

    def test_a_job_in_use(self):
        elsewhere, nowhere = {"company_id": self.other_company.id}, {"company_id": False}
        self.job_2.write(elsewhere)
        self.job_2.write({"company_id": self.company.id})
        order = self.make_order((1, 100), confirm=False)
        self.refused(self.job, elsewhere)
        order.button_cancel()
        order.unlink()
        self.make_budget((1000,), approve=False)
        for vals in (elsewhere, nowhere):
            self.refused(self.job, vals)
        self.refused(self.job, {"is_construction_job": False}, "stays a construction job")
        # by the account, and by an import
        self.refused(self.job.account_id, elsewhere)
        loaded = self.env["project.project"].load(
            [".id", "company_id/.id"], [[str(self.job.id), str(self.other_company.id)]]
        )
        self.assertIn("stays with", loaded["messages"][0]["message"])
        self.assertEqual(self.job.company_id, self.company)
        self.job.write({"company_id": self.company.id, "name": "Harbour"})

    def test_a_share_of_a_line_is_use_enough(self):
        order = self.make_order((1, 100), confirm=False)
        accounts = [str(job.account_id.id) for job in (self.job, self.job_2)]
        order.order_line.analytic_distribution = dict.fromkeys(accounts, 50)
        self.assertFalse(order.order_line.construction_job_id)
        self.refused(self.job_2, {"company_id": self.other_company.id})

    def test_a_cost_code_in_a_budget(self):
        code = self.make_code("T99 00 00", "Other")
        code.company_id = self.other_company
        code.company_id = self.company
        self.make_budget((1000, code), approve=False)
        self.refused(code, {"company_id": self.other_company.id})

    @mute_logger("odoo.sql_db")
    def test_a_job_has_a_company(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.job_2.company_id = False
            self.env.flush_all()

    def test_a_project_that_is_no_job_takes_no_cost(self):
        project = self.env["project.project"].create(
            {"name": "Shed", "job_number": "SHED", "company_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "no construction job"), self.cr.savepoint():
            self.make_order((1, 100), job=project, confirm=False)
        with self.assertRaisesRegex(UserError, "no construction job"), self.cr.savepoint():
            self.make_budget((1000,), job=project, approve=False)
        budget = self.make_budget((1000,), approve=False).sudo()
        budget.line_ids.cost_code_id = self.other_code
        with self.assertRaisesRegex(UserError, "company of its job"), self.cr.savepoint():
            budget.action_submit()

    def test_reconciliation_of_what_has_no_company(self):
        """Of before the rule: it is compared, and repair says what is missing."""
        self.make_budget((1000,))
        self.cr.execute(
            "UPDATE project_project SET company_id = NULL, is_construction_job = FALSE WHERE id = %s",
            [self.job.id],
        )
        for table in ("construction_budget", "construction_budget_line"):
            self.cr.execute(f"UPDATE {table} SET company_id = NULL WHERE job_id = %s", [self.job.id])
        self.cr.execute("UPDATE construction_budget_line SET amount = 900 WHERE job_id = %s", [self.job.id])
        self.env.invalidate_all()
        wizards = self.env["construction.reconciliation"].with_user(self.users["cost_controller"])
        wizard = wizards.create({"job_ids": [(6, 0, self.job.ids)]})
        wizard.action_compare()
        self.assertTrue(wizard.line_ids)
        with self.assertRaisesRegex(UserError, "has no company"):
            wizard.action_repair()
