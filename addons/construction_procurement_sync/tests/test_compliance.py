# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestCompliance(ProcurementCommon):
    """An expired document stops orders and bills for jobs, until it is renewed or waived."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.supplier = self.find_supplier("S-1")
        self.today = self.company._construction_today()
        self.controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.buyer = self.user_with("buyer_1", "construction_base.group_buyer")
        self.hours = 0

    def find_supplier(self, key):
        return self.env["res.partner"].search(
            [("construction_external_key", "=", key), ("company_id", "=", self.company.id)]
        )

    def day(self, days):
        return str(self.today + timedelta(days=days))

    def send_documents(self, *documents, key="S-1", **kwargs):
        """Send (kind, number, days from today) as the list of a supplier."""
        self.hours += 1
        return self.send(
            self.master,
            "master.supplier.upserted",
            key,
            {
                "supplier": key,
                "name": f"Supplier {key}",
                "compliance": [
                    {"kind": kind, "number": number, "expires": self.day(days)}
                    for kind, number, days in documents
                ],
            },
            time=f"2026-03-03T{self.hours:02}:00:00Z",
            **kwargs,
        )

    def documents(self, **context):
        return (
            self.env["construction.compliance.document"]
            .with_context(**context)
            .search([("partner_id", "=", self.supplier.id)])
        )

    def enter(self, expires, user=None, **kwargs):
        return (
            self.env["construction.compliance.document"]
            .with_user(user or self.env.user)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "kind": "Insurance",
                    "number": "POL-1",
                    "expires": self.day(expires),
                    **kwargs,
                }
            )
        )

    def waive(self, documents, user, days=30, reason="New policy is under way"):
        wizard = self.env["construction.compliance.waive"].with_user(user)
        wizard.create(
            {"document_ids": documents.ids, "until": self.day(days), "reason": reason}
        ).action_waive()

    def hand_order(self, user=None, coded=True):
        line = {
            "product_id": self.env["product.product"].search([("default_code", "=", "BOLT")], limit=1).id,
            "name": "Bolts",
            "product_qty": 10,
            "price_unit": 10,
        }
        if coded:
            line["construction_job_id"] = self.job.id
            line["cost_code_id"] = (
                self.env["construction.cost.code"]
                .search([("code", "=", "03 30 00"), ("company_id", "=", self.company.id)])
                .id
            )
        orders = self.env["purchase.order"].with_user(user or self.buyer)
        return orders.create({"partner_id": self.supplier.id, "order_line": [Command.create(line)]})

    # --- keeping --------------------------------------------------------------

    def test_events_keep_the_whole_list(self):
        message = self.send_documents(("insurance", "A", 100), ("licence", "L", 10))
        self.assertState(message, "done")
        kept = self.documents()
        self.assertEqual(set(kept.mapped("number")), {"A", "L"})
        self.assertEqual(self.supplier.construction_compliance_status, "soon")
        dates = kept.mapped("write_date")
        self.send_documents(("Insurance", "A", 100), ("licence", "L", 10))
        self.assertEqual(self.documents().mapped("write_date"), dates)
        by_hand = self.enter(5, number="H")
        self.send_documents(("insurance", "A", 200))
        kept = self.documents().sorted("number")
        self.assertEqual(kept.mapped("number"), ["A", "H"])
        self.assertEqual(str(kept[0].expires), self.day(200))
        self.assertEqual(len(self.documents(active_test=False)), 3)
        self.send(
            self.master,
            "master.supplier.upserted",
            "S-1",
            {"supplier": "S-1", "name": "Supplier S-1"},
            time="2026-03-04T08:00:00Z",
        )
        self.assertEqual(len(self.documents()), 2)
        self.assertTrue(by_hand.active)

    def test_an_older_list_changes_nothing(self):
        self.send_documents(("insurance", "A", 100))
        self.hours = -1
        self.assertState(self.send_documents(("insurance", "A", -100), key="S-1"), "superseded")
        self.assertEqual(str(self.documents().expires), self.day(100))

    def test_statuses_and_filters(self):
        self.enter(400)
        for days, status in ((31, "valid"), (30, "soon"), (0, "soon"), (-1, "expired")):
            self.documents().expires = self.day(days)
            self.assertEqual(self.supplier.construction_compliance_status, status)
            self.assertEqual(self.documents().status, status)
            found = self.env["res.partner"].search([("construction_compliance_status", "=", status)])
            self.assertIn(self.supplier, found)
            others = self.env["res.partner"].search([("construction_compliance_status", "!=", status)])
            self.assertNotIn(self.supplier, others)
        self.enter(100, number="POL-2")
        self.assertEqual(self.supplier.construction_compliance_status, "valid")

    def test_the_day_is_the_company_s(self):
        self.company.partner_id.tz = "Pacific/Kiritimati"
        with freeze_time("2026-03-09 10:30:00"):
            self.assertEqual(str(self.company._construction_today()), "2026-03-10")
        self.company.partner_id.tz = "America/Chicago"
        with freeze_time("2026-03-09 04:30:00"):
            self.assertEqual(str(self.company._construction_today()), "2026-03-08")

    def test_documents_belong_to_the_company_not_to_a_contact(self):
        contact = self.env["res.partner"].create({"name": "Joe", "parent_id": self.supplier.id})
        with self.assertRaises(ValidationError):
            self.enter(1, partner_id=contact.id)
        with self.assertRaises(UserError):
            self.enter(1).unlink()

    # --- orders ---------------------------------------------------------------

    def test_orders_are_one_work_item_and_proceed_when_renewed(self):
        self.send_documents(("insurance", "POL-1", -1))
        messages = [self.send_order("PO-1"), self.send_order("PO-2")]
        for message in messages:
            self.assertState(message, "exception", "hold")
            self.assertIn("insurance POL-1", message.problem)
            self.assertIn(self.day(-1), message.problem)
            self.assertIn("Supplier S-1", message.problem)
        self.assertEqual(len(messages[0].exception_id | messages[1].exception_id), 1)
        self.assertEqual(self.order().state, "draft")
        self.send_documents(("insurance", "POL-1", 300))
        for message in messages:
            self.assertState(message, "done")
        self.assertEqual(self.order().state, "purchase")

    def test_change_that_orders_more_is_stopped(self):
        self.send_order()
        self.send_documents(("Insurance", "POL-1", -1))
        kind = "procurement.purchase_order.changed"
        lines = [self.order_line(quantity="120")]
        more = self.send(self.field, kind, "PO-1", self.order_data(lines=lines, revision=2))
        self.assertState(more, "done")
        change = self.record(more, "construction.order.change")
        self.assertEqual((change.state, change.stop), ("pending", "compliance"))
        self.assertIn("Supplier S-1", change.stop_reason)
        self.assertEqual(self.order().order_line.product_qty, 100)
        lines = [self.order_line(quantity="80")]
        less = self.send(self.field, kind, "PO-1", self.order_data(lines=lines, revision=3))
        self.assertState(less, "done")
        self.assertEqual((change.state, self.order().order_line.product_qty), ("superseded", 80))
        lines = [self.order_line(quantity="90")]
        more = self.send(self.field, kind, "PO-1", self.order_data(lines=lines, revision=4))
        change = self.record(more, "construction.order.change")
        self.assertEqual(change.state, "pending")
        self.send_documents(("Insurance", "POL-1", 300))
        self.assertEqual((change.state, self.order().order_line.product_qty), ("approved", 90))

    def test_another_supplier_is_not_stopped(self):
        self.send_documents(("insurance", "POL-1", -1))
        self.assertState(self.send_order(supplier="S-2"), "done")

    def test_renewed_by_hand(self):
        document = self.enter(-1)
        message = self.send_order()
        self.assertState(message, "exception", "hold")
        document.with_user(self.controller).expires = self.day(10)
        self.run_all()
        self.assertState(message, "done")

    def test_order_by_hand(self):
        document = self.enter(-1)
        order = self.hand_order()
        with self.assertRaisesRegex(UserError, "Insurance POL-1 of Supplier S-1 expired"):
            order.button_confirm()
        with self.assertRaises(UserError):
            order.write({"state": "purchase"})
        self.hand_order(coded=False).button_confirm()
        document.expires = self.day(0)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_policy_says_which_kinds_guard(self):
        self.enter(-1)
        self.company.construction_compliance_policy = "listed"
        self.company.construction_compliance_kinds = "licence"
        self.hand_order().button_confirm()
        self.assertFalse(self.supplier.construction_compliance_status)
        self.company.construction_compliance_kinds = "licence, INSURANCE"
        with self.assertRaises(UserError):
            self.hand_order().button_confirm()
        self.company.construction_compliance_policy = "none"
        self.hand_order().button_confirm()

    # --- waiver ---------------------------------------------------------------

    def test_waiver_needs_role_reason_and_day(self):
        document = self.enter(-1)
        with self.assertRaises(AccessError):
            self.env["construction.compliance.waive"].with_user(self.buyer).create(
                {"document_ids": document.ids, "until": self.day(3), "reason": "x"}
            )
        with self.assertRaises(AccessError):
            document.with_user(self.buyer)._construction_waive(self.today, "x")
        with self.assertRaises(UserError):
            self.waive(document, self.controller, reason="  ")
        with self.assertRaises(UserError):
            self.waive(document, self.controller, days=-1)
        with self.assertRaises(AccessError):
            document.with_user(self.controller).write({"waived_until": self.day(3)})
        with self.assertRaises(AccessError):
            self.enter(-1, self.controller, number="X", waived_until=self.day(3))
        crafted = self.env["construction.compliance.document"].with_context(default_waived_until=self.day(3))
        with self.assertRaises(AccessError):
            crafted.with_user(self.controller).create(
                {"partner_id": self.supplier.id, "kind": "A", "number": "1", "expires": self.day(-1)}
            )

    def test_waiver_lets_go_and_is_kept_for_audit(self):
        document = self.enter(-1)
        message = self.send_order()
        self.waive(document, self.controller)
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.supplier.construction_compliance_status, "waived")
        self.assertIn("New policy is under way", "".join(self.supplier.message_ids.mapped("body")))
        self.assertEqual((document.waived_by_id, document.status), (self.controller, "waived"))
        document.expires = self.day(-2)
        self.assertFalse(document.waived_until)

    def test_a_waiver_ends(self):
        document = self.enter(-1)
        self.waive(document, self.controller, days=0)
        self.hand_order().button_confirm()
        document.sudo().waived_until = self.day(-1)
        with self.assertRaises(UserError):
            self.hand_order().button_confirm()

    def test_nobody_waives_it_for_their_own_order(self):
        document = self.enter(-1)
        order = self.hand_order(self.controller)
        self.waive(document, self.controller)
        with self.assertRaisesRegex(UserError, "entered themselves"):
            order.button_confirm()
        self.waive(document, self.user_with("controller_2", "construction_base.group_cost_controller"))
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    # --- bills ----------------------------------------------------------------

    def bill_ready(self):
        self.send_order()
        self.send_delivery()

    def test_bill_of_an_event_is_held_and_posts_when_renewed(self):
        self.bill_ready()
        self.send_documents(("insurance", "POL-1", -1))
        message = self.send_invoice()
        self.assertState(message, "exception", "hold")
        self.assertEqual(self.bill().construction_hold_ids.rule, "compliance")
        order = self.send_order("PO-2")
        self.assertEqual(order.exception_id.cause_key, message.exception_id.cause_key)
        self.send_documents(("insurance", "POL-2", 300))
        self.assertState(message, "done")
        self.assertState(order, "done")
        self.assertEqual((self.bill().state, self.bill().construction_hold_ids.state), ("posted", "cured"))

    def test_credit_note_is_not_stopped(self):
        self.bill_ready()
        self.assertState(self.send_invoice("INV-000"), "done")
        self.send_documents(("insurance", "POL-1", -1))
        message = self.send_invoice(kind="credit_note")
        self.assertState(message, "done")

    def test_release_of_one_bill_covers_its_posting_and_payment(self):
        self.bill_ready()
        self.enter(-1)
        message = self.send_invoice()
        self.bill().with_user(self.controller)._construction_release_holds("Work was done before")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.bill().state, "posted")
        self.bill()._construction_check_payable()
        self.enter(-1, kind="Licence", number="L")
        with self.assertRaisesRegex(UserError, "Licence L of Supplier S-1 expired"):
            self.bill()._construction_check_payable()

    def test_payment_of_a_posted_bill(self):
        self.bill_ready()
        self.send_invoice()
        bill = self.bill()
        document = self.enter(-1)
        with self.assertRaisesRegex(UserError, "not paid"):
            bill.action_register_payment()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard = wizard.create({})
        with self.assertRaisesRegex(UserError, "not paid"):
            wizard.action_create_payments()
        self.waive(document, self.controller)
        wizard.action_create_payments()
        self.assertIn(bill.payment_state, ("paid", "in_payment"))

    def test_bill_by_hand(self):
        self.bill_ready()
        document = self.enter(-1)
        order = self.order()
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = "2026-03-10"
        bill.action_post()
        self.assertEqual((bill.state, bill.construction_hold_ids.rule), ("draft", "compliance"))
        document.with_user(self.controller).expires = self.day(30)
        self.assertFalse(bill.construction_on_hold)
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    # --- access ---------------------------------------------------------------

    def test_companies_do_not_see_each_other_s(self):
        document = self.enter(-1)
        other = self.env["res.company"].create({"name": "Other Builder"})
        stranger = self.user_with("stranger", "construction_base.group_cost_controller")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        strange = document.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(strange.search([]))
        with self.assertRaises(AccessError):
            strange.write({"expires": self.day(5)})
        with self.assertRaises(AccessError):
            strange._construction_waive(self.today, "not mine")
        self.assertFalse(self.supplier._construction_lapsed(other))

    def test_the_supplier_opens_for_every_role(self):
        self.enter(-1)
        supervisor = self.user_with("supervisor", "construction_base.group_site_supervisor")
        with self.assertRaises(AccessError):
            self.supplier.with_user(supervisor).read(["construction_compliance_ids"])
        for user in (supervisor, self.buyer, self.controller):
            views = self.supplier.with_user(user).get_views(
                [(False, "form"), (False, "list"), (False, "search")]
            )
            shown = "construction_compliance_ids" in views["models"]["res.partner"]["fields"]
            self.assertEqual(shown, user != supervisor)
            Form(self.supplier.with_user(user))
        with Form(self.env["construction.compliance.document"].with_user(self.controller)) as form:
            form.partner_id = self.supplier
            form.kind, form.number, form.expires = "Licence", "L-9", self.day(90)
        self.assertIn("L-9", self.documents().mapped("number"))
