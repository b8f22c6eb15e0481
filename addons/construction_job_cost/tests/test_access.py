# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError

from odoo.addons.construction_base.tests.common import ROLES

from .common import JobCostCommon

READ_ALL = ("buyer", "cost_controller", "integration_manager", "auditor")
READ = (*READ_ALL, "project_manager")
# model -> role -> operations; a role that is not named has none.
ALLOWED = {
    "construction.cost.entry": {role: "r" for role in READ},
    "construction.job.cost.report": {role: "r" for role in READ},
    "construction.budget": {
        **{role: "r" for role in READ},
        "cost_controller": "rwcd",
        "project_manager": "rwcd",
    },
    "construction.budget.line": {
        **{role: "r" for role in READ},
        "cost_controller": "rwcd",
        "project_manager": "rwcd",
    },
    "construction.budget.cell": {"cost_controller": "r", "auditor": "r"},
    "construction.cost.step": {"cost_controller": "r", "auditor": "r"},
    "construction.cost.mark": {"cost_controller": "r", "auditor": "r"},
    "construction.cost.lock": {
        "cost_controller": "r",
        "project_manager": "r",
        "integration_manager": "r",
        "auditor": "r",
    },
    "construction.job.cost.open": {role: "rwcd" for role in READ},
    "construction.period.close": {"cost_controller": "rwcd"},
    "construction.budget.override": {"cost_controller": "rwcd"},
    "construction.reconciliation": {"cost_controller": "rwcd", "auditor": "rwcd"},
    "construction.reconciliation.line": {"cost_controller": "rwcd", "auditor": "rwcd"},
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


class TestAccess(JobCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_budget((5000,))
        cls.make_budget((5000,), job=cls.job_2)
        cls.order = cls.make_order((10, 100))
        cls.order_2 = cls.make_order((10, 100), job=cls.job_2)
        cls.bill = cls.make_bill(cls.order, 4)
        cls.bill_2 = cls.make_bill(cls.order_2, 4)
        cls.env.cr.precommit.run()
        cls.Entry.create(
            {
                "date": "2026-03-01",
                "company_id": cls.other_company.id,
                "job_id": cls.other_job.id,
                "kind": "actual",
                "amount": 1,
                "res_model": "res.partner",
                "res_id": 1,
            }
        )

    def test_each_role_on_each_model(self):
        for model, roles in ALLOWED.items():
            for role in ROLES:
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(self.users[role]).has_access(operation),
                            letter in roles.get(role, ""),
                        )

    def test_every_model_is_in_the_table(self):
        models = self.env["ir.model"].search([("model", "=like", "construction.%"), ("abstract", "=", False)])
        ours = models.filtered(lambda m: "construction_job_cost" in m.modules.split(", "))
        ours = ours.filtered(lambda m: "construction_base" not in m.modules)
        self.assertEqual(set(ours.mapped("model")), set(ALLOWED))
        self.assertFalse(ours.filtered(lambda m: not m.access_ids).mapped("model"))

    def test_rows_seen_by_role(self):
        for model in ("construction.cost.entry", "construction.job.cost.report", "construction.budget"):
            for role in READ:
                rows = self.env[model].with_user(self.users[role]).search([])
                expected = self.job | self.job_2 if role in READ_ALL else self.job
                self.assertEqual(rows.job_id & (self.job | self.job_2 | self.other_job), expected)
                self.assertNotIn(self.other_job, rows.job_id, (model, role))

    def test_read_of_another_job_is_refused(self):
        entry = self.Entry.search([("job_id", "=", self.job_2.id)], limit=1)
        with self.assertRaises(AccessError):
            entry.with_user(self.users["project_manager"]).read(["amount"])
        budget = self.env["construction.budget"].search([("job_id", "=", self.job_2.id)])
        with self.assertRaises(AccessError):
            budget.with_user(self.users["project_manager"]).write({"title": "x"})
        with self.assertRaises(AccessError):
            self.env["construction.budget"].with_user(self.users["project_manager"]).create(
                {"title": "x", "job_id": self.job_2.id}
            )

    def test_site_supervisor_sees_no_money(self):
        supervisor = self.users["site_supervisor"]
        for model in ("construction.cost.entry", "construction.job.cost.report", "purchase.order"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(supervisor).search([])
        self.assertEqual(self.job.with_user(supervisor).read(["name"])[0]["name"], self.job.name)

    def test_documents_of_own_jobs(self):
        manager = self.users["project_manager"]
        orders = self.env["purchase.order"].with_user(manager).search([])
        self.assertIn(self.order, orders)
        self.assertNotIn(self.order_2, orders)
        bills = self.env["account.move"].with_user(manager).search([])
        self.assertIn(self.bill, bills)
        self.assertNotIn(self.bill_2, bills)
        self.assertTrue(self.order.with_user(manager).read(["name", "amount_total"]))
        with self.assertRaises(AccessError):
            self.order.with_user(manager).write({"partner_ref": "x"})
        with self.assertRaises(AccessError):
            self.order_2.with_user(manager).read(["name"])

    def test_auditor_changes_nothing(self):
        auditor = self.users["auditor"]
        self.assertTrue(self.order.with_user(auditor).read(["name"]))
        self.assertTrue(self.bill.with_user(auditor).read(["name"]))
        for record in (self.order, self.order.order_line, self.bill, self.job, self.bill.line_ids):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.with_user(auditor).has_access(operation), record._name)

    def test_two_companies_never_meet(self):
        outsider = self.user_with("outsider", "construction_base.group_cost_controller")
        outsider.write({"company_ids": [(6, 0, self.other_company.ids)], "company_id": self.other_company.id})
        entries = self.Entry.with_user(outsider).with_company(self.other_company).search([])
        self.assertEqual(entries.company_id, self.other_company)
        report = self.env["construction.job.cost.report"].with_user(outsider).search([])
        self.assertEqual(report.company_id, self.other_company)
        with self.assertRaises(AccessError):
            self.Entry.search([("job_id", "=", self.job.id)]).with_user(outsider).read(["amount"])

    def test_buttons_check_again(self):
        buyer, supervisor = self.users["buyer"], self.users["site_supervisor"]
        with self.assertRaises(AccessError):
            self.order.with_user(supervisor).action_construction_close_short()
        with self.assertRaises(AccessError):
            self.order.with_user(self.users["project_manager"]).action_construction_close_short()
        with self.assertRaises(AccessError):
            self.order.order_line.with_user(buyer).write({"construction_closed_short": True})
        self.order.with_user(buyer).action_construction_close_short()
