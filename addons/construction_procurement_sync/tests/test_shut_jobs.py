# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_content import REQUEST, ContentCommon
from .test_migration_keys import script

JOB = "master.job.upserted"


class ShutJobCommon(ContentCommon):
    """A job with a released order of 100 is closed by its own system."""

    def set_up_once(self):
        super().set_up_once()
        self.controller = self.user_with("controller", "construction_base.group_cost_controller")

    def job_is(self, status, **kwargs):
        data = {"job": "J-1", "name": "Harbour", "status": status, **kwargs}
        self.job_events = getattr(self, "job_events", 0) + 1
        return self.send(self.master, JOB, "J-1", data, time=f"2026-04-{self.job_events:02}T08:00:00Z")

    def items(self, prefix):
        items = self.env["construction.exception"].search([("state", "=", "open")])
        return items.filtered(lambda item: item.cause_key.startswith(prefix))

    def request_data(self, key="MR-1"):
        return {
            "request": key,
            "job": "J-1",
            "requested_by": "Ana",
            "needed_by": "2026-05-01",
            "urgency": "routine",
            "lines": [
                {"line": "1", "description": "Bolts", "item": "BOLT", "quantity": "5", "uom": "EA"}
                | {"cost_code": "03 30 00"}
            ],
        }


@tagged("post_install", "-at_install")
class TestShutJobs(ShutJobCommon):
    def test_new_orders_and_requests_by_event_are_one_item_of_the_manager(self):
        for status in ("closed", "suspended"):
            with self.subTest(status):
                self.job_is(status)
                order = self.send_order(f"PO-{status}")
                request = self.send(self.field, REQUEST, f"J-1/{status}", self.request_data(status))
                self.assertState(order, "exception", "hold")
                self.assertState(request, "exception", "hold")
                self.assertFalse(self.order(f"PO-{status}"))
                self.assertEqual(order.exception_id, request.exception_id)
                self.assertEqual(order.exception_id.owner_id, self.manager)
                self.assertIn(status, order.exception_id.sentence)
                self.assertIn("J-1 Harbour", order.exception_id.sentence)
                self.job_is("active")
                self.run_all()
                self.assertEqual([order.state, request.state], ["done", "done"])
                self.assertEqual(self.order(f"PO-{status}").state, "purchase")

    def test_an_order_that_waits_is_not_released(self):
        self.company.sudo().po_double_validation = "two_step"
        self.company.sudo().po_double_validation_amount = 10
        self.send_order("PO-2")
        order = self.order("PO-2")
        self.assertEqual(order.state, "to approve")
        self.job_is("closed")
        chief = self.user_with("chief", "purchase.group_purchase_manager,construction_base.group_buyer")
        with self.assertRaisesRegex(UserError, "not released. Job J-1 Harbour is closed"):
            order.with_user(chief).write({"state": "purchase"})
        self.job.job_status = "active"
        order.with_user(chief).button_approve()
        self.assertEqual(order.state, "purchase")

    def test_a_raise_of_a_released_order_waits_for_the_job(self):
        self.job_is("suspended")
        data = self.order_data(lines=[self.order_line(quantity="120")], revision=2)
        message = self.send(self.field, "procurement.purchase_order.changed", "PO-1", data)
        self.assertState(message, "done")
        change = self.order().construction_change_ids
        self.assertEqual((change.state, change.stop), ("pending", "job"))
        self.assertEqual(self.order().order_line.product_qty, 100)
        [item] = self.items("change:job:")
        self.assertIn("Job J-1 Harbour is suspended", item.sentence)
        self.job_is("active")
        self.run_all()
        self.assertEqual((change.state, self.order().order_line.product_qty), ("approved", 120))
        less = self.order_data(lines=[self.order_line(quantity="90")], revision=3)
        self.job_is("closed")
        self.assertState(self.send(self.field, "procurement.purchase_order.changed", "PO-1", less), "done")
        self.assertEqual(self.order().order_line.product_qty, 90)

    def test_of_two_jobs_the_raised_one_matters(self):
        """Of an order for two jobs one is closed: what asks for more of the other one is no matter of it."""
        line = self.order().order_line
        library = {"job": "J-2", "name": "Library", "status": "active", "timezone": "UTC"}
        self.send(self.master, JOB, "J-2", library)
        jobs = self.job | self.job.search([("job_number", "=", "J-2")])
        vals = {"product_id": line.product_id.id, "product_qty": 2, "price_unit": 1}
        rows = [
            Command.create({**vals, "construction_job_id": job.id, "cost_code_id": line.cost_code_id.id})
            for job in jobs
        ]
        order = line.order_id.create({"partner_id": line.partner_id.id, "order_line": rows})
        order.button_confirm()
        self.assertEqual((order.state, order.order_line.construction_job_id), ("purchase", jobs))
        self.job_is("closed")
        requests = self.env["construction.order.change.request"].with_user(self.buyer)
        for first, second, expected in ((0, 1, "approved"), (-1, 1, "approved"), (1, 1, "pending")):
            with self.subTest(first=first, second=second):
                request = requests.with_context(default_order_id=order.id).create({"reason": "More"})
                request.line_ids[0].quantity += first
                request.line_ids[1].quantity += second
                request.action_request()
                self.assertEqual(order.construction_change_ids.sorted("number")[-1:].state, expected)
        self.assertEqual(order.order_line.mapped("product_qty"), [1, 4])
        waiting = order.construction_change_ids.filtered(lambda change: change.state == "pending")
        self.assertEqual(waiting.stop, "job")
        script("end-open_jobs", "19.0.1.3.0").migrate(self.env.cr, "19.0.1.2.1")
        self.assertEqual((waiting.state, waiting.stop), ("pending", "job"))
        self.job_is("active")
        self.run_all()
        self.assertEqual((waiting.state, order.order_line.mapped("product_qty")), ("approved", [2, 5]))

    def test_by_hand_nothing_new(self):
        line = self.order().order_line
        draft = self.order().copy()
        vals = {
            "product_id": line.product_id.id,
            "name": "More",
            "product_qty": 1,
            "price_unit": 1,
            "construction_job_id": self.job.id,
        }
        self.job_is("closed")
        orders = self.env["purchase.order"].with_user(self.buyer)
        with self.assertRaisesRegex(ValidationError, "Job J-1 Harbour is closed"):
            orders.create({"partner_id": draft.partner_id.id, "order_line": [Command.create(vals)]})
        with self.assertRaisesRegex(ValidationError, "Job J-1 Harbour is closed"):
            self.order().with_user(self.buyer).copy()
        with self.assertRaisesRegex(UserError, "is not released. Job J-1 Harbour is closed"):
            draft.with_user(self.buyer).button_confirm()
        requests = self.env["purchase.request"].with_user(self.buyer)
        asked = {
            "product_id": line.product_id.id,
            "product_qty": 1,
            "construction_job_id": self.job.id,
        }
        with self.assertRaisesRegex(ValidationError, "Job J-1 Harbour is closed"):
            requests.create({"line_ids": [Command.create(asked)]})
        self.job.job_status = "suspended"
        self.job.job_status = "active"
        request = requests.create({"line_ids": [Command.create(asked)]})
        self.job.job_status = "suspended"
        with self.assertRaisesRegex(UserError, "is not put forward. Job J-1 Harbour is suspended"):
            request.button_to_approve()

    def test_goods_ordered_before_are_received_and_the_manager_is_told_once(self):
        self.job_is("closed")
        first = self.send_delivery(lines=[self.delivery_line(quantity="40")])
        self.assertState(first, "done")
        picking = self.order().picking_ids.filtered(lambda p: p.state == "assigned")
        picking.move_ids.quantity = 10
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.received(), [50])
        [item] = self.items("received_shut:")
        self.assertEqual((item.owner_id, item.job_id), (self.manager, self.job))
        self.assertIn("2 so far", item.sentence)
        self.assertEqual(len(item.figures), 2)
        self.job_is("active")
        self.assertFalse(self.items("received_shut:"))

    def test_services_for_it_are_told_as_goods_are(self):
        item = {"item": "ERECT", "name": "Erection", "uom": "h", "cost_type": "Subcontract"}
        self.send(self.master, "master.item.upserted", "ERECT", item)
        hours = self.order_line(item="ERECT", uom="h", cost_type="SUB", quantity="10", price="100")
        self.send_order("PO-S", [hours])
        self.job_is("closed")
        self.assertState(
            self.send_delivery("R-S", "PO-S", [self.delivery_line(quantity="4", uom="h")]), "done"
        )
        [told] = self.items("received_shut:")
        self.assertEqual((told.owner_id, list(told.figures)), (self.manager, ["PO-S, line 1: 4 Hours"]))
        self.order("PO-S").order_line.qty_received = 6
        self.assertIn("2 so far", told.sentence)

    def test_a_bill_of_what_came_is_held_for_the_controller(self):
        self.send_delivery()
        self.job_is("closed")
        message = self.send_invoice()
        self.assertState(message, "exception", "hold")
        bill = self.bill()
        holds = bill.construction_hold_ids.filtered(lambda hold: hold.state == "open")
        self.assertEqual((bill.state, holds.mapped("rule")), ("draft", ["shut_job"]))
        self.assertIn("J-1 Harbour (closed)", holds.name)
        self.assertEqual(message.exception_id.owner_id, self.controller)
        bill.with_user(self.controller)._construction_release_holds("The last one of this supplier")
        self.run_all()
        self.assertEqual((bill.state, message.state), ("posted", "done"))

    def test_a_bill_goes_on_when_the_job_is_active_again(self):
        self.send_delivery()
        self.job_is("suspended")
        message = self.send_invoice()
        by_hand = self.env["account.move"].with_user(self.payable)
        line = self.order().order_line
        hand = by_hand.create(
            {
                "move_type": "in_invoice",
                "partner_id": line.partner_id.id,
                "ref": "H-1",
                "invoice_date": "2026-03-20",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Crane", "price_unit": 5, "tax_ids": [], "construction_job_id": self.job.id}
                    )
                ],
            }
        )
        hand.action_post()
        self.assertEqual((self.bill().state, hand.state), ("draft", "draft"))
        self.assertIn("shut_job", hand.sudo().construction_hold_ids.mapped("rule"))
        self.job.job_status = "active"
        self.run_all()
        self.assertEqual((self.bill().state, message.state), ("posted", "done"))
        self.assertFalse(hand.sudo().construction_on_hold)


