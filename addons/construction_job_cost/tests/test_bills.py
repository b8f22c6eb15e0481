# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields

from .common import JobCostCommon


class TestBills(JobCostCommon):
    def test_bill_coding_comes_from_the_order(self):
        bill = self.make_bill(self.make_order((10, 100)), 4, post=False)
        line = bill.invoice_line_ids
        self.assertEqual(
            (line.construction_job_id, line.cost_code_id, line.cost_type_id),
            (self.job, self.code, self.material),
        )

    def test_draft_bill_changes_nothing(self):
        self.make_bill(self.make_order((10, 100)), 4, post=False)
        self.assertSums({"commitment": 1000})

    def test_dated_by_the_accounting_date(self):
        order = self.make_order((10, 100), on="2026-03-01")
        bill = self.make_bill(order, 4, date="2026-03-10")
        entries = self.Entry.search([("date", "=", "2026-03-10")])
        self.assertEqual({(e.kind, e.amount) for e in entries}, {("actual", 400), ("commitment", -400)})
        self.assertEqual(entries.filtered(lambda e: e.kind == "actual").document_id, bill.id)

    def test_foreign_currency(self):
        """EUR order 100,000 at 1.10, bill 40,000 at 1.08."""
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        for day, rate in (("2026-01-01", 1.10), ("2026-03-01", 1.08)):
            self.env["res.currency.rate"].create(
                {"currency_id": eur.id, "name": day, "rate": 1 / rate, "company_id": self.company.id}
            )
        order = self.make_order((100, 1000), currency=eur, date_order="2026-02-01 08:00:00")
        self.assertSums({"commitment": 110000})
        self.make_bill(order, 40, date="2026-03-10")
        self.assertSums({"commitment": 66000, "actual": 43200})
        entry = self.Entry.search([("kind", "=", "actual")], limit=1)
        self.assertEqual((entry.amount_currency, entry.currency_id), (40000, eur))

    def test_over_billing_clamps_at_zero(self):
        self.make_bill(self.make_order((10, 100)), 10, price=120)
        self.assertSums({"actual": 1200})

    def test_refund_reopens(self):
        order = self.make_order((10, 100))
        self.make_bill(order, 6)
        self.make_bill(order, 2, kind="in_refund", date="2026-03-11")
        self.assertSums({"commitment": 600, "actual": 400})

    def test_recoverable_tax_is_no_cost_and_lost_tax_is(self):
        good = self.company_data["default_tax_purchase"]
        order = self.make_order((10, 100, None, {"tax_ids": [Command.set(good.ids)]}))
        self.assertSums({"commitment": 1000})
        self.make_bill(order, 10)
        self.assertSums({"actual": 1000})
        lost = self.env["account.tax"].create(
            {
                "name": "Lost 10%",
                "amount": 10,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax"}),
                ],
                "refund_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax"}),
                ],
            }
        )
        second = self.make_order((1, 100, None, {"tax_ids": [Command.set(lost.ids)]}), job=self.job_2)
        self.assertSums({"commitment": 110}, job=self.job_2)
        self.make_bill(second, 1)
        self.assertSums({"actual": 110}, job=self.job_2)

    def test_reset_to_draft_and_posted_again(self):
        order = self.make_order((10, 100))
        bill = self.make_bill(order, 4)
        bill.button_draft()
        self.assertSums({"commitment": 1000})
        bill.invoice_line_ids.quantity = 5
        bill.action_post()
        self.assertSums({"commitment": 500, "actual": 500})
        amounts = self.Entry.search([("kind", "=", "actual")], order="id").mapped("amount")
        self.assertEqual(amounts, [400, -400, 500], "Both stay visible, the net is the new value")

    def test_cancelled_bill(self):
        order = self.make_order((10, 100))
        self.make_bill(order, 4).button_cancel()
        self.assertSums({"commitment": 1000})

    def test_reversal(self):
        order = self.make_order((10, 100))
        bill = self.make_bill(order, 4)
        bill._reverse_moves([{"invoice_date": bill.date, "date": bill.date}], cancel=True)
        self.assertSums({"commitment": 1000})

    def test_direct_bill_and_recoding_after_posting(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Crane hire",
                            "quantity": 1,
                            "price_unit": 700,
                            "account_id": self.company_data["default_account_expense"].id,
                            "tax_ids": [Command.clear()],
                            "construction_job_id": self.job.id,
                            "cost_code_id": self.code.id,
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.assertSums({"actual": 700})
        bill.invoice_line_ids.construction_job_id = self.job_2
        self.assertSums({})
        self.assertSums({"actual": 700}, job=self.job_2)

    def test_as_of_stays_answerable(self):
        order = self.make_order((10, 100), confirm=False)
        self.dated(order, "2026-01-10").button_confirm()
        self.make_bill(order, 4, date="2026-01-31")
        self.make_bill(order, 2, date="2026-02-10")
        self.assertSums({"commitment": 600, "actual": 400}, as_of="2026-01-31")
        self.assertSums({"commitment": 400, "actual": 600}, as_of="2026-02-28")
        self.assertSums({}, as_of="2026-01-09")

    def test_bills_of_one_order_posted_together(self):
        order = self.make_order((10, 100), confirm=False)
        self.dated(order, "2026-01-10").button_confirm()
        bills = self.make_bill(order, 4, date="2026-02-10", post=False)
        bills |= self.make_bill(order, 2, date="2026-01-31", post=False)
        bills.action_post()
        self.assertSums({"commitment": 800, "actual": 200}, as_of="2026-01-31")
        self.assertSums({"commitment": 400, "actual": 600})

    def test_agrees_with_odoo_analytic(self):
        order = self.make_order((3, 33.33))
        self.make_bill(order, 3)
        lines = self.env["account.analytic.line"].search([("account_id", "=", self.job.account_id.id)])
        self.assertEqual(-sum(lines.mapped("amount")), self.sums()["actual"])

    def test_revenue_and_payment_are_no_cost(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Progress",
                            "price_unit": 5000,
                            "tax_ids": [Command.clear()],
                            "construction_job_id": self.job.id,
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        self.assertSums({})

    def test_journal_entry_is_actual(self):
        expense = self.company_data["default_account_expense"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": fields.Date.to_date("2026-03-10"),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": expense.id,
                            "debit": 60,
                            "construction_job_id": self.job.id,
                            "cost_code_id": self.code.id,
                        }
                    ),
                    Command.create(
                        {"account_id": self.company_data["default_account_payable"].id, "credit": 60}
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertSums({"actual": 60})
