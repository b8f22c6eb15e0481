# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .test_billable import BillableCommon


@tagged("post_install", "-at_install")
class TestCures(BillableCommon):
    """Each cause of a hold with each of its cures, for bills that came by event and that persons entered."""

    def setUp(self):
        super().setUp()
        self.day = date(2024, 1, 1)

    def next_day(self):
        """A day on which nothing looks like a bill of another."""
        self.day += timedelta(days=15)
        return str(self.day)

    def by_event(self, *args, **kwargs):
        return super().by_event(*args, **{"invoice_date": self.next_day(), **kwargs})

    def by_hand(self, *args, **kwargs):
        return super().by_hand(*args, **{"invoice_date": self.next_day(), **kwargs})

    def prepare(self, order, received="0"):
        self.send_order(order, [self.order_line(quantity="10", price="100")])
        if received != "0":
            self.send_delivery("R-0", order, [self.delivery_line(quantity=received)])
        return self.order(order)

    def assertCured(self, bill, rule):
        """The hold is cured in the transaction of its cure; the posting follows."""
        hold = bill.sudo().construction_hold_ids.filtered(lambda hold: hold.rule == rule)
        self.assertEqual(set(hold.mapped("state")), {"cured"}, bill.sudo().construction_hold_text)
        self.assertEqual(bill.state, "draft", "not by what cured it")
        if bill.construction_external_key:
            self.run_all()
            self.assertEqual(bill.state, "posted", bill.sudo().construction_hold_text)
        else:
            self.assertIn("can be posted", "".join(bill.sudo().activity_ids.mapped("summary")))
            bill.action_post()
            self.assertEqual(bill.state, "posted")

    def receive_by_hand(self, order, quantity):
        move = order.picking_ids.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        move.write({"quantity": quantity, "picked": True})
        user = self.user_with(f"stock_{order.id}", "stock.group_stock_user,construction_base.group_buyer")
        move.picking_id.with_user(user)._action_done()

    # --- causes and their cures -------------------------------------------------------

    def of_quantity(self, way, make):
        def by_hand(order, bill):
            self.receive_by_hand(order, 5)

        def by_event(order, bill):
            data = self.delivery_data(
                "R-5", order.construction_external_key, [self.delivery_line(quantity="5")]
            )
            message = self.receive(self.field, "procurement.delivery.received", data["order"], data)
            message._process()
            self.assertState(message, "done")

        for name, cure in (("hand", by_hand), ("event", by_event)):
            order = self.prepare(f"PO-{way}-Q-{name}")
            bill = make(f"{way}-Q-{name}", (5, 100), order=order.construction_external_key)
            yield f"quantity: receipt by {name}", "quantity", bill, lambda o=order, b=bill, c=cure: c(o, b)

    def of_billed_before(self, way, make):
        def credit(first):
            wizard = self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=first.ids
            )
            wizard.create({"journal_id": first.journal_id.id, "date": "2026-04-12"}).refund_moves()
            first.reversal_move_ids.action_post()

        def cancel(first):
            first.button_draft()
            first.button_cancel()

        for name, cure in (("credit note", credit), ("cancelled bill", cancel)):
            number = f"PO-{way}-B-{name[:2]}"
            self.prepare(number, "10")
            first = self.by_hand(f"{way}-B1-{name}", (10, 100), order=number)
            self.assertEqual(first.state, "posted", first.construction_hold_text)
            bill = make(f"{way}-B2-{name}", (8, 100), order=number)
            yield f"quantity: {name}", "quantity", bill, lambda f=first, c=cure: c(f)

    def of_price(self, way, make):
        number = f"PO-{way}-P"
        order = self.prepare(number, "10")
        bill = make(f"{way}-P", (10, 130), order=number)

        def cure():
            # as a change that was approved is written
            order.order_line.sudo().price_unit = 130

        yield "price: order changed", "price", bill, cure

    def of_changed_order(self, way, make):
        number = f"PO-{way}-E"
        self.prepare(number, "10")
        bill = make(f"{way}-E", (10, 130), order=number)

        def cure():
            data = self.order_data(number, [self.order_line(quantity="10", price="130")], revision=2)
            message = self.receive(self.field, "procurement.purchase_order.changed", number, data)
            message._process()
            self.assertState(message, "done")

        yield "price: order changed by event", "price", bill, cure

    def of_double(self, way, make):
        number = f"PO-{way}-D"
        self.prepare(number, "10")
        first = self.by_hand(f"{way}-D 1", (6, 100), order=number)
        bill = make(f"{way}D1", (4, 100), order=number)

        def cure():
            first.button_draft()
            first.button_cancel()

        yield "duplicate: the other one cancelled", "duplicate", bill, cure

    def of_credit(self, way, make):
        number = f"PO-{way}-C"
        self.prepare(number, "10")
        bill = make(f"{way}-C", (3, 100), order=number, credit=True)

        def cure():
            self.by_hand(f"{way}-C1", (10, 100), order=number)

        yield "credit: billed since", "credit", bill, cure

    def of_papers(self, way, make):
        number = f"PO-{way}-I"
        self.prepare(number, "10")
        papers = self.env["construction.compliance.document"].create(
            {
                "partner_id": self.supplier.id,
                "kind": f"insurance {way}",
                "number": f"I-{way}",
                "expires": "2020-01-01",
            }
        )
        bill = make(f"{way}-I", (10, 100), order=number)
        yield "papers renewed", "compliance", bill, lambda: papers.write({"expires": fields.Date.today()})

    def of_bank(self, way, make):
        number = f"PO-{way}-A"
        self.prepare(number, "10")
        self.supplier.construction_bank_hold = True
        bill = make(f"{way}-A", (10, 100), order=number)
        yield (
            "bank confirmed",
            "bank",
            bill,
            self.supplier.with_user(self.controller).action_construction_confirm_bank,
        )

    def of_service(self, way, make):
        number = f"PO-{way}-S"
        line = self.order_line(item="ERECT", uom="h", cost_type="SUB", quantity="10", price="100")
        self.send_order(number, [line])
        order = self.order(number)
        if way == "E":
            row = self.invoice_line(quantity="4", price="100", uom="h")
            self.send_invoice(f"{way}-S", number, [row], invoice_date=self.next_day())
            bill = self.bill(f"{way}-S")
        else:
            bill = make(f"{way}-S", (4, 100), order=number)

        def cure():
            order.order_line.qty_received = 4

        yield "service: received by hand", "service", bill, cure

    def of_policy(self, way, make):
        number = f"PO-{way}-T"
        self.prepare(number, "10")
        bill = make(f"{way}-T", (10, 104), order=number)

        def cure():
            self.company.write(
                {
                    "construction_line_percent": 5,
                    "construction_line_amount": 50,
                    "construction_bill_percent": 5,
                    "construction_bill_amount": 100,
                }
            )

        yield "price: tolerance raised", "price", bill, cure

    def test_each_cause_and_cure(self):
        item = {"item": "ERECT", "name": "Erection", "uom": "h", "cost_type": "Subcontract"}
        self.send(self.master, "master.item.upserted", "ERECT", item)
        causes = (
            self.of_quantity,
            self.of_billed_before,
            self.of_price,
            self.of_changed_order,
            self.of_double,
            self.of_credit,
            self.of_papers,
            self.of_bank,
            self.of_service,
        )
        for way, make in self.ways:
            for cause in causes:
                for name, rule, bill, cure in cause(way, make):
                    with self.subTest(way=way, cause=name):
                        self.assertEqual(self.rules(bill)[:1], [rule])
                        cure()
                        self.assertCured(bill, rule)
        self.assertFalse(self.env["account.move"]._cron_construction_holds(), "the sweep finds nothing")

    def test_a_tolerance_that_is_raised(self):
        for way, make in self.ways:
            for _name, rule, bill, cure in self.of_policy(way, make):
                self.assertEqual(self.rules(bill)[:1], [rule])
                cure()
                self.assertCured(bill, rule)
                self.company.write({"construction_line_percent": 2, "construction_bill_percent": 1})

    def test_what_stops_the_posting_is_the_bill_s_own_matter(self):
        """A day that was closed meanwhile stops the bill; the goods are received."""
        order = self.prepare("PO-X")
        bill = self.by_event("X-1", (5, 100), order="PO-X")
        self.company.construction_cost_lock_date = "2026-03-20"
        self.receive_by_hand(order, 5)
        self.assertEqual((order.order_line.qty_received, self.rules(bill)), (5, []))
        self.run_all()
        message = self.env["construction.message"].search(
            [("record_ids.res_model", "=", "account.move"), ("record_ids.res_id", "=", bill.id)]
        )
        self.assertEqual((bill.state, message.exception_id.category), ("draft", "period"))

    def test_what_is_not_cured_stays(self):
        order = self.prepare("PO-Y")
        bill = self.by_event("Y-1", (5, 100), order="PO-Y")
        self.receive_by_hand(order, 3)
        self.assertEqual(self.rules(bill), ["quantity"])
        self.assertRegex(bill.sudo().construction_hold_text, "3 .*received")
        self.assertFalse(self.env["account.move"]._cron_construction_holds())

    def test_a_line_taken_out_of_a_cleared_draft_is_free_for_others(self):
        self.company.construction_bill_autopost = False
        self.prepare("PO-Z", "10")
        first = self.by_event("Z-1", (10, 100), order="PO-Z")
        self.assertTrue(first.construction_cleared)
        second = self.by_event("Z-2", (4, 100), order="PO-Z")
        self.assertEqual(self.rules(second), ["quantity"])
        first.write({"invoice_line_ids": [Command.update(first.invoice_line_ids.id, {"quantity": 6})]})
        self.assertEqual(self.rules(second), [])
