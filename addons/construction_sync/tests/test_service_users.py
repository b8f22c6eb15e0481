# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessDenied, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.construction_sync.errors import SourceStands

from .common import HANDLER, HubCommon

PASSWORD = {"type": "password", "password": "Sesame-2026"}


@tagged("post_install", "-at_install")
class TestServiceUsers(HubCommon):
    def person(self, login="person", groups="base.group_partner_manager"):
        return self.user_with(login, groups)

    def draft(self, **vals):
        return self.env["construction.source"].create(
            {"name": "New", "code": "new-one", "event_type_ids": [Command.set(self.kind.ids)], **vals}
        )

    # ---- a role, made by the button -------------------------------------------------

    def test_the_button_makes_one_with_exactly_the_rights_of_its_types(self):
        mails = self.env["mail.mail"].search_count([])
        source = self.draft().with_user(self.users["integration_manager"])
        source.action_new_service_user()
        user = source.sudo().user_id
        self.assertTrue(user.construction_is_service)
        self.assertEqual(
            user.group_ids,
            self.env.ref("construction_sync.group_service") | self.env.ref("base.group_partner_manager"),
        )
        self.assertEqual((user.company_id, user.company_ids), (self.company, self.company))
        self.assertFalse(user.email)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertNotIn(user, source.sudo().message_follower_ids.partner_id.user_ids)
        with self.assertRaises(UserError):
            source.action_new_service_user()
        for role in ("buyer", "auditor", "cost_controller"):
            with self.assertRaises(UserError):
                self.draft(code=f"by-{role}").with_user(self.users[role]).action_new_service_user()

    def test_a_service_of_another_domain_sees_all_jobs_of_its_company(self):
        group = self.env["res.groups"].create(
            {
                "name": "Integration Service: Fleet",
                "implied_ids": [Command.link(self.env.ref("construction_sync.group_service").id)],
            }
        )
        user = self.env["res.users"]._construction_create_service("Fleet", "fleet", self.company, group)
        jobs = self.job | self.job_2 | self.other_job
        found = self.env["project.project"].with_user(user).search([("id", "in", jobs.ids)])
        self.assertEqual(found, self.job | self.job_2)

    def test_rights_follow_the_types(self):
        other = self.kind.copy({"name": "test.other", "handler_model": False})
        self.source.with_user(self.users["integration_manager"]).event_type_ids = other
        self.assertEqual(self.service.group_ids, self.env.ref("construction_sync.group_service"))
        self.source.event_type_ids = other | self.kind
        self.assertIn(self.env.ref("base.group_partner_manager"), self.service.group_ids)

    def test_only_the_door_sets_the_mark(self):
        person = self.person()
        Users = self.env["res.users"]
        for users in (Users, Users.with_context(construction_service_door=True)):
            with self.assertRaises(UserError):
                users.browse(person.id).construction_is_service = True
            with self.assertRaises(UserError):
                users.browse(self.service.id).construction_is_service = False
            with self.assertRaises(UserError):
                users.create({"name": "x", "login": "x", "construction_is_service": True})
        with self.assertRaises(UserError):
            Users.with_context(default_construction_is_service=True).create({"name": "y", "login": "y"})

    # ---- nobody logs in as it --------------------------------------------------------

    def test_no_password(self):
        with self.assertRaises(UserError):
            self.service.password = PASSWORD["password"]
        with self.assertRaises(UserError):
            self.service.with_user(self.service)._change_password(PASSWORD["password"])
        self.service.email = "service@example.com"
        with self.assertRaises(UserError):
            self.service.action_reset_password()
        token = self.service.partner_id._generate_signup_token()
        with self.assertRaises(UserError):
            self.env["res.users"].signup({"password": PASSWORD["password"]}, token)

    def test_no_login_even_with_a_password_in_the_table(self):
        hashed = self.env["res.users"]._crypt_context().hash(PASSWORD["password"])
        self.env.cr.execute("UPDATE res_users SET password = %s WHERE id = %s", [hashed, self.service.id])
        credential = {"login": self.service.login, **PASSWORD}
        for interactive in (True, False):
            with self.assertRaises(AccessDenied):
                self.service.with_user(self.service)._check_credentials(
                    credential, {"interactive": interactive}
                )
        with self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(credential, {"interactive": True})
        # a directory that knows the name does not help either
        info = {"uid": self.service.id, "auth_method": "ldap", "mfa": "default"}
        base = next(
            c
            for c in type(self.service).mro()
            if c.__module__ == "odoo.addons.base.models.res_users" and "_login" in vars(c)
        )
        with patch.object(base, "_login", lambda *args, **kwargs: info), self.assertRaises(AccessDenied):
            self.env["res.users"].authenticate(credential, {"interactive": True})

    def test_no_session(self):
        self.assertFalse(self.service._compute_session_token("sid"))
        self.assertTrue(self.users["buyer"]._compute_session_token("sid"))

    def test_no_api_key(self):
        keys = self.env["res.users.apikeys"]
        with self.assertRaises(UserError):
            keys.with_user(self.service).sudo()._generate("rpc", "key", None)
        person = self.person()
        key = keys.with_user(person).sudo()._generate("rpc", "key", None)
        self.assertEqual(keys._check_credentials(scope="rpc", key=key), person.id)
        self.env.cr.execute("UPDATE res_users_apikeys SET user_id = %s", [self.service.id])
        self.assertFalse(keys._check_credentials(scope="rpc", key=key))

    def test_nobody_is_reminded_of_it(self):
        self.env.cr.execute(
            "UPDATE res_users SET create_date = now() AT TIME ZONE 'utc' - interval '5 days 1 hour',"
            " create_uid = %s WHERE id = %s",
            [self.users["integration_manager"].id, self.service.id],
        )
        self.users["integration_manager"].email = "manager@example.com"
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search_count([])
        self.env["res.users"].send_unregistered_user_reminder(after_days=5)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    # ---- while a source lives on it -------------------------------------------------

    def test_it_stays_while_a_source_lives_on_it(self):
        with self.assertRaisesRegex(UserError, "service user of Testing"):
            self.service.unlink()
        with self.assertRaisesRegex(ValidationError, "service user of Testing"):
            self.service.action_archive()
        with self.assertRaises(ValidationError):
            self.service.write(
                {"company_id": self.other_company.id, "company_ids": [Command.set(self.other_company.ids)]}
            )
        with self.assertRaises(ValidationError):
            self.service.group_ids += self.env.ref("base.group_system")
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM res_users WHERE id = %s", [self.service.id])
        self.source.action_suspend()
        self.source._make_service_user()
        self.service.action_archive()
        self.assertFalse(self.service.active)

    def test_a_source_acts_as_a_service_user_of_its_own_only(self):
        source = self.draft()
        for user in (self.person(), self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            with self.assertRaisesRegex(ValidationError, "person's account"):
                source.with_user(self.users["integration_manager"]).user_id = user
            with self.assertRaises(ValidationError):
                self.draft(code="another", user_id=user.id)
        with self.assertRaisesRegex(ValidationError, "each source has its own"):
            source.user_id = self.service

    # ---- the lane --------------------------------------------------------------------

    def test_it_becomes_no_administrator_by_any_door(self):
        service = self.service
        system = self.env.ref("base.group_system")
        doors = {
            "its groups": lambda: service.write({"group_ids": [Command.link(system.id)]}),
            "the members": lambda: system.write({"user_ids": [Command.link(service.id)]}),
            "what a group implies": lambda: self.env.ref("construction_sync.group_service").write(
                {"implied_ids": [Command.link(system.id)]}
            ),
        }
        for name, door in doors.items():
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "cannot be an administrator"):
                with self.env.cr.savepoint():
                    door()
            # as the end of a request that failed does
            self.env.registry.clear_all_caches()
        service.write({"group_ids": [Command.link(self.env.ref("base.group_partner_manager").id)]})

    def test_no_copy_and_no_merge_makes_a_person_of_it(self):
        with self.assertRaisesRegex(UserError, "is a service user"):
            self.service.copy()
        supplier = self.env["res.partner"].create({"name": "Supplier"})
        merge = self.env["base.partner.merge.automatic.wizard"]
        for pair in ((self.service.partner_id, supplier), (supplier, self.service.partner_id)):
            with self.assertRaisesRegex(UserError, "contact of a service user"):
                merge._merge((pair[0] | pair[1]).ids, pair[0])
        self.assertTrue(supplier.exists())

    def test_a_stranger_learns_of_none(self):
        with self.assertRaisesRegex(Exception, "No account found") as stranger:
            self.env["res.users"].reset_password("nobody-has-this")
        with self.assertRaisesRegex(Exception, "No account found") as asked:
            self.env["res.users"].reset_password(self.service.login)
        self.assertEqual(str(asked.exception), str(stranger.exception))

    def test_the_one_line_that_changes_the_user(self):
        """Never the superuser (`with_user` of nobody is that), an administrator or a person."""
        message = self.delivered(self.note())
        handler = self.env[HANDLER]
        self.assertEqual(message._handler_env(handler).env.uid, self.service.id)
        self.assertFalse(message._handler_env(handler).env.su)
        archived = self.env["res.users"]._construction_create_service(
            "archived", "archived", self.company, self.env["res.groups"]
        )
        archived.action_archive()
        admin = self.env.ref("base.user_admin")
        for user in (None, SUPERUSER_ID, admin.id, self.person().id, archived.id):
            self.env.cr.execute("UPDATE construction_source SET user_id = %s", [user])
            self.env.invalidate_all()
            self.env.registry.clear_cache()
            with self.subTest(user=user), self.assertRaises(SourceStands):
                message._handler_env(handler)
        marked = self.user_with("marked", "base.group_erp_manager")
        self.env.cr.execute("UPDATE res_users SET construction_is_service = true WHERE id = %s", [marked.id])
        self.env.cr.execute("UPDATE construction_source SET user_id = %s", [marked.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertRaises(SourceStands):
            message._handler_env(handler)

    def test_messages_of_a_source_without_a_user_stay(self):
        message = self.delivered(self.note())
        other = self.make_source("second")
        theirs = self.delivered(self.note("N-9"), source=other)
        self.env.cr.execute("UPDATE res_users SET active = false WHERE id = %s", [self.service.id])
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        for lane, shard in {(m.lane, m.shard) for m in message | theirs}:
            self.run_shard(lane, shard)
        self.assertEqual((message.state, theirs.state), ("received", "done"))
        message._process()
        self.assertEqual((message.state, message.attempts), ("received", 0))
        self.env["construction.source"]._cron_watch()
        item = self.Exception.search([("source_id", "=", self.source.id), ("state", "=", "open")])
        self.assertIn("archived", item.sentence)
        self.assertEqual(item.owner_id, self.source.owner_id)
        self.env["construction.source"]._cron_watch()
        self.assertEqual(
            self.Exception.search_count([("source_id", "=", self.source.id), ("state", "=", "open")]), 1
        )
        self.service.active = True
        self.env["construction.source"]._cron_watch()
        self.assertEqual(item.state, "resolved")
        self.run_all()
        self.assertEqual(message.state, "done")


@tagged("post_install", "-at_install")
class TestServiceUserOverHttp(HttpCase):
    def test_no_web_session(self):
        user = self.env["res.users"]._construction_create_service(
            "svc", "svc_http", self.env.company, self.env.ref("construction_sync.group_service")
        )
        hashed = self.env["res.users"]._crypt_context().hash(PASSWORD["password"])
        self.env.cr.execute("UPDATE res_users SET password = %s WHERE id = %s", [hashed, user.id])
        params = {"db": self.env.cr.dbname, "login": "svc_http", "password": PASSWORD["password"]}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/web/session/authenticate", json={"jsonrpc": "2.0", "params": params}
            ).json()
        self.assertIn("AccessDenied", answer["error"]["data"]["name"])