@tagged("post_install", "-at_install")
class TestArchivedJobs(ShutJobCommon):
    def test_a_job_with_something_open_is_not_archived_by_hand(self):
        self.set_budget(5000)
        for user in (self.buyer, self.manager, self.controller):
            job = self.job.with_user(user)
            for archive in (job.action_archive, lambda job=job: job.write({"active": False})):
                if not job.has_access("write"):
                    continue
                with self.assertRaisesRegex(
                    UserError, "not archived.*Budget.*5,000.*Commitment.*1,000.*closed"
                ):
                    archive()
        self.assertTrue(self.job.active)
        self.job.job_status = "closed"
        self.job.with_user(self.controller).action_archive()
        self.assertFalse(self.job.active)

    def test_one_with_nothing_open_is(self):
        self.order().order_line._construction_close_short()
        self.job.with_user(self.controller).action_archive()
        self.assertFalse(self.job.active)

    def test_an_archived_job_is_shut(self):
        self.job.active = False
        self.assertEqual(self.job._construction_shut(), self.job)
        line = self.order().order_line
        orders = self.env["purchase.order"].with_user(self.buyer)
        vals = {"product_id": line.product_id.id, "product_qty": 1, "construction_job_id": self.job.id}
        with self.assertRaisesRegex(ValidationError, "Job J-1 Harbour is archived"):
            orders.create({"partner_id": line.partner_id.id, "order_line": [Command.create(vals)]})
        self.assertState(self.send_delivery(), "done")
        [item] = self.items("received_shut:")
        self.assertEqual(item.owner_id, self.manager)
        message = self.send_invoice()
        self.assertState(message, "exception", "hold")
        [hold] = self.bill().construction_hold_ids
        self.assertEqual((self.bill().state, hold.rule), ("draft", "shut_job"))
        self.assertIn("J-1 Harbour (archived)", hold.name)
        self.job.action_unarchive()
        self.run_all()
        self.assertEqual((self.bill().state, message.state), ("posted", "done"))
        self.assertFalse(self.items("received_shut:"))

    def test_closed_and_brought_back_it_stays_shut(self):
        self.job.job_status = "closed"
        self.job.active = False
        self.send_delivery()
        message = self.send_invoice()
        for vals in ({"job_status": "active"}, {"job_status": "suspended"}, {"active": True}):
            self.job.write(vals)
            self.run_all()
            self.assertEqual(self.bill().state, "draft", vals)
        self.job.job_status = "active"
        self.run_all()
        self.assertEqual((self.bill().state, message.state), ("posted", "done"))


