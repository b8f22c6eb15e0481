# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import closing, contextmanager

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, Command, api
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_paid_to import OWN, SECOND, PaidToCommon

THIRD = "NL91ABNA0417164300"


@tagged("post_install", "-at_install")
class TestAccountsAtOnce(TransactionCase):
    """Two connections change or confirm the accounts of one supplier: the later one is tried again."""

    @classmethod
    def setUpClass(cls):
        # after all connections of the class are closed
        cls.addClassCleanup(cls._forget)
        super().setUpClass()
        with closing(cls.registry.cursor()) as made:
            env = api.Environment(made, SUPERUSER_ID, {})
            rights = {
                "at_once_buyer": "base.group_partner_manager,construction_base.group_buyer",
                "at_once_controller": "construction_base.group_cost_controller",
            }
            users = [new_test_user(env, login=login, groups=groups) for login, groups in rights.items()]
            cls.buyer_id, cls.controller_id = (user.id for user in users)
            supplier = env["res.partner"].create({"name": "At Once", "is_company": True, "supplier_rank": 1})
            env["res.partner.bank"].create({"partner_id": supplier.id, "acc_number": OWN})
            cls.supplier_id = supplier.id
            cls.partner_ids = (supplier | users[0].partner_id | users[1].partner_id).ids
            made.commit()

    @classmethod
    def _forget(cls):
        users, partners = (cls.buyer_id, cls.controller_id), tuple(cls.partner_ids)
        cause = f"bank_by_hand:{cls.supplier_id}"
        with closing(cls.registry.cursor()) as made:
            # evidence is kept, but for what a test made
            made.execute("ALTER TABLE construction_exception DISABLE TRIGGER USER")
            made.execute("DELETE FROM construction_exception WHERE cause_key = %s", [cause])
            made.execute("ALTER TABLE construction_exception ENABLE TRIGGER USER")
            made.execute("DELETE FROM res_partner_bank WHERE partner_id IN %s", [partners])
            made.execute("DELETE FROM res_users WHERE id IN %s", [users])
            made.execute("DELETE FROM res_partner WHERE id IN %s", [partners])
            made.commit()

    @contextmanager
    def connection(self):
        """A connection that has begun to look, so that it sees nothing of what comes."""
        with closing(self.registry.cursor()) as cr:
            cr.execute("SELECT count(*) FROM res_partner")
            yield cr
            cr.rollback()

    def supplier(self, cr, user_id):
        return api.Environment(cr, user_id, {})["res.partner"].browse(self.supplier_id)

    def add(self, cr, number):
        supplier = self.supplier(cr, self.buyer_id)
        supplier.env["res.partner.bank"].create({"partner_id": supplier.id, "acc_number": number})
        supplier.env.flush_all()

    def confirm(self, cr):
        supplier = self.supplier(cr, self.controller_id)
        supplier.action_construction_confirm_bank()
        supplier.env.flush_all()

    def assertLater(self, cr, do):
        """It fails as what Odoo tries again by itself."""
        try:
            with mute_logger("odoo.sql_db"):
                do(cr)
        except (SerializationFailure, UniqueViolation):
            cr.rollback()
        else:
            self.fail("Both were taken for granted.")

    def assertAsked(self, *numbers):
        with self.connection() as cr:
            supplier = self.supplier(cr, SUPERUSER_ID)
            self.assertTrue(supplier.construction_bank_hold)
            [item] = supplier._construction_bank_questions()
            for number in numbers:
                self.assertIn(number[-4:], item.comparison[0][2])

    def test_one_after_the_other(self):
        with self.connection() as first, self.connection() as second:
            self.add(first, SECOND)
            first.commit()
            self.assertLater(second, lambda cr: self.add(cr, THIRD))
            self.add(second, THIRD)
            second.commit()
        self.assertAsked(SECOND, THIRD)
        with self.connection() as first, self.connection() as second:
            self.add(first, "DE02120300000000202051")
            first.commit()
            self.assertLater(second, self.confirm)
        self.assertAsked("2051")
        with self.connection() as first, self.connection() as second:
            self.confirm(first)
            first.commit()
            self.assertLater(second, lambda cr: self.add(cr, "FR1420041010050500013M02606"))
            self.supplier(second, SUPERUSER_ID)._construction_check_bank()
            self.add(second, "FR1420041010050500013M02606")
            second.commit()
        self.assertAsked("2606")


@tagged("post_install", "-at_install")
class TestAccountsShared(PaidToCommon):
    """A supplier of two companies has one set of accounts: what is asked about in one holds in both."""

    def set_up_once(self):
        super().set_up_once()
        self.supplier.company_id = False
        company = self._create_company(name="There")
        self.there = self.collect_company_accounting_data(company)
        rights = "base.group_partner_manager,construction_base.group_buyer"
        self.buyer = self.user_with("buyer", rights)
        self.buyer_there = self.user_with("buyer_there", rights, company)
        self.payer_there = self.user_with("payer_there", "account.group_account_invoice", company)
        self.controller_there = self.user_with(
            "controller_there", "construction_base.group_cost_controller", company
        )

    def as_user(self, records, user):
        return records.with_user(user).with_context(allowed_company_ids=user.company_id.ids)

    def payment_there(self):
        payments = self.as_user(self.env["account.payment"], self.payer_there)
        return payments.create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.supplier.id,
                "amount": 4,
                "journal_id": self.there["default_journal_bank"].id,
            }
        )

    def bill_there(self):
        bill = self.as_user(self.env["account.move"], self.payer_there).create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [Command.create({"name": "Office", "price_unit": 4, "tax_ids": False})],
            }
        )
        bill.action_post()
        return bill

    def wizard_there(self, bill):
        wizard = self.as_user(self.env["account.payment.register"], self.payer_there)
        return wizard.with_context(active_model="account.move", active_ids=bill.ids).create({})

    def add(self, user, number):
        accounts = self.as_user(self.env["res.partner.bank"], user)
        return accounts.create({"partner_id": self.supplier.id, "acc_number": number})

    def confirm(self, user):
        self.as_user(self.supplier, user).action_construction_confirm_bank()

    def assertHeld(self, bill, bill_there):
        for do in (
            self.payment(amount=4).action_post,
            self.payment_there().action_post,
            self.wizard(bill)._create_payments,
            self.wizard_there(bill_there)._create_payments,
        ):
            self.assertRefused("not confirmed", do)

    def assertPaid(self, bill, bill_there):
        for do in (self.payment(amount=4).action_post, self.payment_there().action_post):
            do()
        self.assertEqual(len(self.paid(self.wizard(bill)) | self.paid(self.wizard_there(bill_there))), 2)

    def test_a_change_in_one_company_holds_in_both(self):
        bill, bill_there = self.posted(), self.bill_there()
        for changed_by, confirmed_by in (
            (self.buyer_there, self.controller_there),
            (self.buyer, self.controller),
        ):
            with self.subTest(by=changed_by.name), self.env.cr.savepoint() as undo:
                self.add(changed_by, THIRD)
                self.assertHeld(bill, bill_there)
                self.confirm(confirmed_by)
                self.assertPaid(bill, bill_there)
                undo.rollback()
                self.env.invalidate_all()

    def test_changes_in_both_hold_until_both_are_confirmed(self):
        bill, bill_there = self.posted(), self.bill_there()
        self.add(self.buyer, THIRD)
        self.add(self.buyer_there, "DE02120300000000202051")
        self.confirm(self.controller)
        self.assertHeld(bill, bill_there)
        self.confirm(self.controller_there)
        self.assertPaid(bill, bill_there)
