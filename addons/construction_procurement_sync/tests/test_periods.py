# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.construction_sync.models.construction_event_handler import Work
from odoo.addons.construction_sync.tests.test_migration_keys import script

from ..errors import BooksLocked
from .test_bill_correction import BillCorrectionCommon
from .test_content import CHANGED
from .test_document_life import CANCELLED

LOCK, EARLIER = "2026-03-31", "2026-03-07"
BOOKS = ("fiscalyear_lock_date", "tax_lock_date", "purchase_lock_date")


class PeriodCommon(BillCorrectionCommon):
    def receipt(self, number="R-1", quantity="6", order="PO-1", **kwargs):
        return self.send_delivery(number, order, [self.delivery_line(quantity=quantity)], **kwargs)

    def taxed(self, number="INV-1", quantity="1", order="PO-1", **kwargs):
        line = self.invoice_line(quantity=quantity, tax_percent="10")
        return self.send_invoice(number, order, [line], **kwargs)

    def close(self, date, reason="month end", company=None):
        """Close or reopen job costs, as a cost controller does."""
        return self.env["construction.cost.lock"].create(
            {"lock_date": date, "reason": reason, "company_id": (company or self.company).id}
        )

    def assertClosed(self, message):
        self.assertState(message, "exception", "period")

    def assertWoken(self, message, item):
        """It was sent round again by what just happened, and its work item is closed."""
        self.assertState(message, "received")
        self.assertEqual(item.state, "resolved")
        self.run_all()
        self.assertState(message, "done")


