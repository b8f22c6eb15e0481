# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_billable import BillableCommon


class ShortcutsCommon(BillableCommon):
    """Odoo's own buttons on our documents, pressed by whoever has them; the ledger is asked after each."""

    def set_up_once(self):
        super().set_up_once()
        self.order().with_context(disable_cancel_warning=True).button_cancel()
        self.payable = self.user_with("shortcut_payable", "construction_base.group_accounts_payable")
        self.buyer = self.user_with("shortcut_buyer", "construction_base.group_buyer")
        self.store = self.user_with("shortcut_store", "stock.group_stock_user")
        self.send(
            self.master,
            "master.job.upserted",
            "J-2",
            {"job": "J-2", "name": "Library", "status": "active", "timezone": "America/Chicago"},
        )

    def ordered(self, number="PO-A", received=None, **kwargs):
        """An order of 10 x 100, of which something may have come."""
        self.send_order(number, [self.order_line(quantity="10", price="100")], **kwargs)
        if received:
            self.send_delivery(f"R-{number}", number, [self.delivery_line(quantity=received)])
        return self.order(number)

    def ledger(self, job="J-1"):
        """Committed, accrued and actual of a job."""
        self.post_ledger()
        groups = self.env["construction.cost.entry"]._read_group(
            [("job_id.job_number", "=", job), ("company_id", "=", self.company.id)], ["kind"], ["amount:sum"]
        )
        found = {kind: round(amount, 2) for kind, amount in groups}
        return [found.get(kind, 0) for kind in ("commitment", "accrual", "actual")]

    def assertLedger(self, committed, accrued, actual, misfits=(), job="J-1"):
        """The ledger says so, and the reconciliation finds nothing but these bills that fit no order."""
        self.assertEqual(self.ledger(job), [committed, accrued, actual])
        wizard = self.env["construction.reconciliation"].create({})
        wizard.action_compare()
        self.assertEqual((wizard.line_ids.mapped("reference"), len(wizard.past_line_ids)), ([], 0))
        references = sorted(wizard.misfit_line_ids.mapped("reference"))
        self.assertEqual(references, sorted(bill.display_name for bill in misfits))

    # --- what persons press -------------------------------------------------------------

    def loose(self, reference="U-1", quantity=5, coding=None, **kwargs):
        """A bill that names no order."""
        line = {
            "name": "Bolts",
            "product_id": self.order("PO-A").order_line.product_id.id,
            "quantity": quantity,
            "price_unit": 100,
            "tax_ids": [Command.clear()],
            "analytic_distribution": coding,
        }
        rows = [Command.create(line)]
        return self.enter(reference, user=self.payable, invoice_line_ids=rows, **kwargs)

    def match(self, bill, order, user=None):
        self.env.flush_all()
        screen = self.env["purchase.bill.line.match"].with_user(user or self.payable)
        screen.browse([order.order_line.id, -bill.invoice_line_ids.id]).action_match_lines()

    def reverse(self, bill, how="refund_moves"):
        wizards = self.env["account.move.reversal"].with_user(self.payable)
        wizard = wizards.with_context(active_model="account.move", active_ids=bill.ids).create(
            {"journal_id": bill.journal_id.id, "date": "2026-03-20"}
        )
        getattr(wizard, how)()
        return wizard.new_move_ids

    def credited(self, bill, quantity):
        credit = self.reverse(bill)
        credit.invoice_line_ids.quantity = quantity
        credit.action_post()
        self.assertEqual(credit.state, "posted")
        return credit

    def move(self, picking, quantity):
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_user(self.store)._action_done()

    def send_back(self, picking, quantity, how="action_create_returns", **vals):
        wizards = self.env["stock.return.picking"].with_user(self.store)
        wizard = Form(
            wizards.with_context(active_id=picking.id, active_ids=picking.ids, active_model=picking._name)
        ).save()
        wizard.product_return_moves.write({"quantity": quantity, **vals})
        back = self.env["stock.picking"].browse(getattr(wizard, how)()["res_id"])
        self.move(back, quantity)
        return back

    def in_hand(self, order):
        return order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))


