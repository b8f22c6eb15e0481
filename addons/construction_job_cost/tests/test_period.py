import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from odoo.addons.construction_job_cost.exceptions import PeriodLocked

from .common import JobCostCommon


class TestPeriod(JobCostCommon):
    def _close(self, date, **vals):
        return (
            self.env["construction.cost.lock"]
            .with_user(self.users["cost_controller"])
            .create({"lock_date": date, **vals})
        )

    def test_locked_period_takes_no_entry(self):
        order = self._order((10, 100))
        self._close("2026-03-31")
        with self.assertRaises(PeriodLocked) as caught, self.cr.savepoint():
            self._bill(order, 4, date="2026-03-31")
        self.assertEqual(str(caught.exception.date), "2026-03-31")
        self.assertEqual(str(caught.exception.proposed_date), "2026-04-01")
        self._assert_sums({"commitment": 1000})
        self._bill(order, 4, date="2026-04-01")
        self._assert_sums({"commitment": 600, "actual": 400})

    def test_posted_bill_of_a_locked_period_stays(self):
        bill = self._bill(self._order((10, 100)), 4, date="2026-03-10")
        self._close("2026-03-31")
        with self.assertRaises(PeriodLocked), self.cr.savepoint():
            bill.button_draft()
        self._assert_sums({"commitment": 600, "actual": 400})

    def test_order_dated_into_a_locked_period(self):
        self._close("2026-03-31")
        order = self._order((1, 100), confirm=False)
        self.env.cr.precommit.clear()
        with self.assertRaises(PeriodLocked), self.cr.savepoint():
            self._dated(order, "2026-02-01").button_confirm()
        self.assertEqual(order.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_too(self):
        self._order((1, 100))
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
        with self.assertRaises(UserError):
            self._close("2026-02-28")
        lock = self._close("2026-02-28", reason="Late crane bill")
        self.assertEqual(str(lock.previous_date), "2026-03-31")
        self.assertEqual(str(self.company.construction_cost_lock_date), "2026-02-28")
        with self.assertRaises(AccessError):
            lock.write({"reason": "x"})

    def test_only_a_cost_controller_closes(self):
        for role in ("project_manager", "buyer", "auditor", "integration_manager"):
            with self.assertRaises(AccessError):
                self.env["construction.cost.lock"].with_user(self.users[role]).create(
                    {"lock_date": "2026-03-31"}
                )