@tagged("post_install", "-at_install")
class TestManagers(ShutJobCommon):
    def test_the_manager_comes_by_a_key(self):
        message = self.job_is("active", project_manager="PM-7")
        self.assertState(message, "exception", "mapping")
        self.assertIn("PM-7", message.exception_id.sentence)
        self.assertEqual(message.exception_id.missing_kind, "project_manager")
        self.env["construction.crosswalk"]._confirm(self.master, "project_manager", "PM-7", self.controller)
        message._requeue("mapped")
        self.run_all()
        self.assertState(message, "done")
        self.assertEqual(self.job.user_id, self.controller)
        self.job_is("active")
        self.assertEqual(self.job.user_id, self.controller)

    def test_jobs_without_a_person_are_one_item(self):
        for item in self.items("no_manager"):
            item._close_when_empty("resolved", "seen")
        for key in ("J-7", "J-8"):
            self.send(self.master, JOB, key, {"job": key, "name": key, "status": "active"})
        [item] = self.items("no_manager")
        self.assertIn("J-7", item.sentence)
        self.assertIn("J-8", item.sentence)
        jobs = self.env["project.project"].search([("job_number", "in", ("J-7", "J-8"))])
        jobs[0].user_id = self.manager
        self.assertNotIn(jobs[0].display_name, item.sentence)
        self.env["project.project"]._construction_unmanaged(self.company).user_id = self.manager
        self.assertFalse(self.items("no_manager"))

    def test_no_service_user_answers_for_anything(self):
        self.send_delivery(lines=[self.delivery_line(quantity="60")])
        self.send_delivery(lines=[self.delivery_line(quantity="50")], revision=2)
        self.send_invoice(lines=[self.invoice_line(quantity="50")])
        self.send(self.field, REQUEST, "J-1/MR-1", self.request_data())
        self.env["project.project"].search([]).user_id = False
        self.send(self.field, REQUEST, "J-1/MR-2", self.request_data("MR-2"))
        for model, field in (
            ("purchase.order", "user_id"),
            ("purchase.request", "requested_by"),
            ("purchase.request", "assigned_to"),
            ("stock.picking", "user_id"),
            ("account.move", "invoice_user_id"),
            ("project.project", "user_id"),
        ):
            records = self.env[model].search([("company_id", "=", self.company.id)])
            self.assertTrue(records, model)
            self.assertFalse(records[field].filtered("construction_is_service"), f"{model}.{field}")

    def test_migration_takes_service_users_out(self):
        (self.items("no_manager") | self.items("shut"))._detach()
        self.left_to(self.job, self.service)
        self.left_to(self.order(), self.service)
        script("end-responsible", "19.0.1.2.0").clear(self.env)
        self.env.invalidate_all()
        self.assertFalse(self.job.user_id | self.order().user_id)
        self.assertEqual(len(self.items("no_manager")), 1)


