# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import HandBillsCommon

SHARED = (
    ("res.partner", "construction_bank_hold"),
    ("purchase.order.line", "construction_external_line"),
    ("purchase.order.line", "construction_beyond"),
    ("purchase.order", "construction_locked_by_id"),
    ("purchase.request.line", "construction_external_line"),
    ("account.move", "construction_cleared"),
    ("account.move.line", "construction_external_line"),
    ("stock.move", "construction_beyond"),
    ("stock.picking", "construction_delivery_note"),
)


@tagged("post_install", "-at_install")
class TestRuledFields(HandBillsCommon):
    """What rules conclude and events bring is no person's to write, on any model that is Odoo's."""

    def ruled(self):
        for name, model in self.registry.items():
            if name.startswith("construction.") or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if field.name.startswith("construction_") and field.store and field.readonly:
                    yield name, field

    def test_every_field_of_the_registry(self):
        found = set()
        user = self.env.ref("base.user_admin")
        for name, field in self.ruled():
            if field.inverse:
                continue
            found.add((name, field.name))
            with self.subTest(model=name, field=field.name):
                with self.assertRaisesRegex(AccessError, "follows from the rules"):
                    self.env[name].with_user(user)._check_field_access(field, "write")
                self.env[name].with_user(user).sudo()._check_field_access(field, "write")
        self.assertFalse(set(SHARED) - found)

    def test_what_odoo_works_out(self):
        """Written over, it would be read by every check until its line is edited."""
        order, line = self.order(), self.order().order_line[:1]
        bill = self.enter()
        buyer = self.user_with("amounts", "construction_base.group_buyer")
        for record, vals in (
            (line, {"price_subtotal": 1}),
            (line, {"company_id": False}),
            (line, {"qty_received_method": "manual"}),
            (line, {"qty_invoiced": 5}),
            (order, {"amount_total": 9, "amount_total_cc": 9}),
            (order, {"currency_rate": 0.05}),
            (order, {"order_line": [(1, line.id, {"price_subtotal": 1})]}),
            (bill.invoice_line_ids, {"price_subtotal": 1}),
            (bill, {"commercial_partner_id": self.env.user.partner_id.id}),
            (bill, {"amount_total": 1}),
            (bill, {"amount_residual": 0}),
            (bill, {"payment_state": "paid"}),
            (bill, {"payment_state": "blocked"}),
            (bill, {"sequence_number": 7}),
            (bill, {"sequence_prefix": "7"}),
            (self.supplier, {"commercial_partner_id": self.env.user.partner_id.id}),
        ):
            user = self.clerk if record._name.startswith("account.") else buyer
            if record == self.supplier:
                user = self.user_with("contacts", "base.group_user,base.group_partner_manager")
            with self.subTest(model=record._name, vals=vals):
                with self.assertRaisesRegex(AccessError, "follows from the rules"):
                    record.with_user(user).write(vals)
                if not any(isinstance(value, list) for value in vals.values()):
                    name, value = next(iter(vals.items()))
                    found = record.with_user(user).load([".id", name], [[str(record.id), str(value or "")]])
                    self.assertFalse(found["ids"], found)

    @contextmanager
    def called_by(self, user):
        """Within a request of a user: commands on contacts are carried out as who began the transaction."""
        transaction = self.env.transaction
        first, transaction.default_env = transaction.default_env, self.env(user=user)
        try:
            yield
        finally:
            transaction.default_env = first

    def test_a_contact_takes_its_entries_along(self):
        """Odoo writes whose they are, which nobody else does."""
        clerk = self.user_with("moves", "account.group_account_invoice,base.group_partner_manager")
        first, second = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("First", "Second")]
        )
        contact = self.env["res.partner"].create({"name": "Sales"})
        below = self.env["res.partner"].create({"name": "Desk", "parent_id": contact.id})
        line = {"name": "Paper", "quantity": 1, "price_unit": 5, "tax_ids": False}
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": contact.id,
                "invoice_date": "2026-03-10",
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        bill.action_post()
        contact.with_user(clerk).parent_id = first
        self.assertEqual(bill.commercial_partner_id, first)
        for vals in (
            {"commercial_partner_id": second.id},
            {"parent_id": second.id, "commercial_partner_id": second.id},
            {"parent_id": second.id, "child_ids": [(1, below.id, {"commercial_partner_id": first.id})]},
            {"child_ids": [(1, below.id, {"commercial_partner_id": second.id})], "parent_id": second.id},
            {"child_ids": [(1, below.id, {"commercial_partner_id": second.id})]},
            {"child_ids": [(0, 0, {"name": "New", "commercial_partner_id": second.id})]},
        ):
            with self.subTest(vals), self.called_by(clerk), self.assertRaises(AccessError):
                with self.env.cr.savepoint():
                    contact.with_user(clerk).write(vals)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            bill.with_user(clerk).commercial_partner_id = second
        self.assertEqual(bill.commercial_partner_id, first)
        self.assertEqual((contact + below).commercial_partner_id, first)

    def test_the_other_names_of_an_amount(self):
        """An amount that is written past quantity and price is matched as what it is."""
        bill = self.enter()
        line = bill.invoice_line_ids
        for vals in ({"balance": 9000}, {"debit": 9000}, {"amount_currency": 9000}):
            with self.subTest(vals=vals), self.env.cr.savepoint() as undo:
                line.with_user(self.clerk).write(vals)
                bill.with_user(self.clerk).action_post()
                self.assertEqual((bill.state, self.rules(bill)), ("draft", ["quantity"]))
                undo.rollback()
                self.env.invalidate_all()

    def test_a_tax_is_rounded_by_hand(self):
        """Odoo works out the totals within what a person writes."""
        tax = self.env["account.tax"].create(
            {"name": "10 %", "amount": 10, "type_tax_use": "purchase", "company_id": self.env.company.id}
        )
        line = {"name": "Paper", "quantity": 1, "price_unit": 50, "tax_ids": [(6, 0, tax.ids)]}
        vals = {
            "move_type": "in_invoice",
            "partner_id": self.supplier.id,
            "invoice_date": "2026-03-10",
            "invoice_line_ids": [(0, 0, line)],
        }
        bill = self.env["account.move"].with_user(self.clerk).create(vals)
        totals = bill.tax_totals
        totals["subtotals"][0]["tax_groups"][0]["tax_amount_currency"] += 0.01
        bill.write({"tax_totals": totals})
        self.assertEqual((bill.amount_tax, bill.amount_total, bill.amount_residual), (5.01, 55.01, 55.01))
        with self.assertRaises(AccessError):
            bill.create({**vals, "amount_total": 1})
        with self.assertRaises(AccessError):
            bill.create({**vals, "payment_state": "paid"})

    def test_sections_and_notes(self):
        buyer = self.user_with("notes", "construction_base.group_buyer")
        order = self.order().copy({"construction_external_key": False}).with_user(buyer)
        order.write(
            {
                "order_line": [
                    (0, 0, {"display_type": kind, "name": kind, "product_qty": 0})
                    for kind in ("line_note", "line_section")
                ]
            }
        )
        self.assertEqual(order.order_line.filtered("display_type").mapped("product_qty"), [0, 0])
        bill = self.enter()
        bill.action_toggle_block_payment()
        self.assertEqual(bill.payment_state, "blocked")

    def test_by_a_person(self):
        order = self.order()
        self.supplier.sudo().construction_bank_hold = True
        for login, group, record, vals in (
            ("pm", "project_manager", self.supplier, {"construction_bank_hold": False}),
            ("buyer", "buyer", self.supplier, {"construction_bank_hold": False}),
            ("buyer2", "buyer", order.order_line[:1], {"construction_external_line": "77"}),
            (
                "buyer3",
                "buyer",
                order,
                {"order_line": [(1, order.order_line[:1].id, {"construction_beyond": 50})]},
            ),
        ):
            user = self.user_with(login, f"construction_base.group_{group}")
            with self.subTest(user=login, vals=vals), self.assertRaises(AccessError):
                record.with_user(user).write(vals)
        self.assertTrue(self.supplier.construction_bank_hold)
        buyer = self.user_with("buyer4", "construction_base.group_buyer,base.group_partner_manager")
        for context, vals in (
            ({}, {"construction_bank_hold": True}),
            ({"default_construction_bank_hold": True}, {}),
        ):
            with self.subTest(context=context), self.assertRaises(AccessError):
                self.env["res.partner"].with_user(buyer).with_context(**context).create({"name": "X", **vals})
