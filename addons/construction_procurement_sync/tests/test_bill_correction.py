# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import DocumentLifeCommon


class BillCorrectionCommon(DocumentLifeCommon):
    def invoice(self, quantity, number="INV-001", order="PO-1", price="10.00", **kwargs):
        line = self.invoice_line(quantity=quantity, price=price)
        return self.send_invoice(number, order, [line], **kwargs)

    def standing(self, number="INV-001"):
        bills = self.bill(number).filtered(lambda m: m.move_type == "in_invoice" and m.state == "posted")
        return bills.filtered(lambda m: not m._construction_is_reversed())

    def actual(self):
        entries = self.env["construction.cost.entry"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "actual")]
        )
        return round(sum(entries.mapped("amount")), 2)

    def items(self, prefix):
        return self.env["construction.exception"].search(
            [("cause_key", "=like", f"{prefix}:%"), ("state", "=", "open")]
        )


@tagged("post_install", "-at_install")
class TestForeignBillCorrected(BillCorrectionCommon):
    """A reversal takes back what was booked, at the rate at which it was booked."""

    def set_up_once(self):
        super().set_up_once()
        eur = self.env.ref("base.EUR")
        eur.active = True
        eur.rate_ids.unlink()
        rates = (("2026-03-01", 1.10), ("2026-03-10", 1.08), ("2026-04-01", 1.15))
        self.rates = {date: self.rate(eur, date, value) for date, value in rates}
        self.send_order("PO-E", currency="EUR", lines=[self.order_line(price="100")])
        self.send_delivery("R-E", "PO-E")
        self.assertState(self.euros("40"), "done")
        self.first = self.bill()
        self.assertEqual(self.actual(), 4320)

    def rate(self, currency, date, value):
        vals = {"currency_id": currency.id, "name": date, "inverse_company_rate": value}
        return self.env["res.currency.rate"].create({**vals, "company_id": self.company.id})

    def euros(self, quantity, **kwargs):
        return self.invoice(quantity, order="PO-E", price="100", currency="EUR", **kwargs)

    def assertTakenBack(self):
        back = self.first.reversal_move_ids
        self.assertEqual((self.first.payment_state, len(back)), ("reversed", 1))
        self.assertEqual(back.invoice_currency_rate, self.first.invoice_currency_rate)
        lines = (self.first | back).line_ids
        for account in lines.account_id:
            mine = lines.filtered(lambda line, account=account: line.account_id == account)
            self.assertFalse(round(sum(mine.mapped("balance")), 2), account.display_name)
        self.assertFalse(lines.matched_debit_ids.exchange_move_id)
        self.assertFalse(lines.matched_credit_ids.exchange_move_id)

    def test_the_rate_of_its_day_was_mended(self):
        self.rates["2026-03-10"].inverse_company_rate = 1.2
        self.assertState(self.euros("50", revision=1), "done")
        self.assertTakenBack()
        self.assertEqual(self.actual(), 6000)

    def test_on_the_next_open_day(self):
        self.company.construction_cost_lock_date = "2026-03-31"
        message = self.euros("50", revision=1)
        self.assertAsks(message, "period")
        self.decide(message, "next_open", self.payable)
        self.assertState(message, "done")
        self.assertTakenBack()
        self.assertEqual(str(self.first.reversal_move_ids.date), "2026-04-01")
        # a bill is booked at the rate of its own date, whenever that is
        self.assertEqual(self.actual(), 5400)

    def test_where_the_books_are_locked(self):
        """The day after the lock is proposed, not today."""
        self.company.purchase_lock_date = "2026-03-31"
        message = self.euros("50", revision=1)
        self.assertIn("2026-04-01", self.assertAsks(message, "period").choices[0]["label"])
        self.decide(message, "next_open", self.payable)
        self.assertState(message, "done")
        self.assertTakenBack()
        self.assertEqual(str(self.first.reversal_move_ids.date), "2026-04-01")


