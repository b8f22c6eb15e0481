# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.construction_job_cost.errors import PeriodLocked

from .common import JobCostCommon


class TestPeriod(JobCostCommon):
    def _close(self, date, **vals):
        wizard = self._ask("close", date, **vals)
        wizard.action_confirm()
        return self._last()

    def _reopen(self, date, **vals):
        self._ask("reopen", date, **vals).action_confirm()
        return self._last()

    def _ask(self, kind, date, role="cost_controller", reason="month end", **vals):
        wizards = self.env["construction.period.close"].with_user(self.users[role])
        return wizards.create({"kind": kind, "date": date, "reason": reason, **vals})

    def _last(self):
        return self.env["construction.cost.lock"].search([], limit=1)

    def test_who_asks_says_what_it_is_about(self):
        self._close("2026-03-31")
        job = self.env["project.project"].browse(1)
        with self.assertRaises(PeriodLocked) as caught:
            self.env.company._construction_check_open(
                [fields.Date.to_date("2026-03-31")], "Charge 7", job=job
            )
        self.assertIn("Charge 7", str(caught.exception))
        self.assertEqual(caught.exception.job, job)
        self.env.company._construction_check_open([fields.Date.to_date("2026-04-01")], "Charge 7")

    def test_locked_period_takes_no_entry(self):
        order = self.make_order((10, 100))
        self._close("2026-03-31")
        with self.assertRaises(PeriodLocked) as caught, self.cr.savepoint():
            self.make_bill(order, 4, date="2026-03-31")
        self.assertEqual(str(caught.exception.date), "2026-03-31")
        self.assertEqual(str(caught.exception.proposed_date), "2026-04-01")
        self.assertSums({"commitment": 1000})
        self.make_bill(order, 4, date="2026-04-01")
        self.assertSums({"commitment": 600, "actual": 400})

    def test_posted_bill_of_a_locked_period_stays(self):
        bill = self.make_bill(self.make_order((10, 100)), 4, date="2026-03-10")
        self._close("2026-03-31")
        with self.assertRaises(PeriodLocked), self.cr.savepoint():
            bill.button_draft()
        self.assertSums({"commitment": 600, "actual": 400})

    def test_order_dated_into_a_locked_period(self):
        self._close("2026-03-31")
        order = self.make_order((1, 100), confirm=False)
        self.env.cr.precommit.clear()
        with self.assertRaises(PeriodLocked), self.cr.savepoint():
            self.dated(order, "2026-02-01").button_confirm()
        self.assertEqual(order.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_too(self):
        self.make_order((1, 100))
        self._close("2026-03-31")
        self.env.flush_all()
        with self.assertRaisesRegex(psycopg2.errors.RaiseException, "closed"), self.cr.savepoint():
            self.cr.execute(
                """INSERT INTO construction_cost_entry
                          (date, company_id, job_id, kind, amount, res_model, res_id)
                   SELECT '2026-03-31', company_id, job_id, kind, amount, res_model, res_id
                     FROM construction_cost_entry LIMIT 1"""
            )

    def test_reopening_needs_a_reason_and_is_kept(self):
        self._close("2026-03-31")
        for ask in (self._reopen, self._close):
            with self.assertRaisesRegex(UserError, "Say why"), self.cr.savepoint():
                ask("2026-03-01" if ask == self._reopen else "2026-04-30", reason=" ")
        lock = self._reopen("2026-03-01", reason="Late crane bill")
        self.assertEqual(lock.create_uid, self.users["cost_controller"])
        self.assertEqual(str(lock.previous_date), "2026-03-31")
        self.assertEqual(str(self.company.construction_cost_lock_date), "2026-02-28")
        with self.assertRaises(AccessError):
            lock.write({"reason": "x"})

    def test_only_a_cost_controller_closes(self):
        vals = {"lock_date": "2026-03-31", "reason": "x"}
        for role in ("project_manager", "buyer", "auditor", "integration_manager", "cost_controller"):
            with self.assertRaises(AccessError):
                self.env["construction.cost.lock"].with_user(self.users[role]).create(vals)
            if role != "cost_controller":
                with self.assertRaises(AccessError):
                    self._ask("close", "2026-03-31", role=role)
        wizard = self._ask("close", "2026-03-31")
        with self.assertRaises(AccessError):
            wizard.with_user(self.users["buyer"]).action_confirm()
        self.assertFalse(self.company.construction_cost_lock_date)

    def test_it_asks_what_is_closed(self):
        order = self.make_order((10, 100))
        self.make_bill(order, 4, date="2026-03-10")
        draft = self.make_bill(order, 1, date="2026-03-20", post=False)
        self.post_ledger()
        question = self._ask("close", "2026-03-31")
        self.assertIn("Everything up to March 31, 2026", question.what)
        self.assertIn(draft.display_name, question.what)
        question.action_confirm()
        question = self._ask("close", "2026-04-30")
        self.assertIn("April 1, 2026 to April 30, 2026 will be closed", question.what)
        self.assertIn("March 15, 2026 to March 31, 2026", self._ask("reopen", "2026-03-15").what)
        for kind, date in (("close", "2026-03-31"), ("close", "2062-03-31"), ("reopen", "2026-04-01")):
            with self.subTest(kind=kind, date=date), self.assertRaises(UserError):
                self._ask(kind, date).action_confirm()
        self._ask("reopen", "2026-03-15").action_confirm()
        with self.assertRaisesRegex(UserError, "in the meantime"):
            question.action_confirm()

    def test_typing_and_leaving_closes_nothing(self):
        with Form(self.env["construction.period.close"].with_user(self.users["cost_controller"])) as form:
            form.date = "2026-03-31"
            form.reason = "March"
        self.assertFalse(self.company.construction_cost_lock_date)
        views = self.env["construction.cost.lock"].get_views([(False, "list"), (False, "form")])["views"]
        for view in views.values():
            self.assertIn('create="0"', view["arch"])
