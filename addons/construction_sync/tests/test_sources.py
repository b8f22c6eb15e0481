import os
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.construction_sync.lib import crypto

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestSources(HubCommon):
    def draft(self, **vals):
        return self.env["construction.source"].create(
            {"name": "New", "code": "new-one", "user_id": self.service.id, **vals}
        )

    def test_what_keeps_a_source_from_going_live(self):
        source = self.draft(user_id=False, owner_id=False)
        with self.assertRaises(ValidationError) as caught:
            source.action_go_live()
        for phrase in ("no owner", "no service user", "no live credential"):
            self.assertIn(phrase, str(caught.exception))
        source.write({"user_id": self.service.id, "owner_id": self.env.uid})
        self.env["construction.source.credential"]._issue(source)
        with patch.dict(os.environ, {crypto.VARIABLE: ""}), self.assertRaises(ValidationError):
            source.action_go_live()
        source.action_go_live()
        self.assertEqual(source.state, "live")
        with self.assertRaises(ValidationError):
            source.user_id = False

    def test_an_administrator_is_no_service_user(self):
        source = self.draft(user_id=self.env.ref("base.user_admin").id)
        self.env["construction.source.credential"]._issue(source)
        with self.assertRaises(ValidationError):
            source.action_go_live()

    def test_state_is_not_set_at_creation_by_rpc(self):
        manager = self.users["integration_manager"]
        with self.assertRaises(UserError):
            self.env["construction.source"].with_user(manager).create(
                {"name": "x", "code": "xy", "state": "live"}
            )

    def test_codes(self):
        for code in ("A", "a b", "ä1", "-x", "a/b", "x"):
            with self.subTest(code), self.assertRaises(ValidationError):
                self.draft(code=code)

    def test_secret_is_shown_once(self):
        manager = self.users["integration_manager"]
        action = self.draft().with_user(manager).action_new_credential()
        secret = action["context"]["default_secret"]
        self.assertTrue(secret.startswith("whsec_"))
        credential = self.env["construction.source.credential"].search([], limit=1)
        self.assertNotIn(secret, str(credential.sudo().secret_token))
        with self.assertRaises(AccessError):
            credential.with_user(manager).read(["secret_token"])
        with self.assertRaises(UserError):
            self.env["construction.credential.secret"].create({"secret": secret})
        for role in ("buyer", "auditor", "cost_controller"):
            with self.assertRaises(UserError):
                self.source.with_user(self.users[role]).action_new_credential()

    def test_rotation(self):
        source = self.source
        second = self.env["construction.source.credential"]._issue(source)
        with self.assertRaises(UserError):
            self.env["construction.source.credential"]._issue(source)
        self.assertNotEqual(second, self.secrets["testing"])
        first = source.credential_ids.sorted("id")[0]
        first.action_end()
        self.assertEqual(first.state, "ended")
        with self.assertRaises(UserError):
            source.credential_ids._live().action_end()

    def test_no_secret_without_a_key(self):
        source = self.draft()
        with patch.dict(os.environ, {crypto.VARIABLE: ""}), self.assertRaises(UserError):
            self.env["construction.source.credential"]._issue(source)
        with self.assertRaises(ValidationError):
            self.env["construction.source.credential"]._issue(source, secret="whsec_")

    def test_a_used_source_keeps_its_company(self):
        self.messages(self.event())
        with self.assertRaises(UserError):
            self.source.company_id = self.other_company
        with self.assertRaises(UserError):
            self.source.unlink()

    def test_runtime_follows_changes(self):
        runtime = self.env["construction.source"]._runtime
        self.assertEqual(runtime("testing")["state"], "live")
        self.source.action_suspend()
        self.assertEqual(runtime("testing")["state"], "suspended")
        self.assertIsNone(runtime("nobody"))
        self.kind.lane = "bulk"
        self.assertEqual(runtime("testing")["types"][("test.note.written", 1)]["lane"], "bulk")