@tagged("post_install", "-at_install")
class TestPeriodOpened(PeriodCommon):
    """What a closed period stopped goes on when the period is opened again."""

    def stopped(self):
        """A receipt and a bill that the books stop."""
        self.receipt("R-0", "10")
        self.company.fiscalyear_lock_date = LOCK
        messages = self.receipt() | self.taxed()
        for message in messages:
            self.assertClosed(message)
        return messages

    def test_each_lock_of_the_books(self):
        self.receipt("R-0", "50")
        for number, name in enumerate(BOOKS):
            with self.subTest(name):
                self.company[name] = LOCK
                message = self.taxed(f"INV-{number}", quantity=str(number + 1))
                self.assertClosed(message)
                item = message.exception_id
                self.company[name] = EARLIER
                self.assertWoken(message, item)
                self.company[name] = False

    def test_moved_back_a_little_cures_nothing(self):
        message = self.stopped()[0]
        before = len(message.history_ids)
        self.company.fiscalyear_lock_date = "2026-03-20"
        self.assertClosed(message)
        self.assertEqual(len(message.history_ids), before)

    def test_only_what_is_open_again(self):
        receipt, bill = self.stopped()
        item = bill.exception_id
        # the receipt is of the 5th, the bill of the 10th
        self.company.fiscalyear_lock_date = EARLIER
        self.assertClosed(receipt)
        self.assertWoken(bill, item)

    def test_another_lock_that_moves_wakes_nothing(self):
        message = self.stopped()[0]
        before = len(message.history_ids)
        self.company.sale_lock_date = LOCK
        self.company.sale_lock_date = False
        self.close(LOCK)
        self.close(False)
        self.assertClosed(message)
        self.assertEqual(len(message.history_ids), before)

    def test_all_at_once(self):
        messages = self.stopped()
        items = messages.exception_id
        self.company.fiscalyear_lock_date = False
        for message, item in zip(messages, items, strict=True):
            self.assertState(message, "received")
            self.assertEqual(item.state, "resolved")

    def test_another_company(self):
        message = self.stopped()[0]
        other = self.env["res.company"].create({"name": "Other", "fiscalyear_lock_date": LOCK})
        other.fiscalyear_lock_date = False
        self.assertClosed(message)

    def test_an_exception_for_everyone_or_the_service_user(self):
        receipt, bill = self.stopped()
        items = {message: message.exception_id for message in receipt | bill}
        accountant = self.user_with("accountant", "account.group_account_manager")
        grant = {"lock_date_field": "fiscalyear_lock_date", "lock_date": False}
        exceptions = self.env["account.lock_exception"].with_user(accountant)
        exceptions.create({**grant, "company_id": self.company.id, "user_id": accountant.id})
        for message in items:
            self.assertClosed(message)
        handler = receipt.event_type_id._handler()
        service = receipt._handler_env(handler).env.user
        exceptions.create({**grant, "company_id": self.company.id, "user_id": service.id})
        self.assertWoken(receipt, items[receipt])
        self.assertClosed(bill)
        exceptions.create({**grant, "company_id": self.company.id, "user_id": False})
        self.assertWoken(bill, items[bill])

    def test_by_a_person_of_no_role_of_ours(self):
        receipt, bill = self.stopped()
        items = {message: message.exception_id for message in receipt | bill}
        accountant = self.user_with("accountant", "account.group_account_manager,base.group_erp_manager")
        self.company.with_user(accountant).fiscalyear_lock_date = False
        for message, item in items.items():
            self.assertState(message, "received")
            self.assertEqual((item.state, item.resolved_by_id), ("resolved", accountant))
        self.run_all()
        self.assertEqual({receipt.state, bill.state}, {"done"})

    def test_job_costs_reopened(self):
        self.close(LOCK)
        order = self.send_order("PO-2")
        receipt = self.receipt()
        self.receipt("R-0", "10", received_at="2026-04-05T15:00:00-06:00")
        bill = self.taxed()
        items = {message: message.exception_id for message in (order, receipt, bill)}
        for message in items:
            self.assertClosed(message)
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        reopened = {"kind": "reopen", "date": "2026-03-08", "reason": "a late bill"}
        self.env["construction.period.close"].with_user(controller).create(reopened).action_confirm()
        self.assertEqual(str(self.company.construction_cost_lock_date), EARLIER)
        self.assertClosed(receipt)
        self.assertClosed(order)
        self.assertWoken(bill, items[bill])
        self.close(False)
        for message in (order, receipt):
            self.assertState(message, "received")
        self.run_all()
        self.assertState(order, "done")
        self.assertState(receipt, "done")
        self.assertIn("is open again", receipt.history_ids.sorted("id")[-1].note)

    def test_two_locks(self):
        """What one lock stopped and another still would is asked again, by the other."""
        self.close(LOCK)
        message = self.receipt()
        self.assertClosed(message)
        self.company.hard_lock_date = EARLIER
        self.close(False)
        self.run_all()
        self.assertClosed(message)
        self.assertIn(EARLIER, message.problem)

    def test_items_of_before(self):
        """A work item that was opened before it noted what closed it."""
        message = self.stopped()[0]
        item = message.exception_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE construction_exception SET closed_date = NULL, closed_by = NULL WHERE id = %s", [item.id]
        )
        script("post-periods", "19.0.1.1.1").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(str(item.closed_date), "2026-03-05")
        self.company.fiscalyear_lock_date = False
        self.assertWoken(message, item)

    def test_the_sweep_finds_what_was_missed(self):
        message = self.stopped()[0]
        # a lane that began before the lock was lifted stores its outcome after
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = NULL WHERE id = %s", [self.company.id]
        )
        self.env.invalidate_all()
        self.env["construction.message"]._cron_sweep()
        self.assertState(message, "received")


