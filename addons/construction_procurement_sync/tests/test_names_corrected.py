# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .test_document_life import CHANGED
from .test_sent_before import SentBeforeCommon
from .test_undo_rewritten import RewrittenCommon

APPROVED = "procurement.purchase_order.approved"


class NamesCommon(SentBeforeCommon):
    def say(self, kind=CHANGED, number="PO-9", **kwargs):
        data = self.order_data(number, **kwargs)
        return self.send(self.field, kind, number, data)

    def supplier(self, key):
        data = {"supplier": key, "name": f"Supplier {key}"}
        self.assertState(self.send(self.master, "master.supplier.upserted", key, data), "done")


@tagged("post_install", "-at_install")
class TestSupplierOfAnOrderCorrected(NamesCommon):
    """An order whose supplier a person corrected, while its sender goes on naming the old one."""

    def set_up_once(self):
        super().set_up_once()
        self.first = self.say(APPROVED, supplier="V9")
        self.assertState(self.first, "exception", "mapping")
        self.correct(self.first, user=self.buyer, supplier="S-1")
        self.assertState(self.first, "done")

    def test_every_revision_is_read_so(self):
        for revision, quantity in ((1, "120"), (2, "130"), (3, "140")):
            lines = [self.order_line(quantity=quantity)]
            message = self.say(lines=lines, supplier="V9", revision=revision)
            self.assertState(message, "done")
            self.assertIn("supplier V9 as S-1", self.note(message))
            self.assertEqual(self.order("PO-9").order_line.product_qty, float(quantity))
            # the same again, and as it should have come
            self.assertState(self.say(lines=lines, supplier="V9", revision=revision), "done")
            self.assertState(self.say(lines=lines, supplier="S-1", revision=revision), "done")
            self.assertEqual(message.corrected_as_id, self.first)
            self.assertEqual(message.corrected_by_id, self.buyer)
        self.assertEqual(len(self.order("PO-9")), 1)

    def test_other_content_is_asked_about_without_the_name(self):
        message = self.say(APPROVED, lines=[self.order_line(quantity="120")], supplier="V9")
        self.assertEqual(self.assertAsks(message).comparison, [["Line 1, quantity", "100 EA", "120 EA"]])
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-9").order_line.product_qty, 120)
        # what stands now was read so as well
        again = self.say(APPROVED, lines=[self.order_line(quantity="130")], supplier="V9")
        self.assertEqual(self.assertAsks(again).comparison, [["Line 1, quantity", "120 EA", "130 EA"]])

    def test_a_name_that_comes_to_be_known(self):
        self.supplier("V9")
        message = self.say(lines=[self.order_line(quantity="120")], supplier="V9", revision=1)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-9").partner_id, self.order("PO-1").partner_id)

    def test_another_name_is_news(self):
        self.supplier("S-8")
        message = self.say(supplier="S-8", revision=1)
        self.assertState(message, "exception")
        self.assertIn("Supplier S-8", message.problem)

    def test_one_that_is_corrected_itself(self):
        message = self.say(lines=[self.order_line(quantity="120", uom="XYZ")], supplier="V9", revision=1)
        self.assertState(message, "exception", "mapping")
        self.correct(message, user=self.buyer, lines=[self.order_line(quantity="120")])
        self.assertState(message, "done")
        self.assertFalse(message.corrected_as_id)
        # both of them hold from then on
        message = self.say(lines=[self.order_line(quantity="150", uom="XYZ")], supplier="V9", revision=2)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-9").order_line.product_qty, 150)

    def test_who_corrects_it_sees_how_it_is_read(self):
        self.supplier("V9")
        message = self.say(lines=[self.order_line(uom="XYZ")], supplier="V9", revision=1)
        self.assertState(message, "exception", "mapping")
        self.assertEqual((message._payload()["supplier"], message.corrected_as_id), ("S-1", self.first))
        self.assertTrue(any("supplier V9 as S-1" in (n or "") for n in message.history_ids.mapped("note")))
        self.correct(message, user=self.buyer, lines=[self.order_line(quantity="120")])
        self.assertState(message, "done")
        self.assertEqual((message.corrected_by_id, message.corrected_as_id.id), (self.buyer, False))

    def test_who_corrects_it_back_means_it(self):
        self.supplier("V9")
        message = self.say(lines=[self.order_line(uom="XYZ")], supplier="V9", revision=1)
        self.correct(message, user=self.buyer, lines=[self.order_line()], supplier="V9")
        self.assertState(message, "exception")
        self.assertIn("Supplier V9", message.problem)

    def test_another_document_under_its_number_names_its_own(self):
        self.supplier("V9")
        lines = [self.order_line(quantity="7")]
        second = self.say(APPROVED, lines=lines, supplier="V9")
        self.assertAsks(second)
        self.decide(second, "another", self.buyer)
        self.assertState(second, "done")
        self.assertFalse(second.corrected_at)
        orders = self.order("PO-9") | self.record(second, "purchase.order")
        self.assertEqual(sorted(orders.mapped("partner_id.ref")), ["S-1", "V9"])
        # the same again is that one, and what it says otherwise is asked about of both
        self.assertState(self.say(APPROVED, lines=lines, supplier="V9"), "done")
        self.assertState(self.say(lines=[self.order_line(quantity="8")], supplier="V9", revision=1), "done")
        self.assertState(self.say(lines=[self.order_line(quantity="120")], revision=2), "done")
        self.assertEqual(orders.order_line.mapped("product_qty"), [120, 8])

    def test_another_order_that_names_it(self):
        message = self.say(APPROVED, number="PO-10", supplier="V9")
        self.assertState(message, "exception", "mapping")


