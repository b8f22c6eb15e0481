# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_order_change import OrderChangeCommon


@tagged("post_install", "-at_install")
class TestChangeReconciled(OrderChangeCommon):
    def test_what_is_decided_has_nothing_pending(self):
        """Whatever else it says of itself: its state is what people see."""
        self.send_order(lines=self.lines((1, 100)), revision=1)
        self.review_above(500)
        self.change((60, 100))
        [change] = self.changes()
        self.post_ledger()
        for state in ("rejected", "approved"):
            with self.subTest(state), self.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.cr.execute(
                    "UPDATE construction_order_change SET state = %s WHERE id = %s", [state, change.id]
                )
                self.env.invalidate_all()
                wizard = self.env["construction.reconciliation"].create({})
                wizard.action_compare()
                self.assertEqual(wizard.line_ids.mapped("difference"), [-5900])
                savepoint.rollback()
            self.env.invalidate_all()
