# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import HandBillsCommon

HOLD_ACTIVITY = "construction_procurement_sync.mail_activity_type_payment_hold"


@tagged("post_install", "-at_install")
class TestHandBills(HandBillsCommon):
    """A bill that a person enters passes the rules that a bill from an event passes."""

    # --- posting --------------------------------------------------------------

    def test_create_bill_within_tolerance_posts(self):
        self.send_delivery()
        order = self.order()
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = "2026-03-10"
        self.assertFalse(bill.action_post())
        self.assertEqual(bill.state, "posted")
        self.assertFalse(bill.construction_hold_ids)

    def test_outside_tolerance_stays_a_held_draft(self):
        self.send_delivery()
        bill = self.enter(price=12)
        notice = bill.action_post()
        self.assertEqual(bill.state, "draft")
        self.assertTrue(bill.construction_on_hold)
        self.assertEqual(set(self.rules(bill)), {"price", "invoice_price"})
        self.assertIn("billed $\N{NO-BREAK SPACE}1,200.00", notice["params"]["message"])
        self.assertIn(self.controller.name, notice["params"]["message"])
        self.assertIn(self.controller.name, bill.construction_releasers)
        self.assertNotIn(self.clerk.name, bill.construction_releasers)
        self.assertIn("On payment hold", "".join(bill.message_ids.mapped("body")))
        self.assertFalse(
            self.env["construction.cost.entry"].search(
                [("document_model", "=", "account.move"), ("document_id", "=", bill.id)]
            )
        )

    def test_releasers_get_one_activity_that_ends_with_the_hold(self):
        bill = self.enter()
        bill.action_post()
        bill.action_post()
        activities = bill.sudo().activity_search([HOLD_ACTIVITY])
        self.assertEqual(activities.user_id.filtered(lambda user: user == self.controller), self.controller)
        self.assertEqual(len(activities), len(activities.user_id))
        bill.with_user(self.controller)._construction_release_holds("Goods were seen on site")
        self.assertFalse(bill.sudo().activity_search([HOLD_ACTIVITY]))

    def test_nothing_posts_a_held_bill(self):
        bill = self.enter()
        self.assertFalse(bill._post(soft=False))
        with self.assertRaisesRegex(UserError, "not posted"):
            bill.write({"state": "posted"})
        bill.with_context(construction_evaluated=True)._post()
        wizard = self.env["validate.account.move"].with_user(self.clerk).create({"move_ids": bill.ids})
        self.assertEqual(wizard.validate_move()["tag"], "display_notification")
        bill.auto_post = "at_date"
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["quantity"]))
        for forged in (
            "construction_on_hold",
            "construction_cleared",
            "construction_reference_key",
            "construction_external_key",
        ):
            with self.assertRaises(AccessError):
                bill.write({forged: False})
        crafted = self.env["account.move"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            crafted.with_context(default_construction_cleared=True).create(self.vals("F-1"))

    def test_writing_the_state_is_no_way_round(self):
        bill = self.enter()
        with self.assertRaises(UserError):
            bill.write({"state": "posted"})

    def test_held_ones_stay_and_others_of_a_batch_post(self):
        self.send_delivery()
        good = self.enter("B-1", quantity=40)
        dear = self.enter("B-2", quantity=30, price=15)
        more = self.enter("B-3", quantity=80)
        bills = more | dear | good
        notice = bills.action_validate_moves_with_confirmation()
        self.assertEqual(bills.mapped("state"), ["draft", "draft", "posted"])
        self.assertIn("B-2", notice["params"]["message"])
        self.assertIn("B-3", notice["params"]["message"])
        self.assertNotIn("B-1", notice["params"]["message"])
        self.assertEqual(self.rules(more), ["quantity"])

    def test_one_batch_bills_no_more_than_was_received(self):
        self.send_delivery()
        bills = self.enter("B-1", quantity=60) | self.enter("B-2", quantity=50)
        bills.action_post()
        self.assertEqual(bills.mapped("state"), ["posted", "draft"])

    def test_duplicates(self):
        self.send_delivery(lines=[self.delivery_line(quantity="50")])
        self.send_invoice(lines=[self.invoice_line(quantity="40")])
        exact = self.enter("inv 1", quantity=10)
        exact.action_post()
        self.assertEqual(self.rules(exact), ["duplicate"])
        self.assertEqual(exact.construction_hold_ids.other_move_ids, self.bill())
        near = self.enter("other", quantity=40, invoice_date="2026-03-12")
        near.action_post()
        self.assertEqual(self.rules(near), ["duplicate"])
        receipt = self.enter("INV-001", quantity=10, move_type="in_receipt")
        receipt.action_post()
        self.assertEqual(self.rules(receipt), ["duplicate"])

    def test_an_event_after_the_same_bill_by_hand_is_the_duplicate(self):
        self.send_delivery()
        self.enter("INV-001", quantity=40).action_post()
        message = self.send_invoice(lines=[self.invoice_line(quantity="40")])
        self.assertState(message, "exception", "duplicate")

    def test_reversed_and_entered_again(self):
        self.send_delivery()
        bill = self.enter()
        bill.action_post()
        reversal = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = reversal.with_context(active_model="account.move", active_ids=bill.ids).create(
            {"journal_id": bill.journal_id.id, "date": "2026-03-11"}
        )
        wizard.refund_moves()
        refund = bill.reversal_move_ids
        refund.action_post()
        self.assertEqual((refund.state, bill.payment_state), ("posted", "reversed"))
        again = self.enter("H-1", quantity=90)
        again.action_post()
        self.assertEqual(again.state, "posted", again.construction_hold_text)

    # --- what the rules leave alone -------------------------------------------

    def test_other_documents_behave_as_odoo_has_them(self):
        bill = self.enter(
            invoice_line_ids=[
                Command.create({"name": "Paper", "quantity": 1, "price_unit": 5, "tax_ids": []})
            ]
        )
        twin = bill.copy({"invoice_date": "2026-03-10"})
        (bill | twin).action_post()
        refund = self.enter(
            "R-1",
            move_type="in_refund",
            invoice_line_ids=[
                Command.create({"name": "Paper", "quantity": 1, "price_unit": 5, "tax_ids": []})
            ],
        )
        refund.action_post()
        self.assertEqual((bill | twin | refund).mapped("state"), ["posted"] * 3)
        self.assertFalse((bill | twin | refund).construction_hold_ids)

    def coded(self, reference):
        line = self.order().order_line
        return self.enter(
            reference,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Permit",
                        "quantity": 1,
                        "price_unit": 500,
                        "tax_ids": [],
                        "analytic_distribution": line.analytic_distribution,
                    }
                )
            ],
        )

    def test_without_an_order_by_the_company_s_policy(self):
        bill = self.coded("N-1")
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        twin = self.coded("n1")
        twin.action_post()
        self.assertEqual(self.rules(twin), ["duplicate"])
        self.company.construction_hold_unordered = True
        other = self.coded("N-2")
        other.invoice_date = "2026-05-10"
        other.action_post()
        self.assertEqual(self.rules(other), ["no_order"])

    def test_taking_the_coding_off_the_line_is_no_way_round(self):
        bill = self.enter()
        bill.invoice_line_ids.analytic_distribution = False
        bill.action_post()
        self.assertEqual(self.rules(bill), ["quantity"])

    def test_without_a_date_odoo_refuses(self):
        bill = self.enter(invoice_date=False)
        with self.assertRaisesRegex(UserError, "date is required"):
            bill.action_post()

    # --- cure and release -----------------------------------------------------

    def test_a_delivery_cures_the_hold_and_tells_who_entered_it(self):
        bill = self.enter()
        bill.action_post()
        self.send_delivery()
        self.assertEqual((bill.state, bill.construction_on_hold), ("draft", False))
        self.assertEqual(bill.construction_hold_ids.state, "cured")
        self.assertFalse(bill.sudo().activity_search([HOLD_ACTIVITY]))
        self.assertEqual(bill.sudo().activity_ids.user_id, self.clerk)
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_release_needs_role_reason_and_another_person(self):
        self.send_delivery()
        own = self.enter("C-1", price=12, quantity=50, user=self.controller)
        own.action_post()
        other = self.user_with("controller_2", "construction_base.group_cost_controller")
        release = self.env["construction.hold.release"]
        with self.assertRaises(AccessError):
            release.with_user(self.clerk).create({"move_ids": own.ids, "reason": "x"})
        with self.assertRaisesRegex(AccessError, "entered themselves"):
            release.with_user(self.controller).create({"move_ids": own.ids, "reason": "x"}).action_release()
        with self.assertRaisesRegex(UserError, "why"):
            release.with_user(other).create({"move_ids": own.ids, "reason": " "}).action_release()
        release.with_user(other).create({"move_ids": own.ids, "reason": "Agreed"}).action_release()
        own.action_post()
        self.assertEqual(own.state, "posted")
        self.assertEqual(own.construction_hold_ids.released_by_id, other)

    def test_who_pressed_confirm_may_release_but_who_changed_the_price_may_not(self):
        self.send_delivery()
        bill = self.enter(price=12)
        bill.with_user(self.controller).action_post()
        bill.with_user(self.controller)._construction_release_holds("Agreed")
        self.assertFalse(bill.construction_on_hold)
        bill.with_user(self.controller).invoice_line_ids.price_unit = 15
        bill.action_post()
        self.assertTrue(bill.construction_on_hold)
        with self.assertRaises(AccessError):
            bill.with_user(self.controller)._construction_release_holds("Mine")

    def test_a_release_covers_what_was_seen_and_no_more(self):
        self.send_delivery()
        bill = self.enter(price=12)
        bill.action_post()
        bill.with_user(self.controller)._construction_release_holds("Agreed up to 12")
        bill.invoice_line_ids.price_unit = 13
        bill.action_post()
        self.assertEqual(bill.state, "draft")
        bill.invoice_line_ids.price_unit = 11
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_a_cleared_event_bill_changed_by_hand_is_matched_again(self):
        self.company.construction_bill_autopost = False
        self.send_delivery()
        self.assertState(self.send_invoice(), "done")
        bill = self.bill().with_user(self.clerk)
        bill.invoice_line_ids.price_unit = 20
        bill.action_post()
        self.assertEqual(bill.state, "draft")
        self.assertIn("price", self.rules(bill))

    def test_confirming_by_hand_does_not_cure_an_account_that_an_event_asked_for(self):
        self.send_delivery()
        self.send_invoice(bank_account="GB29NWBK60161331926819")
        bill = self.bill().with_user(self.clerk)
        bill.action_post()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["bank"]))

    def test_unconfirmed_bank_details_hold_until_confirmed(self):
        self.send_delivery()
        self.supplier.construction_bank_hold = True
        bill = self.enter()
        bill.action_post()
        self.assertEqual(self.rules(bill), ["bank"])
        self.supplier.with_user(self.controller).action_construction_confirm_bank()
        self.assertFalse(bill.construction_on_hold)

    def test_the_form_of_each_role_opens(self):
        bill = self.enter()
        bill.action_post()
        for user in (
            self.clerk,
            self.controller,
            self.user_with("auditor", "construction_base.group_auditor"),
        ):
            with Form(bill.with_user(user), view="account.view_move_form") as form:
                self.assertIn("received", form.construction_hold_text)
