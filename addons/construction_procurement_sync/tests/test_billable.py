# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HandBillsCommon


class BillableCommon(HandBillsCommon):
    """Bills and credit notes of one order line, by event and by hand."""

    def figures(self, order="PO-1"):
        """Committed, accrued and actual of an order and its bills."""
        order = self.order(order)
        bills = order.order_line.invoice_lines.move_id
        entries = self.env["construction.cost.entry"].search([("job_id", "=", self.job.id)])
        mine = entries.filtered(
            lambda entry: (
                (entry.document_model, entry.document_id) == (order._name, order.id)
                or (entry.document_model == bills._name and entry.document_id in bills.ids)
            )
        )
        return [
            round(sum(mine.filtered(lambda entry, kind=kind: entry.kind == kind).mapped("amount")), 2)
            for kind in ("commitment", "accrual", "actual")
        ]

    def by_event(self, reference, *lines, credit=False, order="PO-1", **kwargs):
        rows = [
            self.invoice_line(str(n), quantity=str(quantity), price=str(price), order_line="1")
            for n, (quantity, price) in enumerate(lines, 1)
        ]
        kind = {"kind": "credit_note"} if credit else {}
        self.send_invoice(reference, order, rows, **kind, **kwargs)
        return self.bill(reference)

    def by_hand(self, reference, *lines, credit=False, order="PO-1", **kwargs):
        row = self.order(order).order_line
        bill = self.enter(
            reference,
            move_type="in_refund" if credit else "in_invoice",
            invoice_line_ids=[
                Command.create(
                    {
                        "product_id": row.product_id.id,
                        "purchase_line_id": row.id,
                        "quantity": quantity,
                        "price_unit": price,
                        "tax_ids": [Command.clear()],
                        "analytic_distribution": row.analytic_distribution,
                    }
                )
                for quantity, price in lines
            ],
            **kwargs,
        )
        bill.action_post()
        return bill

    @property
    def ways(self):
        return (("E", self.by_event), ("H", self.by_hand))