@tagged("post_install", "-at_install")
class TestAnswersStay(BillCorrectionCommon):
    """What a person answered about a document holds for its corrections."""

    def test_the_order_of_an_invoice(self):
        self.send_delivery()
        line = self.invoice_line(quantity="3", price="10.00", item="BOLT")
        line.pop("order_line")
        first = self.send_invoice(order=None, lines=[line])
        self.assertAsks(first, "order")
        self.decide(first, "order", self.payable, res_id=self.order().id)
        self.assertState(first, "done")
        for revision, quantity in ((1, "4"), (2, "5")):
            line = {**line, "quantity": quantity, "amount": f"{quantity}0.00"}
            again = self.send_invoice(order=None, lines=[line], revision=revision)
            self.assertState(again, "done")
            self.assertEqual(self.standing().invoice_line_ids.purchase_line_id, self.order().order_line)
            self.assertEqual(self.actual(), float(quantity) * 10)

    def test_the_order_of_an_invoice_of_bare_lines(self):
        """Lines that name neither item nor code are of the order's only code."""
        self.send_delivery()
        line = self.invoice_line(quantity="3", price="5.00")
        line.pop("order_line")
        first = self.send_invoice(order=None, lines=[{**line, "cost_code": "03 30 00", "job": "J-1"}])
        self.decide(first, "order", self.payable, res_id=self.order().id)
        asked = first.problem
        again = self.send_invoice(
            order=None,
            lines=[{**line, "quantity": "4", "amount": "20.00"}],
            revision=1,
        )
        self.assertNotIn("has no cost code", again.problem or "", asked)
        self.assertEqual(again.state, first.state)

    def test_the_order_of_a_receipt(self):
        line = self.delivery_line(item="BOLT", quantity="40")
        line.pop("order_line")
        data = self.delivery_data(order="x", lines=[line], supplier="S-1")
        data.pop("order")
        first = self.send(self.field, "procurement.delivery.received", "S-1", data)
        self.decide(first, "order", self.buyer, res_id=self.order().id)
        self.assertEqual(self.received(), [40])
        data = {**data, "lines": [{**line, "quantity": "60"}], "revision": 1}
        self.assertState(self.send(self.field, "procurement.delivery.received", "S-1", data), "done")
        self.assertEqual(self.received(), [60])

    def test_the_code_of_a_line(self):
        line = self.order_line("1")
        line.pop("cost_code")
        first = self.send_order("PO-9", lines=[line])
        code = self.order().order_line.cost_code_id
        self.items("coding").with_user(self.manager).action_decide("code", res_id=code.id)
        self.run_all()
        self.assertState(first, "done")
        data = self.order_data("PO-9", lines=[{**line, "quantity": "120"}], revision=1)
        message = self.send(self.field, "procurement.purchase_order.changed", "PO-9", data)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-9").order_line.product_qty, 120)

    def test_another_line_is_asked_about(self):
        self.send_order("PO-3", lines=[self.order_line("1"), self.order_line("2", cost_code="05 12 00")])
        line = self.invoice_line(quantity="1", description="Freight")
        line.pop("order_line")
        first = self.send_invoice(order="PO-3", lines=[line])
        self.assertAsks(first, "coding:1")
        self.decide(first, "code", self.buyer, res_id=self.order().order_line.cost_code_id.id)
        again = {**line, "quantity": "2", "amount": "20.00"}
        message = self.send_invoice(order="PO-3", lines=[again], revision=1)
        self.assertNotEqual(message.exception_id.question, "coding:1")
        again = {**again, "description": "Crane hire"}
        self.assertAsks(self.send_invoice(order="PO-3", lines=[again], revision=2), "coding:1")


@tagged("post_install", "-at_install")
class TestBillInHand(BillCorrectionCommon):
    """A posted bill that a person set back to draft: an event does not post it."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.invoice("20")
        self.first = self.bill()
        self.first.button_draft()

    def test_a_revision(self):
        message = self.invoice("30", revision=1)
        self.assertState(message, "done")
        self.assertEqual((self.bill(), self.first.state), (self.first, "draft"))
        self.assertEqual((self.first.amount_untaxed, self.actual()), (300, 0))
        item = self.items("in_hand")
        self.assertIn("was set back to draft here by", item.sentence)
        self.assertIn(["Line 1, quantity", "20 EA", "30 EA"], item.comparison)
        # again: nothing is told twice
        self.assertState(self.invoice("30", revision=1), "done")
        self.assertEqual((self.items("in_hand"), self.first.state), (item, "draft"))
        self.first.action_post()
        self.assertEqual((self.first.state, self.actual()), ("posted", 300))
        self.assertEqual(item.state, "resolved")

    def test_other_content_that_replaces(self):
        message = self.invoice("30")
        self.decide(message, "replace", self.payable)
        self.assertState(message, "done")
        self.assertEqual((self.first.state, self.first.amount_untaxed), ("draft", 300))
        self.assertTrue(self.items("in_hand"))


@tagged("post_install", "-at_install")
class TestBillsOfMerged(BillCorrectionCommon):
    """What was two bills of two suppliers is two bills of the one that they are merged into."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery()
        self.send_order("PO-2", supplier="S-2")
        self.send_delivery("R-2", "PO-2")

    def merge(self):
        one, two = self.order().partner_id, self.order("PO-2").partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [(6, 0, (one | two).ids)], "dst_partner_id": one.id}
        )
        wizard.action_merge()

    def both(self, numbers, one, two, **kwargs):
        first = self.invoice(one, numbers[0], **kwargs)
        second = self.invoice(two, numbers[1], order="PO-2", supplier="S-2", **kwargs)
        for message in (first, second):
            self.assertState(message, "done")

    def test_one_number(self):
        self.both(("SAME", "SAME"), "20", "30")
        self.merge()
        self.both(("SAME", "SAME"), "21", "31", revision=1)
        self.both(("SAME", "SAME"), "22", "32", revision=2)
        self.assertEqual(sorted(self.standing("SAME").mapped("amount_untaxed")), [220, 320])
        self.assertEqual(self.actual(), 540)

    def test_one_amount(self):
        self.both(("A-1", "B-1"), "20", "20")
        self.merge()
        self.both(("A-1", "B-1"), "20", "20", revision=1, due_date="2026-04-10")
        self.assertEqual(self.actual(), 400)

    def test_a_new_one_is_still_held(self):
        self.invoice("20", "SAME")
        self.merge()
        message = self.invoice("30", "SAME", order="PO-2", supplier="S-2")
        self.assertState(message, "exception", "duplicate")


