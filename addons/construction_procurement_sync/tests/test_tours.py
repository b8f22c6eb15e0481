# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.tests import HttpCase, tagged

from odoo.addons.construction_sync.tests.test_lib_signature import signed

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestTours(ProcurementCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.send_masters()

    def new_user(self, role):
        return self.user_with(f"tour_{role}", f"construction_base.group_{role}")

    def test_buyer_maps_a_missing_code_and_the_bills_move(self):
        self.new_user("buyer")
        orders = [
            self.send_order(key, lines=[self.order_line(cost_code="99 00 00")]) for key in ("PO-1", "PO-2")
        ]
        deliveries = [
            self.send_delivery("R-1", "PO-1"),
            self.send_delivery("R-2", "PO-2"),
        ]
        bills = [
            self.send_invoice("INV-1", "PO-1"),
            self.send_invoice("INV-2", "PO-2", invoice_date="2026-03-25"),
        ]
        for message in orders:
            self.assertState(message, "exception", "mapping")
        for message in deliveries + bills:
            self.assertState(message, "waiting")
        self.start_tour("/odoo/construction-exceptions", "construction_map_missing_code", login="tour_buyer")
        self.env.invalidate_all()
        self.run_all()
        for message in orders + deliveries + bills:
            self.assertState(message, "done")
        self.assertEqual(self.bill("INV-2").state, "posted")
        self.assertEqual(self.order("PO-2").order_line.cost_code_id.code, "05 12 00")
        self.start_tour(
            f"/odoo/action-purchase.purchase_form_action/{self.order().id}",
            "construction_see_bill_done",
            login="tour_buyer",
        )

    def test_controller_releases_a_hold(self):
        self.new_user("cost_controller")
        self.send_order()
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(price="12")])
        self.assertState(message, "exception", "variance")
        self.start_tour(
            f"/odoo/action-account.action_move_in_invoice_type/{self.bill().id}",
            "construction_release_hold",
            login="tour_cost_controller",
        )
        self.env.invalidate_all()
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.bill().state, "posted")

    def test_buyer_changes_a_released_order(self):
        self.new_user("buyer")
        self.send_order()
        self.start_tour(
            f"/odoo/action-purchase.purchase_form_action/{self.order().id}",
            "construction_change_order",
            login="tour_buyer",
        )
        self.env.invalidate_all()
        change = self.order().construction_change_ids
        self.assertEqual(
            (change.state, change.reason, change.amount_change), ("approved", "One pier more", 200)
        )
        self.assertEqual(self.order().order_line.product_qty, 120)

    def post_invoice(self):
        """The invoice as its sender posts it: signed, over HTTP. :return: its message, applied"""
        secret = self.env["construction.source.credential"]._issue(self.suppliers)
        self.suppliers.action_go_live()
        event = {
            "specversion": "1.0",
            "id": "invoice-1",
            "source": "urn:suppliers",
            "type": "procurement.invoice.received",
            "time": "2026-03-20T08:00:00Z",
            "subject": "INV-001",
            "dataschema": "https://example.com/v1",
            "data": self.invoice_data(),
        }
        body = json.dumps(event).encode()
        answer = self.url_open(
            f"/construction/v1/{self.suppliers.code}/events",
            data=body,
            headers={
                "Content-Type": "application/cloudevents+json",
                **signed(body, secret, webhook_id="msg_invoice-1"),
            },
        )
        self.assertEqual(answer.status_code, 202, answer.text)
        self.env.invalidate_all()
        message = self.env["construction.message"].search([("receipt", "=", answer.json()["receipt"])])
        self.run_all()
        return message

    def test_controller_drills_from_a_figure_to_the_event(self):
        self.new_user("cost_controller")
        self.send_order()
        self.send_delivery()
        self.assertState(self.post_invoice(), "done")
        self.start_tour(
            "/odoo/action-construction_job_cost.construction_job_cost_report_action",
            "construction_figure_to_event",
            login="tour_cost_controller",
        )

    def test_order_opens_for_those_who_only_read_it(self):
        self.send_order()
        for role in ("cost_controller", "auditor"):
            order = self.order().with_user(self.new_user(role))
            lines = order.order_line.read(["purchase_request_lines", "price_unit"])
            self.assertEqual([line["price_unit"] for line in lines], [10])
