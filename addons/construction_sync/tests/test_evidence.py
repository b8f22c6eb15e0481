# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import RaiseException

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.construction_sync import errors

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestEvidence(HubCommon):
    """What happened stands in the database, whoever asks it to forget."""

    def refused(self, *statements, ids):
        for statement in statements:
            with self.subTest(statement), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(statement, [ids])

    def allowed(self, *statements, ids):
        for statement in statements:
            with self.subTest(statement):
                self.env.cr.execute(statement, [ids])

    def test_history_and_traces(self):
        message = self.delivered(self.note("E-1"))
        stopped = self.delivered(self.note("E-2", mode="variance"))
        self.run_all()
        self.refused(
            "UPDATE construction_message_history SET note = 'x' WHERE message_id = %s",
            "UPDATE construction_message_history SET state = 'done' WHERE message_id = %s",
            "UPDATE construction_message_history SET create_uid = 2 WHERE message_id = %s",
            "UPDATE construction_message_history SET create_date = now() WHERE message_id = %s",
            "DELETE FROM construction_message_history WHERE message_id = %s",
            ids=stopped.id,
        )
        self.allowed(
            "UPDATE construction_message_history SET create_uid = NULL WHERE message_id = %s", ids=stopped.id
        )
        self.refused(
            "UPDATE construction_message_record SET res_id = 1 WHERE message_id = %s",
            "UPDATE construction_message_record SET action = 'update' WHERE message_id = %s",
            "DELETE FROM construction_message_record WHERE message_id = %s",
            ids=message.id,
        )

    def test_nothing_is_emptied_at_once(self):
        for table in self.env["construction.evidence"]._guarded():
            with self.subTest(table), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(f"TRUNCATE {table} CASCADE")  # pylint: disable=sql-injection

    def test_the_crosswalk(self):
        partner = self.env["res.partner"].create({"name": "P"})
        walk = self.env["construction.crosswalk"]._bind(self.source, "supplier", {"S": partner})
        self.env.flush_all()
        self.refused(
            "UPDATE construction_crosswalk SET key = 'x' WHERE id = %s",
            "UPDATE construction_crosswalk SET res_id = 1 WHERE id = %s",
            "UPDATE construction_crosswalk SET kind = 'job' WHERE id = %s",
            "UPDATE construction_crosswalk SET origin = 'person' WHERE id = %s",
            "DELETE FROM construction_crosswalk WHERE id = %s",
            ids=walk.id,
        )
        self.allowed("UPDATE construction_crosswalk SET valid_until = now() WHERE id = %s", ids=walk.id)
        self.refused("UPDATE construction_crosswalk SET valid_until = NULL WHERE id = %s", ids=walk.id)

    def test_work_items(self):
        error = errors.SyncError("Something.", cause_key="evidence")
        item = self.Exception._open(self.company, error, source=self.source)
        self.refused(
            "UPDATE construction_exception SET cause_key = 'x' WHERE id = %s",
            "UPDATE construction_exception SET source_id = NULL WHERE id = %s",
            "UPDATE construction_exception SET company_id = company_id + 1 WHERE id = %s",
            "DELETE FROM construction_exception WHERE id = %s",
            ids=item.id,
        )
        item._close_when_empty("resolved", "cured")
        self.env.flush_all()
        self.refused(
            "UPDATE construction_exception SET resolution = 'x' WHERE id = %s",
            "UPDATE construction_exception SET sentence = 'x' WHERE id = %s",
            "UPDATE construction_exception SET resolved_at = now() WHERE id = %s",
            ids=item.id,
        )
        self.assertEqual(self.Exception._open(self.company, error, source=self.source), item)
        self.assertEqual(item.state, "open", "opened again by the same cause")

    def test_contacts_are_merged_beside_it(self):
        one, two = self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        error = errors.SyncError("Something.", cause_key="merge", partner=two, record=two)
        item = self.Exception._open(self.company, error, source=self.source)
        self.env["base.partner.merge.automatic.wizard"]._merge((one | two).ids, one)
        item.invalidate_recordset()
        self.assertEqual(item.partner_id, one)
