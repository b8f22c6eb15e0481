# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from decimal import Decimal as D

from odoo import Command
from odoo.tests import tagged

from . import en16931
from .common import ProcurementCommon

ROUNDING = PER_LINE, GLOBALLY = "round_per_line", "round_globally"
# those that differ in kind; all of them are added up in plain Python
EXAMPLES = {
    "ubl-tc434-example5": GLOBALLY,  # charges, allowances and prepaid
    "sample-discount-price": GLOBALLY,
    "guide-example3": PER_LINE,
    "ubl-tc434-example1": GLOBALLY,
    "CII_example9": PER_LINE,
    "XRechnung-O": GLOBALLY,
}


@tagged("post_install", "-at_install")
class TestInvoiceSums(ProcurementCommon):
    """What Odoo's bill shows is what the supplier states: net, tax and total."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order(lines=[self.order_line(quantity="1000", price="10.00")])
        self.send_delivery(lines=[self.delivery_line(quantity="1000")])
        default = self.company.account_purchase_tax_id
        for rate in (6, 12, 19, 21, 25):
            default.copy({"name": f"Purchase {rate} %", "amount": rate})

    def rules(self, bill):
        return bill.construction_hold_ids.filtered(lambda hold: hold.state == "open").mapped("rule")

    def assertStated(self, message, state="done"):
        """A message ends in a state, and its bill says what it states."""
        self.assertState(message, state)
        bill, data = self.record(message, "account.move"), message._payload()
        shown = [bill.currency_id.round(value) for value in (bill.amount_untaxed, bill.amount_tax)]
        stated = [float(data[name]) for name in ("net_total", "tax_total")]
        rounding = float(data["total"]) - sum(stated)
        self.assertEqual(shown, [bill.currency_id.round(stated[0] + rounding), stated[1]])
        self.assertEqual(bill.amount_total, float(data["total"]))
        self.assertFalse(bill.currency_id.compare_amounts(sum(bill.line_ids.mapped("amount_currency")), 0))
        return bill

    def three_lines(self, key, tax, **kwargs):
        lines = [
            self.invoice_line(number, "1", "10.03", order_line="1", tax_percent="15")
            for number in ("1", "2", "3")
        ]
        return self.send_invoice(key, lines=lines, tax_total=tax, total=str(D("30.09") + D(tax)), **kwargs)

    def test_tax_per_line_or_per_rate(self):
        """Three lines of 10.03 at 15 %."""
        for month, method in enumerate(ROUNDING, 4):
            self.company.tax_calculation_rounding_method = method
            for day, tax in ((1, "4.50"), (20, "4.51")):
                with self.subTest(f"{method} {tax}"):
                    day = f"2026-{month:02}-{day:02}"
                    bill = self.assertStated(self.three_lines(f"{month}/{tax}", tax, invoice_date=day))
                    self.assertEqual(bill.state, "posted")
        # what was booked is taken back as it was stated
        bill = self.bill("4/4.51")
        again = self.three_lines("4/4.51", "4.50", invoice_date="2026-04-20", revision=1)
        self.assertState(again, "done")
        self.assertEqual((bill.reversal_move_ids.amount_tax, bill.payment_state), (4.51, "reversed"))
        for tax in ("4.49", "4.53"):
            self.assertState(self.three_lines(tax, tax), "exception", "data")
            self.assertFalse(self.bill(tax))

    def test_tax_of_many_small_lines(self):
        """Rounded per line there is none at all: what is stated is shown all the same."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        lines = [
            self.invoice_line(str(number), "1", "0.03", order_line="1", tax_percent="15")
            for number in range(20)
        ]
        bill = self.assertStated(self.send_invoice(lines=lines, tax_total="0.09", total="0.69"))
        self.assertEqual(bill.state, "posted")

    def test_discount_base_quantity_charges_and_allowances(self):
        line = self.invoice_line(
            quantity="100",
            price="1000.00",
            price_base_quantity="100",
            discount="50.00",
            allowances=[{"reason": "Old customer", "amount": "25.00"}],
            charges=[{"reason": "Pallets", "amount": "5.00"}],
            amount="930.00",
            tax_percent="15",
        )
        freight = {"reason": "Freight", "amount": "40.00", "tax_percent": "15", "cost_code": "05 12 00"}
        rebate = {"reason": "Rebate", "amount": "30.00", "tax_percent": "6"}
        data = {
            "lines": [line],
            "charges": [freight],
            "allowances": [rebate],
            "net_total": "940.00",
            "tax_total": "143.70",
            "total": "1083.70",
        }
        for method in ROUNDING:
            with self.subTest(method):
                self.company.tax_calculation_rounding_method = method
                bill = self.assertStated(self.send_invoice(method, **data), "exception")
                self.assertIn("freight", self.rules(bill))
                bill.button_cancel()
        self.company.construction_freight_percent = 10
        self.company.construction_freight_amount = 100
        bill = self.assertStated(self.send_invoice("INV-2", **data))
        self.assertEqual(bill.state, "posted")
        goods, charged, allowed = bill.invoice_line_ids.sorted("id")
        self.assertEqual((goods.quantity, goods.price_subtotal, goods.price_unit), (100, 930, 9.3))
        self.assertEqual(
            re.sub("[\N{NO-BREAK SPACE}\ufeff]", "", goods.name).split("\n")[1],
            "$1,000.00 for 100; discount $-50.00; Old customer $-25.00; Pallets $5.00",
        )
        self.assertEqual((charged.name, charged.price_subtotal), ("Freight", 40))
        self.assertEqual(charged.cost_code_id.code, "05 12 00")
        self.assertFalse((charged | allowed).purchase_line_id)
        self.assertEqual((allowed.name, allowed.price_subtotal), ("Rebate", -30))
        self.assertEqual(allowed.cost_code_id.code, "03 30 00")
        entries = self.env["construction.cost.entry"].search([("kind", "=", "actual")])
        self.assertEqual(sum(entries.mapped("amount")), 940)

    def test_a_percentage_is_shown_as_one(self):
        line = self.invoice_line(discount="100.00", amount="900.00")
        bill = self.assertStated(self.send_invoice(lines=[line]))
        self.assertEqual((bill.invoice_line_ids.price_unit, bill.invoice_line_ids.discount), (10, 10))

    def test_rounding_and_prepaid(self):
        data = {"lines": [self.invoice_line(price="9.9997", amount="999.97")], "rounding": "0.03"}
        bill = self.assertStated(self.send_invoice("A", **data, net_total="999.97", prepaid="500"))
        self.assertEqual(bill.state, "posted")
        figures = (bill.amount_total, bill.construction_rounding, bill.construction_prepaid)
        self.assertEqual((*figures, bill.construction_to_pay), (999.97, 0.03, 500, 500))
        bill = self.assertStated(
            self.send_invoice("B", **data, net_total="999.97", total="1000.00", invoice_date="2026-05-10")
        )
        self.assertEqual((bill.state, bill.amount_total, bill.construction_rounding), ("posted", 1000, 0))
        entries = self.env["construction.cost.entry"].search([("kind", "=", "actual")])
        self.assertAlmostEqual(sum(entries.mapped("amount")), 1999.94)
        # down as well as up, and no rebate
        message = self.send_invoice(
            "D",
            lines=[self.invoice_line(price="10.0001", amount="1000.01")],
            rounding="-0.01",
            net_total="1000.01",
            total="1000.00",
            invoice_date="2026-07-10",
        )
        self.assertEqual((message.state, self.bill("D").state), ("done", "posted"))
        # what is more than rounding is charged
        message = self.send_invoice(
            "C",
            lines=[self.invoice_line(quantity="10")],
            rounding="5",
            total="105",
            invoice_date="2026-06-10",
        )
        bill = self.assertStated(message, "exception")
        self.assertEqual(self.rules(bill), ["freight"])

    def test_taken_as_stated(self):
        line = self.invoice_line(quantity="100", price="10.00", amount="990.00", tax_percent="15")
        message = self.send_invoice(lines=[line])
        bill = self.assertStated(message, "exception")
        self.assertState(message, "exception", "variance")
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["sum"]))
        self.assertIn(
            "line 1 is stated at $\N{NO-BREAK SPACE}990.00, and comes to $\N{NO-BREAK SPACE}1,000.00",
            message.problem,
        )
        # replayed, or posted by hand, it says no less
        message.action_replay()
        self.run_all()
        self.assertState(message, "exception", "variance")
        bill.action_post()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["sum"]))
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        bill.with_user(controller)._construction_release_holds("They gave us ten off")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual((bill.state, bill.amount_untaxed), ("posted", 990))

    def test_corrected_by_its_supplier(self):
        line = self.invoice_line(quantity="100", price="10.00", amount="990.00")
        self.send_invoice(lines=[line])
        self.assertEqual(self.rules(self.bill()), ["sum"])
        message = self.send_invoice(lines=[{**line, "discount": "10.00"}], revision=1)
        bill = self.assertStated(message)
        self.assertEqual((bill.state, bill.construction_misstated), ("posted", False))
        self.assertEqual(bill.construction_hold_ids.mapped("state"), ["cured"])

    def test_corrected_by_hand(self):
        clerk = self.user_with("clerk", "construction_base.group_accounts_payable")
        figures = {"price_unit": 10}, {"quantity": 99, "price_unit": 10}, {"price_unit": 10, "discount": 1}
        line = self.invoice_line(quantity="100", price="10.00", amount="990.00")
        for vals in figures:
            with self.subTest(vals=vals), self.env.cr.savepoint() as undo:
                message = self.send_invoice(lines=[line])
                bill = self.bill().with_user(clerk)
                row = bill.invoice_line_ids
                bill.write({"invoice_line_ids": [(1, row.id, {"name": "Bolts", "price_unit": 9.8})]})
                self.assertEqual(self.rules(bill), ["sum"], "as little as before")
                bill.write({"invoice_line_ids": [(1, row.id, vals)]})
                self.assertEqual((bill.state, self.rules(bill)), ("draft", []))
                self.run_all()
                self.assertEqual((message.state, bill.state), ("done", "posted"))
                undo.rollback()
                self.env.invalidate_all()

    def test_an_amount_without_a_quantity_bills_nothing_of_the_order(self):
        lines = [
            self.invoice_line("1", "100", "10.00"),
            self.invoice_line(
                "2", "0", "10.00", order_line="1", amount="8.00", charges=[{"reason": "Toll", "amount": "8"}]
            ),
        ]
        self.company.construction_freight_percent = 10
        self.company.construction_freight_amount = 100
        bill = self.assertStated(self.send_invoice(lines=lines))
        self.assertEqual(bill.state, "posted")
        self.assertEqual(self.order().order_line.qty_invoiced, 100)

    def test_a_tax_in_the_price(self):
        tax = self.company.account_purchase_tax_id
        tax.price_include_override = "tax_included"
        self.env["construction.crosswalk"].sudo()._bind(self.suppliers, "tax", {"15": tax})
        for method, stated in zip(ROUNDING, ("4.51", "4.50"), strict=True):
            with self.subTest(f"{method} {stated}"):
                self.company.tax_calculation_rounding_method = method
                message = self.three_lines(method, stated, invoice_date=f"2026-0{5 + (stated > '4.50')}-01")
                self.assertEqual(self.assertStated(message).state, "posted")

    def test_currencies_of_other_decimals(self):
        for name, lines, tax in (
            ("JPY", [("1", "1003"), ("1", "1003"), ("1", "1003")], ("450", "452")),
            ("KWD", [("3", "1.0033"), ("-1", "0.5555")], ("0.368", "0.369")),
        ):
            currency = self.env["res.currency"].with_context(active_test=False).search([("name", "=", name)])
            currency.active = True
            currency.rate_ids = [
                Command.clear(),
                Command.create({"name": "2026-01-01", "rate": 1.7, "company_id": self.company.id}),
            ]
            digits = currency.decimal_places
            rows = [
                {
                    **self.invoice_line(str(number), quantity, price, tax_percent="15"),
                    "amount": f"{round(D(quantity) * D(price), digits)}",
                    "cost_code": "05 12 00",
                    "job": "J-1",
                }
                for number, (quantity, price) in enumerate(lines)
            ]
            for row in rows:
                del row["order_line"]
            net = sum(D(row["amount"]) for row in rows)
            for method, stated in zip(ROUNDING, tax, strict=True):
                self.company.tax_calculation_rounding_method = method
                with self.subTest(f"{name} {method} {stated}"):
                    message = self.send_invoice(
                        f"{name}-{stated}",
                        None,
                        rows,
                        currency=name,
                        net_total=str(net),
                        tax_total=stated,
                        total=str(net + D(stated)),
                    )
                    bill = self.assertStated(message, "exception")
                    self.assertEqual(self.rules(bill), ["no_order"])

    def test_published_examples(self):
        """Bills of the examples of EN 16931: net, tax and total as they are stated."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        for currency in currencies.search([("name", "in", ("DKK", "EUR"))]) - self.company.currency_id:
            currency.active = True
            currency.rate_ids = [
                Command.clear(),
                Command.create({"name": "2010-01-01", "rate": 7.1, "company_id": self.company.id}),
            ]
        files = {path.stem: path for path in en16931.files()}
        for number, (name, method) in enumerate(EXAMPLES.items()):
            with self.subTest(name):
                self.company.tax_calculation_rounding_method = method
                data = {
                    **en16931.event(files[name]),
                    "supplier": "S-2",
                    "invoice_date": f"20{number + 11}-05-01",
                }
                for row in (*data["lines"], *data["charges"], *data["allowances"]):
                    row.update(cost_code="05 12 00", job="J-1")
                message = self.send(self.suppliers, "procurement.invoice.received", name, data)
                bill = self.assertStated(message, "exception")
                rules = {"no_order", "sum"} if name in en16931.MISSTATED else {"no_order"}
                self.assertEqual((bill.state, set(self.rules(bill))), ("draft", rules))
                self.assertEqual(bill.construction_prepaid, float(data["prepaid"]))
