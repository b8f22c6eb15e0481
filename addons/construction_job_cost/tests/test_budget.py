# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .common import JobCostCommon


class TestBudget(JobCostCommon):
    def test_draft_posts_nothing_approved_posts(self):
        budget = self.make_budget((500, self.code), (300, self.code_2), approve=False)
        self.assertSums({})
        budget.action_submit()
        self.assertSums({})
        budget.with_user(self.second_controller).action_approve()
        self.assertSums({"budget": 800})
        self.assertEqual(self.Entry.search([], limit=1).stage, "original")
        self.assertEqual(str(self.Entry.search([], limit=1).date), "2026-01-01")
        self.assertEqual(budget.approved_by_id, self.second_controller)

    def test_nobody_approves_what_they_entered(self):
        budget = self.make_budget((500,), approve=False)
        budget.action_submit()
        with self.assertRaises(AccessError):
            budget.with_user(self.users["cost_controller"]).action_approve()
        submitted_by_another = self.make_budget((500,), approve=False)
        submitted_by_another.with_user(self.second_controller).action_submit()
        with self.assertRaises(AccessError):
            submitted_by_another.with_user(self.second_controller).action_approve()

    def test_nobody_approves_what_they_changed(self):
        """What was submitted is approved as it was: a change of it is another's to approve, too."""
        budget = self.make_budget((500,), approve=False)
        budget.action_submit()
        line = budget.line_ids.with_user(self.second_controller)
        new = {"budget_id": budget.id, "cost_code_id": self.code_2.id, "amount": 1}
        for what, change in (
            ("amount", lambda: line.write({"amount": 88888})),
            ("in the form", lambda: line.budget_id.write({"line_ids": [(1, line.id, {"amount": 88888})]})),
            ("code", lambda: line.write({"cost_code_id": self.code_2.id})),
            ("line", lambda: line.create(new)),
            ("out", line.unlink),
            ("day", lambda: line.budget_id.write({"date": "2026-02-01"})),
        ):
            with self.subTest(what), self.assertRaisesRegex(UserError, "back to draft"), self.cr.savepoint():
                change()
        budget.with_user(self.second_controller).write({"title": "Better words"})
        with self.subTest("set back, changed and submitted by another"):
            budget.with_user(self.second_controller).action_back_to_draft()
            line.amount = 88888
            budget.action_submit()
            with self.assertRaisesRegex(AccessError, "entered or changed"):
                budget.with_user(self.second_controller).action_approve()
        third = self.user_with("third_controller", "construction_base.group_cost_controller")
        budget.with_user(third).action_approve()
        self.assertSums({"budget": 88888})

    def test_only_cost_controllers_approve(self):
        budget = self.make_budget((500,), approve=False)
        budget.action_submit()
        for role in ("project_manager", "buyer", "integration_manager", "auditor", "site_supervisor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                budget.with_user(self.users[role]).action_approve()
        self.assertEqual(budget.state, "submitted")

    def test_state_cannot_be_written(self):
        budget = self.make_budget((500,), approve=False)
        with self.assertRaises(AccessError):
            budget.with_user(self.second_controller).write({"state": "approved"})
        with self.assertRaises(AccessError):
            self.env["construction.budget"].with_user(self.second_controller).create(
                {"title": "x", "job_id": self.job.id, "state": "approved"}
            )

    def test_approved_is_frozen(self):
        budget = self.make_budget((500,))
        for change in (
            lambda: budget.write({"date": "2026-02-01"}),
            lambda: budget.line_ids.write({"amount": 1}),
            lambda: budget.line_ids.unlink(),
            lambda: budget.unlink(),
            lambda: budget.action_back_to_draft(),
            lambda: self.env["construction.budget.line"].create(
                {"budget_id": budget.id, "cost_code_id": self.code.id, "amount": 1}
            ),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        self.assertSums({"budget": 500})

    def test_one_original(self):
        self.make_budget((500,))
        with self.assertRaises(UserError), self.cr.savepoint():
            self.make_budget((700,))
        with self.assertRaises(IntegrityError), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            second = self.make_budget((700,), approve=False)
            second.sudo().write({"state": "approved"})
            self.env.flush_all()

    def test_revision(self):
        with self.assertRaises(UserError), self.cr.savepoint():
            self.make_budget((50,), kind="revision")
        self.make_budget((500,))
        self.make_budget((50,), kind="revision", date="2026-02-01")
        self.assertSums({"budget": 550})
        self.assertSums({"budget": 500}, as_of="2026-01-31")

    def test_transfer_nets_to_zero(self):
        self.make_budget((500, self.code))
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.make_budget((-100, self.code), (99.99, self.code_2), kind="transfer")
        self.make_budget((-100, self.code), (100, self.code_2), kind="transfer")
        self.assertSums({"budget": 500})

    def test_transfer_cannot_take_more_than_there_is(self):
        self.make_budget((500, self.code))
        with self.assertRaises(UserError), self.cr.savepoint():
            self.make_budget((-501, self.code), (501, self.code_2), kind="transfer")

    def test_contingency(self):
        reserve = self.make_code("T99 00 00", "Contingency", is_contingency=True)
        self.make_budget((500, self.code), (100, reserve))
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.make_budget((-50, reserve), (50, self.code), kind="transfer")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.make_budget((-50, self.code), (50, reserve), kind="contingency")
        draw = self.make_budget((-50, reserve), (50, self.code), kind="contingency", approve=False)
        draw.action_submit()
        with self.assertRaises(AccessError):
            draw.action_approve()
        draw.with_user(self.second_controller).action_approve()
        self.assertSums({"budget": 600})

    def test_budget_into_a_locked_period(self):
        self.company.construction_cost_lock_date = "2026-01-31"
        with self.assertRaises(UserError), self.cr.savepoint():
            self.make_budget((500,), date="2026-01-15")
