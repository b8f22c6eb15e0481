# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from unittest.mock import patch

from odoo import models
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.construction_master_sync.tests.common import LATER

from .test_paid_to import OWN, SECOND, PaidToCommon

# of nobody, and as SECOND ends
THIRD, ALIKE = "NL91ABNA0417164300", "DE02120300000000200189"


@tagged("post_install", "-at_install")
class TestAccountsAsked(PaidToCommon):
    """To which account a bill asks to be paid, and who is told."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2")
        self.reader = self.user_with("reader", "account.group_account_readonly")

    def too_early(self, account, **kwargs):
        """A bill of an order of which nothing came so far."""
        self.send_invoice("A-3", "PO-2", bank_account=account, **kwargs)
        bill = self.bill("A-3").filtered(lambda move: move.state != "cancel")
        self.assertIn("quantity", self.rules(bill))
        return bill

    def goods_come(self):
        self.send_delivery("R-2", "PO-2")
        self.run_all()

    def other_details_come(self, account):
        data = {"supplier": "S-1", "name": "Supplier S-1", "bank_account": account}
        self.send(self.master, "master.supplier.upserted", "S-1", data, time=LATER)
        self.assertTrue(self.supplier.construction_bank_hold)

    def test_the_accounts_of_a_supplier_are_read_once_a_batch(self):
        accounts = type(self.env["res.partner.bank"])
        read = []
        search = accounts.search

        def counted(records, domain, *args, **kwargs):
            if "partner_id.commercial_partner_id" in str(domain):
                read.append(domain)
            return search(records, domain, *args, **kwargs)

        for number, quantity in (("B-1", "10"), ("B-2", "11"), ("B-3", "12")):
            data = self.invoice_data(
                number, lines=[self.invoice_line(quantity=quantity)], bank_account=SECOND
            )
            self.receive(self.suppliers, "procurement.invoice.received", number, data)
        with patch.object(accounts, "search", counted):
            self.run_all()
        bills = self.env["account.move"].search([("ref", "in", ["B-1", "B-2", "B-3"])])
        self.assertEqual(bills.mapped("state"), ["posted"] * 3)
        self.assertEqual(bills.partner_bank_id, self.second)
        self.assertEqual(len(read), 1)

    def test_what_was_said_last_of_the_account_decides(self):
        for said in (OWN, None):
            with self.subTest(said=said), self.env.cr.savepoint() as undo:
                bill = self.too_early(THIRD)
                self.assertEqual(set(self.rules(bill)), {"quantity", "bank"})
                bill = self.too_early(said, revision=1)
                self.assertEqual(self.rules(bill), ["quantity"])
                self.goods_come()
                self.assertEqual((self.rules(bill), bill.state), ([], "posted"))
                undo.rollback()
                self.env.invalidate_all()

    def test_a_bill_from_before_asks_when_it_goes_on(self):
        bill = self.too_early(SECOND)
        bill.write({"construction_asked_bank_id": False, "construction_asked_mark": False})
        bill.partner_bank_id = self.own
        self.goods_come()
        self.assertEqual(bill.construction_asked_bank_id, self.second)
        self.assertEqual((bill.partner_bank_id, bill.state), (self.second, "posted"))

    def test_the_hold_names_the_account(self):
        bill = self.too_early(THIRD)
        hold = bill.construction_hold_ids.filtered(lambda hold: hold.rule == "bank")
        self.assertIn("•••• 4300, which Supplier S-1 did not have before", hold.name)
        self.assertNotIn(THIRD[:-4], f"{hold.name} {hold.figures}")
        self.other_details_come("DE02120300000000202051")
        bill.with_user(self.payable).action_post()
        self.assertRegex(hold.name, "have changed and are not confirmed. The bill asks .* •••• 4300")

    def test_accounts_with_the_same_last_digits_are_told_apart(self):
        bill = self.too_early(ALIKE)
        hold = bill.construction_hold_ids.filtered(lambda hold: hold.rule == "bank")
        self.assertIn("•••• 0189 (another account with the same last digits)", hold.name)
        alike = self.env["res.partner.bank"].create({"partner_id": self.till.id, "acc_number": ALIKE})
        self.send_invoice("A-1", lines=[self.invoice_line(quantity="10")], bank_account=SECOND)
        bill = self.bill("A-1")
        pattern = r"account (.*0189.*), and this payment goes to (.*0189.*): pay"
        refused = self.wizard(bill, partner_bank_id=alike.id)
        with self.assertRaisesRegex(ValidationError, pattern) as caught, self.env.cr.savepoint():
            refused._create_payments()
        asked, there = re.search(pattern, str(caught.exception)).groups()
        self.assertNotEqual(asked, there)
        with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
            bill.with_user(self.payable).partner_bank_id = alike
        self.assertIn("the same last digits", str(caught.exception))
        alike.bank_id = self.env["res.bank"].create({"name": "Harbour Bank", "bic": "HARBUS33"})
        with self.assertRaises(AccessError) as caught, self.env.cr.savepoint():
            bill.with_user(self.payable).partner_bank_id = alike
        self.assertIn("•••• 0189 HARBUS33 Till", str(caught.exception))

    def test_the_bill_shows_what_it_asks_for_where_that_is_not_plain(self):
        self.send_invoice("A-1", lines=[self.invoice_line(quantity="10")], bank_account=SECOND)
        bill = self.bill("A-1")
        self.assertFalse(bill.with_user(self.payable).construction_shows_asked)
        models.BaseModel.write(bill, {"partner_bank_id": self.own.id})
        bill.invalidate_recordset()
        self.assertTrue(bill.with_user(self.payable).construction_shows_asked)
        held = self.too_early(SECOND)
        self.assertFalse(held.construction_shows_asked)
        self.other_details_come(THIRD)
        held.with_user(self.payable).action_post()
        self.assertIn("bank", self.rules(held))
        self.assertTrue(held.with_user(self.payable).construction_shows_asked)
        for user, shown in ((self.payable, True), (self.controller, True), (self.reader, False)):
            arch = held.with_user(user).get_view(view_type="form")["arch"]
            self.assertEqual('name="construction_asked_bank_id"' in arch, shown)
