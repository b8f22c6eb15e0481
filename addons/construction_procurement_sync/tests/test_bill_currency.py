# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_shortcuts import ShortcutsCommon


@tagged("post_install", "-at_install")
class TestBillCurrency(ShortcutsCommon):
    """What a person types of currency and rate is looked at, as what an event says is."""

    def set_up_once(self):
        super().set_up_once()
        self.euro = self.env.ref("base.EUR")
        self.euro.active = True
        self.euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": self.euro.id, "name": "2026-01-01", "rate": 0.5, "company_id": self.company.id}
        )

    def euro_order(self):
        order = self.ordered()
        order.button_cancel()
        order.button_draft()
        order.currency_id = self.euro
        order.order_line.price_unit = 100
        order.button_confirm()
        self.move(self.in_hand(order), 10)
        return order

    def test_in_another_currency_than_its_order(self):
        self.ordered(received="10")
        bill = self.by_hand("H-1", (10, 50), order="PO-A", currency_id=self.euro.id, user=self.payable)
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["currency"]))
        self.assertRegex(bill.sudo().construction_hold_text, r"in EUR.*another currency: .*\(USD\)")
        self.assertLedger(1000, 1000, 0)
        bill.currency_id = self.company.currency_id
        self.assertEqual(self.rules(bill), [])
        bill.currency_id = self.euro
        bill.action_post()
        bill.with_user(self.controller)._construction_release_holds("Agreed with the supplier")
        bill.action_post()
        self.assertLedger(0, 0, 1000)

    def test_a_rate_that_somebody_typed(self):
        self.euro_order()
        self.assertLedger(2000, 2000, 0)
        rates = (("ten times", 0.05, "draft"), ("nothing", 50, "draft"), ("as it is", 0.5, "posted"))
        for name, rate, state in rates:
            with self.subTest(name), self.env.cr.savepoint() as undo:
                bill = self.drafted_in_euro()
                bill.invoice_currency_rate = rate
                bill.action_post()
                self.assertEqual(bill.state, state, bill.sudo().construction_hold_text)
                self.assertEqual(self.rules(bill), [] if state == "posted" else ["currency"])
                if state == "draft":
                    self.assertRegex(bill.sudo().construction_hold_text, f"rate is {rate} EUR.*its day 0.5")
                    bill.invoice_currency_rate = 0.5
                    bill.action_post()
                self.assertLedger(0, 0, 2000)
                undo.rollback()
                self.env.invalidate_all()

    def drafted_in_euro(self):
        order = self.order("PO-A")
        order.with_user(self.payable).action_create_invoice()
        bill = order.invoice_ids.with_user(self.payable)
        bill.write({"invoice_date": "2026-03-10", "date": "2026-03-10", "ref": "H-1"})
        self.assertEqual((bill.currency_id, bill.amount_untaxed), (self.euro, 1000))
        return bill
