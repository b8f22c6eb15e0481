# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.modules.module import load_script
from odoo.tests import tagged

from .common import HubCommon

SCRIPT = "construction_sync/migrations/19.0.1.1.0/end-service_users.py"


@tagged("post_install", "-at_install")
class TestMigrationOfServiceUsers(HubCommon):
    def adopt(self):
        script = load_script(SCRIPT, "service_users")
        script.adopt(self.env)

    def source_of(self, code, user):
        """A live source as it could be before service users were a role."""
        source = self.make_source(code)
        self.env.cr.execute("UPDATE construction_source SET user_id = %s WHERE id = %s", [user.id, source.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return source

    def user(self, login, password=None, groups="base.group_user"):
        user = self.user_with(login, groups, password="Sesame-2026")
        if not password:
            self.env.cr.execute("UPDATE res_users SET password = NULL WHERE id = %s", [user.id])
        return user

    def items(self, source):
        return self.Exception.search([("source_id", "=", source.id)])

    def test_a_user_that_serves_one_source_becomes_its_service_user(self):
        user = self.user("only", groups="base.group_user,base.group_partner_manager")
        source = self.source_of("plain", user)
        self.adopt()
        self.assertTrue(user.construction_is_service)
        self.assertEqual(user.group_ids, source._service_groups())
        self.assertFalse(source.grace_until)
        self.assertFalse(self.items(source))

    def test_a_person_a_password_and_sharing_are_told_and_have_thirty_days(self):
        shared = self.user("shared")
        sources = [
            self.source_of("of-a-person", self.user("buyer", groups="construction_base.group_buyer")),
            self.source_of("with-password", self.user("known", password=True)),
            self.source_of("shared-1", shared),
            self.source_of("shared-2", shared),
        ]
        self.adopt()
        first = [self.items(source).ids for source in sources]
        self.adopt()
        for source, ids in zip(sources, first, strict=True):
            with self.subTest(source.code):
                self.assertEqual(self.items(source).ids, ids)
                self.assertEqual(len(ids), 1)
                self.assertIn("until", self.items(source).sentence)
                self.assertAlmostEqual((source.grace_until - fields.Datetime.now()).days, 30, delta=1)
                self.assertIsNone(source._stands(source._runtime(source.code)))
        message = self.delivered(self.note("G-1"), source=sources[0])
        self.assertEqual(message._handler_env(self.kind._handler()).env.user.login, "buyer")
        sources[0].grace_until = "2026-01-01"
        self.assertTrue(sources[0]._stands(sources[0]._runtime(sources[0].code)))
        sources[0]._watch()
        self.assertIn("takes no events", self.items(sources[0]).sentence)
        sources[0]._make_service_user()
        self.assertIsNone(sources[0]._stands(sources[0]._runtime(sources[0].code)))
        self.assertEqual(self.items(sources[0]).state, "resolved")
        # the others go on as they were, and what they share is theirs until they have their own
        self.assertFalse(shared.construction_is_service)
