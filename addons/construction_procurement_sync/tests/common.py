# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.tests import Form
from odoo.tools import SQL

from odoo.addons.construction_job_cost.tests.common import LedgerMixin
from odoo.addons.construction_master_sync.tests.common import (
    MasterCommon,
    OwnershipMixin,
    RecordKeysMixin,
    RecordLivesMixin,
)


class ProcurementCommon(LedgerMixin, MasterCommon):
    """The events of buying: ``send_order`` sends ``order_data``, which makes the document ``order(key)``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.construction_bill_autopost = True
        cls.service = cls.service_of("construction_procurement_sync.group_service_order")
        cls.tax_10 = cls.env["account.tax"].create(
            {
                "name": "Purchase 10 %",
                "amount": 10,
                "type_tax_use": "purchase",
                "company_id": cls.company.id,
            }
        )

    def left_to(self, record, user):
        """Have a record be somebody's as it was left before that was refused."""
        self.env.flush_all()
        table = SQL.identifier(record._table)
        self.env.cr.execute(SQL("UPDATE %s SET user_id = %s WHERE id = %s", table, user.id, record.id))
        record.invalidate_recordset()

    # --- the usual events -----------------------------------------------------

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

    def send_request(self, key="RQ-1", quantity="3", **kwargs):
        line = {"line": "1", "item": "BOLT", "description": "Bolts", "quantity": quantity, "uom": "EA"}
        data = {
            "request": key,
            "job": "J-1",
            "requested_by": "Ana",
            "needed_by": "2026-03-09",
            "urgency": "routine",
            "lines": [{**line, "cost_code": "03 30 00"}],
            **kwargs,
        }
        return self.send(self.field, "procurement.material.requested", key, data)

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

    # --- what persons do ------------------------------------------------------

    def return_goods(self, picking, quantity):
        """Send so much of a receipt of one line back by hand. :return: the transfer, done"""
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = quantity
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        returned.move_ids.write({"quantity": quantity, "picked": True})
        returned.button_validate()
        return returned

    def set_budget(self, amount):
        """Approve an amount for material of the usual code: the first budget, or what is added to it."""
        first = not self.job.sudo()._construction_original_budgets()
        code = self.env["construction.cost.code"].search(
            [("code", "=", "03 30 00"), ("company_id", "=", self.company.id)]
        )
        vals = {
            "cost_code_id": code.id,
            "cost_type_id": self.env.ref("construction_base.cost_type_material").id,
            "amount": amount,
        }
        budget = self.env["construction.budget"].create(
            {
                "title": "Budget",
                "kind": "original" if first else "revision",
                "job_id": self.job.id,
                "date": "2026-03-01",
                "line_ids": [Command.create(vals)],
            }
        )
        budget.action_submit()
        budget.action_approve()


class RecordLivesCommon(RecordLivesMixin, ProcurementCommon):
    pass


class RecordKeysCommon(RecordKeysMixin, ProcurementCommon):
    pass


class OwnershipCommon(OwnershipMixin, ProcurementCommon):
    pass


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
