# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.construction_sync.errors import SyncError

from .common import EquipmentCommon

MESSAGE, ITEM = "construction.message", "construction.exception"


@tagged("post_install", "-at_install")
class TestOwnEvents(EquipmentCommon):
    """A role of the fleet sees and acts on what events of machines bring, or on what it owns."""

    def set_up_once(self):
        super().set_up_once()
        data = {"item": "ROPE", "name": "Rope", "uom": "furlong", "stocked": True}
        self.theirs = self.send(self.master, "master.item.upserted", "ROPE", data)
        self.assertState(self.theirs, "exception")
        self.say_machine("EX-12")
        data = {"equipment": "EX-99", "job": "J-1", "at": "2026-03-01T11:20:00Z"}
        self.mine = self.send(self.field, "equipment.transferred", "EX-99", data)
        self.assertState(self.mine, "exception")

    def test_messages_and_what_hangs_on_them(self):
        messages = self.env[MESSAGE].with_user(self.manager)
        kinds = set(messages.search([]).mapped("type_name"))
        self.assertGreaterEqual(kinds, {"master.equipment.upserted", "equipment.transferred"})
        declared = self.manager._construction_event_types().mapped("name")
        self.assertFalse(kinds - set(declared))
        self.assertNotIn("master.item.upserted", declared)
        hanging = [
            (model, field)
            for model in self.env
            for name, field in self.env[model]._fields.items()
            if field.type == "many2one" and field.comodel_name == MESSAGE and field.store
            if model.startswith("construction.") and not self.env[model]._transient
            if self.env[model].with_user(self.manager).has_access("read") and field.required
        ]
        self.assertGreaterEqual(len(hanging), 3)
        for model, field in hanging:
            with self.subTest(model):
                found = self.env[model].with_user(self.manager).search([]).sudo()[field.name]
                self.assertFalse(set(found.mapped("type_name")) - set(declared))
        deliveries = self.env["construction.inbound.delivery"].with_user(self.manager).search([])
        self.assertIn(self.mine.delivery_id, deliveries)
        self.assertNotIn(self.theirs.delivery_id, deliveries)
        for record in (self.theirs, self.theirs.exception_id, self.theirs.delivery_id):
            with self.assertRaisesRegex(AccessError, "other roles than yours"):
                record.with_user(self.manager).read(["display_name"])
        keys = self.env["construction.crosswalk"].with_user(self.manager).search([])
        self.assertFalse(
            [
                model
                for model in set(keys.mapped("res_model"))
                if not self.env[model].with_user(self.manager).has_access("read")
            ]
        )

    def test_items(self):
        items = self.env[ITEM].with_user(self.manager)
        self.assertIn(self.mine.exception_id, items.search([]))
        self.assertNotIn(self.theirs.exception_id, items.search([]))
        item = self.theirs.exception_id.with_user(self.manager)
        for act in (
            lambda: item.write({"owner_id": self.manager.id}),
            lambda: item.action_replay(),
            lambda: item.env["construction.exception.ignore"].create(
                {"exception_id": item.id, "reason": "x"}
            ),
            lambda: item.env["construction.message.correct"].create(
                {"message_id": self.theirs.id, "reason": "x", "data_text": "{}"}
            ),
            lambda: self.theirs.with_user(self.manager).action_replay(),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                act()
        for item in (self.theirs.exception_id, self.theirs.exception_id.with_user(self.owner)):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                item.owner_id = self.manager
        self.mine.exception_id.with_user(self.manager).owner_id = self.manager
        self.mine.exception_id.with_user(self.manager).action_replay()

    def test_an_item_of_no_event_is_whose_it_asks_or_owns(self):
        items = self.env[ITEM].sudo()
        asked = items._open(
            self.company,
            SyncError("Machine?", cause_key="a:1", groups="construction_equipment.group_equipment_manager"),
        )
        other = items._open(
            self.company,
            SyncError("Budget?", cause_key="b:1", groups="construction_base.group_cost_controller"),
        )
        asked.owner_id = self.owner
        seen = items.with_user(self.manager).search([])
        self.assertIn(asked, seen)
        self.assertNotIn(other, seen)
        other.owner_id = self.manager
        self.assertIn(other, items.with_user(self.manager).search([]))

    def test_no_rule_gives_them_the_items_of_others(self):
        self.env["construction.owner.rule"].create(
            {"user_id": self.manager.id, "company_id": self.company.id, "sequence": 1}
        )
        data = {"item": "WIRE", "name": "Wire", "uom": "furlong2", "stocked": True}
        message = self.send(self.master, "master.item.upserted", "WIRE", data)
        self.assertNotEqual(message.exception_id.owner_id, self.manager)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.theirs.event_type_id.owner_id = self.manager
        self.mine.event_type_id.owner_id = self.manager

    def test_the_roles_of_the_core_see_all(self):
        for role in ("buyer", "accounts_payable", "cost_controller", "integration_manager", "auditor"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            seen = self.env[MESSAGE].with_user(user).search([("id", "in", (self.mine + self.theirs).ids)])
            self.assertEqual(len(seen), 2, role)