@tagged("post_install", "-at_install")
class TestBillable(BillableCommon):
    def test_lines_of_one_order_line_are_netted(self):
        for way, make in self.ways:
            for name, lines in (("A", [(10, 50), (-2, 50)]), ("B", [(-2, 50), (10, 50)])):
                with self.subTest(way=way, lines=lines):
                    order = f"PO-{way}{name}"
                    self.send_order(order, [self.order_line(quantity="10", price="50")])
                    self.send_delivery("R-1", order, [self.delivery_line(quantity="8")])
                    bill = make(f"{way}{name}", *lines, order=order)
                    self.assertEqual((bill.state, self.rules(bill)), ("posted", []))
                    self.assertEqual(self.figures(order), [100, 0, 400])

    def test_a_price_credit_frees_no_quantity(self):
        for (way, make), month in zip(self.ways, (3, 6), strict=True):
            with self.subTest(way=way):
                order = f"PO-{way}"
                self.send_order(order, [self.order_line(quantity="10", price="100")])
                self.send_delivery("R-1", order, [self.delivery_line(quantity="10")])
                self.assertEqual(
                    make(f"{way}-1", (10, 101), order=order, invoice_date=f"2026-0{month}-01").state, "posted"
                )
                credit = make(f"{way}-2", (10, 1), credit=True, order=order, invoice_date=f"2026-0{month}-11")
                self.assertEqual(credit.state, "posted")
                self.assertEqual(self.figures(order), [0, 0, 1000])
                again = make(f"{way}-3", (10, 100), order=order, invoice_date=f"2026-0{month}-20")
                self.assertEqual((again.state, self.rules(again)), ("draft", ["quantity"]))
                # goods that went back are credited as they were billed
                back = make(f"{way}-4", (2, 101), credit=True, order=order, invoice_date=f"2026-0{month}-21")
                self.assertEqual(back.state, "posted")
                again = make(f"{way}-5", (2, 100), order=order, invoice_date=f"2026-0{month}-22")
                self.assertEqual(again.state, "posted", again.construction_hold_text)

    def test_a_price_credit_that_its_sender_corrects(self):
        """What takes the first one back is no bill of goods, and frees none."""
        for month, again in ((1, 1), (4, 1.5), (7, 0.5)):
            with self.subTest(again=again):
                order, dates = f"PO-1{month}", [f"2025-0{month + part}-15" for part in (0, 1, 2)]
                self.send_order(order, [self.order_line(quantity="10", price="100")])
                self.send_delivery("R-1", order, [self.delivery_line(quantity="10")])
                self.by_event(f"A-{month}", (10, 101), order=order, invoice_date=dates[0])
                for revision, price in ((1, 1), (2, again)):
                    date = f"2025-0{month + 1}-1{revision}"
                    given = {"order": order, "invoice_date": date, "revision": revision}
                    self.by_event(f"C-{month}", (10, price), credit=True, **given)
                bills = self.order(order).invoice_ids
                self.assertEqual(set(bills.mapped("state")), {"posted"})
                self.assertEqual(self.figures(order), [0, 0, 1010 - 10 * again])
                more = self.by_event(f"M-{month}", (10, 100), order=order, invoice_date=dates[2])
                self.assertEqual((more.state, self.rules(more)), ("draft", ["quantity"]))
                self.assertFalse(bills.filtered(lambda bill: bill._construction_unreleased_problems()))
                items = self.env["construction.exception"].search([("state", "=", "open")])
                self.assertFalse(items.filtered(lambda item: "paid" in (item.sentence or "")))

    def test_a_bill_with_a_rebate_that_is_corrected_or_reversed(self):
        """Its reversal is the opposite of it, line by line."""
        for month, by_hand in ((1, False), (4, True)):
            with self.subTest(by_hand=by_hand):
                order = f"PO-2{month}"
                self.send_order(order, [self.order_line(quantity="10", price="100")])
                self.send_delivery("R-1", order, [self.delivery_line(quantity="10")])
                given = {"order": order, "invoice_date": f"2025-0{month}-15"}
                bill = self.by_event(f"B-{month}", (10, 101), (-10, 1), **given)
                self.assertEqual((bill.state, self.figures(order)), ("posted", [0, 0, 1000]))
                if by_hand:
                    reversal = self.env["account.move.reversal"].with_user(self.clerk)
                    reversal = reversal.with_context(active_model="account.move", active_ids=bill.ids)
                    reversal.create({"journal_id": bill.journal_id.id, "date": "2025-05-12"}).refund_moves()
                    bill.reversal_move_ids.action_post()
                    self.assertEqual(self.figures(order), [1000, 1000, 0])
                    again = self.by_event(f"N-{month}", (10, 100), order=order, invoice_date="2025-06-20")
                    self.assertEqual((again.state, self.figures(order)), ("posted", [0, 0, 1000]))
                    continue
                again = self.by_event(f"B-{month}", (10, 101), (-10, 1.5), revision=2, **given)
                self.assertEqual(again.mapped("state"), ["posted"] * 2)
                self.assertEqual(self.figures(order), [0, 0, 995])

    def test_a_price_credit_that_is_reversed_by_hand(self):
        self.send_order("PO-R", [self.order_line(quantity="10", price="100")])
        self.send_delivery("R-1", "PO-R", [self.delivery_line(quantity="10")])
        self.by_hand("R-1", (10, 101), order="PO-R", invoice_date="2026-03-01")
        credit = self.by_hand("R-2", (10, 1), credit=True, order="PO-R", invoice_date="2026-03-11")
        reversal = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = reversal.with_context(active_model="account.move", active_ids=credit.ids).create(
            {"journal_id": credit.journal_id.id, "date": "2026-03-12"}
        )
        wizard.refund_moves()
        back = credit.reversal_move_ids
        # more than the credit took is billed, and held
        back.invoice_line_ids.price_unit = 50
        back.action_post()
        self.assertEqual((back.state, self.rules(back)), ("draft", ["quantity"]))
        back.invoice_line_ids.price_unit = 1
        back.action_post()
        self.assertEqual((back.state, self.rules(back)), ("posted", []))
        self.assertEqual(self.figures("PO-R"), [0, 0, 1010])
        more = self.by_hand("R-3", (10, 100), order="PO-R", invoice_date="2026-05-20")
        self.assertEqual((more.state, self.rules(more)), ("draft", ["quantity"]))

    def test_no_more_is_credited_than_was_billed(self):
        for (way, make), month in zip(self.ways, (3, 6), strict=True):
            with self.subTest(way=way):
                order = f"PO-{way}"
                self.send_order(order, [self.order_line(quantity="10", price="100")])
                early = make(f"{way}-0", (5, 100), credit=True, order=order, invoice_date=f"2026-0{month}-01")
                self.assertEqual((early.state, self.rules(early)), ("draft", ["credit"]))
                self.assertEqual(self.figures(order), [1000, 0, 0])
                early.button_cancel()
                self.send_delivery("R-1", order, [self.delivery_line(quantity="10")])
                make(f"{way}-1", (10, 100), order=order, invoice_date=f"2026-0{month}-02")
                much = make(f"{way}-2", (15, 100), credit=True, order=order, invoice_date=f"2026-0{month}-11")
                self.assertEqual((much.state, self.rules(much)), ("draft", ["credit"]))
                self.assertRegex(much.sudo().construction_hold_text, "15 .*credited, 10 .*billed")
                price = make(
                    f"{way}-3", (10, 150), credit=True, order=order, invoice_date=f"2026-0{month}-25"
                )
                self.assertEqual((price.state, self.rules(price)), ("draft", ["credit"]))
                # a release lets it go, and the order is no larger for it
                much.with_user(self.controller)._construction_release_holds("Agreed in the settlement")
                self.run_all()
                if way == "H":
                    much.action_post()
                self.assertEqual(much.state, "posted")
                self.assertEqual(self.figures(order), [1000, 1000, -500])

    def test_the_credit_note_of_odoo(self):
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        bill = self.by_hand("H-1", (10, 10))
        reversal = self.env["account.move.reversal"].with_user(self.clerk)
        wizard = reversal.with_context(active_model="account.move", active_ids=bill.ids).create(
            {"journal_id": bill.journal_id.id, "date": "2026-03-11"}
        )
        wizard.refund_moves()
        refund = bill.reversal_move_ids
        refund.invoice_line_ids.quantity = 25
        refund.action_post()
        self.assertEqual((refund.state, self.rules(refund)), ("draft", ["credit"]))
        refund.invoice_line_ids.quantity = 4
        refund.action_post()
        self.assertEqual(refund.state, "posted")
        self.assertEqual(self.figures(), [940, 40, 60])
        self.assertEqual(self.by_hand("H-2", (4, 10), invoice_date="2026-05-10").state, "posted")

    def test_what_a_credit_gave_the_price_of_is_not_billed_again(self):
        """Credited nearly in full it frees no quantity: the next bill is told so, and of no price."""
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        self.assertEqual(self.by_event("C-1", (10, 10)).state, "posted")
        row = self.invoice_line(quantity="10", price="9.99")
        self.send_invoice("C-2", lines=[row], kind="credit_note", invoice_date="2026-03-12")
        bill = self.by_event("C-3", (10, 9.7))
        self.assertIn("quantity", self.rules(bill))
        self.assertNotIn("price", self.rules(bill))
        self.assertIn("10 Units billed, 0 Units received and not yet billed", bill.construction_hold_text)

    def test_a_deduction_needs_no_receipt(self):
        for month, (way, name, quantity, price) in enumerate(
            [(way, *sort) for way in "EH" for sort in (("P", 1, -50), ("Q", -1, 50))], 1
        ):
            dates = [f"2025-0{month}-{day}" for day in (10, 25)]
            with self.subTest(way=way, quantity=quantity):
                order = self.deducted(f"PO-{way}{name}", quantity, price)
                lines = [(10, 100), (quantity, price)]
                bill = self.bill_both(way, f"{way}{name}", order, lines, date=dates[0])
                self.assertEqual((bill.state, self.rules(bill)), ("posted", []))
                self.assertEqual(self.figures(order.construction_external_key), [0, 0, 950])
                # and no more than was ordered
                order = self.deducted(f"PO-{way}{name}2", quantity, price)
                lines = [(10, 100), (3 * quantity, price)]
                bill = self.bill_both(way, f"{way}{name}2", order, lines, date=dates[1])
                self.assertEqual((bill.state, self.rules(bill)), ("draft", ["quantity"]))

    def test_a_deduction_comes_as_a_credit_note(self):
        for way in "EH":
            with self.subTest(way=way):
                order = self.deducted(f"PO-{way}", 1, -50)
                self.assertEqual(self.bill_both(way, f"{way}1", order, [(10, 100)]).state, "posted")
                for number, state in ((2, "posted"), (3, "draft")):
                    date = f"2026-0{number + 3}-10"
                    lines = [(0, 0), (1, 50)]
                    note = self.bill_both(way, f"{way}{number}", order, lines, credit=True, date=date)
                    self.assertEqual(note.state, state, note.sudo().construction_hold_text)
                self.assertEqual(self.figures(order.construction_external_key), [0, 0, 950])

    def deducted(self, number, quantity, price):
        """An order of 10 x 100 that were received, less 50."""
        bonus = self.order_line("2", quantity="1", price="0", description="Bonus")
        self.send_order(number, [self.order_line(quantity="10", price="100"), bonus])
        order = self.order(number)
        order.order_line[1].write({"product_qty": quantity, "price_unit": price})
        self.send_delivery("R-1", number, [self.delivery_line(quantity="10")])
        return order

    def bill_both(self, way, reference, order, lines, credit=False, date="2026-03-10"):
        rows = [(str(n), *line) for n, line in enumerate(lines, 1) if any(line)]
        if way == "E":
            rows = [self.invoice_line(n, quantity=str(q), price=str(price)) for n, q, price in rows]
            kind = {"kind": "credit_note"} if credit else {}
            self.send_invoice(reference, order.construction_external_key, rows, invoice_date=date, **kind)
            return self.bill(reference)
        commands = [
            Command.create(
                {
                    "product_id": order.order_line[int(n) - 1].product_id.id,
                    "purchase_line_id": order.order_line[int(n) - 1].id,
                    "quantity": q,
                    "price_unit": price,
                    "tax_ids": [Command.clear()],
                    "analytic_distribution": order.order_line[int(n) - 1].analytic_distribution,
                }
            )
            for n, q, price in rows
        ]
        kind = {"move_type": "in_refund"} if credit else {}
        bill = self.enter(reference, invoice_line_ids=commands, invoice_date=date, **kind)
        bill.action_post()
        return bill

    def order_service(self, order):
        item = {"item": "ERECT", "name": "Erection", "uom": "h", "cost_type": "Subcontract"}
        self.send(self.master, "master.item.upserted", "ERECT", item)
        line = self.order_line(item="ERECT", uom="h", cost_type="SUB", quantity="10", price="100")
        self.send_order(order, [line])
        self.assertEqual(self.order(order).order_line.qty_received_method, "manual")

    def test_a_service_waits_for_the_word_of_who_knows(self):
        buyer = self.user_with("service_buyer", "construction_base.group_buyer")
        manager = self.user_with("service_manager", "construction_base.group_project_manager")
        self.job.user_id = manager
        self.order_service("PO-S")
        hours = self.invoice_line(quantity="4", price="100", uom="h")
        message = self.send_invoice("S-1", "PO-S", [hours])
        bill = self.bill("S-1")
        self.assertState(message, "exception", "hold")
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["service"]))
        self.assertIn(manager.name, bill.construction_releasers)
        self.assertTrue(bill.with_user(buyer).construction_may_release)
        bill.with_user(buyer)._construction_release_holds("The frame stands")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual((bill.state, self.figures("PO-S")), ("posted", [600, 0, 400]))
        # beyond what is ordered the word of a buyer is not enough
        much = self.invoice_line(quantity="7", price="100", uom="h")
        self.send_invoice("S-2", "PO-S", [much], invoice_date="2026-04-10")
        bill = self.bill("S-2")
        self.assertEqual(sorted(self.rules(bill)), ["quantity", "service"])
        self.assertIn("6 Hours ordered and not yet billed", bill.construction_hold_text)
        self.assertIn(manager.name, bill.construction_releasers)
        bill.with_user(buyer)._construction_release_holds("All of it was done")
        self.assertEqual(self.rules(bill), ["quantity"])
        with self.assertRaises(AccessError):
            bill.with_user(buyer)._construction_release_holds("Please")
        self.assertFalse(bill.with_user(buyer).construction_may_release)
        # what a receipt said was done needs no further word
        self.send_delivery("R-9", "PO-S", [self.delivery_line(quantity="6", uom="h")])
        last = self.invoice_line(quantity="2", price="100", uom="h")
        self.assertState(self.send_invoice("S-3", "PO-S", [last], invoice_date="2026-05-10"), "done")

    def test_a_service_by_hand_and_the_word_of_the_manager(self):
        manager = self.user_with("service_manager", "construction_base.group_project_manager")
        self.job.user_id = manager
        self.order_service("PO-S")
        bill = self.by_hand("H-S", (4, 100), order="PO-S")
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["service"]))
        wizard = self.env["construction.hold.release"].with_user(manager)
        wizard.create({"move_ids": bill.ids, "reason": "It was done"}).action_release()
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def test_a_service_that_turns_out_to_be_less(self):
        """A bill that is posted is held when less was done than it bills, until the rest is credited."""
        buyer = self.user_with("service_buyer", "construction_base.group_buyer")
        self.order_service("PO-S")
        self.send_delivery("R-9", "PO-S", [self.delivery_line(quantity="10", uom="h")])
        line = self.order("PO-S").order_line
        for name, cure in (
            ("credit", lambda: self.by_hand("C-1", (4, 100), credit=True, order="PO-S")),
            ("done after all", lambda: line.with_user(buyer).write({"qty_received": 10})),
        ):
            with self.subTest(name), self.env.cr.savepoint() as undo:
                bill = self.by_hand("H-S", (10, 100), order="PO-S")
                self.assertEqual((bill.state, self.figures("PO-S")), ("posted", [0, 0, 1000]))
                line.with_user(buyer).qty_received = 6
                self.assertEqual((bill.state, self.rules(bill)), ("posted", ["service"]))
                self.assertRegex(bill.sudo().construction_hold_text, "10 .*billed, 6 .*done")
                self.assertNotIn(buyer.name, bill.sudo().construction_releasers)
                self.assertIn(self.controller, bill.sudo().activity_ids.user_id)
                cure()
                self.assertEqual(self.rules(bill), [])
                undo.rollback()
                self.env.invalidate_all()

    def test_no_more_of_a_service_is_done_than_was_ordered(self):
        buyer = self.user_with("service_buyer", "construction_base.group_buyer")
        self.order_service("PO-S")
        line = self.order("PO-S").order_line.with_user(buyer)
        for name in ("qty_received", "qty_received_manual"):
            with self.subTest(name):
                with self.assertRaisesRegex(UserError, "more than order PO-S asks for"):
                    with self.env.cr.savepoint():
                        line.write({name: 25})
                line.write({name: 10})
                bill = self.by_hand(f"H-{name}", (10, 100), order="PO-S")
                self.assertEqual((bill.state, self.rules(bill)), ("posted", []))
                line.write({name: 6})
                self.assertEqual(self.rules(bill), ["service"])
                self.by_hand(f"C-{name}", (10, 100), credit=True, order="PO-S")

    def test_what_is_paid_and_no_longer_there_is_asked_back(self):
        self.order_service("PO-S")
        self.send_delivery("R-9", "PO-S", [self.delivery_line(quantity="10", uom="h")])
        line = self.order("PO-S").order_line
        bill = self.by_hand("H-S", (10, 100), order="PO-S")
        register = self.env["account.payment.register"]
        register.with_context(active_model="account.move", active_ids=bill.ids).create({})._create_payments()
        self.assertIn(bill.payment_state, ("in_payment", "paid"))
        items = self.env["construction.exception"]
        domain = [("cause_key", "=like", "credit_due:%"), ("state", "=", "open")]
        line.write({"qty_received": 6})
        asked = items.search(domain)
        self.assertEqual((self.rules(bill), asked.job_id), ([], self.job))
        self.assertRegex(asked.sentence, "H-S.* is paid.*10 .*billed, 6 .*Ask for a credit note")
        with self.env.cr.savepoint() as undo:
            self.assertEqual(self.by_hand("C-1", (4, 100), credit=True, order="PO-S").state, "posted")
            self.assertFalse(items.search(domain))
            undo.rollback()
            self.env.invalidate_all()
        line.write({"qty_received": 10})
        self.env["account.move"]._cron_construction_holds()
        self.assertFalse(items.search(domain))

    def test_two_equal_loads_of_one_day(self):
        for number in (1, 2):
            self.send_delivery(f"R-{number}", lines=[self.delivery_line(quantity="20")])
        for number in (1, 2):
            self.assertEqual(self.by_event(f"L-{number}", (20, 10)).state, "posted")
        # both fit into what was received; the next does not, and looks like one of them
        third = self.by_event("L-3", (20, 10))
        self.assertEqual(self.rules(third), ["duplicate"])
        # unless it names a receipt of its own: it is of goods that nobody has received yet
        rows = [self.invoice_line(quantity="20", delivery_note="LS 4")]
        self.send_invoice("L-4", lines=rows, invoice_date="2026-03-14")
        self.assertEqual(self.rules(self.bill("L-4")), ["duplicate"])
        self.bill("L-1").sudo().invoice_line_ids.construction_delivery_note = "LS-1"
        self.bill("L-2").sudo().invoice_line_ids.construction_delivery_note = "LS-2"
        self.bill("L-3").button_cancel()
        self.send_invoice("L-5", lines=[self.invoice_line(quantity="20", delivery_note="ls 5")])
        self.assertEqual(self.bill("L-5").invoice_line_ids.construction_delivery_note, "ls 5")
        self.assertNotIn(self.bill("L-1"), self.bill("L-5").sudo().construction_hold_ids.other_move_ids)

    def test_a_copy_is_matched_as_any(self):
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        bill = self.by_event("C-1", (10, 10))
        twin = bill.with_user(self.clerk).copy()
        self.assertEqual(
            (twin.state, twin.ref, twin.name, twin.construction_external_key), ("draft", False, False, False)
        )
        twin.write({"invoice_date": "2026-06-10", "ref": "C-2"})
        twin.action_post()
        self.assertEqual((twin.state, self.rules(twin)), ("draft", ["quantity"]))

    def test_a_rebate_lowers_the_cost_of_a_job(self):
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        rebate = {
            "line": "9",
            "description": "Bonus",
            "quantity": "1",
            "uom": "EA",
            "unit_price": "-50",
            "amount": "-50.00",
        }
        rows = [self.invoice_line(quantity="10"), rebate]
        self.assertState(self.send_invoice("B-1", lines=rows), "done")
        self.assertEqual(self.figures(), [900, 0, 50])
        # by hand somebody says of which
        self.send_delivery("R-2", lines=[self.delivery_line(quantity="10")])
        vals = self.vals("B-2", quantity=10)
        bonus = {"name": "Bonus", "quantity": 1, "price_unit": -50, "tax_ids": [Command.clear()]}
        vals["invoice_line_ids"].append(Command.create(bonus))
        bill = self.env["account.move"].with_user(self.clerk).create({**vals, "invoice_date": "2026-04-10"})
        bill.action_post()
        self.assertEqual((bill.state, self.rules(bill)), ("draft", ["coding"]))
        coding = self.order().order_line.analytic_distribution
        bill.invoice_line_ids.filtered(lambda line: line.name == "Bonus").analytic_distribution = coding
        bill.action_post()
        self.assertEqual((bill.state, self.figures()), ("posted", [800, 0, 100]))
