# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import EquipmentCommon


@tagged("post_install", "-at_install")
class TestBillReversed(EquipmentCommon):
    """What has nothing to do with machines is copied and reversed as ever."""

    def test_by_who_enters_bills(self):
        clerk = self.user_with(
            "u_cc", "construction_base.group_cost_controller,account.group_account_invoice"
        )
        bill = (
            self.env["account.move"]
            .with_user(clerk)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.env["res.partner"].create({"name": "Supplier"}).id,
                    "invoice_date": "2026-03-10",
                    "invoice_line_ids": [(0, 0, {"name": "Paper", "quantity": 1, "price_unit": 50})],
                }
            )
        )
        bill.invoice_line_ids.tax_ids = False
        self.assertEqual(bill.copy().amount_total, 50)
        bill.action_post()
        wizard = self.env["account.move.reversal"].with_user(clerk)
        wizard = wizard.with_context(active_model="account.move", active_ids=bill.ids)
        wizard.create({"journal_id": bill.journal_id.id}).refund_moves()
        self.assertEqual(bill.reversal_move_ids.amount_total, 50)
