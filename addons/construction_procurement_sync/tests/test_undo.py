# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.construction_sync.errors import Hold

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestUndo(ProcurementCommon):
    """What a message left behind before it was set aside is shown, and kept or undone by choice."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.controller = self.user_with("controller", "construction_base.group_cost_controller")

    def held_invoice(self):
        self.send_order()
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(price="95.00")])
        self.assertState(message, "exception")
        return message

    def wizard(self, message, user, **vals):
        action = message.exception_id.with_user(user).action_ignore()
        return (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"reason": "not ours", **vals})
        )

    def test_effects_are_shown_with_state_and_amount(self):
        message = self.held_invoice()
        wizard = self.wizard(message, self.controller)
        link = wizard.effect_ids.filtered(lambda effect: effect.res_model == "account.move")
        self.assertEqual(link.record_state, "Draft")
        self.assertIn("9,500.00", link.record_amount)
        self.assertTrue(wizard.can_undo)
        with self.assertRaises(UserError):
            wizard.action_ignore()
        self.assertEqual(message.state, "exception")

    def test_a_held_bill_is_cancelled_and_made_anew(self):
        message = self.held_invoice()
        bill = self.bill()
        self.wizard(message, self.controller, effects="undo").action_ignore()
        self.assertEqual((message.state, bill.state), ("ignored", "cancel"))
        note = message.history_ids.sorted("id")[-1].note
        self.assertIn("Bill INV-001 was cancelled", note)
        self.assertIn("not ours", note)
        self.assertTrue(bill.construction_hold_ids, "who held it is evidence")
        message.with_user(self.controller)._take_up("ours after all")
        self.run_all()
        self.assertState(message, "exception")
        self.assertEqual(len(self.bill()), 2)
        self.assertEqual((self.bill() - bill).state, "draft")

    def test_a_held_bill_that_a_person_cancels(self):
        """Nothing waits for a release any more: it is asked what becomes of its invoice."""
        message = self.held_invoice()
        self.bill().button_cancel()
        self.run_all()
        self.assertState(message, "exception")
        self.assertEqual(message.exception_id.question, "fallen")
        self.assertIn("was cancelled here by", message.problem)
        self.assertFalse(
            self.env["construction.exception"].search(
                [("cause_key", "=like", "hold:%"), ("state", "=", "open")]
            )
        )
        payable = self.user_with("payable", "construction_base.group_accounts_payable")
        message.exception_id.with_user(payable).action_decide("keep", "We do not pay that")
        self.assertEqual((message.state, self.bill().state), ("ignored", "cancel"))

    def test_a_held_bill_is_kept(self):
        message = self.held_invoice()
        bill = self.bill()
        self.wizard(message, self.controller, effects="keep").action_ignore()
        self.assertEqual((message.state, bill.state), ("ignored", "draft"))
        self.assertIn("Kept: ", message.history_ids.sorted("id")[-1].note)
        message._take_up("again")
        self.run_all()
        self.assertEqual(self.bill(), bill, "the event means the bill that is there")

    def test_a_posted_bill_is_never_undone(self):
        message = self.held_invoice()
        bill = self.bill()
        bill.construction_hold_ids.sudo().write({"state": "released"})
        bill.sudo().with_context(construction_posting=True)
        self.env.cr.execute("UPDATE account_move SET state = 'posted' WHERE id = %s", [bill.id])
        bill.invalidate_recordset()
        self.wizard(message, self.controller, effects="undo").action_ignore()
        self.assertEqual((message.state, bill.state), ("ignored", "posted"))
        self.assertIn("Kept: ", message.history_ids.sorted("id")[-1].note)

    def test_a_pending_order_is_cancelled(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 100
        message = self.send_order()
        self.assertState(message, "exception", "hold")
        order = self.order()
        with self.assertRaises(UserError):
            message._ignore("no choice")
        message._ignore("wrong", "undo")
        self.assertEqual(order.state, "cancel")
        walks = self.env["construction.crosswalk"].search([("key", "like", "%"), ("kind", "=", "order")])
        self.assertFalse(walks.filtered(lambda walk: not walk.valid_until))
        message._take_up("right")
        self.run_all()
        self.assertEqual(len(self.order()), 2)

    def pending(self):
        """A draft order without a code, whose one open message is a change of it."""
        line = self.order_line(quantity="5")
        line.pop("cost_code")
        self.send_order(key="PO-7", lines=[line])
        changed = self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-7",
            self.order_data("PO-7", lines=[{**line, "quantity": "7"}], revision=1),
        )
        self.assertState(changed, "exception")
        order = self.order("PO-7")
        self.assertEqual((order.state, order.order_line.product_qty), ("draft", 7))
        return changed, order

    def test_what_cannot_be_undone_is_not_offered(self):
        changed, order = self.pending()
        # of one that came before such things were noted, nobody knows what it replaced
        changed.record_ids.sudo().former_message_id = False
        buyer = self.user_with("buys", "construction_base.group_buyer")
        self.assertFalse(self.wizard(changed, buyer).can_undo)
        with self.assertRaisesRegex(UserError, "Nothing of this is undone"):
            changed.with_user(buyer)._ignore("wrong", "undo")
        self.assertEqual((changed.state, order.order_line.product_qty), ("exception", 7))

    def test_a_draft_order_that_is_kept_is_somebody_s_to_see_to(self):
        changed, order = self.pending()
        changed.with_user(self.user_with("buys", "construction_base.group_buyer"))._ignore("later", "keep")
        item = self.env["construction.exception"].search([("cause_key", "=like", "kept:order:%")])
        self.assertEqual((item.state, item.record_ref), ("open", order))
        self.assertIn(order.name, item.sentence)
        order.button_cancel()
        self.assertEqual(item.state, "resolved")

    def test_who_may_only_read_it_may_not_undo_it(self):
        message = self.held_invoice()
        manager = self.user_with("manager", "construction_base.group_project_manager")
        self.job.user_id = manager
        message.sudo().job_id = self.job
        message.exception_id.sudo().job_id = self.job
        wizard = self.wizard(message, manager)
        wizard.effects = "undo"
        with self.assertRaises(UserError):
            wizard.action_ignore()
        self.assertEqual(self.bill().state, "draft")

    # --- who may ----------------------------------------------------------------------

    # with what Odoo itself gives to who reads such documents: the suite's own roles tell them apart
    READ = "purchase.group_purchase_user,account.group_account_readonly,stock.group_stock_user"
    ROLES = ("buyer", "accounts_payable", "cost_controller", "project_manager", "integration_manager")
    MAY = {
        "bill": {"accounts_payable", "cost_controller"},
        "order": {"buyer"},
        "request": {"project_manager"},
    }

    def left_behind(self, what):
        """A message that has left a draft of a kind."""
        if what == "bill":
            return self.held_invoice()
        if what == "order":
            self.company.po_double_validation = "two_step"
            self.company.po_double_validation_amount = 100
            return self.send_order("PO-U")
        message = self.send_request()
        error = Hold("Held.", cause_key="held:request", job=self.job)
        item = self.env["construction.exception"]._open_for(message, error)
        message.sudo().write({"state": "exception", "exception_id": item.id, "job_id": self.job.id})
        return message

    def test_each_role_undoes_what_is_its_own(self):
        users = {
            role: self.user_with(role, f"construction_base.group_{role},{self.READ}") for role in self.ROLES
        }
        self.job.job_member_ids |= users["project_manager"]
        for what, allowed in self.MAY.items():
            message = self.left_behind(what)
            message.sudo().job_id = message.exception_id.sudo().job_id = self.job
            documents = message.record_ids.filtered(lambda link: link.action == "create")
            for role, user in users.items():
                with self.subTest(f"{role} undoes a {what}"), self.env.cr.savepoint() as undo:
                    wizard = self.wizard(message, user)
                    self.assertEqual(wizard.can_undo, role in allowed)
                    self.assertEqual(bool(wizard.undoers), role not in allowed)
                    wizard.effects = "undo"
                    if role in allowed:
                        wizard.action_ignore()
                        self.assertEqual(message.state, "ignored")
                    else:
                        with self.assertRaises(AccessError):
                            wizard.action_ignore()
                        with self.assertRaises(AccessError):
                            message.with_user(user)._ignore("not ours", "undo")
                    undo.rollback()
                self.env.invalidate_all()
                with self.subTest(f"{role} keeps a {what}"), self.env.cr.savepoint() as undo:
                    wizard = self.wizard(message, user, effects="keep" if role in allowed else False)
                    wizard.action_ignore()
                    self.assertEqual(message.state, "ignored")
                    self.assertIn("Kept: ", message.history_ids.sorted("id")[-1].note)
                    self.assertTrue(all(documents.mapped("record_exists")))
                    undo.rollback()
                self.env.invalidate_all()
