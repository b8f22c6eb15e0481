# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import OwnershipCommon

OWN, OTHER, THIRD = "DE89370400440532013000", "FR7630006000011234567890189", "GB29NWBK60161331926819"


@tagged("post_install", "-at_install")
class TestBankByHand(OwnershipCommon):
    """Bank details are finance's: what a person changes of them holds payment until another one confirms."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order()
        self.send_delivery()
        self.partner = self.order().partner_id
        self.second_controller = self.user_with("controller_2", "construction_base.group_cost_controller")
        rights = "base.group_partner_manager,construction_base.group_"
        self.buyer = self.user_with("buyer", f"{rights}buyer")
        self.payer = self.user_with("payer", f"{rights}accounts_payable")
        self.both = self.user_with("both", f"{rights}cost_controller")

    def accounts(self, user=None):
        return self.env["res.partner.bank"].with_user(user or self.buyer)

    def items(self):
        return self.env["construction.exception"].search(
            [("cause_key", "=", f"bank_by_hand:{self.partner.id}"), ("state", "=", "open")]
        )

    def add(self, user=None, number=OTHER, **vals):
        return self.accounts(user).create({"partner_id": self.partner.id, "acc_number": number, **vals})

    def ways(self):
        own = self.accounts().browse(self.partner.bank_ids.id)
        yield "added", self.add
        defaults = self.accounts().with_context(default_partner_id=self.partner.id)
        yield "added by default", lambda: defaults.create({"acc_number": OTHER})
        yield (
            "on the supplier",
            lambda: self.partner.with_user(self.buyer).write({"bank_ids": [(0, 0, {"acc_number": OTHER})]}),
        )
        yield "changed", lambda: own.write({"acc_number": OTHER})
        yield "changed by its other name", lambda: own.write({"sanitized_acc_number": OTHER})
        yield "the way there", lambda: own.write({"clearing_number": "021000021"})
        bank = self.env["res.bank"].create({"name": "Harbour Bank", "bic": "HARBUS33"})
        yield "the bank", lambda: own.write({"bank_id": bank.id})
        yield "archived", lambda: own.write({"active": False})
        yield "deleted", own.unlink
        yield "taken away", lambda: own.write({"partner_id": self.env.user.partner_id.id})

    def test_whatever_a_person_does_holds_payment(self):
        self.assertEqual(self.partner.bank_ids.mapped("sanitized_acc_number"), [OWN])
        for way, do in self.ways():
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                do()
                self.assertTrue(self.partner.construction_bank_hold)
                item = self.items()
                self.assertEqual((len(item), item.question), (1, "hand:bank"))
                self.assertNotIn(OTHER[:-4], str(item.read()))
                self.send_invoice("N-1", lines=[self.invoice_line(quantity="10")])
                bill = self.bill("N-1")
                self.assertEqual((bill.state, bill.construction_hold_ids.rule), ("draft", "bank"))
                for user in (self.buyer, self.payer):
                    with self.assertRaises(AccessError):
                        self.partner.with_user(user).action_construction_confirm_bank()
                self.partner.with_user(self.controller).action_construction_confirm_bank()
                self.run_all()
                self.assertEqual((item.state, bill.state), ("resolved", "posted"))
                self.assertFalse(self.partner.construction_bank_hold)
                undo.rollback()
                self.env.invalidate_all()

    def test_whatever_a_person_does_is_put_back(self):
        """By who may confirm it, and has no right to accounts themselves."""
        controller = self.user_with("plain_controller", "construction_base.group_cost_controller")
        said = self.partner._construction_accounts()
        for way, do in self.ways():
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                do()
                item = self.items()
                self.assertEqual([choice["code"] for choice in item.choices], ["confirm", "put_back"])
                item.with_user(controller).action_decide("put_back", "they say no")
                self.run_all()
                self.assertEqual(self.partner._construction_accounts(), said)
                self.assertFalse(self.partner.construction_bank_hold or self.items())
                self.assertEqual(item.state, "resolved")
                undo.rollback()
                self.env.invalidate_all()

    def test_several_changes_are_put_back_together(self):
        own = self.accounts().browse(self.partner.bank_ids.id)
        said = self.partner._construction_accounts()
        own.write({"acc_number": OTHER})
        own.write({"acc_number": THIRD, "acc_holder_name": "Somebody"})
        self.add(number="BE71096123456769")
        bank = self.env["res.bank"].create({"name": "Harbour Bank", "bic": "HARBUS33"})
        own.write({"bank_id": bank.id})
        bank.with_user(self.buyer).sudo(False).write({"bic": "HARBUS44"})
        item = self.items()
        item.with_user(self.controller).action_decide("put_back", "they say no")
        self.assertEqual(self.partner._construction_accounts(), said)
        self.assertEqual(own.sanitized_acc_number, OWN)
        self.assertFalse(self.partner.construction_bank_hold)

    def test_nobody_confirms_their_own(self):
        added = self.add(self.both)
        item = self.items()
        for confirm in (
            lambda: self.partner.with_user(self.both).action_construction_confirm_bank(),
            lambda: item.with_user(self.both).action_decide("confirm", "Asked"),
        ):
            with self.assertRaisesRegex(UserError, "changed it yourself"):
                confirm()
        self.add(self.buyer, THIRD)
        self.assertEqual(self.items(), item, "several changes are one question")
        added.unlink()
        self.assertTrue(self.items())
        self.accounts().search([("sanitized_acc_number", "=", THIRD)]).unlink()
        self.assertFalse(self.items(), "it says again what it said")
        self.assertFalse(self.partner.construction_bank_hold)
        self.add(self.both, "NL91ABNA0417164300")
        self.items().with_user(self.controller).action_decide("confirm", "Asked them")
        self.assertFalse(self.partner.construction_bank_hold)

    def test_an_answer_is_on_what_was_seen(self):
        """An account that is added while somebody looks at the question is not confirmed with it."""
        self.add()
        dialogs = self.env["construction.exception.decide"].with_user(self.controller)
        dialog = dialogs.browse(self.items().with_user(self.controller).action_open_decide()["res_id"])
        partner = self.partner.with_user(self.controller)
        seen = {"construction_seen": partner.construction_bank_asked}
        self.add(number=THIRD)
        dialog.reason = "Asked them"
        confirm = dialog.option_ids.filtered(lambda option: option.code == "confirm")
        for answer in (
            confirm.action_choose,
            partner.with_context(**seen).action_construction_confirm_bank,
        ):
            with self.assertRaisesRegex(UserError, "[Ss]ince you opened this"):
                answer()
        self.assertTrue(self.partner.construction_bank_hold)
        partner.invalidate_recordset(["construction_bank_asked"])
        seen = {"construction_seen": partner.construction_bank_asked}
        partner.with_context(**seen).action_construction_confirm_bank()
        self.assertFalse(self.partner.construction_bank_hold)

    def test_two_questions_hold_until_both_are_answered(self):
        self.say("supplier", "S-1", self.master, name="Supplier S-1", bank_account=THIRD)
        self.add()
        self.items().with_user(self.controller).action_decide("confirm", "Asked them")
        self.assertTrue(self.partner.construction_bank_hold)
        item = self.proposals(self.partner)
        with self.assertRaisesRegex(UserError, "was changed to"):
            self.decide(item, "take_once", self.controller)
        self.decide(item, "keep", self.controller)
        self.assertFalse(self.partner.construction_bank_hold)
        self.add(number="NL91ABNA0417164300")
        self.say("supplier", "S-1", self.master, name="Supplier S-1", bank_account="DE02120300000000202051")
        self.decide(self.proposals(self.partner), "keep", self.controller)
        self.assertTrue(self.partner.construction_bank_hold)
        self.partner.with_user(self.controller).action_construction_confirm_bank()
        self.assertFalse(self.partner.construction_bank_hold)

    def test_an_account_that_a_merge_brings_along(self):
        other = (
            self.env["res.partner"]
            .with_user(self.buyer)
            .create({"name": "Front", "email": self.partner.email})
        )
        self.accounts().create({"partner_id": other.id, "acc_number": OTHER})
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.buyer)
        wizard._merge((other | self.partner).ids, self.partner.with_user(self.buyer))
        self.assertTrue(self.items())
        self.assertTrue(self.partner.construction_bank_hold)

    def test_merged_while_it_is_asked_about(self):
        contact = self.env["res.partner"].create({"name": "By Hand", "is_company": True})
        for survivor in (contact, self.supplier("S-2")):
            with self.subTest(survivor=survivor.name), self.env.cr.savepoint() as undo:
                self.say("supplier", "S-1", self.master, name="Supplier S-1", bank_account=THIRD)
                item = self.proposals(self.partner)
                self.env["base.partner.merge.automatic.wizard"]._merge(
                    (self.partner | survivor).ids, survivor
                )
                self.assertEqual(item.state, "resolved")
                item = self.proposals(survivor)
                self.assertEqual(item.question, "owner:bank")
                self.assertIn(survivor.name, item.sentence)
                self.assertTrue(survivor.construction_bank_hold)
                self.decide(item, "take_once", self.controller)
                self.assertIn(THIRD, survivor.bank_ids.mapped("sanitized_acc_number"))
                self.assertFalse(survivor.construction_bank_hold)
                undo.rollback()
                self.env.invalidate_all()

    def test_a_bill_is_paid_to_its_supplier(self):
        self.send_invoice("N-1", lines=[self.invoice_line(quantity="10")])
        bill = self.bill("N-1")
        self.assertEqual(bill.state, "posted")
        front = self.env["res.partner"].create({"name": "Front"})
        foreign = self.env["res.partner.bank"].create({"partner_id": front.id, "acc_number": OTHER})
        with self.assertRaisesRegex(ValidationError, "paid to an account of"):
            bill.with_user(self.payer).partner_bank_id = foreign

    def test_what_an_invoice_asks_for_is_no_other_account(self):
        for known in (True, False):
            with self.subTest(known=known), self.env.cr.savepoint() as undo:
                if not known:
                    self.partner.bank_ids.unlink()
                self.say("supplier", "S-1", self.master, name="Supplier S-1", bank_account=OTHER)
                line = [self.invoice_line(quantity="10")]
                self.send_invoice("N-1", lines=line, bank_account=THIRD)
                self.send_invoice("N-2", lines=line, bank_account=OTHER, invoice_date="2026-03-12")
                bill, right = self.bill("N-1"), self.bill("N-2")
                bill.with_user(self.payer).action_post()
                self.decide(self.proposals(self.partner), "take_once", self.controller)
                self.assertEqual(right.state, "posted")
                self.assertEqual((bill.state, bill.construction_hold_text and True), ("draft", True))
                bill.with_user(self.payer).action_post()
                self.assertEqual(bill.state, "draft")
                self.add(number=THIRD)
                self.assertEqual(bill.state, "draft")
                self.partner.with_user(self.controller).action_construction_confirm_bank()
                self.run_all()
                self.assertEqual(bill.state, "posted")
                undo.rollback()
                self.env.invalidate_all()

    def test_the_first_account_of_a_supplier_is_confirmed_too(self):
        self.partner.bank_ids.unlink()
        line = [self.invoice_line(quantity="10")]
        for number, account in (("N-1", THIRD), ("N-2", OTHER)):
            message = self.send_invoice(number, lines=line, bank_account=account)
            self.assertState(message, "exception", "hold")
        self.assertState(self.send_invoice("N-3", lines=line), "done")

    def test_a_contact_of_the_supplier_is_the_supplier(self):
        contact = self.env["res.partner"].create({"name": "Till", "parent_id": self.partner.id})
        front = self.env["res.partner"].with_user(self.buyer).create({"name": "Front"})
        self.accounts().create({"partner_id": front.id, "acc_number": THIRD})
        own = self.accounts().browse(self.partner.bank_ids.id)
        inside = self.env["res.partner"].create({"name": "Sales", "parent_id": self.partner.id})
        ways = {
            "account of a contact": lambda: self.accounts().create(
                {"partner_id": contact.id, "acc_number": OTHER}
            ),
            "contact with an account": lambda: (
                self.env["res.partner"]
                .with_user(self.buyer)
                .create(
                    {
                        "name": "New",
                        "parent_id": self.partner.id,
                        "bank_ids": [(0, 0, {"acc_number": OTHER})],
                    }
                )
            ),
            "contact that comes": lambda: front.write({"parent_id": self.partner.id}),
            "contact below a contact": lambda: front.write({"parent_id": inside.id}),
            "account that goes to a contact": lambda: own.write({"partner_id": contact.id}),
        }
        for way, do in ways.items():
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                do()
                self.assertTrue(self.partner.construction_bank_hold)
                self.assertTrue(self.items())
                undo.rollback()
                self.env.invalidate_all()

    def test_a_contact_that_leaves_takes_its_account(self):
        contact = self.env["res.partner"].create({"name": "Till", "parent_id": self.partner.id})
        self.env["res.partner.bank"].create({"partner_id": contact.id, "acc_number": OTHER})
        self.assertFalse(self.partner.construction_bank_hold)
        self.assertTrue(self.partner._construction_has_account(OTHER))
        for vals in ({"parent_id": False}, {"is_company": True}, {"parent_id": self.supplier("S-2").id}):
            with self.subTest(vals=vals), self.env.cr.savepoint() as undo:
                contact.with_user(self.buyer).write(vals)
                self.assertTrue(self.items())
                self.assertFalse(self.partner._construction_has_account(OTHER))
                undo.rollback()
                self.env.invalidate_all()

    def test_a_bill_is_paid_to_the_account_that_it_asks_for(self):
        self.env["res.partner.bank"].create({"partner_id": self.partner.id, "acc_number": OTHER})
        line = [self.invoice_line(quantity="10")]
        for number, account in (("N-1", OTHER), ("N-2", OWN)):
            with self.subTest(account=account):
                self.send_invoice(number, lines=line, bank_account=account, invoice_date="2026-03-12")
                bill = self.bill(number)
                self.assertEqual(bill.state, "posted")
                self.assertEqual(bill.partner_bank_id.sanitized_acc_number, account)

    def test_a_payment_goes_to_an_account_of_the_supplier(self):
        front = self.env["res.partner"].create({"name": "Front"})
        foreign = self.env["res.partner.bank"].create({"partner_id": front.id, "acc_number": OTHER})
        contact = self.env["res.partner"].create({"name": "Till", "parent_id": self.partner.id})
        payments = self.env["account.payment"]
        vals = {"payment_type": "outbound", "partner_type": "supplier", "amount": 5}
        payment = payments.create({**vals, "partner_id": self.partner.id})
        for do in (
            lambda: payments.create({**vals, "partner_id": self.partner.id, "partner_bank_id": foreign.id}),
            lambda: payments.create({**vals, "partner_id": contact.id, "partner_bank_id": foreign.id}),
            lambda: payment.write({"partner_bank_id": foreign.id}),
        ):
            with self.assertRaisesRegex(ValidationError, "is not paid to an account of"):
                do()
        payment = payments.create({**vals, "partner_id": front.id, "partner_bank_id": foreign.id})
        self.assertEqual(payment.partner_bank_id, foreign)

    def test_the_bank_of_an_account_is_a_part_of_it(self):
        own = self.partner.bank_ids
        own.bank_id = self.env["res.bank"].create({"name": "Harbour Bank", "bic": "HARBUS33"})
        self.assertFalse(self.partner.construction_bank_hold, "A rule wrote it")
        ways = {
            "bank": lambda: own.bank_id.with_user(self.buyer).write({"bic": "EVILUS33"}),
            "by the account": lambda: own.with_user(self.buyer).write({"bank_bic": "EVILUS33"}),
            "name": lambda: own.with_user(self.buyer).write({"bank_name": "Evil Bank"}),
            "deleted": own.bank_id.with_user(self.both).sudo(False).unlink,
        }
        for way, do in ways.items():
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                do()
                self.assertTrue(self.partner.construction_bank_hold)
                [(_label, before, now)] = self.items().comparison
                self.assertNotEqual(before, now)
                self.items().with_user(self.second_controller).action_decide("put_back", "no")
                self.assertEqual(self.partner._construction_accounts()[self.partner][1], before)
                self.assertFalse(self.partner.construction_bank_hold)
                undo.rollback()
                self.env.invalidate_all()

    def test_both_sides_differ_where_the_last_digits_do_not(self):
        own = self.accounts().browse(self.partner.bank_ids.id)
        own.acc_number = f"XX{OWN[2:]}"
        [(_label, before, now)] = self.items().comparison
        self.assertNotEqual(before, now)
        self.assertNotIn(OWN[4:-4], before + now)

    def hand_made(self, **vals):
        """A company with an account that a person made, of whom nobody knew as a supplier."""
        partner = self.env["res.partner"].with_user(self.both)
        partner = partner.create({"name": "Hand Made", "is_company": True, **vals})
        self.accounts(self.both).create({"partner_id": partner.id, "acc_number": OTHER})
        self.assertFalse(partner.sudo().construction_bank_hold)
        return partner.sudo()

    def test_the_first_account_of_a_contact_is_asked_about_when_it_is_a_supplier(self):
        partner = self.hand_made()
        self.assertFalse(self.items())
        partner._construction_check_bank()
        partner.supplier_rank = 1
        with self.assertRaisesRegex(UserError, "not confirmed"):
            partner._construction_check_bank()
        with self.assertRaisesRegex(UserError, "changed it yourself"):
            partner.with_user(self.both).action_construction_confirm_bank()
        partner.with_user(self.second_controller).action_construction_confirm_bank()
        partner._construction_check_bank()
        self.partner = partner
        self.assertFalse(self.items())

    def test_a_bill_of_it_is_held(self):
        partner = self.hand_made()
        order = self.order().copy({"partner_id": partner.id, "construction_external_key": False})
        order.button_confirm()
        order.order_line.move_ids.write({"quantity": 100, "picked": True})
        order.picking_ids.button_validate()
        line = {"purchase_line_id": order.order_line.id, "quantity": 10, "price_unit": 10, "tax_ids": False}
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "ref": "H-9",
                "invoice_date": "2026-03-12",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            **line,
                            "product_id": order.order_line.product_id.id,
                            "analytic_distribution": order.order_line.analytic_distribution,
                        },
                    )
                ],
            }
        )
        bill.with_user(self.payer).action_post()
        self.assertEqual((bill.state, bill.construction_hold_ids.mapped("rule")), ("draft", ["bank"]))
        self.partner = partner
        self.items().with_user(self.second_controller).action_decide("confirm", "Asked them")
        self.assertEqual(bill.construction_hold_ids.state, "cured")

    def test_who_is_a_supplier_is_no_switch(self):
        partner = self.hand_made()
        partner.supplier_rank = 1
        partner.with_user(self.second_controller).action_construction_confirm_bank()
        own = self.accounts(self.both).browse(partner.bank_ids.id)
        with self.assertRaisesRegex(UserError, "stays one"):
            partner.with_user(self.both).supplier_rank = 0
        partner.supplier_rank = 0
        own.acc_number = THIRD
        partner._construction_check_bank()
        partner.supplier_rank = 1
        with self.assertRaisesRegex(UserError, "not confirmed"):
            partner._construction_check_bank()

    def changed_aside(self, user=None):
        """Change the accounts while this is no supplier, and nobody asks."""
        self.partner.write({"supplier_rank": 0, "construction_external_key": False})
        self.add(user, THIRD)
        self.assertFalse(self.items())
        self.partner.write({"supplier_rank": 1, "construction_external_key": "S-1"})

    def test_what_was_not_asked_about_stays_asked(self):
        """Whatever the answer on other accounts is: it is no word on what was changed beside them."""
        for answer in ("keep", "take_once"):
            with self.subTest(answer=answer), self.env.cr.savepoint() as undo:
                self.changed_aside()
                self.say("supplier", "S-1", self.master, name="Supplier S-1", bank_account=OTHER)
                self.decide(self.proposals(self.partner), answer, self.controller)
                self.assertTrue(self.partner.construction_bank_hold)
                self.assertTrue(self.partner._construction_has_account(THIRD))
                self.items().with_user(self.controller).action_decide("confirm", "Asked them")
                self.assertFalse(self.partner.construction_bank_hold)
                self.partner._construction_check_bank()
                undo.rollback()
                self.env.invalidate_all()

    def test_who_changed_it_aside_does_not_confirm_it(self):
        self.changed_aside(self.both)
        self.add()
        with self.assertRaisesRegex(UserError, "changed it yourself"):
            self.items().with_user(self.both).action_decide("confirm", "Asked")

    def test_what_is_put_back_is_compared_with_what_was_confirmed(self):
        self.changed_aside()
        added = self.add()
        [(_label, before, now)] = self.items().comparison
        self.assertEqual(before, "", "nobody confirmed what was there")
        self.assertIn(THIRD[-4:], now)
        added.unlink()
        self.assertTrue(self.partner.construction_bank_hold)
        self.assertTrue(self.items())
        self.accounts().search([("sanitized_acc_number", "=", THIRD)]).unlink()
        self.assertFalse(self.items())
        self.assertFalse(self.partner.construction_bank_hold)

    def test_the_button_on_the_supplier_confirms_all(self):
        self.changed_aside()
        self.say("supplier", "S-1", self.master, name="Supplier S-1", bank_account=OTHER)
        self.partner.with_user(self.controller).action_construction_confirm_bank()
        self.run_all()
        self.assertFalse(self.partner.construction_bank_hold)
        self.partner._construction_check_bank()
        self.assertTrue(self.partner._construction_has_account(OTHER))

    def test_a_moving_contact_is_looked_for_once(self):
        contact = self.env["res.partner"].create({"name": "Till", "parent_id": self.partner.id})
        partners = type(self.env["res.partner"])
        search, looked = partners.search, []

        def counted(records, domain, *args, **kwargs):
            if "child_of" in str(domain):
                looked.append(domain)
            return search(records, domain, *args, **kwargs)

        with patch.object(partners, "search", counted):
            contact.with_user(self.buyer).parent_id = self.supplier("S-2")
        self.assertEqual(len(looked), 1)
