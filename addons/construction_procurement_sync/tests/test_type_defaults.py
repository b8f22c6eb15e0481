# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.modules.module import load_script
from odoo.tests import Form, tagged

from .common import ProcurementCommon

SCRIPT = "construction_procurement_sync/migrations/19.0.1.2.1/post-usual_types.py"
JOB, CODE, TYPE = "construction_job_id", "cost_code_id", "cost_type_id"


@tagged("post_install", "-at_install")
class TestTypeDefaults(ProcurementCommon):
    """A coded line has a type: its own, else its item's, else its code's, else *Material*."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        company = [("company_id", "=", self.company.id)]
        self.code, self.code_2 = self.env["construction.cost.code"].search(company, order="code", limit=2)
        self.material, self.labor, self.equipment, self.subcontract = (
            self.env.ref(f"construction_base.cost_type_{name}")
            for name in ("material", "labor", "equipment", "subcontract")
        )
        self.send(self.master, "master.item.upserted", "CRANE", self.item())
        find = self.env["product.product"].search
        self.crane = find([("construction_external_key", "=", "CRANE")])
        self.bolt = find([("construction_external_key", "=", "BOLT")])
        self.code_2.usual_cost_type_id = self.subcontract
        self.supplier = self.env["res.partner"].search([("construction_external_key", "=", "S-1")])
        self.buyer = self.user_with("buyer", "construction_base.group_buyer")

    def item(self, **values):
        return {"item": "CRANE", "name": "Crane hire", "uom": "h", "cost_type": "Equipment", **values}

    def rows(self):
        """Lines of an event, and the type that each ends with."""
        plain, other = {"item": "BOLT"}, {"cost_code": "05 12 00"}
        crane = {"item": "CRANE", "uom": "h"}
        cases = [
            ({**crane, **other}, self.equipment),
            ({**plain, **other}, self.subcontract),
            ({**plain}, self.material),
            ({**crane, "cost_type": "LAB"}, self.labor),
            ({"item": None, **other}, self.subcontract),
        ]
        lines = []
        for number, (values, _cost_type) in enumerate(cases):
            line = self.order_line(str(number), **values)
            lines.append({name: value for name, value in line.items() if value is not None})
        return lines, [cost_type for _values, cost_type in cases]

    def hand_line(self, item, code, **values):
        return Command.create(
            {"product_id": item.id, JOB: self.job.id, CODE: code.id, "product_qty": 1, **values}
        )

    # --- by event ---------------------------------------------------------------------------------

    def test_by_event(self):
        self.assertEqual(self.crane.usual_cost_type_id, self.equipment)
        lines, expected = self.rows()
        self.send_order(lines=lines)
        ordered = self.order().order_line
        self.assertEqual([line.cost_type_id for line in ordered], expected)
        self.assertEqual(ordered[4].product_id.type, "service")
        asked = {
            "request": "REQ-1",
            "job": "J-1",
            "requested_by": "Ana",
            "needed_by": "2026-04-01",
            "urgency": "routine",
            "lines": lines,
        }
        message = self.send(self.field, "procurement.material.requested", "REQ-1", asked)
        requested = self.record(message, "purchase.request").line_ids
        self.assertEqual([line.cost_type_id for line in requested.sorted("id")], expected)

    def test_bill_without_order_line(self):
        lines = [
            self.invoice_line("1", item="CRANE", uom="h", cost_code="05 12 00"),
            self.invoice_line("2", cost_code="05 12 00"),
            self.invoice_line("3", cost_code="03 30 00"),
        ]
        for line in lines:
            del line["order_line"]
            line["job"] = "J-1"
        charge = {"reason": "Freight", "amount": "5.00", "cost_code": "05 12 00", "job": "J-1"}
        data = self.invoice_data(order=None, lines=lines, charges=[charge])
        data.update(net_total="3005.00", total="3005.00")
        self.send(self.suppliers, "procurement.invoice.received", "INV-001", data)
        self.assertEqual(
            [line.cost_type_id for line in self.bill().invoice_line_ids],
            [self.equipment, self.subcontract, self.material, self.subcontract],
        )

    def test_an_item_changes_its_type(self):
        self.send(
            self.master,
            "master.item.upserted",
            "CRANE",
            {**self.item(name="Crane"), "cost_type": "Other"},
            time="2026-03-03T08:00:00Z",
        )
        self.assertEqual(self.crane.usual_cost_type_id.code, "OTH")
        data = self.item(name="Crane hire")
        del data["cost_type"]
        self.send(self.master, "master.item.upserted", "CRANE", data, time="2026-03-04T08:00:00Z")
        self.assertEqual(self.crane.usual_cost_type_id.code, "OTH", "what is not said stays")

    def test_items_of_before_get_what_their_last_event_said(self):
        walk = self.env["construction.crosswalk"]
        walk._confirm(self.master, "cost_type", "HIRE", self.subcontract)
        self.send(self.master, "master.item.upserted", "HOIST", self.item(item="HOIST", cost_type="HIRE"))
        hoist = self.env["product.product"].search([("construction_external_key", "=", "HOIST")])
        items = self.crane | hoist | self.bolt
        items.usual_cost_type_id = False
        self.env.flush_all()
        module = load_script(SCRIPT, "usual_types")
        module.migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(
            [item.usual_cost_type_id.code for item in items],
            [self.equipment.code, self.subcontract.code, False],
        )

    def test_what_is_usual_later_recodes_no_order(self):
        lines, expected = self.rows()
        self.send_order(lines=lines, revision=1)
        self.order().order_line.mapped("cost_type_id")
        self.bolt.usual_cost_type_id = self.labor
        (self.code | self.code_2).usual_cost_type_id = self.equipment
        changed = [{**line, "description": "said anew"} for line in lines]
        message = self.send(
            self.field,
            "procurement.purchase_order.changed",
            "PO-1",
            self.order_data(lines=changed, revision=2),
        )
        self.assertState(message, "done")
        self.assertEqual([line.cost_type_id for line in self.order().order_line], expected)
        self.assertEqual(set(self.order().order_line.mapped("name")), {"said anew"})

    # --- by hand ----------------------------------------------------------------------------------

    def test_by_hand(self):
        """Over RPC, as a form and an import do it."""
        cases = [
            (self.crane, self.code_2, {}, self.equipment),
            (self.bolt, self.code_2, {}, self.subcontract),
            (self.bolt, self.code, {TYPE: False}, self.material),
            (self.crane, self.code, {TYPE: self.labor.id}, self.labor),
        ]
        lines = [self.hand_line(item, code, **values) for item, code, values, _type in cases]
        expected = [cost_type for *_values, cost_type in cases]
        order = self.env["purchase.order"].with_user(self.buyer)
        order = order.create({"partner_id": self.supplier.id, "order_line": lines})
        self.assertEqual([line.cost_type_id for line in order.order_line], expected)
        self.assertEqual(
            [line._construction_coding_splits()[0][2] for line in order.order_line.sudo()], expected
        )
        request = self.env["purchase.request"].with_user(self.buyer).create({"line_ids": lines})
        self.assertEqual([line.cost_type_id for line in request.line_ids.sorted("id")], expected)
        for command in lines:
            del command[2]["product_qty"]
        clerk = self.user_with("clerk", "construction_base.group_accounts_payable")
        bill = self.env["account.move"].with_user(clerk)
        bill = bill.create(
            {"move_type": "in_invoice", "partner_id": self.supplier.id, "invoice_line_ids": lines}
        )
        self.assertEqual([line.cost_type_id for line in bill.invoice_line_ids], expected)

    def test_written_by_hand(self):
        order = self.env["purchase.order"].with_user(self.buyer)
        lines = [Command.create({"product_id": item.id}) for item in (self.bolt, self.crane)]
        order = order.create({"partner_id": self.supplier.id, "order_line": lines})
        bolt, crane = order.order_line
        order.order_line.write({JOB: self.job.id})
        self.assertFalse(order.order_line.cost_type_id, "without a code it is no coding yet")
        order.order_line.write({CODE: self.code_2.id})
        self.assertEqual((bolt.cost_type_id, crane.cost_type_id), (self.subcontract, self.equipment))
        order.order_line.write({CODE: self.code.id})
        self.assertEqual((bolt.cost_type_id, crane.cost_type_id), (self.subcontract, self.equipment))
        order.order_line.write({TYPE: False})
        self.assertEqual((bolt.cost_type_id, crane.cost_type_id), (self.material, self.equipment))
        bolt.write({"product_id": self.crane.id, TYPE: False})
        self.assertEqual(bolt.cost_type_id, self.equipment)

    def test_a_form_shows_it(self):
        """Once the item is there; it takes nothing from what was chosen."""
        for kind, lines in (("purchase.order", "order_line"), ("account.move", "invoice_line_ids")):
            form = Form(self.env[kind].with_user(self.buyer).with_context(default_move_type="in_invoice"))
            form.partner_id = self.supplier
            with getattr(form, lines).new() as line:
                line.construction_job_id = self.job
                line.cost_code_id = self.code_2
                self.assertFalse(line.cost_type_id)
                line.product_id = self.crane
                self.assertEqual(line.cost_type_id, self.equipment)
            with getattr(form, lines).new() as line:
                line.product_id = self.bolt
                line.construction_job_id = self.job
                line.cost_code_id = self.code_2
                self.assertEqual(line.cost_type_id, self.subcontract)
                line.cost_type_id = self.labor
                line.product_id = self.crane
                line.cost_code_id = self.code
                self.assertEqual(line.cost_type_id, self.labor)
            saved = form.save()[lines]
            self.assertEqual([line.cost_type_id for line in saved], [self.equipment, self.labor])

    def test_a_split_over_types_is_a_type(self):
        accounts = [
            ",".join(str(r._construction_analytic_accounts().id) for r in (self.job, self.code, cost_type))
            for cost_type in (self.material, self.labor)
        ]
        shares = {",".join(sorted(key.split(","), key=int)): 50.0 for key in accounts}
        order = self.env["purchase.order"].create(
            {"partner_id": self.supplier.id, "order_line": [self.hand_line(self.bolt, self.code)]}
        )
        line = order.order_line
        line.analytic_distribution = shares
        line.write({JOB: self.job.id, CODE: self.code.id})
        self.assertEqual(line.analytic_distribution, shares)
        self.assertFalse(line.cost_type_id)

    def test_an_untyped_line_is_checked_against_its_budget(self):
        """It asked the whole code for room, and found that of another type."""
        controller = self.user_with("controller", "construction_base.group_cost_controller")
        second = self.user_with("second", "construction_base.group_cost_controller")
        budget = (
            self.env["construction.budget"]
            .with_user(controller)
            .create(
                {
                    "title": "Original",
                    "job_id": self.job.id,
                    "kind": "original",
                    "line_ids": [
                        Command.create(
                            {"cost_code_id": self.code.id, "cost_type_id": kind.id, "amount": 1000}
                        )
                        for kind in (self.material, self.labor)
                    ],
                }
            )
        )
        budget.action_submit()
        budget.with_user(second).action_approve()
        order = (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "order_line": [self.hand_line(self.bolt, self.code, price_unit=1500)],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "over budget"):
            order.button_confirm()