@tagged("post_install", "-at_install")
class TestShortcuts(ShortcutsCommon):
    # --- matching -------------------------------------------------------------------------

    def test_matched_by_hand_it_costs_what_was_ordered(self):
        order = self.ordered(received="10")
        self.ordered("PO-J2", "10", job="J-2")
        coding = order.order_line.analytic_distribution
        cases = (
            ("without a job", None, order, [500, 500, 500], [1000, 1000, 0]),
            ("coded to another job", coding, self.order("PO-J2"), [1000, 1000, 0], [500, 500, 500]),
        )
        for name, given, target, first, second in cases:
            with self.subTest(name), self.env.cr.savepoint() as undo:
                bill = self.loose(coding=given)
                self.match(bill, target)
                bill.action_post()
                self.assertEqual(bill.state, "posted", bill.construction_hold_text)
                self.assertEqual(
                    bill.invoice_line_ids.construction_job_id, target.order_line.construction_job_id
                )
                self.assertLedger(*first)
                self.assertLedger(*second, job="J-2")
                undo.rollback()
                self.env.invalidate_all()

    def test_what_bills_a_job_s_order_is_never_of_no_job(self):
        self.ordered(received="10")
        bill = self.by_hand("H-1", (12, 100), order="PO-A")
        bill.invoice_line_ids.write({"analytic_distribution": False, "quantity": 10})
        self.assertEqual(self.rules(bill), [], "changed so that it fits, it is let go at once")
        bill.action_post()
        self.assertLedger(0, 0, 1000)

    def test_matched_beyond_what_came(self):
        order = self.ordered(received="10")
        self.by_hand("H-1", (10, 100), order="PO-A")
        bill = self.loose(invoice_date="2026-05-01")
        # the screen does not show what is billed in whole
        bill.with_user(self.payable).invoice_line_ids.purchase_line_id = order.order_line
        bill.action_post()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["quantity"]))
        self.assertLedger(0, 0, 1000)

    def test_an_event_s_bill_that_is_matched_by_hand_goes_on(self):
        order = self.ordered(received="5")
        row = self.invoice_line(quantity="5", price="100", cost_code="03 30 00")
        del row["order_line"]
        message = self.send_invoice("U-1", "PO-A", [row])
        bill = self.bill("U-1")
        self.assertEqual((message.state, self.rules(bill)), ("exception", ["no_order"]))
        self.match(bill, order)
        self.assertEqual((bill.state, self.rules(bill)), ("draft", []))
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual((bill.state, bill.construction_external_key), ("posted", "U-1"))
        self.assertLedger(500, 0, 500)

    def test_what_is_posted_stays_as_it_was_matched(self):
        order = self.ordered(received="8")
        bill = self.loose(quantity=8, coding=order.order_line.analytic_distribution)
        bill.action_post()
        self.assertLedger(1000, 800, 800)
        with self.assertRaisesRegex(UserError, "U-1 is posted.*Set it to draft"):
            self.match(bill, order)
        # what matches it all the same leaves no commitment behind
        bill.sudo().invoice_line_ids.purchase_line_id = order.order_line
        self.assertLedger(200, 0, 800)
        bill.sudo().invoice_line_ids.purchase_line_id = False
        self.assertLedger(1000, 800, 800)
        bill.button_draft()
        self.match(bill, order)
        bill.action_post()
        self.assertLedger(200, 0, 800)

    def test_ordered_after_its_bill(self):
        order = self.ordered(received="4")
        bill = self.loose(coding=order.order_line.analytic_distribution)
        wizards = self.env["bill.to.po.wizard"].with_user(self.buyer)
        wizards = wizards.with_context(active_ids=[-bill.invoice_line_ids.id])
        with self.assertRaisesRegex(UserError, "another line.*Change the Order"), self.env.cr.savepoint():
            wizards.create({"purchase_order_id": order.id}).action_add_to_po()
        wizard = wizards.create({"partner_id": bill.partner_id.id})
        wizard.action_add_to_po()
        made = wizard.purchase_order_id
        self.assertEqual(made.order_line.construction_job_id, self.job)
        self.assertLedger(1500, 400, 0)
        bill.action_post()
        self.assertEqual(self.rules(bill), ["quantity"])
        self.move(made.picking_ids, 5)
        bill.action_post()
        self.assertLedger(1000, 400, 500)

    def test_figures_of_an_order_on_the_screen(self):
        order = self.ordered()
        both = self.user_with("both", "construction_base.group_buyer,account.group_account_invoice")
        row = self.env["purchase.bill.line.match"].with_user(both).browse(order.order_line.id)
        for name, value in (("product_uom_price", 120), ("product_uom_qty", 11)):
            with self.assertRaisesRegex(UserError, "asks for more"), self.env.cr.savepoint():
                row[name] = value
                self.env.flush_all()
            self.env.invalidate_all()
        row.product_uom_qty = 8
        self.assertLedger(800, 0, 0)
        mine = row.with_user(self.payable)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.product_uom_qty = 7
            self.env.flush_all()

    # --- copies -----------------------------------------------------------------------------

    def test_a_copy_is_a_document_of_its_own(self):
        order = self.ordered(received="4")
        self.company.construction_bill_autopost = False
        bill = self.by_event("C-1", (4, 120), order="PO-A")
        bill.with_user(self.controller)._construction_release_holds("Agreed")
        copies = (
            order.with_user(self.buyer).copy(),
            bill.with_user(self.payable).copy(),
            order.picking_ids.filtered(lambda p: p.state == "done").with_user(self.store).copy(),
        )
        bare = (
            "external_key",
            "revision",
            "occurred_at",
            "override_by_id",
            "cleared",
            "hold_ids",
            "note_key",
        )
        for copied in copies:
            with self.subTest(copied._name):
                names = [f"construction_{name}" for name in bare if f"construction_{name}" in copied._fields]
                self.assertFalse([name for name in names if copied.sudo()[name]])
        self.assertLedger(1000, 400, 0)

    # --- credit notes, and what is set back to draft ------------------------------------------

    def test_a_credit_set_to_draft_holds_what_rests_on_it(self):
        self.ordered(received="10")
        first = self.by_hand("H-1", (10, 100), order="PO-A")
        credit = self.credited(first, 4)
        self.assertLedger(400, 400, 600)
        self.company.construction_bill_autopost = False
        waits = self.by_event("E-2", (1, 100), order="PO-A", invoice_date="2026-05-01")
        later = self.by_hand("H-3", (3, 100), order="PO-A", invoice_date="2026-06-01")
        self.assertEqual((waits.state, waits.construction_cleared, later.state), ("draft", True, "posted"))
        second = self.user_with("second", "construction_base.group_cost_controller")
        credit.with_user(second).button_draft()
        self.assertEqual(
            (self.rules(waits), self.rules(later), self.rules(first)), (["quantity"], ["quantity"], [])
        )
        self.assertRegex(later.sudo().construction_hold_text, "3 .*billed, 0 .*received and not yet billed")
        self.assertTrue(later.sudo().activity_ids.filtered(lambda a: a.user_id == self.controller))
        self.assertLedger(0, 0, 1300, misfits=first | later)
        with self.assertRaisesRegex(UserError, "on payment hold is not paid"):
            later._construction_check_payable()
        with self.assertRaisesRegex(AccessError, "entered themselves"):
            later.with_user(second)._construction_release_holds("Mine")
        credit.action_post()
        self.assertEqual((self.rules(waits), self.rules(later)), ([], []))
        self.assertLedger(100, 100, 900)
        credit.button_draft()
        credit.button_cancel()
        self.assertEqual((self.rules(waits), self.rules(later)), (["quantity"], ["quantity"]))
        self.assertFalse(self.env["account.move"]._cron_construction_holds(), "nothing was missed")
        # a controller who had no part in it lets it pass
        later.with_user(self.controller)._construction_release_holds("Settled with the supplier")
        self.assertEqual(set(later.sudo().construction_hold_ids.mapped("state")), {"cured", "released"})
        waits.action_post()
        self.assertEqual(waits.state, "draft")

    def test_a_credit_note_that_bills_again(self):
        for month, (way, make) in zip((3, 6), self.ways, strict=True):
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                self.ordered(received="10")
                bill = make(f"{way}-1", (10, 100), order="PO-A", invoice_date=f"2026-0{month}-10")
                again = self.reverse(bill, "modify_moves")
                self.assertEqual(
                    (again.state, again.ref, again.construction_external_key, bill.payment_state),
                    ("draft", False, False, "reversed"),
                )
                self.assertLedger(1000, 1000, 0)
                again.write({"ref": f"{way}-1", "invoice_date": "2026-03-21"})
                again.invoice_line_ids.quantity = 9
                again.action_post()
                self.assertLedger(100, 100, 900)
                if way == "E":
                    row = self.invoice_line(quantity="8", price="100")
                    message = self.send_invoice("E-1", "PO-A", [row], revision=2)
                    self.assertEqual(message.exception_id.question, "fallen")
                    self.assertLedger(100, 100, 900)
                undo.rollback()
                self.env.invalidate_all()

    def test_a_bill_set_to_draft(self):
        for way, make in self.ways:
            with self.subTest(way=way), self.env.cr.savepoint() as undo:
                self.ordered(received="10")
                bill = make(f"{way}-1", (10, 100), order="PO-A").with_user(self.payable)
                bill.button_draft()
                self.assertLedger(1000, 1000, 0)
                row = bill.invoice_line_ids
                bill.write({"invoice_line_ids": [Command.update(row.id, {"quantity": 12})]})
                bill.action_post()
                self.assertEqual((bill.state, self.rules(bill)), ("draft", ["quantity"]))
                bill.write({"invoice_line_ids": [Command.update(row.id, {"quantity": 7})]})
                self.assertEqual(self.rules(bill), [])
                bill.action_post()
                self.assertLedger(300, 300, 700)
                bill.button_draft()
                bill.button_cancel()
                self.assertLedger(1000, 1000, 0)
                undo.rollback()
                self.env.invalidate_all()

    # --- returns ------------------------------------------------------------------------------
