# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.tests import tagged

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestLedger(ProcurementCommon):
    """What the events leave in the job-cost ledger, dates and correlation included."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def test_ten_dozen_at_25_accrue_250(self):
        self.send_order(lines=[self.order_line(quantity="10", uom="DZN", price="25")])
        self.send_delivery(lines=[self.delivery_line(quantity="120", uom="EA")])
        self.assertEqual(self.sums(), {"commitment": 250, "accrual": 250})

    def test_order_receipt_bill(self):
        order = self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="50")])
        self.send_invoice(lines=[self.invoice_line(quantity="40")])
        self.assertEqual(self.sums(), {"commitment": 600, "accrual": 100, "actual": 400})
        entries = self.env["construction.cost.entry"].search([("job_id", "=", self.job.id)], order="id")
        self.assertEqual(
            {(entry.kind, str(entry.date)) for entry in entries},
            {
                ("commitment", "2026-03-02"),
                ("accrual", "2026-03-05"),
                ("commitment", "2026-03-10"),
                ("accrual", "2026-03-10"),
                ("actual", "2026-03-10"),
            },
        )
        first = entries.filtered(lambda entry: str(entry.date) == "2026-03-02")
        self.assertEqual(first.correlation_id, order.correlation)
        action = first.action_construction_messages()
        self.assertEqual(self.env["construction.message"].search(action["domain"]), order)

    def test_bills_of_one_batch_keep_their_own_correlation(self):
        self.send_order()
        self.send_order("PO-2")
        self.send_delivery()
        self.send_delivery("R-2", "PO-2")
        messages = [
            self.receive(
                self.suppliers,
                "procurement.invoice.received",
                key,
                self.invoice_data(key, order, lines=[self.invoice_line(quantity=quantity)]),
            )
            for key, order, quantity in (("A-1", "PO-1", "10"), ("B-2", "PO-2", "20"))
        ]
        self.run_all()
        for message in messages:
            self.assertState(message, "done")
            entries = self.env["construction.cost.entry"].search(
                [("correlation_id", "=", message.correlation)]
            )
            self.assertEqual(set(entries.mapped("kind")), {"actual", "commitment", "accrual"})

    def test_foreign_currency_example(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        for date, rate in (("2026-03-01", 1.10), ("2026-03-10", 1.08)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": eur.id,
                    "name": date,
                    "inverse_company_rate": rate,
                    "company_id": self.company.id,
                }
            )
        self.send_order(currency="EUR", lines=[self.order_line(quantity="1000", price="100")])
        self.send_delivery(lines=[self.delivery_line(quantity="400")])
        message = self.send_invoice(currency="EUR", lines=[self.invoice_line(quantity="400", price="100")])
        self.assertState(message, "done")
        self.assertEqual(self.sums(), {"commitment": 66000, "actual": 43200})

    def test_budget_stops_and_lets_go_by_itself(self):
        self.set_budget(500)
        message = self.send_order()
        self.assertState(message, "exception", "budget")
        self.assertIn("1,000.00", message.exception_id.figures_text)
        self.assertEqual(self.order().state, "draft")
        self.assertEqual(self.sums(), {"budget": 500, "pending": 1000})
        self.set_budget(600)
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.order().state, "purchase")
        self.assertEqual(self.sums(), {"budget": 1100, "commitment": 1000})

    def test_budget_stops_a_change_and_keeps_the_order(self):
        self.set_budget(1200)
        self.send_order()
        change = self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=[self.order_line(quantity="130")], revision=2),
        )
        self.assertState(change, "done")
        document = self.record(change, "construction.order.change")
        self.assertEqual((document.state, document.stop, document.reserved), ("pending", "budget", False))
        self.assertEqual(self.order().order_line.product_qty, 100)
        self.assertEqual(self.order().construction_revision, 0)
        self.assertEqual(self.sums(), {"budget": 1200, "commitment": 1000, "pending": 300})
        item = self.env["construction.exception"].search(
            [("record_ref", "=", f"{document._name},{document.id}")]
        )
        self.assertEqual((item.state, item.category), ("open", "budget"))
        self.set_budget(100)
        self.assertEqual((document.state, item.state), ("approved", "resolved"))
        self.assertEqual(self.sums(), {"budget": 1300, "commitment": 1300})

    def test_override_lets_the_order_go_on(self):
        self.set_budget(500)
        message = self.send_order()
        controller = self.user_with("override_controller", "construction_base.group_cost_controller")
        self.env["construction.budget.override"].with_user(controller).create(
            {"order_id": self.order().id, "reason": "Owner pays"}
        ).action_override()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.order().state, "purchase")

    def test_cancelled_order_leaves_nothing(self):
        self.send_order()
        self.send(
            self.field,
            "procurement.purchase_order.cancelled",
            "PO-1",
            {"order": "PO-1", "reason": "Not needed"},
        )
        self.assertEqual(self.sums(), {})

    def test_a_bill_dated_before_its_receipt_is_never_an_accrual(self):
        """Case 5, by event: in whichever order they come."""
        self.send_order("PO-1")
        self.send_order("PO-2")
        self.send_delivery("R-1", "PO-1")
        self.assertState(self.send_invoice("I-1", "PO-1", invoice_date="2026-03-04"), "done")
        held = self.send_invoice("I-2", "PO-2", invoice_date="2026-03-04")
        self.assertState(held, "exception")
        self.send_delivery("R-2", "PO-2")
        self.assertState(held, "done")
        entries = self.env["construction.cost.entry"].search([])
        for day, accrued, actual in (("2026-03-03", 0, 0), ("2026-03-04", 0, 2000), ("2026-03-31", 0, 2000)):
            found = entries.filtered(lambda entry, day=day: str(entry.date) <= day)
            sums = {kind: sum(some.mapped("amount")) for kind, some in found.grouped("kind").items()}
            self.assertEqual((sums.get("accrual", 0), sums.get("actual", 0)), (accrued, actual), day)

    def test_the_reconciliation_finds_a_bill_that_should_have_been_held(self):
        """A rule of matching that is broken while a bill comes in shows afterwards."""
        self.send_order()
        self.send_delivery(lines=[self.delivery_line(quantity="80")])
        moves = type(self.env["account.move"])
        with patch.object(moves, "_construction_match_problems", lambda bill, by_hand=False: []):
            self.assertState(self.send_invoice(), "done")
        wizard = self.env["construction.reconciliation"].create({"job_ids": [(6, 0, self.job.ids)]})
        wizard.action_compare()
        self.assertFalse(wizard.line_ids | wizard.past_line_ids, "The ledger follows the bill")
        misfit = wizard.misfit_line_ids
        self.assertEqual(misfit.reference, self.bill().display_name)
        self.assertIn("80", misfit.problem)
        # 20 of 100 are too many, at 10 each: money, and no number of units
        self.assertEqual((misfit.posted, misfit.expected, misfit.difference), (1000, 800, -200))
        self.send_delivery("R-2", lines=[self.delivery_line(quantity="20")])
        wizard.action_compare()
        self.assertFalse(wizard.misfit_line_ids)

    def test_the_reconciliation_shows_once_what_a_bill_is_too_dear(self):
        self.send_order()
        self.send_delivery()
        moves = type(self.env["account.move"])
        with patch.object(moves, "_construction_match_problems", lambda bill, by_hand=False: []):
            self.assertState(self.send_invoice(lines=[self.invoice_line(price="15.10")]), "done")
        wizard = self.env["construction.reconciliation"].create({"job_ids": [(6, 0, self.job.ids)]})
        wizard.action_compare()
        self.assertEqual(wizard.misfit_line_ids.mapped("difference"), [-510])

    def test_the_reconciliation_leaves_out_what_was_taken_back_whole(self):
        """A bill that was corrected and what takes it back are no misfits beside the one in their place."""
        self.send_order()
        self.send_delivery()
        self.assertState(self.send_invoice(), "done")
        self.assertState(self.send_invoice(invoice_date="2026-03-11", revision=1), "done")
        bills = self.bill()
        self.assertEqual(len(bills), 2)
        [standing] = bills.filtered(lambda bill: not bill._construction_is_reversed())
        self.order().order_line.price_unit = 9
        wizard = self.env["construction.reconciliation"].create({"job_ids": [(6, 0, self.job.ids)]})
        wizard.action_compare()
        self.assertEqual(wizard.misfit_line_ids.mapped("reference"), [standing.display_name])
        self.assertEqual(wizard.misfit_line_ids.mapped("difference"), [-100])
        # what is taken back in part stands for the rest, and is looked at
        back = standing._reverse_moves([{"invoice_date": "2026-03-20", "ref": "part"}])
        back.invoice_line_ids.quantity = 10
        back._post()
        wizard.action_compare()
        self.assertIn(standing.display_name, wizard.misfit_line_ids.mapped("reference"))
