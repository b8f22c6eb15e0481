# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .test_content import ContentCommon

APPROVED = "procurement.purchase_order.approved"


@tagged("post_install", "-at_install")
class TestBornHere(ContentCommon):
    """An order by hand is as good as one from an event."""

    def set_up_once(self):
        super().set_up_once()
        line = self.order().order_line
        self.ours = self.env["purchase.order"].create(
            {
                "partner_id": self.order().partner_id.id,
                "date_order": "2026-03-01",
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": product.name,
                            "product_qty": quantity,
                            "product_uom_id": product.uom_id.id,
                            "price_unit": 10,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": line.analytic_distribution,
                        }
                    )
                    for product, quantity in (
                        (line.product_id, 100),
                        (self.item("REBAR"), 50),
                    )
                ],
            }
        )

    def item(self, key):
        return self.env["construction.crosswalk"]._contents(self.master, "item", [key])[key].record_ref

    def lines(self, *quantities):
        items = (("BOLT", "EA"), ("REBAR", "kg"))
        return [
            {**self.order_line(str(number), quantity), "item": item, "uom": uom}
            for number, (quantity, (item, uom)) in enumerate(zip(quantities, items, strict=True), 1)
        ]

    def approve(self, *quantities, **kwargs):
        return self.send_order(self.ours.name, lines=self.lines(*quantities), **kwargs)

    def test_its_receipts_and_invoices_arrive(self):
        receipt = self.send_delivery("R-1", self.ours.name, [self.delivery_line("1", "40")])
        self.assertState(receipt, "waiting")
        self.ours.button_confirm()
        self.run_all()
        self.assertState(receipt, "done")
        self.assertEqual(self.ours.order_line[0].qty_received, 40)
        bill = self.send_invoice("B-1", self.ours.name, [self.invoice_line("1", "40")])
        self.assertState(bill, "done")
        self.assertEqual(self.bill("B-1").invoice_line_ids.purchase_line_id, self.ours.order_line[0])

    def test_every_source_knows_it(self):
        stranger = self.make_source("t_stranger", authorities=self.master)
        self.ours.button_confirm()
        data = self.delivery_data("R-1", self.ours.name, [self.delivery_line("1", "5")])
        for source in (stranger, self.make_source("t_later", authorities=self.master)):
            data = {**data, "receipt": source.code}
            self.assertState(self.send(source, "procurement.delivery.received", self.ours.name, data), "done")

    def test_the_printed_number_stays(self):
        self.ours.button_confirm()
        self.assertEqual(self.ours.order_line.mapped("construction_printed_line"), ["1", "2"])
        self.ours.order_line[0].product_qty = 0
        self.ours.button_draft() if self.ours.state == "cancel" else None
        self.ours.order_line[0].with_context(force_unlink=True).sudo()._write({"order_id": self.order().id})
        self.ours.invalidate_recordset()
        second = self.ours.order_line
        message = self.send_delivery("R-2", self.ours.name, [{**self.delivery_line("2", "7"), "uom": "kg"}])
        self.assertState(message, "done")
        self.assertEqual(second.qty_received, 7)

    def test_by_item(self):
        self.ours.button_confirm()
        line = {**self.delivery_line("x", "7"), "item": "REBAR", "uom": "kg", "order_line": "POS-20"}
        self.assertState(self.send_delivery("R-2", self.ours.name, [line]), "done")
        self.assertEqual(self.ours.order_line[1].qty_received, 7)

    def test_approved_outside_with_our_number(self):
        self.ours.button_confirm()
        message = self.approve("100", "50")
        self.assertState(message, "done")
        self.assertEqual(self.env["purchase.order"].search_count([("name", "=", self.ours.name)]), 1)
        self.assertEqual(message.record_ids.mapped("res_id"), self.ours.ids)
        # from now on it is known by the source's own key
        self.assertState(self.approve("100", "50"), "done")

    def test_approved_outside_with_other_content(self):
        self.ours.button_confirm()
        message = self.approve("100", "80", revision=4)
        item = self.assertAsks(message)
        self.assertEqual(item.comparison, [["Line 2, quantity", "50 kg", "80 kg"]])
        self.assertEqual(self.env["purchase.order"].search_count([("name", "=", self.ours.name)]), 1)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ours.order_line.mapped("product_qty"), [100, 80])
        self.assertEqual(len(self.ours.order_line), 2)

    def test_another_order_under_our_number(self):
        self.ours.button_confirm()
        message = self.approve("100", "80")
        self.decide(message, "another", self.buyer)
        self.assertState(message, "done")
        self.assertEqual(self.ours.order_line.mapped("product_qty"), [100, 50])
        self.assertEqual(sum(self.order(f"{self.ours.name}#2").order_line.mapped("product_qty")), 180)

    def test_a_sources_own_key_answers_first(self):
        own = self.send_order("PO-77")
        self.assertState(own, "done")
        self.ours.name = "PO-77"
        self.ours.button_confirm()
        self.assertState(self.send_delivery("R-1", "PO-77", [self.delivery_line("1", "40")]), "done")
        self.assertEqual(self.received("PO-77"), [40])

    def test_the_companys_numbers_have_no_door(self):
        self.ours.button_confirm()
        sources = self.env["construction.source"]
        authority = sources.search([("kind", "=", "company"), ("company_id", "=", self.company.id)])
        self.assertEqual(len(authority), 1)
        self.assertIsNone(sources._runtime(authority.code))
        self.assertFalse(authority.user_id or authority.owner_id)
        with self.assertRaises(ValidationError):
            authority.state = "live"
        manager = self.user_with("integrates", "construction_base.group_integration_manager")
        with self.assertRaises(AccessError):
            self.field.with_user(manager).write({"kind": "company"})
        with self.assertRaises(AccessError):
            sources.with_user(manager).create(
                {"name": "X", "code": "x-1", "kind": "company", "company_id": self.company.id}
            )
