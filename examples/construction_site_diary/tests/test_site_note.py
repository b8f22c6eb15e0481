# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from odoo.addons.construction_master_sync.tests.common import MasterCommon

MODEL, KIND = "construction.site.note", "site.note.written"


@tagged("post_install", "-at_install")
class TestSiteNote(MasterCommon):
    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def say(self, key="N-1", **data):
        """The field system tells of one. :return: the message"""
        data = {"note": key, "job": "J-1", "happened_at": "2026-03-02", "description": "As seen", **data}
        return self.send(self.field, KIND, key, data)

    def test_it_is_a_record_of_its_job(self):
        message = self.say(reported_by="Ana")
        self.assertState(message, "done")
        record = self.record(message, MODEL)
        self.assertRecordValues(
            record,
            [{"name": "N-1", "job_id": self.job.id, "description": "As seen", "reported_by": "Ana"}],
        )
        self.assertEqual(str(record.date), "2026-03-02")

    def test_it_comes_again(self):
        record = self.record(self.say(), MODEL)
        self.assertState(self.say(), "done")
        self.assertEqual(self.env[MODEL].search([("job_id", "=", self.job.id)]), record)
        self.assertState(self.say(description="Otherwise", revision=1), "done")
        self.assertEqual((record.description, record.construction_revision), ("Otherwise", 1))

    def test_other_content_is_a_person_s_to_decide(self):
        record = self.record(self.say(), MODEL)
        message = self.say(description="Otherwise")
        self.assertState(message, "exception")
        self.assertIn("N-1", message.exception_id.sentence)
        self.assertEqual(record.description, "As seen")
        message.exception_id.with_user(self.owner).action_decide("replace", "The second one is right")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(record.description, "Otherwise")

    def test_an_unknown_job_stops_it_until_it_comes(self):
        message = self.say(job="J-2")
        self.assertState(message, "exception", "mapping")
        self.send(
            self.master, "master.job.upserted", "J-2", {"job": "J-2", "name": "Mole", "status": "active"}
        )
        self.assertState(message, "done")

    def test_a_person_says_which_job_it_is(self):
        message = self.say(job="J-9")
        self.map_to(message, self.job)
        self.assertState(message, "done")
        message = self.say("N-2", job="J-8")
        self.correct(message, job="J-1")
        self.assertEqual(self.record(message, MODEL).job_id, self.job)
        message = self.say("N-3", job="J-7")
        self.ignore(message)
        self.assertState(message, "ignored")
        self.assertFalse(self.record(message, MODEL))

    def test_what_its_contract_rejects(self):
        data = {"note": "N-1", "job": "J-1", "happened_at": "yesterday"}
        self.assertEqual(list(self.faults(self.field, KIND, "N-1", data)), ["/data/happened_at"])
        self.assertEqual(self.faults(self.field, KIND, "N-1", {**data, "happened_at": "2026-03-02"}), {})

    def test_several_at_once(self):
        messages = [
            self.receive(self.field, KIND, key, {"note": key, "job": "J-1", "happened_at": "2026-03-02"})
            for key in ("N-1", "N-2", "N-3")
        ]
        self.run_all()
        self.assertEqual([message.state for message in messages], ["done"] * 3)
        self.assertEqual(self.env[MODEL].search_count([("job_id", "=", self.job.id)]), 3)

    def test_who_may(self):
        record = self.record(self.say(), MODEL)
        other = self.user_with("supervisor", "construction_base.group_site_supervisor")
        self.assertFalse(self.env[MODEL].with_user(other).search([]))
        self.job.job_member_ids = other
        self.assertEqual(self.env[MODEL].with_user(other).search([]), record)
        for role in ("site_supervisor", "buyer", "project_manager", "cost_controller", "auditor"):
            user = self.user_with(f"u_{role}", f"construction_base.group_{role}")
            with self.subTest(role):
                records = self.env[MODEL].with_user(user)
                self.assertTrue(records.has_access("read"))
                self.assertFalse(any(map(records.has_access, ("write", "create", "unlink"))))
        company = self.env["res.company"].create({"name": "Elsewhere"})
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        self.assertTrue(self.env[MODEL].with_user(buyer).search([]))
        buyer.sudo().write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        elsewhere = self.env[MODEL].with_user(buyer).with_context(allowed_company_ids=company.ids)
        self.assertFalse(elsewhere.search([]))
