# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.tests import tagged

from .common import ProcurementCommon

COUNT = 3


@tagged("post_install", "-at_install")
class TestCauses(ProcurementCommon):
    """Documents of one batch: each cost entry bears the date and the event of its own document."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()

    def take(self, source, kind, payloads):
        """Take events of {subject: data} as one batch. :return: their messages"""
        messages = [self.receive(source, kind, subject, data) for subject, data in payloads.items()]
        self.run_all()
        for message in messages:
            self.assertState(message, "done")
        return messages

    def singly(self):
        """Have the hub take messages one at a time, as after a batch that failed."""
        lane = type(self.env["construction.message"])
        return patch.object(lane, "_apply_together", return_value=False)

    def entries(self, message):
        """{(kind, date, amount, document)} of the entries that bear the message's correlation"""
        self.env.cr.flush()
        found = self.env["construction.cost.entry"].search([("correlation_id", "=", message.correlation)])
        return sorted((e.kind, str(e.date), e.amount, e.reference) for e in found)

    def send_orders(self):
        return self.take(
            self.field,
            "procurement.purchase_order.approved",
            {
                f"PO-{n}": self.order_data(f"PO-{n}", ordered_at=f"2026-03-0{n}T09:00:00-06:00")
                for n in range(1, COUNT + 1)
            },
        )

    def send_deliveries(self, **kwargs):
        return self.take(
            self.field,
            "procurement.delivery.received",
            {
                f"PO-{n}": self.delivery_data(
                    f"R-{n}",
                    f"PO-{n}",
                    lines=[self.delivery_line(quantity=f"{n}0")],
                    received_at=f"2026-03-1{n}T09:00:00-06:00",
                    **kwargs,
                )
                for n in range(1, COUNT + 1)
            },
        )

    def send_bills(self):
        return self.take(
            self.suppliers,
            "procurement.invoice.received",
            {
                f"A-{n}": self.invoice_data(
                    f"A-{n}",
                    f"PO-{n}",
                    lines=[self.invoice_line(quantity=f"{n}0")],
                    invoice_date=f"2026-03-2{n}",
                )
                for n in range(1, COUNT + 1)
            },
        )

    def check(self):
        for number, message in enumerate(self.send_orders(), 1):
            self.assertEqual(
                self.entries(message), [("commitment", f"2026-03-0{number}", 1000, f"PO-{number}")]
            )
        for number, message in enumerate(self.send_deliveries(), 1):
            self.assertEqual(
                self.entries(message), [("accrual", f"2026-03-1{number}", number * 100, f"PO-{number}")]
            )
        for number, message in enumerate(self.send_bills(), 1):
            date, amount = f"2026-03-2{number}", number * 100
            bill = self.bill(f"A-{number}").display_name
            self.assertEqual(
                self.entries(message),
                [
                    ("accrual", date, -amount, f"PO-{number}"),
                    ("actual", date, amount, bill),
                    ("commitment", date, -amount, f"PO-{number}"),
                ],
            )
        entries = self.env["construction.cost.entry"].search([("job_id", "=", self.job.id)])
        self.assertEqual(len(entries), COUNT * 5)
        self.assertTrue(all(entries.mapped("correlation_id")))

    def test_batch(self):
        with patch.object(
            type(self.env["construction.message"]), "_apply_one", side_effect=AssertionError("not a batch")
        ):
            self.check()

    def test_one_at_a_time(self):
        with self.singly():
            self.check()

    def test_two_bills_of_one_order_in_a_batch_each_name_their_entries(self):
        self.send_order()
        self.send_delivery()
        bills = self.take(
            self.suppliers,
            "procurement.invoice.received",
            {
                key: self.invoice_data(key, lines=[self.invoice_line(quantity=quantity)])
                for key, quantity in (("A-1", "40"), ("A-2", "60"))
            },
        )
        for message, amount in zip(bills, (400, 600), strict=True):
            open_commitment = [entry for entry in self.entries(message) if entry[0] == "commitment"]
            self.assertEqual(open_commitment, [("commitment", "2026-03-10", -amount, "PO-1")])

    def test_receipts_of_a_batch_are_posted_together(self):
        self.send_orders()
        entries = type(self.env["construction.cost.entry"])
        create = entries.create
        with patch.object(entries, "create", autospec=True, side_effect=create) as created:
            self.send_deliveries()
            self.env.cr.flush()
        self.assertEqual([len(call.args[1]) for call in created.call_args_list if call.args[1]], [COUNT])

    def test_receipts_keep_the_moment_they_came(self):
        self.send_orders()
        self.send_deliveries()
        for number in range(1, COUNT + 1):
            done = self.order(f"PO-{number}").picking_ids.filtered(lambda p: p.state == "done")
            self.assertEqual(done.construction_external_key, f"R-{number}")
            self.assertEqual(str(done.date_done), f"2026-03-1{number} 15:00:00")
            self.assertEqual(str(done.move_ids.date), f"2026-03-1{number} 15:00:00")

    def test_final_receipts_of_a_batch(self):
        self.send_orders()
        for number, message in enumerate(self.send_deliveries(final=True), 1):
            date, reference, received = f"2026-03-1{number}", f"PO-{number}", number * 100
            self.assertEqual(
                self.entries(message),
                [
                    ("accrual", date, received, reference),
                    ("commitment", date, received - 1000, reference),
                ],
            )
            states = self.order(reference).picking_ids.mapped("state")
            self.assertEqual(sorted(set(states)), ["cancel", "done"])

    def test_one_wrong_receipt_stops_no_other(self):
        """One delivers what has no transfer any more: the batch falls back, the others are received."""
        self.send_orders()
        self.order("PO-2").picking_ids.action_cancel()
        handler = self.env["construction.handler.procurement.delivery.received"]
        self.patch(type(handler), "_open_transfers", lambda handler, order, good: None)
        messages = [
            self.receive(
                self.field,
                "procurement.delivery.received",
                f"PO-{n}",
                self.delivery_data(f"R-{n}", f"PO-{n}", received_at=f"2026-03-1{n}T09:00:00-06:00"),
            )
            for n in range(1, COUNT + 1)
        ]
        self.run_all()
        self.assertEqual([message.state for message in messages], ["done", "exception", "done"])
        for number in (1, 3):
            self.assertEqual(
                self.entries(messages[number - 1]),
                [("accrual", f"2026-03-1{number}", 1000, f"PO-{number}")],
            )
        self.assertFalse(self.entries(messages[1]))