@tagged("post_install", "-at_install")
class TestNamesOfLinesCorrected(NamesCommon):
    """Lines in which a person corrected what they name: a code, a line of an order, an item."""

    def test_a_code_that_is_known_as_well(self):
        right = "03 30 00"
        wrong = (
            self.env["construction.cost.code"]
            .search([("company_id", "=", self.company.id), ("code", "!=", right)], limit=1)
            .code
        )
        lines = [self.order_line(cost_code=wrong, uom="XYZ")]
        first = self.say(APPROVED, lines=lines)
        self.assertState(first, "exception", "mapping")
        self.correct(first, user=self.buyer, lines=[self.order_line(cost_code=right)])
        self.assertState(first, "done")
        more = self.order_line("2", cost_code=wrong)
        lines = [self.order_line(quantity="120", cost_code=wrong, uom="XYZ"), more]
        self.assertState(self.say(lines=lines, revision=1), "done")
        by_line = self.order("PO-9").order_line.sorted("construction_external_line")
        self.assertEqual(by_line.mapped("cost_code_id.code"), [right, wrong])

    def test_an_item_that_a_person_left_out(self):
        first = self.say(APPROVED, lines=[self.order_line(item="X-77")])
        self.assertState(first, "exception", "mapping")
        line = self.order_line()
        del line["item"]
        self.correct(first, user=self.buyer, lines=[line])
        self.assertState(first, "done")
        message = self.say(lines=[self.order_line(quantity="120", item="X-77")], revision=1)
        self.assertState(message, "done")
        self.assertEqual(self.order("PO-9").order_line.product_qty, 120)

    def test_a_unit_that_was_corrected_with_its_quantity(self):
        """One box was ten pieces: two boxes are not two pieces."""
        first = self.say(APPROVED, lines=[self.order_line(uom="BX", quantity="1", price="100.00")])
        self.assertState(first, "exception", "mapping")
        self.correct(first, user=self.buyer, lines=[self.order_line(quantity="10", price="10.00")])
        self.assertState(first, "done")
        lines = [self.order_line(uom="BX", quantity="2", price="100.00")]
        self.assertState(self.say(lines=lines, revision=1), "exception", "mapping")
        self.assertEqual(self.order("PO-9").order_line.product_qty, 10)

    def test_the_order_of_an_invoice(self):
        self.receive_goods("PO-1")
        first = self.bill_goods("PO-0")
        self.assertState(first, "waiting")
        self.correct(first, order="PO-1")
        self.assertState(first, "done")
        self.send_order("PO-0")
        self.receive_goods("PO-0", receipt="R-8")
        message = self.bill_goods("PO-0", "4", revision=1)
        self.assertState(message, "done")
        billed = [float(sum(self.order(n).order_line.mapped("qty_invoiced"))) for n in ("PO-0", "PO-1")]
        self.assertEqual(billed, [0, 4])

    def test_two_lines_one_after_the_other(self):
        self.send_order("PO-2", [self.order_line("1"), self.order_line("2")])
        first = self.send_delivery("R-5", "PO-2", [self.delivery_line("1", quantity="5", order_line="7")])
        self.correct(first, user=self.buyer, lines=[self.delivery_line("1", quantity="5", order_line="1")])
        self.assertState(first, "done")
        lines = [
            self.delivery_line("1", quantity="5", order_line="7"),
            self.delivery_line("2", quantity="3", order_line="8"),
        ]
        for revision in (1, 2):
            message = self.send_delivery("R-5", "PO-2", lines, revision=revision)
            if revision == 1:
                self.assertState(message, "waiting")
                data = message._payload()
                data["lines"][1]["order_line"] = "2"
                self.correct(message, user=self.buyer, lines=data["lines"])
            self.assertState(message, "done")
            received = (
                self.order("PO-2").order_line.sorted("construction_external_line").mapped("qty_received")
            )
            self.assertEqual(received, [5, 3])

    def test_the_line_of_an_order(self):
        self.send_order("PO-2", [self.order_line("1"), self.order_line("2")])
        first = self.send_delivery("R-5", "PO-2", [self.delivery_line("1", quantity="5", order_line="9")])
        self.assertState(first, "waiting")
        lines = [self.delivery_line("1", quantity="5", order_line="2")]
        self.correct(first, user=self.buyer, lines=lines)
        self.assertState(first, "done")
        lines = [self.delivery_line("1", quantity="8", order_line="9")]
        self.assertState(self.send_delivery("R-5", "PO-2", lines, revision=1), "done")
        received = self.order("PO-2").order_line.sorted("construction_external_line").mapped("qty_received")
        self.assertEqual(received, [0, 8])


@tagged("post_install", "-at_install")
class TestNamesUndone(RewrittenCommon, NamesCommon):
    def test_a_draft_says_again_what_it_said_under_a_corrected_name(self):
        self.send_delivery(lines=[self.delivery_line(quantity="10")])
        line = self.invoice_line(price="13.50", quantity="10", order_line="9")
        first = self.send_invoice("N-1", lines=[line])
        self.assertState(first, "waiting")
        self.correct(first, lines=[{**line, "order_line": "1"}])
        self.assertState(first, "exception", "variance")
        draft = self.bill("N-1")
        self.send_invoice("N-1", lines=[{**line, "unit_price": "14.50", "amount": "145.00"}], revision=1)
        third = self.send_invoice(
            "N-1", lines=[{**line, "unit_price": "15.50", "amount": "155.00"}], revision=2
        )
        self.assertState(third, "exception", "variance")
        self.assertEqual(draft.amount_untaxed, 155)
        self.undo(third, self.payable)
        self.assertEqual((draft.amount_untaxed, draft.state), (145, "draft"))
        self.assertEqual(draft.invoice_line_ids.purchase_line_id, self.order().order_line)
