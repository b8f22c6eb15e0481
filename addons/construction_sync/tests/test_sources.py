# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import os
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.construction_sync.lib import crypto

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestSources(HubCommon):
    def draft(self, **vals):
        return self.env["construction.source"].create(
            {
                "name": "New",
                "code": "new-one",
                "owner_id": self.users["integration_manager"].id,
                "event_type_ids": [Command.set(self.kind.ids)],
                **vals,
            }
        )

    def test_the_addresses_of_several(self):
        sources = self.source | self.source.copy()
        for row in sources.read(["address", "code"]):
            self.assertTrue(row["address"].endswith(f"/construction/v1/{row['code']}/events"))

    def test_a_copy_is_a_draft_with_an_address_of_its_own(self):
        copies = self.source.copy() | self.source.copy()
        self.assertEqual(copies.mapped("code"), [f"{self.source.code}-2", f"{self.source.code}-3"])
        self.assertEqual(set(copies.mapped("state")), {"draft"})
        self.assertFalse(copies.credential_ids)
        self.assertFalse(copies.user_id, "each source acts as a user of its own")
        self.assertEqual(self.draft(code="n" * 63).copy().code, "n" * 58 + "-2")

    def test_what_keeps_a_source_from_going_live(self):
        source = self.draft(owner_id=False, event_type_ids=False)
        with self.assertRaises(ValidationError) as caught:
            source.action_go_live()
        for phrase in ("no owner", "no service user", "no live credential", "no event type"):
            self.assertIn(phrase, str(caught.exception))
        self.assertIn("It has no owner.", source.missing_text)
        source.write(
            {"owner_id": self.users["integration_manager"].id, "event_type_ids": [Command.set(self.kind.ids)]}
        )
        source.action_new_service_user()
        self.env["construction.source.credential"]._issue(source)
        with patch.dict(os.environ, {crypto.VARIABLE: ""}), self.assertRaises(ValidationError):
            source.action_go_live()
        source.action_go_live()
        self.assertEqual(source.state, "live")
        with self.assertRaises(ValidationError):
            source.user_id = False

    def test_an_owner_can_open_its_items(self):
        source = self.draft()
        source._make_service_user()
        self.env["construction.source.credential"]._issue(source)
        nobody = self.user_with("nobody", "base.group_user")
        for owner, phrase in (
            (nobody, "cannot open"),
            (self.users["site_supervisor"], "cannot open"),
            (self.env.ref("base.user_root"), "archived"),
        ):
            source.owner_id = owner
            with (
                self.subTest(owner.login),
                self.assertRaisesRegex(ValidationError, phrase),
                self.env.cr.savepoint(),
            ):
                source.action_go_live()
            self.env.invalidate_all()
        source.owner_id = self.users["buyer"]
        source.action_go_live()
        with self.assertRaisesRegex(ValidationError, "cannot open"):
            source.owner_id = nobody

    def test_what_its_own_buttons_write_is_not_written(self):
        manager = self.users["integration_manager"]
        for vals in ({"state": "suspended"}, {"grace_until": "2030-01-01"}, {"suspended_at": "2026-01-01"}):
            with self.assertRaises(UserError):
                self.source.with_user(manager).write(vals)
        for name, value in (("state", "live"), ("grace_until", "2030-01-01")):
            with self.assertRaises(UserError):
                self.env["construction.source"].with_user(manager).with_context(
                    **{f"default_{name}": value}
                ).create({"name": "x", "code": "xy"})

    def test_suspended_messages_stay_until_it_lives_again(self):
        self.source.with_user(self.users["integration_manager"]).action_suspend()
        message, waiting = self.delivered(self.note(), self.note("N-2", after="N-0"))
        shards = {(m.lane, m.shard) for m in message | waiting}
        for lane, shard in shards:
            self.run_shard(lane, shard)
        self.assertEqual(message.state, "received")
        self.source.action_go_live()
        self.run_all()
        self.assertEqual((message.state, waiting.state), ("done", "waiting"))
        until = waiting.wait_until
        self.source.action_suspend()
        self.source.suspended_at -= timedelta(hours=5)
        self.source.action_go_live()
        self.assertAlmostEqual(waiting.wait_until, until + timedelta(hours=5), delta=timedelta(seconds=30))
        self.assertTrue(self.env["queue.job"].search([("identity_key", "ilike", "construction_sync:")]))

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
        self.delivered(self.note())
        with self.assertRaises(UserError):
            self.source.company_id = self.other_company
        with self.assertRaises(UserError):
            self.source.unlink()

    def test_a_source_with_keys_keeps_its_company(self):
        source = self.draft()
        partner = self.env["res.partner"].create({"name": "Known"})
        self.env["construction.crosswalk"]._bind(source, "supplier", {"S-1": partner})
        with self.assertRaisesRegex(UserError, "has keys"):
            source.company_id = self.other_company

    def test_runtime_follows_changes(self):
        runtime = self.env["construction.source"]._runtime
        self.assertEqual(runtime("testing")["state"], "live")
        self.source.action_suspend()
        self.assertEqual(runtime("testing")["state"], "suspended")
        self.assertIsNone(runtime("nobody"))
        self.kind.lane = "bulk"
        self.assertEqual(runtime("testing")["types"][("test.note.written", 1)]["lane"], "bulk")

    def test_a_draft_that_moves_shares_the_numbers_of_its_new_company(self):
        sources = self.env["construction.source"]
        here = sources._company_authority(self.company)
        there = sources._company_authority(self.other_company)
        source = sources.create({"name": "Moves", "code": "moves", "company_id": self.company.id})
        self.assertEqual(source.authority_ids, here)
        source.company_id = self.other_company
        self.assertEqual(source.authority_ids, there)
