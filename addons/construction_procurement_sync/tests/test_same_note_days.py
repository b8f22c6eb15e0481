# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_receipt_by_hand import ServiceCommon
from .test_receipt_life import ReceiptLifeCommon

# one day at the job, which lies in America/Chicago: as a plain date, and as moments of it
DAY = "2026-03-05"
WHENS = (DAY, "2026-03-06T03:00:00Z", "2026-03-05T23:30:00-06:00", "2026-03-05T06:30:00Z")


@tagged("post_install", "-at_install")
class TestSameNoteDays(ReceiptLifeCommon):
    """What a buyer answers of two receipts of one paper is done, however the day is written."""

    def set_up_once(self):
        super().set_up_once()
        self.company.partner_id.tz = "Asia/Tokyo"

    def both(self, number, when, first=None):
        """Two orders, and a receipt of one number at both. :return: messages, numbers of the orders"""
        orders = [f"PO-{number}{end}" for end in "ab"]
        messages = self.env["construction.message"]
        for order, moment in zip(orders, (first or when, when), strict=True):
            self.assertState(self.send_order(order), "done")
            messages |= self.receipt("6", f"R-{number}", order, received_at=moment)
        return messages, orders

    def answer(self, code):
        self.same_note().with_user(self.buyer).action_decide(code, "One lorry")
        self.run_all()

    def days(self, order):
        of_receipts = [
            ("kind", "=", "accrual"),
            ("document_model", "=", "purchase.order"),
            ("document_id", "=", self.order(order).id),
        ]
        entries = self.env["construction.cost.entry"].search(of_receipts)
        return {str(day) for day in entries.mapped("date")}

    def test_this_one_goes_back(self):
        for number, when in enumerate(WHENS):
            with self.subTest(when):
                messages, orders = self.both(number, when)
                self.answer("undo")
                self.assertEqual(messages.mapped("state"), ["done"] * 2, messages.mapped("problem"))
                self.assertEqual([*self.received(orders[0]), *self.received(orders[1])], [6, 0])
                self.assertEqual(messages[1].job_id, self.job)
                self.assertFalse(self.same_note())
                self.assertEqual(self.days(orders[1]), {DAY})

    def test_the_first_goes_back(self):
        for number, when in enumerate(WHENS):
            with self.subTest(when):
                messages, orders = self.both(number, when)
                self.answer("first")
                self.assertEqual(messages.mapped("state"), ["done"] * 2, messages.mapped("problem"))
                self.assertEqual([*self.received(orders[0]), *self.received(orders[1])], [0, 6])
                self.assertEqual(self.days(orders[0]) | self.days(orders[1]), {DAY})

    def test_the_other_went_back_meanwhile(self):
        for number, when in enumerate(WHENS):
            with self.subTest(when):
                messages, orders = self.both(number, when)
                self.same_note().with_user(self.buyer).action_decide("undo", "One lorry")
                self.return_goods(self.record(messages[0], "stock.picking"), 6)
                self.run_all()
                item = self.assertAsks(messages[1], "same_note")
                self.assertEqual(item.job_id, self.job)
                self.decide(messages[1], "undo_last", self.buyer)
                self.assertState(messages[1], "done")
                self.assertEqual(self.received(orders[1]), [0])

    def test_a_date_and_a_moment(self):
        for number, pair in enumerate(zip(WHENS, WHENS[1:] + WHENS[:1], strict=True)):
            with self.subTest(pair):
                messages, orders = self.both(number, *pair)
                self.answer("undo")
                self.assertEqual(messages.mapped("state"), ["done"] * 2, messages.mapped("problem"))
                self.assertEqual(self.received(orders[1]), [0])

    def test_both_stand_and_a_correction_is_dated_alike(self):
        for number, when in enumerate(WHENS):
            with self.subTest(when):
                messages, orders = self.both(number, when)
                self.answer("keep")
                later = self.receipt("4", f"R-{number}", orders[1], received_at=when, revision=2)
                self.assertState(later, "done")
                self.assertEqual(self.received(orders[1]), [4])
                self.assertEqual(self.days(orders[1]), {DAY})

    def test_sent_again_it_keeps_its_job(self):
        messages, _orders = self.both(0, DAY)
        messages[1].sudo()._requeue("once more")
        self.run_all()
        self.assertState(messages[1], "done")
        self.assertEqual(messages[1].job_id, self.job, "its project manager sees it still")

    def test_a_receipt_without_its_order(self):
        self.send_order("PO-2")
        self.receipt("6", "R-1", received_at=DAY, delivery_note="L-1")
        data = self.delivery_data("R-2", "x", [self.delivery_line(quantity="6", item="BOLT")])
        data.pop("order")
        data["lines"][0].pop("order_line")
        data.update(supplier="S-1", delivery_note="L-1", received_at=DAY)
        bare = self.send(self.field, "procurement.delivery.received", "S-1", data)
        self.decide(bare, "order", self.buyer, res_id=self.order("PO-2").id)
        self.answer("undo")
        self.assertState(bare, "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([6], [0]))


@tagged("post_install", "-at_install")
class TestSameNoteDaysOfServices(ServiceCommon):
    """The same where no goods move, and only the messages say when it was."""

    def test_this_one_goes_back(self):
        for when in WHENS:
            with self.subTest(when):
                number = f"R{when}"
                for order in ("PO-7", "PO-8"):
                    message = self.served(order, "2", number, received_at=when)
                    self.assertState(message, "done")
                item = self.env["construction.exception"].search(
                    [("cause_key", "=like", "same_note:%"), ("state", "=", "open")]
                )
                self.assertEqual((len(item), item.job_id), (1, self.job))
                item.with_user(self.buyer).action_decide("undo", "One visit")
                self.run_all()
                self.assertState(message, "done")
                self.assertEqual(self.received("PO-8"), [0])

    def test_read_at_the_job_of_its_own_order(self):
        """30 days are counted between noons at each job: at the one job it is noon a day before the other."""
        for key, zone in (("J-W", "Pacific/Honolulu"), ("J-E", "Pacific/Kiritimati")):
            job = {"job": key, "name": key, "status": "active", "timezone": zone}
            self.assertState(self.send(self.master, "master.job.upserted", key, job), "done")
            self.assertState(self.send_order(f"PO-{key}", [self.service_line("1")], job=key), "done")
        self.served("PO-J-W", "2", "R-1", received_at="2026-03-05")
        # 30 days later by the calendar, and a day less by the clock
        self.served("PO-J-E", "2", "R-1", received_at="2026-04-04")
        item = self.env["construction.exception"].search(
            [("cause_key", "=like", "same_note:%"), ("state", "=", "open")]
        )
        self.assertIn(self.order("PO-J-W").name, item.sentence)
