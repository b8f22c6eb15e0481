# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields

from .common import JobCostCommon


class TestAccruedOrders(JobCostCommon):
    """Odoo's wizard *Accrued Expense Entry* beside the accrual of the ledger of jobs."""

    def test_what_is_accrued_in_the_books_is_counted_once(self):
        plan = self.env["account.analytic.plan"].create({"name": "Region"})
        region = self.env["account.analytic.account"].create({"name": "North", "plan_id": plan.id})
        order = self.make_order((10, 100))
        line = order.order_line
        line.analytic_distribution = {
            f"{key},{region.id}": share for key, share in line.analytic_distribution.items()
        }
        self.receive_by_hand(order, 6)
        before = {"commitment": 1000, "accrual": 600}
        self.assertSums(before)
        liability = self.company_data["default_account_payable"].copy(
            {"account_type": "liability_current", "reconcile": False, "code": "211900"}
        )
        for name, amount in (("as received", 0), ("an amount", 250)):
            for active in (order, line):
                with self.subTest(name, active=active._name):
                    wizards = self.env["account.accrued.orders.wizard"].with_context(
                        active_model=active._name, active_ids=active.ids, active_id=active.id
                    )
                    wizard = wizards.create(
                        {
                            "date": fields.Date.today(),
                            "reversal_date": fields.Date.add(fields.Date.today(), days=1),
                            "account_id": liability.id,
                            "amount": amount,
                        }
                    )
                    moves = self.env["account.move"].search(wizard.create_entries()["domain"])
                    # the reversal waits for its day
                    self.assertEqual(sorted(moves.mapped("state")), ["draft", "posted"])
                    cost = moves.line_ids.filtered(lambda row: row.account_id != liability)
                    self.assertEqual(sorted(cost.mapped("balance")), [-(amount or 600), amount or 600])
                    self.assertFalse(moves.line_ids.construction_job_id)
                    self.assertEqual(cost.mapped("analytic_distribution"), [{str(region.id): 100}] * 2)
                    self.assertSums(before)
        wizard = self.env["construction.reconciliation"].create({"job_ids": [Command.set(self.job.ids)]})
        wizard.action_compare()
        self.assertFalse(wizard.line_ids | wizard.past_line_ids)
