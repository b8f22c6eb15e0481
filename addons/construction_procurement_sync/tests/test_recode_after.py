# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.modules.module import load_script
from odoo.tests import tagged

from .test_recode import RecodeCommon

SCRIPT = "construction_procurement_sync/migrations/19.0.1.2.1/end-recodes_waiting.py"


@tagged("post_install", "-at_install")
class TestRecodeAfter(RecodeCommon):
    """What becomes of a recode that waits, and of what is credited once an order is recoded."""

    def test_a_recode_passes_the_budget(self):
        """It asks for more of its new cell: pending where that has no room."""
        self.budget(self.plaster, 400)
        self.job.construction_budget_policy = "warn"
        self.send_order("PO-1")
        self.job.construction_budget_policy = "block"
        self.remap("03 30 00", self.plaster)
        recode = self.item().record_ref
        self.decide("recode")
        self.assertFalse(self.item(), "the change has its own")
        [line] = recode.line_ids
        change = self.order().construction_change_ids
        self.assertEqual((line.outcome, change.state, change.stop), ("waiting", "pending", "budget"))
        self.assertEqual(self.order().order_line.cost_code_id, self.concrete)

        # turned down, or taken back, it is left behind as before
        for close in ("reject", "withdraw"):
            with self.subTest(close):
                [change] = self.order().construction_change_ids.filtered(lambda c: c.state == "pending")
                self.assertEqual(recode.state, "open")
                self.order().invalidate_recordset(["construction_left_behind"])
                self.assertFalse(self.order().construction_left_behind)
                manager = self.user_with(f"m_{close}", "purchase.group_purchase_manager")
                getattr(change.with_user(manager), f"_construction_{close}")("no room")
                self.assertIn("no room", self.item().sentence)
                self.assertEqual((self.item().record_ref, line.outcome), (recode, "stopped"))
                self.order().invalidate_recordset(["construction_left_behind"])
                self.assertTrue(self.order().construction_left_behind)
                self.decide("recode")
                self.assertEqual(line.outcome, "waiting")
        self.migrate_closed(recode)
        # applied, the list is done
        self.job.construction_budget_policy = "warn"
        change = self.order().construction_change_ids.filtered(lambda c: c.state == "pending")
        change._construction_retry()
        self.assertEqual((change.state, line.outcome, recode.state), ("approved", "recoded", "recoded"))
        self.assertFalse(self.item())
        self.assertEqual(self.order().order_line.cost_code_id, self.plaster)

    def migrate_closed(self, recode):
        """A list that was closed while its change waited is open again, as after a change turned down."""
        script = load_script(SCRIPT, "end_recodes")
        line = recode.line_ids
        change = line.change_id
        for close in (False, True):
            line.change_id = False
            line.flush_recordset()
            recode.state = "recoded"
            recode.flush_recordset()
            if close:
                change._construction_close("rejected", "no room at all")
            script.migrate(self.env.cr, "19.0.1.2.0")
            self.assertEqual((recode.state, line.change_id), ("open", change))
            self.assertEqual(line.outcome, "stopped" if close else "waiting")
        self.assertIn("no room at all", self.item().sentence)
        self.decide("recode")
        self.assertEqual(line.outcome, "waiting")

    def test_what_is_billed_is_credited_from_where_it_is(self):
        """By event, by hand and by the reversal of a bill: a recode moves no cost that is posted."""
        self.send_order("PO-1")
        self.send_delivery("R-1", "PO-1", [self.delivery_line(quantity="60")])
        for number, quantity in (("INV-1", "40"), ("INV-2", "20")):
            self.send_invoice(number, "PO-1", [self.invoice_line(quantity=quantity)])
        self.remap("03 30 00", self.plaster)
        self.decide("recode")
        order = self.order()
        actual, commitment = ("actual", self.concrete), ("commitment", self.plaster)
        self.assertEqual(self.ledger(order)[actual], 600)
        self.send_invoice("CN-1", "PO-1", [self.invoice_line(quantity="20")], kind="credit_note")
        self.assertEqual(self.bill("CN-1").state, "posted")
        found = self.ledger(order)
        self.assertEqual((found[actual], found[commitment]), (400, 600))
        self.assertNotIn(("actual", self.plaster), found)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.bill("INV-1").ids
        )
        wizard = wizard.create({"journal_id": self.bill("INV-1").journal_id.id, "reason": "wrong"})
        back = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        self.assertEqual(back.invoice_line_ids.cost_code_id, self.concrete)
        # a draft that takes back what is posted is left as it is by another recode
        self.remap("03 30 00", self.steel)
        self.assertNotIn(back.display_name, self.item().record_ref.line_ids.mapped("document_name"))
        back.action_post()
        found = self.ledger(order)
        self.assertEqual((found.get(actual, 0), found[commitment]), (0, 1000))
        # billed anew it is cost of what the order is coded to by now, and so is its credit note
        self.send_invoice("INV-3", "PO-1", [self.invoice_line(quantity="40")])
        self.assertEqual(self.ledger(order)["actual", self.plaster], 400)
        self.send_invoice("CN-3", "PO-1", [self.invoice_line(quantity="40")], kind="credit_note")
        self.assertNotIn(("actual", self.plaster), self.ledger(order))
