# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
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
