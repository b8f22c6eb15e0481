# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import OwnershipCommon, ThreeSystemsMixin


@tagged("post_install", "-at_install")
class TestOwnershipProposals(ThreeSystemsMixin, OwnershipCommon):
    """What several systems propose of one record: each field of each of them stays until it is answered."""

    def set_up_once(self):
        super().set_up_once()
        terms = self.env["account.payment.term"]
        self.cash, self.month = terms.create([{"name": "Cash on Site"}, {"name": "A Month"}])

    def terms(self):
        return self.partner.with_company(self.company).property_supplier_payment_term_id

    def test_two_systems_speak_of_two_fields(self):
        self.tell(tax_id="TWO")
        self.tell(self.suppliers, payment_terms="Cash on Site")
        item = self.open_item("terms_tax")
        shown = {"Tax ID": ("", "TWO"), "Vendor Payment Terms": ("", "Cash on Site")}
        self.assertEqual(self.shown(item), shown)
        # what leaves a field out withdraws nothing
        self.tell()
        self.assertEqual((item.state, self.shown(item)), ("open", shown))
        self.decide(item, "take_once", self.controller)
        self.assertEqual((self.partner.vat, self.terms()), ("TWO", self.cash))
        self.assertFalse(self.proposals(self.partner))

    def test_only_what_stands_of_an_older_event_is_taken_over(self):
        self.tell(tax_id="TWO", payment_terms="Cash on Site")
        self.tell(payment_terms="A Month")
        self.decide(self.open_item("terms_tax"), "take_once", self.controller)
        self.assertEqual((self.partner.vat, self.terms()), ("TWO", self.month))

    def test_the_owner_says_something_newer(self):
        self.tell(name="Two")
        item = self.open_item("identity")
        self.say("supplier", "S-1", self.master, name="Newest")
        self.assertEqual(self.shown(item), {"Name": ("Newest", "Two")})
        with self.assertRaisesRegex(UserError, "was changed to Newest since T_Field said Two"):
            self.decide(item, "take_once")
        self.assertEqual(self.partner.name, "Newest")
        # said anew it may be taken over
        self.tell(name="Two")
        self.decide(item, "take_once")
        self.assertEqual((self.partner.name, item.state), ("Two", "resolved"))

    def test_the_owner_says_what_is_proposed(self):
        self.tell(name="Same")
        item = self.open_item("identity")
        self.say("supplier", "S-1", self.master, name="Same")
        self.assertEqual(item.state, "resolved")

    def test_a_person_writes_meanwhile(self):
        self.tell(name="Two")
        item = self.open_item("identity")
        self.partner.name = "By Hand"
        self.assertEqual(self.shown(item), {"Name": ("By Hand", "Two")})
        with self.assertRaisesRegex(UserError, "was changed to By Hand"):
            self.decide(item, "take_once")
        self.partner.name = "Two"
        self.assertEqual(item.state, "resolved")

    def test_an_answer_on_an_archived_record_is_refused(self):
        code = self.code()
        self.tell(name="Older", tax_id="TWO")
        self.say("cost_code", "03 30 00", name="Older")
        asked = [
            (self.partner, self.open_item("terms_tax"), "take_once", self.controller),
            (self.partner, self.open_item("identity"), "take_once", self.manager),
            (code, self.proposal(code), "change_owner", self.manager),
        ]
        for record, item, answer, user in asked:
            record.active = False
            with self.subTest(item.question), self.assertRaisesRegex(UserError, "Bring it back first"):
                self.decide(item, answer, user)
            self.assertEqual(item.state, "open")
            record.active = True
        self.assertFalse(self.rules.search([("res_id", "=", code.id), ("origin", "=", "said")]))
        for _record, item, answer, user in asked:
            self.decide(item, answer, user)
            self.assertEqual(item.state, "resolved")
        self.assertEqual((self.partner.vat, self.partner.name, code.name), ("TWO", "Older", "Older"))

    def test_an_answer_is_written_once(self):
        message = self.tell(name="Two", tax_id="TWO")
        self.decide(self.open_item("terms_tax"), "take_once", self.controller)
        item = self.open_item("identity")
        self.partner.vat = "NEWER"
        self.decide(item, "take_once")
        self.assertEqual((self.partner.name, self.partner.vat), ("Two", "NEWER"))
        # nor when its message goes round again
        message._requeue("again")
        self.run_all()
        self.assertEqual((self.partner.name, self.partner.vat), ("Two", "NEWER"))
        self.assertEqual(self.shown(self.open_item("terms_tax")), {"Tax ID": ("NEWER", "TWO")})

    def test_an_answer_leaves_what_the_same_event_wrote(self):
        self.say("supplier", "S-1", self.master, name="Sent", tax_id="TWO")
        self.partner.name = "By Hand"
        self.decide(self.open_item("terms_tax"), "take_once", self.controller)
        self.assertEqual((self.partner.name, self.partner.vat), ("By Hand", "TWO"))

    def test_a_new_owner_leaves_what_a_person_wrote_since(self):
        self.tell(name="Two")
        item = self.open_item("identity")
        self.partner.name = "By Hand"
        self.decide(item, "change_owner")
        self.assertEqual((item.state, self.partner.name), ("resolved", "By Hand"))
        self.tell(name="Two B")
        self.assertEqual(self.partner.name, "Two B")

    def test_what_a_person_writes_beside_plain_fields(self):
        self.say("job", "J-1", name="Harbour", customer="Two", address="9 Ninth")
        customer, site = self.env["res.partner"].create([{"name": "Chosen"}, {"name": "Site"}])
        for group, names in (("identity", {"partner_id": customer}), ("address", {"site_address_id": site})):
            item = self.proposals(self.job).filtered(lambda item, q=f"owner:{group}": item.question == q)
            with self.subTest(group):
                for name, record in names.items():
                    self.job[name] = record
                with self.assertRaisesRegex(UserError, "was changed to|since T_Field"):
                    self.decide(item, "take_once")
        self.assertEqual((self.job.partner_id, self.job.site_address_id), (customer, site))

    def test_a_customer_that_the_owner_changes(self):
        for name in ("A", "B", "A"):
            self.say("job", "J-1", self.master, name="Harbour", customer=name)
            self.assertEqual(self.job.partner_id.name, name)
        # a person chose somebody there
        contact = self.env["res.partner"].create({"name": "Bob", "parent_id": self.job.partner_id.id})
        self.job.partner_id = contact
        self.say("job", "J-1", self.master, name="Harbour", customer="A")
        self.assertEqual(self.job.partner_id, contact)
        self.say("job", "J-1", name="Harbour", customer="Two")
        self.assertEqual(self.shown(self.proposal(self.job)), {"Customer": ("A, Bob", "Two")})
        self.decide(self.proposal(self.job), "take_once")
        self.assertEqual(self.job.partner_id.name, "Two")

    def test_a_foreign_unit_stops_nothing(self):
        product = self.item("BOLT")
        message = self.say("item", "BOLT", name="Nut", uom="kg")
        self.assertState(message, "done")
        self.assertIn("kg", message.history_ids.sorted("id")[-1:].note)
        item = self.proposal(product)
        self.assertIn("Nut", self.shown(item)["Name"])
        self.assertIn("kg: left aside", self.shown(item)["Unit"][1])
        self.decide(item, "take_once")
        self.assertEqual((product.name, product.uom_id.name), ("Nut", "Units"))
        self.assertState(self.say("item", "BOLT", name="Nut", uom="kg"), "done")
        self.assertFalse(self.proposals(product))
        self.assertState(self.say("item", "BOLT", self.master, uom="kg"), "exception", "data")

    def test_the_record_goes_while_it_is_asked(self):
        partner = self.record(self.say("supplier", "S-8", self.master), "res.partner")
        self.known("supplier", "S-8", partner)
        message = self.say("supplier", "S-8", name="Two")
        item = self.proposal(partner)
        partner.unlink()
        self.assertEqual(item.state, "resolved")
        self.assertIn("was deleted by", item.resolution)
        self.assertState(message, "done")
        # the next event of its system makes it anew
        again = self.record(self.say("supplier", "S-8", self.master), "res.partner")
        self.assertEqual(again.name, "supplier S-8")

    def test_replay_asks_anew(self):
        message = self.tell(name="Two")
        item = self.open_item("identity")
        item.with_user(self.manager).action_replay()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual((self.open_item("identity"), item.raised_by_ids), (item, message))
