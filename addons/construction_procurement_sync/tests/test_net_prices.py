# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import tagged

from .common import HandBillsCommon


@tagged("post_install", "-at_install")
class TestNetPrices(HandBillsCommon):
    """Net is compared with net, whether a tax is in the price of the order, of the bill, or of none."""

    def set_up_once(self):
        super().set_up_once()
        self.tax_13 = self.company.account_purchase_tax_id.copy({"name": "13 % in the price", "amount": 13})
        self.tax_13.price_include_override = "tax_included"
        ordered = self.order()
        self.hand_order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "construction_order_job_id": self.job.id,
                "order_line": [
                    Command.create(
                        {
                            "name": "Bolts with tax in the price",
                            "product_id": ordered.order_line.product_id.id,
                            "product_qty": 10,
                            "price_unit": 1255.555555556,
                            "discount": 10,
                            "tax_ids": [Command.set(self.tax_13.ids)],
                            "analytic_distribution": ordered.order_line.analytic_distribution,
                        }
                    )
                ],
            }
        )
        self.hand_order.button_confirm()
        self.receive_by_hand(self.hand_order)

    def receive_by_hand(self, order):
        for move in order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        order.picking_ids.button_validate()

    def bill_by_hand(self, reference, price, taxes, order=None, day="2026-03-10", quantity=1):
        line = (order or self.hand_order).order_line
        vals = self.vals(reference, quantity, price, invoice_date=day)
        vals["invoice_line_ids"][0][2].update(
            purchase_line_id=line.id, tax_ids=[Command.set(taxes.ids)], product_id=line.product_id.id
        )
        bill = self.env["account.move"].with_user(self.clerk).create(vals)
        bill.action_post()
        return bill

    def test_ordered_with_tax_in_the_price(self):
        line = self.hand_order.order_line
        self.assertAlmostEqual(line._construction_net_price(), 1000)
        self.assertAlmostEqual(line._construction_taxed_price(1000), 1130)
        entries = self.env["construction.cost.entry"].search(
            [("document_model", "=", "purchase.order"), ("document_id", "=", self.hand_order.id)]
        )
        committed = entries.filtered(lambda entry: entry.kind == "commitment")
        self.assertAlmostEqual(sum(committed.mapped("amount")), 10000)
        none = self.env["account.tax"]
        for number, (price, taxes, rules) in enumerate(
            (
                (1100, none, ["price", "invoice_price"]),
                (1130, none, ["price", "invoice_price"]),
                (1010, none, []),
                (1130, self.tax_13, []),
                (1243, self.tax_13, ["price", "invoice_price"]),
            ),
            start=1,
        ):
            with self.subTest(f"{price} {taxes.name}"):
                bill = self.bill_by_hand(f"N-{number}", price, taxes, day=f"2026-{number + 3:02}-10")
                self.assertEqual(self.rules(bill), rules)
                self.assertEqual(bill.state, "draft" if rules else "posted")
                if rules:
                    hold = bill.sudo().construction_hold_ids.filtered(lambda row: row.rule == "price")
                    self.assertIn("ordered $\N{NO-BREAK SPACE}1,000.00", hold.name)

    def test_billed_by_event(self):
        number = self.hand_order.name
        for name, price, rules in (("E-1", "1100", ["price", "invoice_price"]), ("E-2", "1010", [])):
            message = self.send_invoice(
                name,
                number,
                [self.invoice_line(quantity="1", price=price, item="BOLT")],
                invoice_date=f"2026-0{4 + len(rules)}-10",
            )
            self.assertEqual(self.rules(self.record(message, "account.move")), rules, message.problem)

    def test_ordered_net_and_billed_with_tax_in_the_price(self):
        order = self.order()
        self.send_delivery()
        bill = self.bill_by_hand("N-1", 11.3, self.tax_13, order=order, quantity=50)
        self.assertEqual(bill.state, "posted")
        bill = self.bill_by_hand("N-2", 12.43, self.tax_13, order=order, day="2026-04-10", quantity=50)
        self.assertEqual(self.rules(bill), ["price", "invoice_price"])

    def test_said_by_event(self):
        """What an event says of a line that has tax in its price is net: 1,000 is what stands there."""
        number, line = self.hand_order.name, self.hand_order.order_line
        for price, state in (("1000", "done"), ("1130", "exception")):
            data = self.order_data(number, [self.order_line(quantity="10", price=price)], revision=int(price))
            message = self.send(self.field, "procurement.purchase_order.changed", number, data)
            self.assertState(message, state)
            self.assertEqual((line.discount, line.price_subtotal), (10, 10000))
