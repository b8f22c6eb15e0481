# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.construction_sync.lib import crypto, seal

from .common import SCHEMA, HubCommon

ROLES = ("buyer", "project_manager", "cost_controller", "integration_manager", "auditor", "site_supervisor")


@tagged("post_install", "-at_install")
class TestWizards(HubCommon):
    """A wizard shows what its user may read, and keeps nothing restricted in clear."""

    def stopped(self, source=None, subject="HIDDEN-1", job=None, **data):
        message = self.delivered(self.note(subject, mode="variance", **data), source=source)
        self.run_all()
        if job:
            message.sudo().job_id = job
            message.exception_id.sudo().job_id = job
        return message

    def foreign(self):
        source = self.make_source("far", company=self.other_company)
        return self.stopped(source)

    def wizards(self, message):
        """(model, values that point to a message, fields to show) of each wizard."""
        walk = self.env["construction.crosswalk"].search([("source_id", "=", message.source_id.id)], limit=1)
        walk = walk or self.env["construction.crosswalk"]._bind(
            message.source_id, "supplier", {"HIDDEN-KEY": self.env["res.partner"].create({"name": "Hidden"})}
        )
        item = message.exception_id
        return [
            ("construction.message.correct", {"message_id": message.id}, ("data_text", "problem")),
            ("construction.exception.ignore", {"exception_id": item.id}, ("effect_ids", "can_undo")),
            ("construction.exception.ignore", {"message_ids": [(6, 0, message.ids)]}, ("effect_ids",)),
            ("construction.message.take.up", {"message_ids": [(6, 0, message.ids)]}, ("message_ids",)),
            ("construction.crosswalk.remap", {"crosswalk_id": walk.id}, ("key", "res_model")),
            ("construction.credential.secret", {"source_id": message.source_id.id}, ("address",)),
            ("construction.exception.decide", {"exception_id": item.id}, ("sentence",)),
        ]

    def assertShut(self, message, user):
        for model, vals, names in self.wizards(message):
            wizard = self.env[model].with_user(user)
            default = {f"default_{name}": value for name, value in vals.items()}
            reason = {"reason": "r"} if "reason" in wizard else {}
            spec = {
                name: {"fields": {"display_name": {}}} if wizard._fields[name].relational else {}
                for name in (*names, *vals)
            }
            calls = {
                "default_get": lambda w=wizard, d=default, s=spec: w.with_context(**d).default_get(list(s)),
                "onchange": lambda w=wizard, v=vals, s=spec: w.onchange(v, [], s),
                "onchange by default": lambda w=wizard, d=default, s=spec: w.with_context(**d).onchange(
                    {}, [], s
                ),
            }
            if model != "construction.credential.secret":
                made = self.env[model].create({**vals, **reason}).with_user(user)
                calls["create"] = lambda w=wizard, v={**vals, **reason}: w.create(v).read()
                calls["web_save"] = lambda w=wizard, v={**vals, **reason}, s=spec: w.web_save(v, s)
                calls["read"] = lambda m=made, s=spec: m.read(list(s))
                calls["web_read"] = lambda m=made, s=spec: m.web_read(s)
                calls["web_search_read"] = lambda m=made, s=spec: m.web_search_read([("id", "=", m.id)], s)
                calls["search_read"] = lambda m=made, s=spec: m.search_read([("id", "=", m.id)], list(s))
                calls["export"] = lambda m=made, s=spec: m.export_data(list(s))
                calls["read_group"] = lambda m=made, v=vals: m.formatted_read_group(
                    [("id", "=", m.id)], list(v), ["__count"]
                )
            for door, call in calls.items():
                with self.subTest(model=model, door=door, user=user.login):
                    try:
                        with self.env.cr.savepoint():
                            found = str(call())
                    except (UserError, ValueError):
                        continue
                    self.assertNotIn("HIDDEN", found)
                    self.assertNotIn("/far/", found)

    def test_a_wizard_is_its_user_s_own(self):
        """What one person was shown, no other reads, whatever rights both have."""
        models = [
            name
            for name, model in self.env.registry.items()
            if model._transient and model._module and model._module.startswith("construction_")
            if name.startswith("construction.")
        ]
        self.assertGreater(len(models), 6)
        for name in models:
            with self.subTest(name):
                domains = (
                    self.env["ir.rule"]
                    .sudo()
                    .search([("model_id.model", "=", name), ("groups", "=", False)])
                    .mapped("domain_force")
                )
                self.assertIn("[('create_uid', '=', user.id)]", domains)

    def test_nothing_of_another_company(self):
        message = self.foreign()
        for role in ROLES:
            self.assertShut(message, self.users[role])

    def test_nothing_of_another_job(self):
        message = self.stopped(job=self.job_2)
        manager = self.users["project_manager"]
        for model, vals, names in self.wizards(message):
            if model in ("construction.crosswalk.remap", "construction.credential.secret"):
                continue
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(manager).create({**vals, "reason": "r"}).read(list(names))

    def test_the_payload_itself_is_not_shown(self):
        message = self.foreign().with_user(self.users["buyer"])
        self.assertFalse(message.payload)
        self.assertFalse(message.correction_diff)

    # ---- restricted values -------------------------------------------------------------

    def sealed(self):
        text = self.kind.schema_text
        shorter = json.loads(text)
        shorter["properties"]["bank_account"]["maxLength"] = 34
        self.kind.schema_text = json.dumps(shorter)
        self.assertEqual(shorter["properties"]["name"], SCHEMA["properties"]["name"])
        return self.stopped(bank_account="DE89370400440532013000")

    def correct(self, message, data, user=None):
        user = user or self.users["buyer"]
        wizards = self.env["construction.message.correct"].with_user(user)
        wizard = wizards.create({"message_id": message.id, "reason": "Wrong name"})
        shown = json.loads(wizard.data_text)
        self.assertEqual(shown["bank_account"], seal.MASK)
        wizard.data_text = json.dumps({**shown, **data})
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM construction_message_correct WHERE id = %s", [wizard.id])
        return wizard, str(self.env.cr.fetchall())

    def test_another_field_is_corrected_beside_a_sealed_one(self):
        message = self.sealed()
        before = message._payload()["bank_account"]
        wizard, _row = self.correct(message, {"name": "Right", "mode": ""})
        wizard.action_reprocess()
        self.assertEqual(message._payload()["bank_account"], before, "sealed, and untouched")
        self.run_all()
        self.assertEqual(message.state, "done")
        self.assertEqual(message.record_ids.record_ref.ref, "DE89370400440532013000")

    def test_what_is_typed_anew_lies_nowhere_in_clear(self):
        message = self.sealed()
        wizard, row = self.correct(message, {"bank_account": "GB82WEST12345698765432", "mode": ""})
        self.assertNotIn("GB82WEST", row)
        with self.assertRaises(AccessError):
            wizard.read(["data_token"])
        wizard.action_reprocess()
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM construction_message WHERE id = %s", [message.id])
        self.assertNotIn("GB82WEST", str(self.env.cr.fetchall()))
        self.run_all()
        self.assertEqual(message.record_ids.record_ref.ref, "GB82WEST12345698765432")

    def test_the_contract_sees_the_value_behind_the_seal(self):
        message = self.sealed()
        wizard, _row = self.correct(message, {"bank_account": "X" * 35})
        with self.assertRaisesRegex(UserError, "/data/bank_account") as caught:
            wizard.action_reprocess()
        self.assertNotIn("XXX", str(caught.exception))
        forged = crypto.PREFIX + "made up"
        wizard, _row = self.correct(message, {"bank_account": forged, "mode": ""})
        wizard.action_reprocess()
        self.run_all()
        self.assertEqual(message.record_ids.record_ref.ref, forged, "nobody but the hub seals")

    # ---- what was opened earlier -------------------------------------------------------------

    def assertUnseen(self, press):
        with self.assertRaisesRegex(UserError, "Since you opened this"), self.env.cr.savepoint():
            press()

    def test_what_joined_a_work_item_is_not_ignored_with_it(self):
        first = self.stopped(subject="ONE")
        item = first.exception_id
        ignores = self.env["construction.exception.ignore"].with_user(self.users["buyer"])
        opened = ignores.create({"exception_id": item.id, "reason": "One is a test"})
        second = self.stopped(subject="TWO")
        second.sudo().exception_id = item
        self.env.flush_all()
        item.invalidate_recordset()
        self.assertUnseen(opened.action_ignore)
        self.assertEqual({first.state, second.state}, {"exception"})
        ignores.create({"exception_id": item.id, "reason": "Both are tests"}).action_ignore()
        self.assertEqual({first.state, second.state}, {"ignored"})

    def test_a_correction_of_what_another_corrected_is_not_written_over_it(self):
        message = self.stopped(subject="ONE")
        buyers = self.env["construction.message.correct"].with_user(self.users["buyer"])
        opened = buyers.create({"message_id": message.id, "reason": "Name"})
        data = json.loads(opened.data_text)
        message.with_user(self.users["cost_controller"])._correct({**data, "name": "Other"}, "Name")
        opened.data_text = json.dumps({**data, "name": "Mine"})
        self.assertUnseen(opened.action_reprocess)
        self.assertEqual(message._payload()["name"], "Other")

    def test_a_key_that_another_mapped_is_not_mapped_away(self):
        one, two, three = self.env["res.partner"].create([{"name": name} for name in "123"])
        walk = self.env["construction.crosswalk"]
        item = walk._bind(self.source, "supplier", {"K-1": one})
        manager = self.users["integration_manager"]
        vals = {"crosswalk_id": item.id, "res_id": three.id}
        opened = self.env["construction.crosswalk.remap"].with_user(manager).create(vals)
        walk._confirm(self.source, "supplier", "K-1", two)
        self.assertUnseen(opened.action_remap)