@tagged("post_install", "-at_install")
class TestHeldCorrection(BillCorrectionCommon):
    """A correction that ends on hold has reversed the good bill: what a person makes of that."""

    def set_up_once(self):
        super().set_up_once()
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        self.invoice("10")
        self.first = self.bill()
        self.correction = self.invoice("20", revision=1)
        self.assertState(self.correction, "exception", "variance")
        self.draft = self.bill() - self.first
        self.assertEqual((self.draft.state, self.actual()), ("draft", 0))

    def ignore(self, effects, message=None):
        (message or self.correction).with_user(self.payable)._ignore("a mistake of theirs", effects)
        self.run_all()

    def test_undone(self):
        self.ignore("undo")
        self.assertEqual((self.correction.state, self.draft.state), ("ignored", "cancel"))
        again = self.standing()
        self.assertEqual(len(again), 1)
        self.assertEqual((again.amount_untaxed, again.date), (100, self.first.date))
        self.assertEqual(again.invoice_line_ids.purchase_line_id, self.order().order_line)
        self.assertEqual(again.invoice_line_ids.construction_external_line, "1")
        self.assertEqual((again.construction_external_key, again.payment_state), ("INV-001", "not_paid"))
        self.assertEqual((self.actual(), self.order().order_line.qty_invoiced), (100, 10))
        self.assertIn(f"booked again as {again.display_name}", self.note(self.correction))
        # known as it was said before
        self.assertState(self.invoice("10"), "done")
        self.assertEqual(self.standing(), again)

    def test_undone_and_corrected_anew(self):
        self.ignore("undo")
        again = self.standing()
        self.assertState(self.invoice("8", revision=2), "done")
        self.assertEqual((again.payment_state, self.standing().amount_untaxed), ("reversed", 80))
        self.assertEqual(self.actual(), 80)

    def test_undone_and_taken_up_again(self):
        for _turn in range(2):
            self.ignore("undo")
            self.assertEqual((self.standing().amount_untaxed, self.actual()), (100, 100))
            self.correction.with_user(self.payable)._take_up("theirs after all")
            self.run_all()
            self.assertState(self.correction, "exception", "variance")
            self.assertEqual(self.actual(), 0)
        self.send_delivery("R-2", lines=[self.delivery_line(quantity="10")])
        self.run_all()
        self.assertState(self.correction, "done")
        self.assertEqual((self.standing().amount_untaxed, self.actual()), (200, 200))

    def test_undone_in_a_closed_period(self):
        self.company.construction_cost_lock_date = "2026-03-31"
        self.ignore("undo")
        self.assertEqual(str(self.standing().date), "2026-04-01")
        self.assertIn("on 2026-04-01", self.note(self.correction))

    def test_undone_where_the_books_are_locked(self):
        self.company.purchase_lock_date = "2026-03-31"
        self.ignore("undo")
        self.assertEqual(str(self.standing().date), "2026-04-01")

    def test_kept(self):
        self.ignore("keep")
        self.assertEqual((self.correction.state, self.draft.state), ("ignored", "draft"))
        item = self.items("kept")
        self.assertIn("stays a draft on payment hold", item.sentence)
        self.assertTrue(item.owner_id)
        self.assertEqual(item.record_ref, self.draft)
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.draft.with_user(controller)._construction_release_holds("agreed")
        self.assertEqual(item.state, "open", "it is not posted yet")
        self.draft.action_post()
        self.assertEqual((item.state, self.actual()), ("resolved", 200))

    def test_kept_and_cancelled(self):
        self.ignore("keep")
        item = self.items("kept")
        self.draft.button_cancel()
        self.assertEqual(item.state, "resolved")

    def test_its_number_corrected(self):
        """It was no correction, but another invoice: what it had reversed is booked again."""
        self.correct(self.correction, invoice="INV-002")
        self.assertEqual((self.standing().amount_untaxed, self.actual()), (100, 100))
        self.assertEqual(self.draft.state, "cancel")
        self.assertEqual(self.bill("INV-002").state, "draft")
        self.assertEqual(self.keys("invoice"), ["s-1/invoice/inv-001", "s-1/invoice/inv-002"])
        self.assertState(self.invoice("10"), "done")
        self.assertEqual(self.actual(), 100)

    def test_a_replacement_by_a_person(self):
        self.ignore("undo")
        message = self.invoice("30")
        self.decide(message, "replace", self.payable)
        self.assertState(message, "exception", "variance")
        self.ignore("undo", message)
        self.assertEqual((self.standing().amount_untaxed, self.actual()), (100, 100))