@tagged("post_install", "-at_install")
class TestCodeInUse(ShutJobCommon):
    def archive(self, time="2026-04-01T08:00:00Z"):
        data = {"cost_code": "03 30 00", "name": "Concrete", "active": False}
        return self.send(self.master, "master.cost_code.upserted", "03 30 00", data, time=time)

    def test_a_code_with_open_commitment_is_not_archived_by_an_event(self):
        code = self.order().order_line.cost_code_id
        message = self.archive()
        self.assertState(message, "exception", "hold")
        self.assertTrue(code.active)
        self.assertIn("J-1 Harbour (open commitment", message.exception_id.sentence)
        self.assertEqual(message.exception_id.owner_id, self.controller)
        self.order().order_line._construction_close_short()
        message._requeue("closed short")
        self.run_all()
        self.assertState(message, "done")
        self.assertFalse(code.active)

    def test_nor_one_with_budget(self):
        self.order().order_line._construction_close_short()
        code = self.order().order_line.cost_code_id
        budget = self.env["construction.budget"].create(
            {
                "job_id": self.job.id,
                "kind": "original",
                "title": "Original",
                "line_ids": [Command.create({"cost_code_id": code.id, "amount": 500})],
            }
        )
        budget.sudo().action_submit()
        budget.with_user(self.controller).action_approve()
        message = self.archive()
        self.assertState(message, "exception", "hold")
        self.assertIn("J-1 Harbour (budget", message.exception_id.sentence)
