# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import closing

from psycopg2.errors import SerializationFailure

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestConcurrency(TransactionCase):
    """With real second connections, since a test cursor hides what happens."""

    def test_the_same_bill_at_once(self):
        key = "test:concurrency"
        with (
            closing(self.registry.cursor()) as first,
            closing(self.registry.cursor()) as second,
            mute_logger("odoo.sql_db"),
        ):
            first.execute("SELECT 1")
            second.execute("SELECT 1 FROM construction_bill_guard")
            guard = self.env["construction.bill.guard"]
            guard.with_env(guard.env(cr=first))._touch([key])
            first.commit()
            try:
                with self.assertRaises(SerializationFailure):
                    guard.with_env(guard.env(cr=second))._touch([key])
            finally:
                second.rollback()
                first.execute("DELETE FROM construction_bill_guard WHERE key = %s", [key])
                first.commit()
