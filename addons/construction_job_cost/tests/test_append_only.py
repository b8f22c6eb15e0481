# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .common import JobCostCommon


class TestAppendOnly(JobCostCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_order((10, 100))
        cls.entry = cls.Entry.search([("job_id", "=", cls.job.id)])

    def test_the_orm_refuses(self):
        with self.assertRaises(UserError):
            self.entry.write({"amount": 1})
        with self.assertRaises(UserError):
            self.entry.unlink()
        with self.assertRaises(AccessError):
            self.Entry.with_user(self.users["cost_controller"]).create({"job_id": self.job.id})

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses(self):
        for statement in (
            "UPDATE construction_cost_entry SET amount = 1",
            "UPDATE construction_cost_entry SET date = date",
            "DELETE FROM construction_cost_entry",
            "TRUNCATE construction_cost_entry",
        ):
            with (
                self.subTest(statement),
                self.assertRaisesRegex(psycopg2.errors.RaiseException, "append-only|not deleted"),
                self.cr.savepoint(),
            ):
                self.cr.execute(statement)

    @mute_logger("odoo.sql_db")
    def test_the_door_lets_rows_be_deleted_never_changed(self):
        self.cr.execute("SELECT set_config('construction.cost_retention', 'on', true)")
        with self.assertRaises(psycopg2.errors.RaiseException), self.cr.savepoint():
            self.cr.execute("UPDATE construction_cost_entry SET amount = 1")

    def test_retention(self):
        controller = self.users["cost_controller"]
        with self.assertRaises(AccessError):
            self.job.with_user(self.users["project_manager"])._construction_purge_costs("Old")
        with self.assertRaises(UserError):
            self.job.with_user(controller)._construction_purge_costs("Old")
        self.job.job_status = "closed"
        with self.assertRaises(UserError):
            self.job.with_user(controller)._construction_purge_costs(" ")
        self.assertEqual(self.job.with_user(controller)._construction_purge_costs("Ten years"), 1)
        self.assertFalse(self.entry.exists())
        self.assertIn("Ten years", self.job.message_ids[0].body)
        with (
            self.assertRaises(psycopg2.errors.RaiseException),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self.make_order((1, 1), job=self.job_2)
            self.cr.execute("DELETE FROM construction_cost_entry")
