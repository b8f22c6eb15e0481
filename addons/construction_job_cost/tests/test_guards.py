# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common import JobCostCommon


class TestGuards(JobCostCommon):
    """What only a button may set is refused by every other way: values, defaults, crafted records."""

    def _order_vals(self, **line):
        return {
            "partner_id": self.supplier.id,
            "order_line": [Command.create(self.order_line(self.job, 1, 60, extra=line))],
        }

    def _refused(self, model, role, vals, **context):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.env[model].with_user(self.users[role]).with_context(**context).create(vals)

    def test_override_by_default_values(self):
        self.env["purchase.order"].with_user(self.users["buyer"]).create(self._order_vals())
        self._refused("purchase.order", "buyer", self._order_vals() | {"construction_override_reason": "x"})
        self._refused(
            "purchase.order",
            "buyer",
            self._order_vals(),
            default_construction_override_by_id=self.second_controller.id,
            default_construction_override_amount=1e9,
        )

    def test_lines_that_are_born_closed_short(self):
        """They would ask for nothing, and no budget would be short."""
        self._refused("purchase.order", "buyer", self._order_vals(construction_closed_short=True))
        order = self.make_order((1, 60), confirm=False)
        line = {**self.order_line(self.job, 1, 60), "order_id": order.id}
        self._refused("purchase.order.line", "buyer", line, default_construction_closed_short=True)

    def test_budget_born_approved(self):
        vals = {"title": "x", "job_id": self.job.id}
        for values in ({"state": "approved"}, {"approved_by_id": self.second_controller.id}):
            self._refused("construction.budget", "cost_controller", {**vals, **values})
            defaults = {f"default_{name}": value for name, value in values.items()}
            self._refused("construction.budget", "project_manager", vals, **defaults)

    def test_job_born_without_control(self):
        vals = {"name": "x", "is_construction_job": True, "job_number": "X", "company_id": self.company.id}
        self._refused(
            "project.project", "integration_manager", {**vals, "construction_budget_policy": "none"}
        )
        self._refused(
            "project.project", "integration_manager", vals, default_construction_budget_policy="warn"
        )
        Job = self.env["project.project"].with_user(self.users["cost_controller"])
        self.assertTrue(Job.create({**vals, "construction_budget_policy": "none"}))

    def test_lock_date_without_a_record(self):
        """Whoever may set up a company closes periods like the others: by the history that is kept."""
        administrator = self.user_with("administrator", "construction_base.group_cost_controller")
        administrator.group_ids |= self.env.ref("base.group_system")
        with self.assertRaises(AccessError):
            self.company.with_user(administrator).write({"construction_cost_lock_date": "2026-03-31"})
        Close = self.env["construction.period.close"].with_user(administrator)
        Close.create({"date": "2026-03-31", "reason": "March"}).action_confirm()
        self.assertEqual(str(self.company.construction_cost_lock_date), "2026-03-31")
        vals = {"lock_date": "2026-04-30", "company_id": self.company.id, "reason": "April"}
        self._refused("construction.cost.lock", "cost_controller", vals)
        elsewhere = {
            "date": "2026-03-31",
            "company_id": self.other_company.id,
            "closed_to": False,
            "reason": "x",
        }
        with self.assertRaises(AccessError), self.cr.savepoint():
            Close.create(elsewhere).action_confirm()
        self.assertFalse(self.other_company.construction_cost_lock_date)

    def test_override_wizard_of_another_company(self):
        order = self.make_order((1, 60), confirm=False)
        outsider = self.user_with("outsider", "construction_base.group_cost_controller")
        outsider.write({"company_ids": [(6, 0, self.other_company.ids)], "company_id": self.other_company.id})
        Wizard = self.env["construction.budget.override"].with_user(outsider)
        with self.assertRaises(AccessError):
            Wizard.create({"order_id": order.id, "reason": "x"}).amount  # noqa: B018
        with self.assertRaises(AccessError):
            Wizard.create({"order_id": order.id, "reason": "x"}).action_override()

    def test_override_is_for_cost_controllers(self):
        order = self.make_order((1, 60), confirm=False)
        wizard = self.env["construction.budget.override"].create({"order_id": order.id, "reason": "x"})
        for role in ("buyer", "project_manager", "auditor", "integration_manager", "site_supervisor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                wizard.with_user(self.users[role]).action_override()

    def test_budget_buttons_by_role(self):
        budget = self.make_budget((100,), approve=False)
        for role in ("buyer", "auditor", "integration_manager", "site_supervisor"):
            document = budget.with_user(self.users[role])
            for button in ("action_submit", "action_back_to_draft", "action_approve"):
                with self.subTest(role=role, button=button), self.assertRaises(AccessError):
                    getattr(document, button)()
        budget.action_submit()
        with self.assertRaises(AccessError):
            budget.with_user(self.users["project_manager"]).action_approve()

    def test_purge_is_for_cost_controllers(self):
        self.job.job_status = "closed"
        for role in ("buyer", "project_manager", "auditor", "integration_manager", "site_supervisor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.job.with_user(self.users[role])._construction_purge_costs("x")

    def test_a_remote_call_gives_no_cause(self):
        order = self.make_order((10, 100), confirm=False)
        self.env.cr.precommit.clear()
        cause = {"date": "2026-01-10", "correlation": "forged"}
        forged = {
            "construction_cost_date": "2026-01-10",
            "construction_correlation": "forged",
            "construction_cost_cause": cause,
            "construction_cost_causes": {f"purchase.order,{order.id}": cause},
        }
        order.with_user(self.users["buyer"]).with_context(**forged).button_confirm()
        entry = self.Entry.search([("document_id", "=", order.id)])
        self.assertEqual(entry.date, order.order_line._construction_cost_date())
        self.assertFalse(entry.correlation_id)
        bill = self.make_bill(order, 4, post=False)
        bill.with_context(construction_ignore_moves=bill.ids).action_post()
        self.assertSums({"commitment": 600, "actual": 400})

    # --- reconciliation -------------------------------------------------------------------------------

    def _crafted(self, user, **line):
        """A reconciliation whose lines were not found by comparing."""
        Wizard = self.env["construction.reconciliation"].with_user(user)
        return Wizard.create(
            {"job_ids": [Command.set(self.job.ids)], "line_ids": [Command.create({"company_id": 1, **line})]}
        )

    def test_repair_posts_nothing_that_it_does_not_find(self):
        controller = self.users["cost_controller"]
        self.assertTrue(self._crafted(controller, res_model="res.users", res_id=1).action_repair())
        other = self.make_order((10, 100), job=self.job_2, confirm=False)
        self.env.cr.precommit.clear()
        crafted = self._crafted(controller, res_model=other.order_line._name, res_id=other.order_line.id)
        crafted.action_repair()
        self.assertFalse(self.Entry.search([("document_id", "=", other.id)]))

    def test_document_of_a_crafted_line(self):
        crafted = self._crafted(self.users["cost_controller"], res_model="res.users", res_id=1)
        with self.assertRaises(UserError):
            crafted.line_ids.action_open_document()

    def test_repair_is_for_cost_controllers(self):
        auditor = self.users["auditor"]
        wizard = self.env["construction.reconciliation"].with_user(auditor).create({})
        wizard.action_compare()
        with self.assertRaises(AccessError):
            wizard.action_repair()

    def test_compare_jobs_of_another_company(self):
        self._refused(
            "construction.reconciliation",
            "cost_controller",
            {"job_ids": [Command.set(self.other_job.ids)]},
        )

    # --- drill-down -----------------------------------------------------------------------------------

    def test_drill_down_of_another_job(self):
        self.make_order((10, 100), job=self.job_2)
        self.post_ledger()
        row = self.env["construction.job.cost.report"].search([("job_id", "=", self.job_2.id)], limit=1)
        entry = self.Entry.search([("job_id", "=", self.job_2.id)], limit=1)
        for role in ("project_manager", "site_supervisor"):
            user = self.users[role]
            with self.subTest(role=role), self.assertRaises(AccessError):
                row.with_user(user).with_context(construction_figure="committed").action_drill()
            with self.subTest(role=role), self.assertRaises(AccessError):
                entry.with_user(user).action_open_document()
        supervisor = self.env["construction.job.cost.report"].with_user(self.users["site_supervisor"])
        with self.assertRaises(AccessError):
            supervisor.with_context(construction_figure="committed").action_drill_domain([])
        with self.assertRaises(AccessError):
            self.env["construction.job.cost.open"].with_user(self.users["site_supervisor"]).create({})
