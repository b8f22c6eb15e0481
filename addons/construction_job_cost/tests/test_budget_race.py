# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
import time
from contextlib import contextmanager

import psycopg2

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.construction_job_cost.errors import BudgetExceeded


@tagged("post_install", "-at_install")
class TestRace(BaseCase):
    """Two real connections: a test cursor would hide what they do to one another."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self._env() as env:
            company = env.company
            job = env["project.project"].create(
                {
                    "name": "Race",
                    "job_number": "RACE-1",
                    "is_construction_job": True,
                    "company_id": company.id,
                }
            )
            code = env["construction.cost.code"].create({"code": "RACE 1", "name": "Race"})
            budget = env["construction.budget"].create(
                {
                    "title": "Race",
                    "job_id": job.id,
                    "line_ids": [Command.create({"cost_code_id": code.id, "amount": 100})],
                }
            )
            budget.action_submit()
            budget.action_approve()
            supplier = env["res.partner"].create({"name": "Race supplier"})
            product = env["product.product"].create({"name": "Race", "type": "service"})
            orders = env["purchase.order"].create(
                [
                    {
                        "partner_id": supplier.id,
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": product.id,
                                    "product_qty": 1,
                                    "price_unit": 60,
                                    "tax_ids": [Command.clear()],
                                    "construction_job_id": job.id,
                                    "cost_code_id": code.id,
                                }
                            )
                        ],
                    }
                    for _i in range(2)
                ]
            )
            self.company_id, self.job_id, self.order_ids = company.id, job.id, orders.ids
            self.addCleanup(self._remove, job, code, budget, supplier, product, orders)

    @contextmanager
    def _env(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _remove(self, job, code, budget, supplier, product, orders):
        with self._env() as env:
            env["res.company"].browse(self.company_id).construction_cost_lock_date = False
            orders = orders.with_env(env)
            orders.button_cancel()
            orders.unlink()
            env.flush_all()
            env.cr.execute("SELECT set_config('construction.cost_retention', 'on', true)")
            env.cr.execute("DELETE FROM construction_cost_entry WHERE job_id = %s", [job.id])
            env.cr.precommit.clear()
            budget.with_env(env).line_ids.invalidate_recordset()
            env.cr.execute(
                "ALTER TABLE construction_budget DISABLE TRIGGER construction_budget_evidence_keep"
            )
            env.cr.execute("DELETE FROM construction_budget WHERE job_id = %s", [job.id])
            env.cr.execute("ALTER TABLE construction_budget ENABLE TRIGGER construction_budget_evidence_keep")
            env.invalidate_all()
            job.with_env(env).unlink()
            code.with_env(env).unlink()
            product.with_env(env).unlink()
            supplier.with_env(env).unlink()

    def _confirm(self, order_id, results, started=None):
        """Confirm an order as a request does: tried again when it fails to serialize."""
        try:
            with self._env() as env:
                env.cr.execute("SELECT 1")  # the snapshot is taken here
                if started:
                    started.set()
                retrying(env["purchase.order"].browse(order_id).button_confirm, env)
            results[order_id] = "released"
        except BudgetExceeded as error:
            results[order_id] = error.shortages[0]["available"]

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_orders_of_60_against_100(self):
        first, second = self.order_ids
        results, started = {}, threading.Event()
        with self._env() as env:
            env["purchase.order"].browse(first).button_confirm()
            env.flush_all()
            other = threading.Thread(target=self._confirm, args=(second, results, started))
            other.start()
            started.wait(10)
            time.sleep(0.5)  # the other now waits for our cell
            self.assertFalse(results)
        other.join(60)
        self.assertEqual(results, {second: 40.0})
        with self._env() as env:
            orders = env["purchase.order"].browse(self.order_ids)
            self.assertEqual(orders.mapped("state"), ["purchase", "draft"])
            committed = env["construction.cost.entry"].search(
                [("job_id", "=", self.job_id), ("kind", "=", "commitment")]
            )
            self.assertEqual(sum(committed.mapped("amount")), 60)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_at_the_same_moment(self):
        results = {}
        threads = [
            threading.Thread(target=self._confirm, args=(order_id, results)) for order_id in self.order_ids
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(sorted(map(str, results.values())), ["40.0", "released"])

    @mute_logger("odoo.sql_db")
    def test_period_closed_by_another_transaction(self):
        with self._env() as env:
            env.cr.execute("SELECT 1")
            with self._env() as other:
                other["res.company"].browse(self.company_id).construction_cost_lock_date = "2035-12-31"
            with self.assertRaises(psycopg2.errors.SerializationFailure), env.cr.savepoint():
                env["purchase.order"].browse(self.order_ids[0]).button_confirm()
            env.cr.rollback()
