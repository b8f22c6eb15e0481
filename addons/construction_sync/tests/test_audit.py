# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import RaiseException

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.construction_sync import errors

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestAudit(HubCommon):
    """What is evidence is noted with the change, not left to the chatter."""

    def entries(self, record):
        return self.env["construction.audit.entry"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)], order="id"
        )

    def test_a_renamed_source_without_tracking(self):
        manager = self.users["integration_manager"]
        draft = self.env["construction.source"].create({"name": "Testing", "code": "draft"})
        source = draft.with_user(manager).with_context(
            tracking_disable=True, mail_notrack=True, mail_create_nolog=True
        )
        source.write({"name": "Another", "code": "another"})
        source.write({"name": "Another"})
        entries = self.entries(source)[-2:]
        self.assertEqual(entries.mapped("after"), ["Another", "another"])
        self.assertEqual(entries[0].before, "Testing")
        self.assertEqual(entries.user_id, manager)
        self.assertEqual(entries.company_id, self.company)

    def test_owner_credential_and_item(self):
        self.source.owner_id = self.users["buyer"]
        self.assertEqual(self.entries(self.source)[-1].after, self.users["buyer"].name)
        credential = self.source.credential_ids[:1]
        self.assertTrue(self.entries(credential), "issued")
        credential.valid_until = "2030-01-01 00:00:00"
        self.assertIn("2030", self.entries(credential)[-1].after)
        item = self.Exception._open(self.company, errors.SyncError("Something.", cause_key="a"))
        item.with_user(self.users["buyer"]).with_context(tracking_disable=True).action_resolve()
        closed = self.entries(item).filtered(lambda entry: entry.after == "Resolved")
        self.assertEqual((closed.before, closed.user_id), ("Open", self.users["buyer"]))

    def test_who_gets_what_and_how_soon(self):
        manager, buyer = self.users["integration_manager"], self.users["buyer"]
        rules = self.env["construction.owner.rule"].with_user(manager)
        rule = rules.create({"user_id": buyer.id, "category": "hold", "company_id": self.company.id})
        rule.user_id = manager
        made, changed = self.entries(rule)
        self.assertIn(buyer.name, made.after)
        self.assertEqual((changed.before, changed.after), (buyer.name, manager.name))
        rule.unlink()
        deleted = self.entries(rule)[-1]
        self.assertIn(manager.name, deleted.before)
        self.assertEqual(deleted.user_id, manager)
        kind = self.kind.with_user(manager).with_context(tracking_disable=True)
        lane = "bulk" if kind.lane != "bulk" else "standard"
        kind.write({"lane": lane, "patience_hours": 5})
        entries = self.entries(kind)
        self.assertEqual(set(entries.mapped("user_id").ids), {manager.id})
        self.assertEqual(len(entries), 2)
        self.assertTrue(entries.with_user(self.users["auditor"]).mapped("after"))

    def test_entries_are_appended_only(self):
        self.source.name = "Another"
        entry = self.entries(self.source)[-1]
        self.env.flush_all()
        for statement in (
            "UPDATE construction_audit_entry SET after = 'x' WHERE id = %s",
            "UPDATE construction_audit_entry SET user_id = 2 WHERE id = %s",
            "DELETE FROM construction_audit_entry WHERE id = %s",
        ):
            with self.subTest(statement), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(statement, [entry.id])
        manager = entry.with_user(self.users["integration_manager"])
        for call in (
            lambda: manager.write({"after": "x"}),
            manager.unlink,
            lambda: manager.create({"what": "x"}),
        ):
            with self.assertRaises(UserError):
                call()
        with self.assertRaises(AccessError):
            entry.with_user(self.users["buyer"]).read(["after"])
        self.assertTrue(entry.with_user(self.users["auditor"]).after)
