# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestOwnershipSuppliers(OwnershipCommon):
    """Terms and tax number are finance's, whoever sends them."""

    def set_up_once(self):
        super().set_up_once()
        terms = self.env["account.payment.term"]
        self.cash, self.month = terms.create([{"name": "Cash on Site"}, {"name": "A Month"}])
        self.other_controller = self.user_with("controller_2", "construction_base.group_cost_controller")
        self.partner = self.supplier()

    def terms(self, partner=None):
        return (partner or self.partner).with_company(self.company).property_supplier_payment_term_id

    def test_as_sent_when_it_is_made_and_confirmed_later(self):
        made = self.say("supplier", "S-9", self.master, payment_terms="A Month", tax_id="DE 1")
        partner = self.record(made, "res.partner")
        self.assertEqual((partner.vat, self.terms(partner)), ("DE 1", self.month))
        changed = {"payment_terms": "Cash on Site", "tax_id": "DE 2"}
        for source in (self.master, self.second):
            with self.subTest(source.name):
                message = self.say("supplier", "S-9", source, **changed)
                self.assertState(message, "done")
                self.assertEqual((partner.vat, self.terms(partner)), ("DE 1", self.month))
                item = self.proposal(partner)
                self.assertEqual(item.question, "owner:terms_tax")
                self.assertEqual(
                    self.shown(item),
                    {"Tax ID": ("DE 1", "DE 2"), "Vendor Payment Terms": ("A Month", "Cash on Site")},
                )
                self.assertNotIn("change_owner", [choice["code"] for choice in item.choices])
        self.assertEqual(item.owner_id, self.controller)
        with self.assertRaises(AccessError):
            self.decide(item, "take_once", self.manager)
        with self.assertRaisesRegex(AccessError, "Cost Controller"):
            item.with_user(self.manager).action_resolve()
        self.decide(item, "take_once", self.controller)
        self.assertEqual((partner.vat, self.terms(partner)), ("DE 2", self.cash))
        self.assertState(self.say("supplier", "S-9", self.master, **changed), "done")
        self.assertFalse(self.proposals(partner))

    def test_what_comes_together_is_parted(self):
        email = {"email": "new@example.com", "tax_id": "DE 3"}
        self.say("supplier", "S-1", self.master, name="Steel", **email)
        self.assertEqual((self.partner.name, self.partner.email), ("Steel", "new@example.com"))
        self.assertEqual((self.partner.vat, self.proposal(self.partner).question), (False, "owner:terms_tax"))
        self.say("supplier", "S-1", name="Iron", email="other@example.com", tax_id="DE 3")
        self.assertEqual((self.partner.name, self.partner.email), ("Steel", "new@example.com"))
        questions = self.proposals(self.partner).mapped("question")
        self.assertEqual(sorted(questions), ["owner:address", "owner:identity", "owner:terms_tax"])

    def test_who_corrected_it_does_not_confirm_it(self):
        message = self.say("supplier", "S-1", self.master, name="Supplier S-1", payment_terms="A Mnth")
        self.assertState(message, "exception", "mapping")
        data = {"supplier": "S-1", "name": "Supplier S-1", "payment_terms": "A Month"}
        message.with_user(self.controller)._correct(data, "a slip")
        self.run_all()
        item = self.proposal(self.partner)
        self.assertEqual(item.owner_id, self.other_controller)
        with self.assertRaises(UserError):
            self.decide(item, "take_once", self.controller)
        self.assertFalse(self.terms())
        self.decide(item, "take_once", self.other_controller)
        self.assertEqual(self.terms(), self.month)

    def by_hand(self, user, **vals):
        self.partner.with_user(user).write(vals)
        domain = [("cause_key", "=", f"terms_by_hand:{self.partner.id}"), ("state", "=", "open")]
        return self.env["construction.exception"].search(domain)

    def test_what_a_person_changes_another_one_confirms(self):
        clerk = self.user_with("clerk", "account.group_account_invoice,base.group_partner_manager")
        self.controller.group_ids += self.env.ref("base.group_partner_manager")
        item = self.by_hand(clerk, vat="DE 4", email="x@example.com")
        self.assertEqual(self.shown(item), {"Tax ID": ("", "DE 4")})
        self.assertEqual(item.owner_id, self.controller)
        # a second change joins the first, and who made it does not confirm it
        self.by_hand(self.controller, property_supplier_payment_term_id=self.cash.id)
        shown = {"Tax ID": ("", "DE 4"), "Vendor Payment Terms": ("", "Cash on Site")}
        self.assertEqual((self.shown(item), item.owner_id), (shown, self.other_controller))
        with self.assertRaises(UserError):
            item.with_user(self.controller).action_decide("confirm", "I know")
        for door in ("action_resolve", "action_replay", "action_ignore"):
            with self.subTest(door), self.assertRaisesRegex(AccessError, "Confirm: they hold"):
                getattr(item.with_user(self.controller), door)()
        self.assertEqual([c["code"] for c in item.choices], ["confirm", "put_back"])
        item.with_user(self.other_controller).action_decide("confirm", "I asked them")
        self.assertEqual((item.state, self.partner.vat), ("resolved", "DE 4"))
        # put back, it is no question
        item = self.by_hand(self.controller, vat="DE 5")
        self.assertEqual(item.owner_id, self.other_controller)
        self.assertFalse(self.by_hand(clerk, vat="DE 4"))
        self.assertFalse(self.by_hand(clerk, vat="DE 4", name="The Same"))

    def test_who_may_confirm_may_put_back(self):
        clerk = self.user_with("clerk", "account.group_account_invoice,base.group_partner_manager")
        plain = self.user_with("plain_controller", "construction_base.group_cost_controller")
        self.assertFalse(self.partner.with_user(plain).has_access("write"))
        self.partner.write({"vat": "DE 1"})
        with self.env.cr.savepoint() as undo:
            self.by_hand(clerk, vat="DE 2", property_supplier_payment_term_id=self.cash.id)
            item = self.by_hand(clerk, vat="DE 3")
            self.assertIn("put back what was there", item.sentence)
            with self.assertRaisesRegex(UserError, "Say why"):
                item.with_user(plain).action_decide("put_back")
            item.with_user(plain).action_decide("put_back", "they know nothing of it")
            self.assertEqual(
                (self.partner.vat, self.terms(), item.state), ("DE 1", self.cash.browse(), "resolved")
            )
            self.assertIn("they know nothing of it", self.partner.message_ids[0].body)
            self.assertFalse(item.construction_former)
            undo.rollback()
            self.env.invalidate_all()
        # what came in otherwise meanwhile is not written over
        item = self.by_hand(clerk, vat="DE 3")
        self.partner.vat = "DE 4"
        with self.assertRaisesRegex(UserError, "has changed again"):
            item.with_user(plain).action_decide("put_back", "no")
        for user in (clerk, self.user_with("plain_buyer", "construction_base.group_buyer")):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                item.with_user(user).action_decide("put_back", "mine")

    def test_the_record_says_whose_it_is(self):
        for record, words in ((self.partner, "T_Master"), (self.job, "T_Master")):
            self.assertEqual(record.with_user(self.manager).construction_owner_text, words)
        contact = self.env["res.partner"].create({"name": "By Hand"})
        self.assertFalse(contact.construction_owner_text)
        self.rules._say(
            self.company, "job", self.job, self.second, "They close", self.manager, group="status"
        )
        self.job.invalidate_recordset()
        self.assertEqual(self.job.construction_owner_text, "T_Master, T_Field")
        action = self.job.with_user(self.manager).action_construction_owners()
        found = self.rules.with_user(self.manager).search(action["domain"])
        self.assertEqual(sorted(found.mapped("origin")), ["made", "said"])
