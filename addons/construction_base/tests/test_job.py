# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConstructionCommon


@tagged("post_install", "-at_install")
class TestJob(ConstructionCommon):
    def test_job_has_an_account_of_the_project_plan(self):
        plan = next(iter(self.env["account.analytic.plan"]._get_all_plans()))
        self.assertEqual(self.job.account_id.plan_id, plan)
        self.assertEqual(self.job.account_id.company_id, self.company)

    def test_project_becomes_a_job(self):
        project = self.env["project.project"].create({"name": "Shed", "company_id": False})
        self.assertFalse(project.account_id)
        project.write({"is_construction_job": True, "job_number": " T-  300"})
        self.assertTrue(project.account_id)
        self.assertEqual(project.job_number, "T- 300")
        self.assertEqual(project.company_id, self.company)

    def test_number_is_asked_for(self):
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.env["project.project"].create({"name": "Nameless", "is_construction_job": True})

    def test_a_copy_has_no_number_and_takes_no_cost_until_it_has_one(self):
        copied = self.job.copy()
        self.assertTrue(copied.is_construction_job)
        self.assertFalse(copied.job_number or copied.account_id)
        with self.assertRaises(UserError):
            copied._construction_analytic_accounts()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            copied.write({"job_number": " "})
        copied.job_number = "T-COPY"
        self.assertTrue(copied.account_id)
        self.assertEqual(copied.account_id.code, "T-COPY")

    @mute_logger("odoo.sql_db")
    def test_number_unique_by_company(self):
        self.assertEqual(self.other_job.job_number, self.job.job_number)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.make_job("T-100", "Twin")
            self.env.flush_all()

    def test_found_by_number(self):
        found = self.env["project.project"].name_search("T-200")
        self.assertEqual([r[0] for r in found], self.job_2.ids)
        self.assertEqual(self.job_2.display_name, "T-200 City Library")
