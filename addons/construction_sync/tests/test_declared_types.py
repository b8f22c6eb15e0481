# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import HANDLER, HubCommon
from .test_migration_keys import script


@tagged("post_install", "-at_install")
class TestDeclaredTypes(HubCommon):
    """What a handler declares holds from the next update on, unless a person chose otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinds = cls.env["construction.event.type"]
        cls.kind.is_declared = True
        cls.kind.declared_lane = "standard"

    def setUp(self):
        super().setUp()
        self.handler = type(self.env[HANDLER])
        self.mine = self.kind.with_user(self.users["integration_manager"])
        # the handler of these tests has no file with a schema
        self.patch(self.registry["construction.event.type"], "_prepare_declared_vals", self.declared)
        self.found = [self.env[HANDLER]]
        self.patch(
            type(self.env["construction.event.handler"]), "_declared", lambda _handler: list(self.found)
        )

    @staticmethod
    def declared(_kinds, handler):
        return {
            "name": handler._event_type,
            "version": handler._event_version,
            "direction": "in",
            "handler_model": handler._name,
            "priority": handler._event_priority,
            "declared_lane": handler._event_lane,
            "declared_patience_hours": handler._event_patience_hours,
            "is_declared": True,
            "active": True,
        }

    def update(self, **declared):
        """The module is updated with another declaration."""
        for name, value in declared.items():
            self.patch(self.handler, f"_event_{name}", value)
        self.kinds._sync_declared()

    def test_lane_and_patience_follow(self):
        for lane, hours in (("bulk", 5), ("critical", 0), ("standard", 72)):
            with self.subTest(lane):
                self.update(lane=lane, patience_hours=hours)
                self.assertEqual((self.kind.lane, self.kind.patience_hours), (lane, hours))
                self.assertEqual((self.kind.declared_lane, self.kind.declared_patience_hours), (lane, hours))

    def test_what_a_person_chose_stays(self):
        self.update(lane="bulk", patience_hours=5)
        self.mine.lane = "critical"
        self.update(lane="standard", patience_hours=6)
        self.assertEqual((self.kind.lane, self.kind.patience_hours), ("critical", 6), "each by itself")
        self.mine.patience_hours = 100
        self.update(lane="bulk", patience_hours=7)
        self.assertEqual((self.kind.lane, self.kind.patience_hours), ("critical", 100))
        self.mine.write({"lane": "bulk", "patience_hours": 7})
        self.update(lane="standard", patience_hours=8)
        self.assertEqual(
            (self.kind.lane, self.kind.patience_hours), ("standard", 8), "back in its handler's hands"
        )

    def test_a_new_one_has_what_is_declared(self):
        self.update(type="test.note.erased", lane="bulk", patience_hours=3)
        new = self.kinds.search([("name", "=", "test.note.erased")])
        self.assertEqual((new.lane, new.patience_hours, new.is_declared), ("bulk", 3, True))

    def test_one_that_a_person_archived_stays_so(self):
        self.update()
        self.mine.active = False
        self.update(priority=7)
        self.assertEqual((self.kind.active, self.kind.priority), (False, 7))
        self.mine.active = True
        self.found.clear()
        self.update()
        self.assertEqual((self.kind.active, self.kind.is_declared), (False, False), "its module is gone")
        self.found.append(self.env[HANDLER])
        self.update()
        self.assertEqual((self.kind.active, self.kind.is_declared), (True, True), "and is back")

    def test_types_of_before(self):
        """As databases had them: nobody noted patience, and lanes of the oldest neither."""
        gone = self.kinds.create(
            {"name": "test.note.burnt", "handler_model": "no.such.model", "active": False}
        )
        self.mine.write({"lane": "critical", "active": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE construction_event_type SET is_declared = NULL, declared_lane = NULL WHERE id = ANY(%s)",
            [(self.kind | gone).ids],
        )
        # that of these tests is no model that was installed
        self.env.cr.execute(
            "UPDATE construction_event_type SET handler_model = 'construction.event.handler' WHERE id = %s",
            [self.kind.id],
        )
        script("post-declared", "19.0.1.3.0").migrate(self.env.cr, "19.0.1.2.1")
        self.env.invalidate_all()
        self.assertEqual((self.kind.is_declared, gone.is_declared), (True, False))
        self.update(lane="bulk", patience_hours=9)
        self.assertEqual((self.kind.lane, self.kind.patience_hours, self.kind.active), ("critical", 9, False))
