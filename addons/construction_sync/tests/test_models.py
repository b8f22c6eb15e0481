# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import RaiseException

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.construction_sync.errors import InvalidData

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestModels(HubCommon):
    def test_the_database_keeps_what_came(self):
        message = self.delivered(self.note())
        for query in (
            "UPDATE construction_message SET data = '{}' WHERE id = %s",
            "UPDATE construction_message SET event_id = 'x' WHERE id = %s",
            "UPDATE construction_message SET holds_identity = NULL WHERE id = %s",
            "DELETE FROM construction_message WHERE id = %s",
            "UPDATE construction_inbound_delivery SET body_hash = 'x' WHERE id ="
            " (SELECT delivery_id FROM construction_message WHERE id = %s)",
            "DELETE FROM construction_inbound_delivery WHERE id ="
            " (SELECT delivery_id FROM construction_message WHERE id = %s)",
        ):
            with self.subTest(query), mute_logger("odoo.sql_db"), self.assertRaises(RaiseException):
                with self.env.cr.savepoint():
                    self.env.cr.execute(query, [message.id])

    def test_no_way_round_through_the_orm(self):
        message = self.delivered(self.note())
        manager = self.users["integration_manager"]
        for call in (
            lambda: message.with_user(manager).write({"state": "done"}),
            lambda: message.with_user(manager).unlink(),
            lambda: self.Message.with_user(manager).create({}),
            lambda: message.delivery_id.with_user(manager).write({"content_type": "x"}),
            lambda: message.delivery_id.with_user(manager).unlink(),
            lambda: message.with_user(manager).read(["data"]),
            lambda: message.delivery_id.with_user(manager).read(["body_token"]),
        ):
            with self.assertRaises(UserError):
                call()

    def test_the_body_can_be_read_back(self):
        self.deliver(self.note("N-1"), body=b"the very bytes \xc3\xbc")
        delivery = self.Message.search([], limit=1).delivery_id
        self.assertEqual(delivery._body(), b"the very bytes \xc3\xbc")

    def test_crosswalk_is_not_overwritten(self):
        walk = self.env["construction.crosswalk"]
        one, two = self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        item = walk._bind(self.source, "supplier", {"S": one})
        self.assertFalse(walk._bind(self.source, "supplier", {"S": one}))
        with self.assertRaises(InvalidData):
            walk._bind(self.source, "supplier", {"S": two})
        for call in (lambda: item.write({"res_id": two.id}), item.unlink):
            with self.assertRaises(UserError):
                call()
        manager = self.users["integration_manager"]
        wizard = (
            self.env["construction.crosswalk.remap"]
            .with_user(manager)
            .create({"crosswalk_id": item.id, "res_id": two.id})
        )
        wizard.action_remap()
        versions = walk.search([("key", "=", "S")], order="version")
        self.assertEqual(versions.mapped("version"), [1, 2])
        self.assertTrue(versions[0].valid_until)
        self.assertEqual(walk._lookup(self.source, "supplier", ["S"]), {"S": ("res.partner", two.id)})

    def test_own_keys_come_before_an_authority(self):
        walk = self.env["construction.crosswalk"]
        one, two = self.env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        other = self.make_source("second")
        walk._bind(other, "supplier", {"S": two, "T": two}, share=True)
        self.assertEqual(walk._lookup(self.source, "supplier", ["S"]), {})
        self.source.authority_ids = other
        walk._bind(self.source, "supplier", {"S": one})
        self.assertEqual(
            walk._lookup(self.source, "supplier", ["S", "T", "U"]),
            {"S": ("res.partner", one.id), "T": ("res.partner", two.id)},
        )

    def test_integration_button_data(self):
        message = self.delivered(self.note("N-1"))
        self.run_all()
        link = message.record_ids
        self.assertEqual(link.action_open()["res_id"], link.res_id)
        self.assertEqual(link.with_user(self.users["auditor"]).record_name, "Contact: N-1")
        self.env["construction.message.record"]._note([(message.id, link.record_ref, "update")])
        self.assertEqual(len(message.record_ids), 1)

    def test_trace_gathers_one_correlation(self):
        first, second, other = (self.note(f"T-{n}") for n in range(3))
        first["correlationid"] = second["correlationid"] = "case"
        messages = self.delivered(first, second, other)
        self.assertEqual(messages[0].trace_ids, messages[0] | messages[1])

    def test_handlers_are_found_by_inheritance(self):
        names = [h._event_type for h in self.env["construction.event.handler"]._declared()]
        self.assertIn("test.note.written", names)
        self.assertNotIn(None, names)
