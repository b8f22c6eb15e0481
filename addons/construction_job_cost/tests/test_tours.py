# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase

from .common import JobCostCommon


class TestTours(JobCostCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_budget((12000,), (500, cls.code_2))
        order = cls.make_order((10, 1000))
        cls.receive_by_hand(order, 5)
        cls.make_bill(order, 4)
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    def test_cost_controller_drills_from_figure_to_document(self):
        user = self.users["cost_controller"]
        self.start_tour("/odoo/construction-job-cost", "construction_job_cost_drill", login=user.login)

    def test_supervisor_sees_own_job_on_a_phone(self):
        self.browser_size = "390x844"
        self.touch_enabled = True
        self.start_tour(
            "/odoo/construction-jobs",
            "construction_supervisor_phone",
            login=self.users["site_supervisor"].login,
        )

    def test_cost_controller_closes_a_period(self):
        self.start_tour(
            "/odoo/action-construction_job_cost.construction_cost_lock_action",
            "construction_close_period",
            login=self.users["cost_controller"].login,
        )
        self.assertEqual(str(self.company.construction_cost_lock_date), "2025-12-31")
