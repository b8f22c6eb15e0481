# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestExceptions(HubCommon):
    def setUp(self):
        super().setUp()
        self.supplier = self.env["res.partner"].create({"name": "Known Supplier"})

    def missing(self, count=1):
        events = [self.note(f"M-{n}", supplier="SUP-9") for n in range(count)]
        messages = self.delivered(*events)
        self.run_all()
        return messages

    def test_one_item_for_one_cause(self):
        messages = self.missing(17)
        self.assertEqual(set(messages.mapped("state")), {"exception"})
        item = messages.exception_id
        self.assertEqual(len(item), 1)
        self.assertEqual(item.message_total, 17)
        self.assertIn("SUP-9", item.sentence)
        self.assertEqual(item.owner_id, self.source.owner_id)
        self.assertEqual(item.category, "mapping")
        self.assertEqual(item.fix_model, "res.partner")

    def test_owner_is_told_of_what_stays(self):
        item = self.missing().exception_id
        self.Message._cron_sweep()
        self.assertFalse(item.activity_ids, "what comes next may cure it")
        item.opened_at -= timedelta(minutes=1)
        self.Message._cron_sweep()
        self.Message._cron_sweep()
        self.assertEqual(item.activity_ids.user_id, item.owner_id)
        item.with_user(self.users["integration_manager"]).owner_id = self.users["buyer"]
        self.assertEqual(item.activity_ids.user_id, self.users["buyer"])
        item.action_replay()
        self.assertFalse(item.activity_ids)
        self.run_all()
        self.assertEqual((item.state, item.told_at), ("open", False), "open again, told again")

    def test_map_and_replay_by_a_buyer(self):
        messages = self.missing(3)
        item = messages.exception_id.with_user(self.users["buyer"])
        with self.assertRaises(UserError):
            item.action_map_and_replay()
        item.fix_res_id = self.supplier.id
        item.action_map_and_replay()
        self.assertEqual(item.state, "resolved")
        self.run_all()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(self.supplier.child_ids.mapped("name"), ["M-0", "M-1", "M-2"])
        mapping = self.env["construction.crosswalk"].search([("key", "=", "SUP-9")])
        self.assertEqual(mapping.confirmed_by_id, self.users["buyer"])
        self.assertEqual(mapping.origin, "person")
        self.assertIn(self.users["buyer"].name, messages[0].history_ids.mapped("note")[0])

    def test_mapping_that_arrives_releases_by_itself(self):
        messages = self.missing(2)
        item = messages.exception_id
        self.env["construction.crosswalk"]._bind(self.source, "supplier", {"SUP-9": self.supplier})
        self.Message._release_ready()
        self.run_all()
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(item.state, "resolved")
        self.assertFalse(item.activity_ids)

    def test_mapping_to_another_company_is_refused(self):
        item = self.missing().exception_id
        foreign = self.env["res.partner"].create({"name": "F", "company_id": self.other_company.id})
        item.fix_res_id = foreign.id
        with self.assertRaises(ValidationError):
            item.action_map_and_replay()
        self.assertEqual(item.state, "open")

    def test_cause_of_one_message_names_its_subject(self):
        self.delivered(self.note("ORDER-5", mode="variance"))
        self.run_all()
        item = self.Exception.search([("cause_key", "like", "ORDER-5")])
        self.assertEqual(item.sentence, "ORDER-5: Too dear.")

    def test_replay_that_does_not_cure_keeps_the_item(self):
        messages = self.missing(2)
        item = messages.exception_id
        item.action_replay()
        self.assertEqual(item.state, "resolved")
        self.assertTrue(item.resolution)
        self.run_all()
        self.assertEqual(messages.exception_id, item)
        self.assertEqual((item.state, item.resolution), ("open", False))

    def test_parked_message_resumes_once(self):
        message = self.delivered(self.note("P-1", mode="park"))
        self.run_all()
        partner = self.env["res.partner"].search([("name", "=", "P-1")])
        self.assertEqual(message.exception_id.record_ref, partner)
        self.assertEqual(message.state, "exception")
        resumed = self.Message._resume_for_records(partner)
        self.assertEqual(resumed, message)
        self.assertEqual(message.state, "received")

    def test_ignore_needs_a_reason(self):
        messages = self.missing(2)
        item = messages.exception_id.with_user(self.users["buyer"])
        with self.assertRaises(UserError):
            item._ignore(" ")
        wizard = (
            self.env["construction.exception.ignore"]
            .with_user(self.users["buyer"])
            .create({"exception_id": item.id, "reason": "Entered by hand"})
        )
        wizard.action_ignore()
        self.assertEqual(set(messages.mapped("state")), {"ignored"})
        self.assertEqual(item.state, "ignored")
        self.assertEqual(item.resolution, "Entered by hand")
        with self.assertRaises(UserError):
            messages.action_replay()

    def test_correct_and_reprocess(self):
        message = self.delivered(self.note("C-1", mode="variance", bank_account="SECRET"))
        self.run_all()
        original = message._payload()
        user = self.users["cost_controller"]
        wizard = (
            self.env["construction.message.correct"]
            .with_user(user)
            .create({"message_id": message.id, "reason": "Supplier called"})
        )
        data = json.loads(wizard.data_text)
        self.assertNotEqual(data["bank_account"], "SECRET")
        data.update(mode="", name="Corrected")
        wizard.data_text = json.dumps(data)
        wizard.action_reprocess()
        self.run_all()
        self.assertEqual(message.state, "done")
        partner = self.env["res.partner"].search([("name", "=", "Corrected")])
        self.assertEqual(partner.ref, "SECRET", "a masked value stands for the original one")
        self.assertIn('+  "name": "Corrected"', message.correction_diff)
        self.assertIn('-  "name": "C-1"', message.correction_diff)
        self.assertEqual(message.corrected_by_id, user)
        self.env.cr.execute("SELECT data FROM construction_message WHERE id = %s", [message.id])
        self.assertEqual(json.loads(self.env.cr.fetchone()[0])["name"], original["name"])

    def test_correction_must_keep_the_contract(self):
        message = self.delivered(self.note("C-1", mode="variance"))
        self.run_all()
        with self.assertRaises(UserError) as caught:
            message._correct({"name": ""}, "because")
        self.assertIn("/data/name", str(caught.exception))
        with self.assertRaises(UserError):
            message._correct({"name": "x"}, "")
        wizard = self.env["construction.message.correct"].create(
            {"message_id": message.id, "reason": "x", "data_text": '{"a": 1, "a": 2}'}
        )
        with self.assertRaises(UserError):
            wizard.action_reprocess()
        self.assertEqual(message.state, "exception")

    def second_version(self):
        self.delivered(self.note("V-1", event_id="V"))
        self.deliver(self.note("V-2", event_id="V"))
        self.run_all()
        return self.Message.search([("event_id", "=", "V"), ("holds_identity", "=", False)])

    def test_second_version_is_not_replayed(self):
        message = self.second_version()
        buyer = self.users["buyer"]
        self.assertEqual(message.first_version_id.state, "done")
        self.assertIn('-  "name": "V-1"', message.version_diff)
        self.assertIn('+  "name": "V-2"', message.version_diff)
        for record in (message, message.exception_id):
            with self.assertRaises(UserError):
                record.with_user(buyer).action_replay()
        self.Message._release_ready()
        self.run_all()
        self.assertEqual(message.state, "exception")
        message.with_user(buyer)._ignore("The first one was right")
        self.assertEqual(message.state, "ignored")

    def test_second_version_is_taken_over_by_decision(self):
        message = self.second_version()
        message.with_user(self.users["buyer"])._correct({"name": "V-3"}, "The second one is right")
        self.run_all()
        self.assertEqual(message.state, "done")
        self.assertTrue(self.env["res.partner"].search([("name", "=", "V-3")]))

    def test_done_is_done(self):
        message = self.delivered(self.note("D-1"))
        self.run_all()
        for call in (
            message.action_replay,
            lambda: message._correct({"name": "x"}, "r"),
            lambda: message._ignore("r"),
        ):
            with self.assertRaises(UserError):
                call()

    def test_only_resolvers_work_on_the_queue(self):
        message = self.missing()
        item = message.exception_id
        self.assertTrue(item.with_user(self.users["auditor"]).sentence)
        for role in ("auditor", "project_manager", "site_supervisor"):
            user = self.users[role]
            for call in (
                lambda u=user: item.with_user(u).action_replay(),
                lambda u=user: item.with_user(u).action_map_and_replay(),
                lambda u=user: item.with_user(u)._ignore("x"),
                lambda u=user: message.with_user(u).action_replay(),
                lambda u=user: message.with_user(u)._correct({"name": "x"}, "r"),
            ):
                with self.subTest(role), self.assertRaises(UserError):
                    call()
        self.assertEqual(item.state, "open")

    def test_fields_of_an_item_are_not_written_by_hand(self):
        item = self.missing().exception_id.with_user(self.users["integration_manager"])
        with self.assertRaises(AccessError):
            item.write({"state": "resolved"})
        with self.assertRaises(AccessError):
            item.copy()
        item.owner_id = self.users["buyer"]
        self.assertEqual(item.owner_id, self.users["buyer"])