@tagged("post_install", "-at_install")
class TestLockedToday(PeriodCommon):
    """A lock date that covers today: an event is told so, whatever it would date."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-2")
        self.receipt("R-0", "10")
        self.assertState(self.taxed("INV-0", "2"), "done")
        self.today = fields.Date.today()

    def assertLockedToday(self, message):
        self.assertClosed(message)
        item = message.exception_id
        for said in ("books", str(self.today), str(self.today + timedelta(days=1))):
            self.assertIn(said, item.sentence)
        self.assertNotIn("Odoo says", item.sentence)
        self.assertTrue(item.cause_key.startswith("period:"), item.cause_key)
        return item

    def assertOpens(self, message, item):
        self.company.fiscalyear_lock_date = False
        self.assertWoken(message, item)

    def lock(self):
        self.company.fiscalyear_lock_date = self.today

    def test_an_order(self):
        self.lock()
        message = self.send_order("PO-3")
        self.assertOpens(message, self.assertLockedToday(message))
        self.assertEqual(self.order("PO-3").state, "purchase")

    def test_a_change(self):
        self.lock()
        message = self.send(
            self.field,
            CHANGED,
            "PO-2",
            self.order_data("PO-2", [self.order_line(quantity="120")], revision=2),
        )
        self.assertOpens(message, self.assertLockedToday(message))

    def test_a_cancellation(self):
        self.lock()
        message = self.send(self.field, CANCELLED, "PO-2", {"order": "PO-2", "reason": "not needed"})
        self.assertOpens(message, self.assertLockedToday(message))

    def test_a_receipt(self):
        self.lock()
        message = self.receipt()
        item = self.assertLockedToday(message)
        self.assertFalse(item.choices, "goods move on no day to come")
        self.assertOpens(message, item)

    def test_a_receipt_of_today(self):
        self.lock()
        moment = f"{self.today}T08:00:00Z"
        message = self.receipt(received_at=moment, time=moment)
        self.assertOpens(message, self.assertLockedToday(message))

    def test_a_return(self):
        self.lock()
        message = self.receipt("R-0", "4", revision=2)
        self.assertOpens(message, self.assertLockedToday(message))

    def test_the_answer_of_another_day(self):
        """Posted on the next open day, said a buyer; meanwhile that day was locked, too."""
        self.company.fiscalyear_lock_date = LOCK
        message = self.receipt()
        self.company.fiscalyear_lock_date = self.today
        self.decide(message, "next_open", self.buyer)
        self.assertOpens(message, self.assertLockedToday(message))

    def test_bills(self):
        self.lock()
        for message in (
            self.taxed("INV-2", "3"),
            self.taxed("INV-0", "1", revision=2),
            self.taxed("CR-1", "1", kind="credit_note"),
        ):
            self.assertLockedToday(message)
        self.company.fiscalyear_lock_date = False
        self.run_all()
        self.assertEqual(self.bill("INV-2").state, "posted")

    def test_a_held_bill_that_is_released(self):
        """What was held is posted later: by then its day is locked."""
        message = self.send_invoice("INV-2", lines=[self.invoice_line(quantity="3", price="90.00")])
        self.assertState(message, "exception", "variance")
        self.lock()
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.bill("INV-2").with_user(controller)._construction_release_holds("agreed")
        self.run_all()
        item = self.assertLockedToday(message)
        self.assertEqual(self.bill("INV-2").state, "draft")
        self.assertOpens(message, item)
        self.assertEqual((self.bill("INV-2").state, str(self.bill("INV-2").date)), ("posted", "2026-03-10"))

    def test_its_causes_are_known_by_their_keys(self):
        """Items that are open when the addons are updated are those of the same causes afterwards."""
        self.receipt("R-0", "10")
        self.lock()
        self.assertEqual(self.taxed("INV-2").exception_id.cause_key.split(":")[:2], ["period", "invoice"])
        self.company.fiscalyear_lock_date = False
        self.close(self.today)
        message = self.taxed("INV-3")
        kind = "procurement.invoice.received"
        self.assertEqual(message.exception_id.cause_key.split(":")[:2], ["period", kind])
        item = message.exception_id
        self.assertEqual((item.question, item.choices[0]["code"]), ("period", "next_open"))
        self.assertEqual(list(item.figures), ["date", "proposed date"])

    def test_what_nobody_looked_at(self):
        """An entry that Odoo refuses at the very end, as of a valuation."""
        message = self.taxed("INV-2", "3")
        bill = self.bill("INV-2")
        handler = message._handler_env(message.event_type_id._handler())
        self.lock()
        self.company.tax_lock_date = self.today
        for check in (bill._check_fiscal_lock_dates, bill.line_ids._check_tax_lock_date):
            with self.assertRaises(UserError) as caught:
                check()
            self.assertNotIsInstance(caught.exception, BooksLocked, "a person reads Odoo's own words")
        dated = bill.with_env(handler.env)
        for check in (dated._check_fiscal_lock_dates, dated.line_ids._check_tax_lock_date):
            with self.assertRaises(BooksLocked) as caught:
                check()
            named = handler._named_error(Work(message, message._payload()), caught.exception)
            self.assertEqual((named.category, named.date), ("period", bill.date))
            self.assertIn("fiscalyear_lock_date", named.locks)
