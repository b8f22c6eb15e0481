# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.construction_master_sync.tests.common import LATEST

from .common import RecordKeysCommon


@tagged("post_install", "-at_install")
class TestCuredByHand(RecordKeysCommon):
    """What a person puts right on a record lets go on by itself what was stopped at it."""

    def test_brought_back(self):
        for kind, (send, record) in self.kinds.items():
            with self.subTest(kind):
                record.active = False
                order = self.send_order(f"PO-{kind}")
                master = send(time=LATEST)
                self.assertState(order, "exception", "mapping")
                self.assertState(master, "exception", "mapping")
                item = order.exception_id
                self.assertEqual(master.exception_id.cause_key, item.cause_key)
                record.action_unarchive()
                self.run_all()
                self.assertState(order, "done")
                self.assertState(master, "done")
                self.assertEqual(item.state, "resolved")
                self.assertIn(self.env.user.name, item.resolution)

    def test_brought_back_by_its_template(self):
        template = self.item().product_tmpl_id
        template.action_archive()
        order = self.send_order("PO-T")
        self.assertState(order, "exception", "mapping")
        template.action_unarchive()
        self.run_all()
        self.assertState(order, "done")

    def test_brought_back_by_the_hundred(self):
        suppliers = self.supplier("S-1") | self.supplier("S-2")
        suppliers.active = False
        orders = self.send_order("PO-1") | self.send_order("PO-2", supplier="S-2")
        self.assertEqual(orders.mapped("state"), ["exception"] * 2)
        suppliers.active = True
        self.run_all()
        self.assertEqual(orders.mapped("state"), ["done"] * 2)

    def test_moved_back_to_its_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        for record in (self.item(), self.supplier()):
            with self.subTest(record.display_name):
                record.company_id = other
                message = self.send_order(f"PO-{record._name}")
                self.assertState(message, "exception", "mapping")
                self.assertTrue(message.exception_id.cause_key.startswith("company:"))
                record.company_id = self.company
                self.run_all()
                self.assertState(message, "done")

    def test_moved_back_by_its_template(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.item().company_id = other
        message = self.send_order("PO-T")
        self.assertState(message, "exception", "mapping")
        self.item_anywhere().product_tmpl_id.company_id = False
        self.run_all()
        self.assertState(message, "done")

    def item_anywhere(self):
        return self.env["product.product"].search([("default_code", "=", "BOLT")])

    def test_a_deleted_key_that_is_there_again(self):
        self.supplier().unlink()
        order = self.send_order()
        self.assertState(order, "exception", "mapping")
        item = order.exception_id
        self.assertState(self.send_supplier(), "done")
        self.assertState(order, "done")
        self.assertEqual(item.state, "resolved")

    def test_a_currency_that_is_activated(self):
        currency = self.env.ref("base.BRL")
        currency.active = False
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2026-01-01", "rate": 5, "company_id": self.company.id}
        )
        order = self.send_order(currency="BRL")
        self.assertState(order, "exception", "data")
        currency.active = True
        self.run_all()
        self.assertState(order, "done")

    def test_an_order_that_is_open_again(self):
        self.send_order()
        self.order().button_cancel()
        receipt = self.send_delivery()
        self.assertState(receipt, "exception", "data")
        self.order().button_draft()
        self.order().button_confirm()
        self.run_all()
        self.assertState(receipt, "done")

    def test_an_order_that_is_unlocked(self):
        self.send_order()
        self.order().button_lock()
        message = self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=[self.order_line(quantity="120")], revision=1),
        )
        self.assertState(message, "exception", "hold")
        self.order().button_unlock()
        self.run_all()
        self.assertState(message, "done")

    def test_changes_of_an_order_that_has_not_come_are_no_circle(self):
        data = self.order_data(revision=1)
        kind = "procurement.purchase_order.changed"
        found = [self.receive(self.field, kind, "PO-1", {**data, "revision": n}) for n in (1, 2)]
        self.run_all()
        self.env["construction.message"]._tell_circles()
        self.run_all()
        self.assertEqual([m.state for m in found], ["waiting", "waiting"])


@tagged("post_install", "-at_install")
class TestRenamedOrder(RecordKeysCommon):
    """An order that was born here and is renamed is known by both numbers."""

    def set_up_once(self):
        super().set_up_once()
        self.send_order("PO-OTHER")
        other = self.order("PO-OTHER")
        self.ours = self.env["purchase.order"].create({"partner_id": other.partner_id.id})
        other.order_line.copy({"order_id": self.ours.id, "construction_external_line": False})
        self.ours.button_confirm()
        self.number = self.ours.name

    def receipt(self, receipt, number):
        return self.send_delivery(receipt, number, [self.delivery_line("1", "5")])

    def test_both_numbers_are_known(self):
        waiting = self.receipt("R-0", "PO/NEW")
        self.assertState(waiting, "waiting")
        self.ours.name = "PO/NEW"
        self.run_all()
        self.assertState(waiting, "done")
        self.assertState(self.receipt("R-1", "PO/NEW"), "done")
        self.assertState(self.receipt("R-2", self.number), "done")
        self.assertEqual(self.ours.order_line.qty_received, 15)
        self.ours.name = self.number
        self.assertState(self.receipt("R-3", "PO/NEW"), "done")

    def test_a_number_that_another_order_has_is_refused(self):
        second = self.ours.copy()
        second.button_confirm()
        for number in (self.number, f" {self.number.lower()} ", "PO-OTHER"):
            with self.subTest(number), self.assertRaises(UserError) as caught:
                second.name = number
            self.assertIn(number.strip().upper(), str(caught.exception).upper())
        draft = self.ours.copy()
        draft.name = self.number
        with self.assertRaises(UserError):
            draft.button_confirm()
