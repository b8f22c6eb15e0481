# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_order_merge import OrderMergeCommon
from .test_order_numbers import OrderNumbersCommon


@tagged("post_install", "-at_install")
class TestOrderRenamed(OrderNumbersCommon):
    """An order that came by event and bears another number since a person gave it that."""

    def set_up_once(self):
        super().set_up_once()
        self.renamed = self.order("PO-1")
        self.assertEqual(self.renamed.state, "purchase")

    def orders_called(self, number):
        return self.env["purchase.order"].search([("name", "=", number)])

    def test_approved_under_the_new_number_is_no_second_order(self):
        self.renamed.with_user(self.buyer).name = "N-9"
        message = self.send_order("N-9")
        self.assertState(message, "done")
        self.assertEqual(self.orders_called("N-9"), self.renamed)
        self.assertEqual(message.record_ids.mapped("res_id"), self.renamed.ids)
        # from now on the source knows it by this number as well, and its revisions count
        changed = self.change("N-9", "120")
        self.assertState(changed, "done")
        self.assertEqual(self.renamed.order_line.product_qty, 120)
        self.assertEqual(self.renamed.construction_external_key, "PO-1")

    def test_other_content_under_the_new_number_is_asked(self):
        self.renamed.name = "N-9"
        message = self.send_order("N-9", [self.order_line(quantity="80")])
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 1, quantity", "100 Units", "80 Units"]])
        self.assertEqual(self.orders_called("N-9"), self.renamed)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.renamed.order_line.product_qty, 80)

    def test_another_order_under_the_new_number(self):
        self.renamed.name = "N-9"
        message = self.send_order("N-9", [self.order_line(quantity="80")])
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.order("N-9#2").order_line.product_qty, 80)
        self.assertEqual(self.renamed.order_line.product_qty, 100)

    def test_both_numbers_lead_to_it(self):
        self.assertState(self.send_delivery("R-0", "N-9", [self.delivery_line(quantity="5")]), "waiting")
        self.renamed.name = "N-9"
        self.run_all()
        self.assertEqual(self.renamed.order_line.qty_received, 5)
        for number, receipt in (("PO-1", "R-1"), ("N-9", "R-2")):
            message = self.send_delivery(receipt, number, [self.delivery_line(quantity="5")])
            self.assertState(message, "done")
        self.renamed.name = "N-10"
        for number, receipt in (("N-9", "R-3"), ("N-10", "R-4")):
            message = self.send_delivery(receipt, number, [self.delivery_line(quantity="5")])
            self.assertState(message, "done")
        self.assertEqual(self.renamed.order_line.qty_received, 25)

    def test_its_own_number_goes_on_in_its_own_revisions(self):
        self.assertState(self.change("PO-1", "110", 5), "done")
        self.renamed.name = "N-9"
        self.assertState(self.send_order("N-9", [self.order_line(quantity="110")]), "done")
        self.assertState(self.change("N-9", "120", 1), "done")
        self.assertEqual(self.renamed.order_line.product_qty, 120)
        self.assertState(self.change("PO-1", "70", 4), "superseded")
        self.assertEqual(self.renamed.order_line.product_qty, 120)

    def test_a_cancellation_counts_the_revisions_of_its_number(self):
        self.assertState(self.change("PO-1", "110", 5), "done")
        self.renamed.name = "N-9"
        self.assertState(self.send_order("N-9", [self.order_line(quantity="110")]), "done")
        self.assertState(self.cancel("N-9", revision=1), "done")
        self.assertEqual(self.renamed.state, "cancel")

    def test_a_cancellation_under_the_new_number_is_asked(self):
        self.renamed.name = "N-9"
        message = self.cancel("N-9")
        item = self.assertAsks(message, "cancel")
        self.assertNotIn("made here", item.sentence)
        self.decide(message, "cancel", self.buyer)
        self.assertEqual(self.renamed.state, "cancel")

    def test_the_number_of_another_order_is_refused(self):
        self.send_order("PO-2")
        ours = self.order_by_hand()
        ours.button_confirm()
        for number in ("PO-2", " po-2", ours.name):
            with self.subTest(number), self.assertRaisesRegex(UserError, "number of another order"):
                self.renamed.with_user(self.buyer).name = number
        with self.assertRaisesRegex(UserError, "number of another order"):
            ours.with_user(self.buyer).name = "PO-1"

    def test_one_number_for_several_is_refused(self):
        self.send_order("PO-2")
        both = self.renamed | self.order("PO-2")
        with self.assertRaisesRegex(UserError, "one number"):
            both.with_user(self.buyer).write({"name": "N-9"})

    def test_a_draft_renamed(self):
        line = self.order_line(quantity="5")
        line.pop("cost_code")
        first = self.send_order("PO-7", [line])
        draft = self.order("PO-7")
        self.assertEqual(draft.state, "draft")
        draft.with_user(self.buyer).name = "N-7"
        receipt = self.send_delivery("R-7", "N-7", [self.delivery_line(quantity="2")])
        self.assertState(receipt, "waiting")
        # with the cost code that the first message lacked
        again = self.send_order("N-7", [self.order_line(quantity="5")])
        self.assertState(again, "done")
        self.assertEqual(self.orders_called("N-7"), draft)
        self.assertEqual(draft.state, "purchase")
        self.assertEqual(draft.order_line.cost_code_id, self.renamed.order_line.cost_code_id)
        self.assertState(receipt, "done")
        self.assertState(first, "done")
        self.assertEqual(draft.order_line.qty_received, 2)

    def test_a_draft_renamed_and_confirmed_by_hand(self):
        line = self.order_line(quantity="5")
        line.pop("cost_code")
        self.send_order("PO-7", [line])
        draft = self.order("PO-7")
        draft.name = "N-7"
        receipt = self.send_delivery("R-7", "N-7", [self.delivery_line(quantity="2")])
        self.assertState(receipt, "waiting")
        draft.order_line.cost_code_id = self.renamed.order_line.cost_code_id
        draft.button_confirm()
        self.run_all()
        self.assertState(receipt, "done")

    def test_named_as_it_came(self):
        """What nobody renamed is known by its source alone: two systems may use one number."""
        entries = self.env["construction.crosswalk"].search([("kind", "=", "order"), ("key", "=", "po-1")])
        self.assertEqual(entries.source_id, self.field)
        other = self.make_source("t_other", authorities=self.master)
        data = self.order_data("PO-1", [self.order_line(quantity="7")])
        self.assertState(self.send(other, "procurement.purchase_order.approved", "PO-1", data), "done")
        self.assertEqual(sorted(self.order("PO-1").order_line.mapped("product_qty")), [7, 100])

    def test_a_bill_renamed_is_no_second_bill_unseen(self):
        self.send_delivery()
        self.company.construction_bill_autopost = False
        self.assertState(self.send_invoice("B-1"), "done")
        bill = self.bill("B-1")
        bill.with_user(self.payable).ref = "B-2"
        again = self.send_invoice("B-2")
        self.assertState(again, "exception")
        self.assertEqual(
            self.env["account.move"].search([("ref", "in", ("B-1", "B-2"))]).mapped("state"),
            ["draft", "draft"],
        )
        self.assertState(self.send_invoice("B-1"), "done")
        self.assertFalse(self.bill("B-1"))


@tagged("post_install", "-at_install")
class TestRenamedAndMerged(OrderMergeCommon):
    def test_every_number_names_its_own_lines(self):
        self.second.name = "N-8"
        self.second.name = "N-9"
        self.merge()
        self.confirm(self.first)
        for receipt, number in (("R-1", "N-9"), ("R-2", "N-8"), ("R-3", "PO-B")):
            line = {**self.delivery_line("2", "1"), "uom": "m3"}
            self.assertState(self.send_delivery(receipt, number, [line]), "done")
        self.assertEqual(self.quantities("qty_received"), {"Item BOLT": 0, "Item REBAR": 0, "Item CONC": 3})
