# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.construction_master_sync.tests.common import ThreeSystemsMixin

from .common import OwnershipCommon

ACCOUNT, OTHER = "GB29NWBK60161331926819", "NL91ABNA0417164300"


@tagged("post_install", "-at_install")
class TestOwnershipSuppliers(ThreeSystemsMixin, OwnershipCommon):
    """A supplier's bank account and compliance documents: whose they are, whoever sends them."""

    def bring(self, account, source=None):
        self.say("supplier", "S-1", source or self.master, name="Supplier S-1", bank_account=account)
        item = self.proposals(self.partner).filtered(lambda item: item.question == "owner:bank")
        self.assertEqual(len(item), 1)
        return item

    def test_bank_details(self):
        for answer, accounts in (("keep", 1), ("take_once", 2)):
            for source in (self.master, self.second):
                with self.subTest(answer=answer, source=source.code), self.env.cr.savepoint() as undo:
                    item = self.bring(ACCOUNT, source)
                    self.assertEqual(self.bring(OTHER, source), item, "one item, of the newest")
                    self.assertEqual(self.shown(item), {"Bank Account": ("•••• 3000", "•••• 4300")})
                    self.assertTrue(self.partner.construction_bank_hold)
                    self.assertEqual(len(self.partner.bank_ids), 1)
                    # what does not speak of it leaves the question
                    self.say("supplier", "S-1", source, name="Supplier S-1")
                    self.assertEqual(item.state, "open")
                    self.decide(item, answer, self.controller)
                    self.assertFalse(self.partner.construction_bank_hold)
                    self.assertEqual(len(self.partner.bank_ids), accounts)
                    self.assertFalse(any(self.partner.bank_ids.mapped("allow_out_payment")))
                    self.say("supplier", "S-1", source, name="Supplier S-1", bank_account=OTHER)
                    self.assertFalse(self.partner.construction_bank_hold, "answered already")
                    undo.rollback()
                    self.env.invalidate_all()

    def test_bank_details_confirmed_on_the_supplier(self):
        item = self.bring(ACCOUNT)
        self.partner.with_user(self.controller).action_construction_confirm_bank()
        self.run_all()
        self.assertEqual((item.state, len(self.partner.bank_ids)), ("resolved", 2))
        self.assertFalse(self.partner.construction_bank_hold)

    def test_a_second_list_of_documents_drops_none_of_the_first(self):
        def documents(number, expires="2030-01-31"):
            return [{"kind": "Insurance", "number": number, "expires": expires}]

        self.say("supplier", "S-1", self.master, name="Supplier S-1", compliance=documents("A-1"))
        known = self.partner.construction_compliance_ids
        self.assertEqual(known.number, "A-1")
        self.say("supplier", "S-1", name="Supplier S-1", compliance=documents("B-1"))
        self.assertEqual(self.partner.construction_compliance_ids, known)
        item = self.proposal(self.partner)
        self.assertEqual(
            self.shown(item),
            {"Insurance B-1": ("", "2030-01-31"), "Insurance A-1": ("2030-01-31", "not listed")},
        )
        self.decide(item, "change_owner")
        self.assertEqual(self.partner.construction_compliance_ids.number, "B-1")
        self.say("supplier", "S-1", name="Supplier S-1", compliance=documents("B-1", "2031-01-31"))
        self.assertEqual(str(self.partner.construction_compliance_ids.expires), "2031-01-31")

    def test_an_answer_to_one_system_leaves_the_others(self):
        self.tell(bank_account=ACCOUNT)
        self.tell(self.suppliers, bank_account=OTHER)
        item = self.open_item("bank")
        codes = [choice["code"] for choice in item.choices]
        self.assertNotIn("take_once", codes)
        with self.assertRaisesRegex(UserError, "Several systems"):
            self.partner.with_user(self.controller).action_construction_confirm_bank()
        self.decide(item, f"keep:{self.suppliers.id}", self.controller)
        self.assertEqual(
            (item.state, self.shown(item)), ("open", {"Bank Account": ("•••• 3000", "•••• 6819")})
        )
        self.assertTrue(self.partner.construction_bank_hold)
        self.decide(item, "take_once", self.controller)
        self.assertEqual((item.state, self.partner.bank_ids[-1:].acc_number), ("resolved", ACCOUNT))
        self.assertFalse(self.partner.construction_bank_hold)

    def test_the_owner_lists_other_documents(self):
        def documents(expires):
            return [{"kind": "Insurance", "number": "A-1", "expires": expires}]

        self.tell(compliance=documents("2030-01-31"))
        item = self.open_item("status")
        self.tell(self.master, compliance=documents("2032-01-31"))
        self.assertEqual(self.shown(item), {"Insurance A-1": ("2032-01-31", "2030-01-31")})
        with self.assertRaisesRegex(UserError, "send it again"):
            self.decide(item, "take_once")
        self.tell(self.master, compliance=documents("2030-01-31"))
        self.assertEqual(item.state, "resolved")

    def test_an_answer_touches_its_own_group_only(self):
        self.tell(name="Two", tax_id="TWO", bank_account=ACCOUNT)
        others = self.open_item("terms_tax") | self.open_item("bank")
        item = self.open_item("identity")
        item.with_user(self.manager).action_decide("take_once", "Asked")
        self.assertEqual(set(others.mapped("state")), {"open"})
        self.run_all()
        self.assertEqual(self.partner.name, "Two")
        self.assertEqual(set(others.mapped("state")), {"open"})
        self.assertFalse(any(others.mapped("resolved_by_id")))

    def test_changed_bank_details_hold_payment(self):
        partner = self.env["res.partner"].search([("construction_external_key", "=", "S-1")])
        self.assertFalse(partner.construction_bank_hold)
        self.assertFalse(partner.bank_ids.allow_out_payment)
        self.send(
            self.master,
            "master.supplier.upserted",
            "S-1",
            {"supplier": "S-1", "name": "Supplier S-1", "bank_account": "GB29NWBK60161331926819"},
            time="2026-03-03T08:00:00Z",
        )
        self.assertTrue(partner.construction_bank_hold)
        # it is an account of the supplier once a person has confirmed it
        self.assertEqual(len(partner.bank_ids), 1)
