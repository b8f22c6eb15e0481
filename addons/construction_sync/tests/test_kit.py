# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.tests import tagged

from odoo.addons.construction_base.tests.fakes import fake_models

from .common import HANDLER, NOTE, SCHEMA, EventCommon

GROUP = "base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestKit(EventCommon):
    """The words of the guide, as an addon on the hub alone speaks them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_handler import FakeNoteHandler

        cls.enterClassContext(fake_models(cls.env, FakeNoteHandler))
        vals = {"name": NOTE, "version": 1, "handler_model": HANDLER, "schema_text": json.dumps(SCHEMA)}
        cls.kind = cls.env["construction.event.type"].create(vals)

    def set_up_once(self):
        super().set_up_once()
        self.source = self.make_source("notes", types=self.kind)

    def test_a_source_is_live_and_has_what_it_needs(self):
        self.assertEqual((self.source.state, self.source.event_type_ids), ("live", self.kind))
        self.assertTrue(self.secrets["notes"])
        self.assertTrue(self.source.user_id.has_group(GROUP))
        other = self.make_source("others", authorities=self.source)
        self.assertIn(self.kind, other.event_type_ids, "all that are installed")
        self.assertEqual((other.owner_id, other.authority_ids), (self.owner, self.source))
        far = self.make_source("far", company=self.other_company)
        self.assertEqual(far.owner_id.company_ids, self.other_company)

    def test_what_is_sent_is_handled_with_the_rights_of_its_type(self):
        message = self.send(self.source, NOTE, "N-1", {"name": "N-1"})
        self.assertState(message, "done")
        partner = self.record(message, "res.partner")
        self.assertEqual((partner.name, partner.create_uid), ("N-1", self.service_of(GROUP)))
        self.assertTrue(message.delivery_id)

    def test_several_are_taken_in_and_then_handled(self):
        late = self.receive(self.source, NOTE, "N-2", {"name": "N-2", "after": "N-1"})
        self.run_all()
        self.assertState(late, "waiting")
        first = self.receive(
            self.source, NOTE, "N-1", {"name": "N-1"}, time="2026-03-01T08:00:00Z", sequence="7"
        )
        self.assertEqual((first.state, first.sequence, first.occurred_at.day), ("received", 7, 1))
        self.run_all()
        self.assertEqual((first | late).mapped("state"), ["done", "done"])

    def test_the_same_again_is_the_same_message(self):
        first = self.receive(self.source, NOTE, "N-1", {"name": "N-1"}, event_id="same")
        self.assertEqual(self.receive(self.source, NOTE, "N-1", {"name": "N-1"}, event_id="same"), first)

    def test_what_is_wrong_fails_the_test(self):
        with self.assertRaisesRegex(AssertionError, "lacks name"):
            self.receive(self.source, NOTE, "N-1", {})
        message = self.send(self.source, NOTE, "N-1", {"name": "N-1", "supplier": "S-9"})
        self.assertState(message, "exception", "mapping")
        with self.assertRaisesRegex(AssertionError, "S-9"):
            self.assertState(message, "done")
        with self.assertRaises(AssertionError):
            self.assertState(message, "exception", "variance")

    def test_what_the_door_rejects(self):
        faults = self.faults(self.source, NOTE, "N-1", {"name": "", "amount": []})
        self.assertEqual(set(faults), {"/data/name", "/data/amount"})
        self.assertEqual(faults["/data/name"], "must have at least 1 characters")
        self.assertFalse(self.faults(self.source, NOTE, "N-1", {"name": "N-1"}))
        self.assertFalse(self.env["construction.message"].search([("source_id", "=", self.source.id)]))

    def test_a_message_is_corrected(self):
        message = self.send(self.source, NOTE, "N-1", {"name": "N-1", "supplier": "S-9"})
        self.correct(message, supplier=None, name="N-2")
        self.assertState(message, "done")
        self.assertEqual(self.record(message, "res.partner").name, "N-2")
        self.assertIn("Says the test", " ".join(message.history_ids.mapped("note")))

    def test_a_key_is_mapped(self):
        message = self.send(self.source, NOTE, "N-1", {"name": "N-1", "supplier": "S-9"})
        item = message.exception_id
        self.map_to(message, self.env["res.partner"].create({"name": "Sand & Co"}))
        self.assertState(message, "done")
        self.assertEqual((item.state, item.resolved_by_id), ("resolved", self.owner))
        later = self.send(self.source, NOTE, "N-2", {"name": "N-2", "supplier": "S-9"})
        self.assertState(later, "done")

    def test_a_message_is_ignored(self):
        message = self.send(self.source, NOTE, "N-1", {"name": "N-1", "supplier": "S-9"})
        item = message.exception_id
        self.ignore(message)
        self.assertState(message, "ignored")
        self.assertEqual((item.state, item.resolution), ("ignored", "Says the test"))

    def test_a_person_works_in_one_company(self):
        buyer = self.user_with("far_buyer", "construction_base.group_buyer", self.other_company)
        self.assertEqual((buyer.name, buyer.company_ids), ("Far Buyer", self.other_company))
        self.assertTrue(buyer.has_group("construction_base.group_buyer"))
