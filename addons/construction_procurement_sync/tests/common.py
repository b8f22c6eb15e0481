# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, fields, models
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.construction_base.tests.prepared import PreparedCase


class ProcurementCommon(PreparedCase, AccountTestInvoicingCommon):
    """One job, three sources as in the field, and the way from an event to its record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=SUPERUSER_ID)
        cls.env = cls.env(
            context={
                "allowed_company_ids": cls.company_data["company"].ids,
                "tracking_disable": True,
            }
        )
        cls.company = cls.env.company
        cls.company.construction_bill_autopost = True
        cls.owner = new_test_user(
            cls.env,
            login="source_owner",
            groups="construction_base.group_integration_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.master = cls._create_source("t_master")
        cls.field = cls._create_source("t_field", cls.master)
        cls.suppliers = cls._create_source("t_suppliers", cls.master | cls.field)
        cls._act_with_the_rights_of_the_event()
        cls.tax_10 = cls.env["account.tax"].create(
            {
                "name": "Purchase 10 %",
                "amount": 10,
                "type_tax_use": "purchase",
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _create_source(cls, code, authorities=None):
        source = cls.env["construction.source"].create(
            {
                "name": code.title(),
                "code": code,
                "company_id": cls.company.id,
                "owner_id": cls.owner.id,
                "event_type_ids": cls.env["construction.event.type"].search([("direction", "=", "in")]).ids,
                "authority_ids": authorities.ids if authorities else [],
            }
        )
        source._make_service_user()
        return source

    @classmethod
    def _act_with_the_rights_of_the_event(cls):
        """Each event is handled by a user that has the rights of its type, and of no other of the source."""
        handler_env = type(cls.env["construction.message"])._handler_env
        groups = {handler._event_group for handler in cls.env["construction.event.handler"]._declared()}
        cls.services = {
            group: cls.env["res.users"]._construction_create_service(
                group,
                group,
                cls.company,
                cls.env.ref("construction_sync.group_service") | cls.env.ref(group),
            )
            for group in groups
            if group
        }

        def narrowed(messages, handler):
            user = cls.services.get(handler._event_group)
            given = handler_env(messages, handler)
            return given.with_user(user) if user else given

        cls.startClassPatcher(patch.object(type(cls.env["construction.message"]), "_handler_env", narrowed))
        cls.service = cls.service_of("construction_procurement_sync.group_service_order")

    @classmethod
    def service_of(cls, group):
        """The service user that has the rights of one group only."""
        return cls.services[group]

    def user_with(self, login, groups):
        return new_test_user(
            self.env,
            login=login,
            name=login.replace("_", " ").title(),
            groups=groups,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    # --- sending --------------------------------------------------------------

    def receive(self, source, kind, subject, data, time="2026-03-02T08:00:00Z", event_id=None):
        """Store an event as the inbox does, without HTTP. :return: the message"""
        event = {
            "specversion": "1.0",
            "id": event_id or str(uuid.uuid4()),
            "source": f"urn:{source.code}",
            "type": kind,
            "time": time,
            "subject": subject,
            "dataschema": f"urn:{kind}/v1",
            "data": data,
        }
        config = self.env["construction.source"]._runtime(source.code)
        entry = self.env["construction.inbox"]._prepare_entry(
            config, {"received_at": fields.Datetime.now()}, event
        )
        self.assertFalse(entry["faults"], entry["faults"])
        row = {
            name: value
            for name, value in entry["row"].items()
            if name in self.env["construction.message"]._fields
        }
        message = models.BaseModel.create(self.env["construction.message"].sudo(), [row])
        return message

    def run_all(self):
        """Take every message through its handler until nothing moves."""
        Message = self.env["construction.message"].sudo()
        for _round in range(12):
            ready = Message.search([("state", "in", ("received", "retry"))], order="id")
            if not ready:
                Message._release_ready()
                ready = Message.search([("state", "=", "received")], order="id")
            if not ready:
                return
            ready._process()
            self.env.flush_all()
        self.fail(f"still moving: {ready.mapped('problem')}")

    def send(self, source, kind, subject, data, **kwargs):
        message = self.receive(source, kind, subject, data, **kwargs)
        self.run_all()
        return message

    def assertState(self, message, state, category=None):
        self.assertEqual(message.state, state, message.problem)
        if category:
            self.assertEqual(message.exception_id.category, category, message.problem)

    def record(self, message, model):
        links = message.record_ids.filtered(lambda link: link.res_model == model)
        return self.env[model].browse(links.mapped("res_id"))

    # --- the usual events -----------------------------------------------------

    def send_masters(self):
        self.send(
            self.master,
            "master.job.upserted",
            "J-1",
            {"job": "J-1", "name": "Harbour", "status": "active", "timezone": "America/Chicago"},
        )
        for code in ("03 30 00", "05 12 00"):
            self.receive(
                self.master,
                "master.cost_code.upserted",
                code,
                {"cost_code": code, "name": f"Code {code}"},
            )
        for key, bank in (("S-1", "DE89370400440532013000"), ("S-2", None)):
            data = {"supplier": key, "name": f"Supplier {key}"}
            if bank:
                data["bank_account"] = bank
            self.receive(self.master, "master.supplier.upserted", key, data)
        for key, uom in (("REBAR", "kg"), ("BOLT", "EA"), ("CONC", "m3")):
            self.receive(
                self.master,
                "master.item.upserted",
                key,
                {"item": key, "name": f"Item {key}", "uom": uom, "stocked": True},
            )
        self.run_all()
        self.job = self.env["project.project"].search(
            [("job_number", "=", "J-1"), ("company_id", "=", self.company.id)]
        )

    def order_data(self, key="PO-1", lines=None, **kwargs):
        return {
            "order": key,
            "job": "J-1",
            "supplier": "S-1",
            "currency": self.company.currency_id.name,
            "ordered_at": "2026-03-02T09:00:00-06:00",
            "lines": lines or [self.order_line()],
            **kwargs,
        }

    def order_line(self, line="1", quantity="100", price="10.00", **kwargs):
        return {
            "line": line,
            "item": "BOLT",
            "description": "Anchor bolts",
            "quantity": quantity,
            "uom": "EA",
            "unit_price": price,
            "cost_code": "03 30 00",
            **kwargs,
        }

    def send_order(self, key="PO-1", lines=None, **kwargs):
        return self.send(
            self.field,
            "procurement.purchase_order.approved",
            key,
            self.order_data(key, lines, **kwargs),
        )

    def order(self, key="PO-1"):
        return self.env["purchase.order"].search(
            [("construction_external_key", "=", key), ("company_id", "=", self.company.id)]
        )

    def delivery_data(self, receipt="R-1", order="PO-1", lines=None, **kwargs):
        return {
            "receipt": receipt,
            "order": order,
            "received_at": "2026-03-05T15:00:00-06:00",
            "received_by": "Ana",
            "lines": lines or [self.delivery_line()],
            **kwargs,
        }

    def delivery_line(self, line="1", quantity="100", **kwargs):
        return {
            "line": line,
            "order_line": line,
            "quantity": quantity,
            "uom": "EA",
            "condition": "good",
            **kwargs,
        }

    def send_delivery(self, receipt="R-1", order="PO-1", lines=None, **kwargs):
        return self.send(
            self.field,
            "procurement.delivery.received",
            order,
            self.delivery_data(receipt, order, lines, **kwargs),
        )

    def invoice_data(self, invoice="INV-001", order="PO-1", lines=None, **kwargs):
        lines = lines or [self.invoice_line()]
        net = sum(float(line["amount"]) for line in lines)
        tax = sum(round(float(line["amount"]) * float(line.get("tax_percent", 0)) / 100, 2) for line in lines)
        data = {
            "invoice": invoice,
            "supplier": "S-1",
            "invoice_date": "2026-03-10",
            "currency": self.company.currency_id.name,
            "order": order,
            "kind": "invoice",
            "lines": lines,
            "net_total": f"{net:.2f}",
            "tax_total": f"{tax:.2f}",
            "total": f"{net + tax:.2f}",
            **kwargs,
        }
        return {name: value for name, value in data.items() if value is not None}

    def invoice_line(self, line="1", quantity="100", price="10.00", **kwargs):
        return {
            "line": line,
            "order_line": line,
            "description": "Anchor bolts",
            "quantity": quantity,
            "uom": "EA",
            "unit_price": price,
            "amount": f"{float(quantity) * float(price):.2f}",
            **kwargs,
        }

    def send_invoice(self, invoice="INV-001", order="PO-1", lines=None, **kwargs):
        return self.send(
            self.suppliers,
            "procurement.invoice.received",
            invoice,
            self.invoice_data(invoice, order, lines, **kwargs),
        )

    def bill(self, reference="INV-001"):
        return self.env["account.move"].search(
            [("ref", "=", reference), ("company_id", "=", self.company.id)]
        )


class HandBillsCommon(ProcurementCommon):
    """A clerk who enters bills for a released order, and a cost controller."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order()
        self.clerk = self.user_with("clerk", "account.group_account_invoice")
        self.controller = self.user_with("controller", "construction_base.group_cost_controller")
        self.supplier = self.order().partner_id

    def vals(self, reference="H-1", quantity=100, price=10, **kwargs):
        line = self.order().order_line
        return {
            "move_type": "in_invoice",
            "partner_id": self.supplier.id,
            "ref": reference,
            "invoice_date": "2026-03-10",
            "date": "2026-03-10",
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": line.name,
                        "product_id": line.product_id.id,
                        "purchase_line_id": line.id,
                        "quantity": quantity,
                        "price_unit": price,
                        "tax_ids": [Command.clear()],
                        "analytic_distribution": line.analytic_distribution,
                    }
                )
            ],
            **kwargs,
        }

    def enter(self, reference="H-1", quantity=100, price=10, user=None, **kwargs):
        bills = self.env["account.move"].with_user(user or self.clerk)
        return bills.create(self.vals(reference, quantity, price, **kwargs))

    def rules(self, bill):
        return bill.sudo().construction_hold_ids.filtered(lambda hold: hold.state == "open").mapped("rule")
