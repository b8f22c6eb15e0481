# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import HandBillsCommon


@tagged("post_install", "-at_install")
class TestBillNumber(HandBillsCommon):
    """One bill that gets a day of another month stops no other one."""

    def test_redated_into_another_month(self):
        self.send_delivery()
        self.send_invoice(lines=[self.invoice_line(quantity="10")])
        bill = self.bill().with_user(self.clerk)
        first = bill.name
        for cancelled in (False, True):
            with self.subTest(cancelled=cancelled), self.env.cr.savepoint() as undo:
                bill.button_draft()
                if cancelled:
                    bill.button_cancel()
                bill.write({"date": "2026-04-21", "invoice_date": "2026-04-21"})
                self.assertFalse(bill.name)
                self.assertIn(first, bill.message_ids[0].body)
                self.send_invoice("N-2", lines=[self.invoice_line(quantity="20")], invoice_date="2026-04-22")
                other = self.bill("N-2")
                self.assertEqual(other.state, "posted")
                self.assertIn("2026/04", other.name)
                if not cancelled:
                    bill.action_post()
                    self.assertEqual(bill.state, "posted")
                    self.assertIn("2026/04", bill.name)
                undo.rollback()
                self.env.invalidate_all()
        bill.button_draft()
        bill.write({"date": "2026-03-21", "invoice_date": "2026-03-21"})
        self.assertEqual(bill.name, first, "of the same month it keeps its number")
