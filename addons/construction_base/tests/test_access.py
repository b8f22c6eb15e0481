# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ROLES, ConstructionCommon

GROUP = "construction_base.group_"
ALL_JOBS = ("buyer", "cost_controller", "integration_manager", "auditor")
# role -> operations allowed on (job, cost code, cost type); r is allowed to all.
ALLOWED = {
    "site_supervisor": ("r", "r", "r"),
    "buyer": ("r", "r", "r"),
    "project_manager": ("rw", "r", "r"),
    "cost_controller": ("rwc", "rwcd", "rwcd"),
    "integration_manager": ("rwc", "rwc", "r"),
    "auditor": ("r", "r", "r"),
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(ConstructionCommon):
    def test_each_role_on_each_model(self):
        for role in ROLES:
            records = (self.job, self.code, self.material)
            for record, allowed in zip(records, ALLOWED[role], strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(role=role, model=record._name, operation=operation):
                        self.assertEqual(
                            record.with_user(self.users[role]).has_access(operation),
                            letter in allowed,
                        )

    def test_the_orm_itself_refuses(self):
        for role in ("site_supervisor", "buyer", "auditor"):
            with self.subTest(role=role):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.job.with_user(self.users[role]).write({"job_status": "closed"})
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.code.with_user(self.users[role]).write({"name": "x"})
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.env["construction.cost.code"].with_user(self.users[role]).create(
                        {"code": "x", "name": "x"}
                    )
        self.env["construction.cost.code"].with_user(self.users["integration_manager"]).create(
            {"code": "T99", "name": "New"}
        )
        job = (
            self.env["project.project"]
            .with_user(self.users["cost_controller"])
            .create({"name": "New", "job_number": "T-900", "is_construction_job": True})
        )
        self.assertTrue(job.account_id)

    def test_jobs_seen_by_role(self):
        for role in ROLES:
            jobs = (
                self.env["project.project"]
                .with_user(self.users[role])
                .search([("id", "in", (self.job | self.job_2 | self.other_job).ids)])
            )
            expected = self.job | self.job_2 if role in ALL_JOBS else self.job
            self.assertEqual(jobs, expected, role)

    def test_a_role_of_another_module_says_it_by_a_group(self):
        role = self.env["res.groups"].create(
            {
                "name": "Dispatcher",
                "implied_ids": [Command.link(self.env.ref(GROUP + "construction_user").id)],
            }
        )
        user = self.user_with("dispatcher", "construction_base.group_site_supervisor")
        user.group_ids = role
        jobs = self.env["project.project"].with_user(user)
        mine = [("id", "in", (self.job | self.job_2 | self.other_job).ids)]
        self.assertFalse(jobs.search(mine))
        role.implied_ids = [Command.link(self.env.ref(GROUP + "all_jobs").id)]
        self.assertEqual(jobs.search(mine), self.job | self.job_2)
        # whom a person asks: the roles, and not who only looks
        asked = user._construction_groups_of_all_jobs()
        # of this addon: others have roles of their own
        ids = asked.get_external_id()
        own = asked.filtered(lambda group: ids[group.id].startswith(GROUP))
        names = ["Buyer", "Accounts Payable", "Cost Controller", "Integration Manager"]
        self.assertEqual(own.mapped("name"), names)

    def test_another_group_does_not_widen(self):
        """Odoo's own project administrator is still a project manager of their own jobs only."""
        user = self.users["project_manager"]
        user.group_ids += self.env.ref("project.group_project_manager")
        self.assertFalse(self.job_2.with_user(user).has_access("read"))
        with self.assertRaises(AccessError):
            self.job_2.with_user(user).read(["name"])

    def test_manager_sees_the_job_without_belonging_to_the_team(self):
        self.job_2.user_id = self.users["project_manager"]
        self.assertTrue(self.job_2.with_user(self.users["project_manager"]).has_access("write"))

    def test_jobs_by_invitation_only_are_seen_by_role(self):
        self.job.privacy_visibility = "followers"
        for role in ROLES:
            self.assertTrue(self.job.with_user(self.users[role]).has_access("read"), role)

    def test_companies_do_not_meet(self):
        for role in ROLES:
            user = self.users[role]
            for record in (self.other_job, self.other_code):
                with self.subTest(role=role, model=record._name):
                    self.assertFalse(self.env[record._name].with_user(user).search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        record.with_user(user).read(["name"])

    def test_every_model_has_an_access_rule(self):
        models = self.env["ir.model"].search([("model", "=like", "construction.%"), ("abstract", "=", False)])
        self.assertTrue(models)
        self.assertFalse(models.filtered(lambda m: not m.access_ids).mapped("model"))
