# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the service user of each domain, and accounts payable, may do by Odoo's own doors: as a table."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ProcurementCommon

GROUP = "construction_procurement_sync.group_service_"
DOMAINS = {
    "master": "construction_master_sync.group_service_master",
    **{name: f"{GROUP}{name}" for name in ("order", "receipt", "bill")},
}
PAYABLE = "accounts_payable"
# operation: who may; everyone else is refused
TABLE = {
    "create_partner": "master",
    "write_partner": "master",
    "add_bank_account": "master",
    "create_product": "master",
    "create_job": "master",
    "create_cost_code": "master",
    "create_request": "order",
    "create_order": "order",
    "confirm_order": "order",
    "reprice_order": "order",
    "validate_receipt": "receipt",
    "create_bill": "bill accounts_payable",
    "correct_bill": "bill accounts_payable",
    "post_bill": "bill accounts_payable",
    "reverse_bill": "bill accounts_payable",
    "reverse_bill_and_set_off": "bill accounts_payable",
    "create_customer_invoice": "",
    "post_customer_invoice": "",
    "create_entry": "",
    "create_payment": "",
    "register_payment": "",
    "create_statement_line": "",
    "reconcile": "",
    "change_settings_of_a_journal": "",
    "create_user": "",
    "change_own_groups": "",
    "create_source": "",
    "approve_budget": "",
}


@tagged("post_install", "-at_install")
class TestServiceRights(ProcurementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actors = {name: cls.service_of(group) for name, group in DOMAINS.items()}

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send_order("PO-1")
        self.send_order("PO-2")
        self.send_delivery("R-2", "PO-2")
        self.actors = dict(
            self.actors, **{PAYABLE: self.user_with("payable", "construction_base.group_accounts_payable")}
        )
        self.supplier = self.order().partner_id
        draft = self.order().copy({"construction_external_key": False})
        self.draft = self.env["purchase.order"].browse(draft.id)
        self.bill_1 = self.make_bill(self.env.user)
        self.posted = self.make_bill(self.env.user, "B-2")
        self.posted.action_post()
        self.money = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-03-12",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.supplier.id,
                            "debit": debit,
                            "credit": credit,
                        }
                    )
                    for account, debit, credit in (
                        (self.payable(self.posted).account_id, 10, 0),
                        (self.company_data["default_journal_bank"].default_account_id, 0, 10),
                    )
                ],
            }
        )
        self.money.action_post()
        self.invoice = self.env["account.move"].create(self.invoice_vals("out_invoice"))
        self.env.flush_all()

    def invoice_vals(self, kind, reference="B-1"):
        return {
            "move_type": kind,
            "partner_id": self.supplier.id,
            "ref": reference,
            "invoice_date": "2026-03-10",
            "date": "2026-03-10",
            "invoice_line_ids": [
                Command.create(
                    {"name": "Rent", "quantity": 1, "price_unit": 10, "tax_ids": [Command.clear()]}
                )
            ],
        }

    def make_bill(self, user, reference="B-1"):
        return self.env["account.move"].with_user(user).create(self.invoice_vals("in_invoice", reference))

    # ---- one operation each ----------------------------------------------------------

    def do_create_partner(self, env):
        env["res.partner"].create({"name": "P"})

    def do_write_partner(self, env):
        env["res.partner"].browse(self.supplier.id).street = "Elsewhere"

    def do_add_bank_account(self, env):
        env["res.partner.bank"].create(
            {"acc_number": "DE02120300000000202051", "partner_id": self.supplier.id}
        )

    def do_create_product(self, env):
        env["product.product"].create({"name": "X"})

    def do_create_job(self, env):
        env["project.project"].create({"name": "J", "is_construction_job": True, "job_number": "J-X"})

    def do_create_cost_code(self, env):
        env["construction.cost.code"].create({"code": "99", "name": "X"})

    def do_create_request(self, env):
        env["purchase.request"].create({"description": "R"})

    def do_create_order(self, env):
        env["purchase.order"].create({"partner_id": self.supplier.id})

    def do_confirm_order(self, env):
        order = env["purchase.order"].browse(self.draft.id)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def do_reprice_order(self, env):
        env["purchase.order.line"].browse(self.draft.order_line.ids).price_unit = 1

    def do_validate_receipt(self, env):
        picking = env["stock.picking"].browse(self.order().picking_ids.ids)
        picking.move_ids.quantity = 100
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def do_create_bill(self, env):
        self.make_bill(env.user, "B-3")

    def do_correct_bill(self, env):
        env["account.move"].browse(self.bill_1.id).invoice_line_ids.price_unit = 12

    def do_post_bill(self, env):
        bill = env["account.move"].browse(self.bill_1.id)
        bill.action_post()
        self.assertEqual(bill.state, "posted")

    def do_reverse_bill(self, env):
        bill = env["account.move"].browse(self.posted.id)
        wizard = env["account.move.reversal"].with_context(active_model="account.move", active_ids=bill.ids)
        wizard.create({"journal_id": bill.journal_id.id}).refund_moves()

    def do_reverse_bill_and_set_off(self, env):
        dates = {"date": "2026-03-11", "invoice_date": "2026-03-11"}
        env["account.move"].browse(self.posted.id)._reverse_moves([dates], cancel=True)

    def do_create_customer_invoice(self, env):
        env["account.move"].create(self.invoice_vals("out_invoice"))

    def do_post_customer_invoice(self, env):
        env["account.move"].browse(self.invoice.id).action_post()

    def do_create_entry(self, env):
        env["account.move"].create({"move_type": "entry"})

    def do_create_payment(self, env):
        env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.supplier.id,
                "amount": 10,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )

    def do_register_payment(self, env):
        wizard = env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.posted.ids
        )
        wizard.create({}).action_create_payments()

    def do_create_statement_line(self, env):
        env["account.bank.statement.line"].create(
            {"journal_id": self.company_data["default_journal_bank"].id, "amount": -10, "payment_ref": "x"}
        )

    def do_reconcile(self, env):
        """Set a bill off against money, as if it were paid."""
        values = {"amount": 10, "debit_amount_currency": 10, "credit_amount_currency": 10}
        values["debit_move_id"] = self.payable(self.money).id
        values["credit_move_id"] = self.payable(self.posted).id
        env["account.partial.reconcile"].create(values)

    def payable(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "liability_payable")

    def do_change_settings_of_a_journal(self, env):
        env["account.journal"].browse(self.posted.journal_id.id).name = "Mine"

    def do_create_user(self, env):
        env["res.users"].create({"name": "x", "login": "x"})

    def do_change_own_groups(self, env):
        env.user.sudo(False).write(
            {"group_ids": [Command.link(self.env.ref("account.group_account_invoice").id)]}
        )

    def do_create_source(self, env):
        env["construction.source"].create({"name": "x", "code": "xy"})

    def do_approve_budget(self, env):
        env["construction.budget"].create({"job_id": self.job.id, "title": "x"})

    # ---- the table -------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.sql_db")
    def test_table(self):
        for operation, allowed in TABLE.items():
            for name, user in self.actors.items():
                with self.subTest(operation=operation, user=name):
                    self.assertEqual(self.outcome(operation, user), name in allowed.split())

    def outcome(self, operation, user):
        """Whether a user may do it; what is done is undone."""
        env = self.env(user=user, su=False, context={"allowed_company_ids": self.company.ids})
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            getattr(self, f"do_{operation}")(env)
            env.flush_all()
            return True
        except (AccessError, UserError) as error:
            self.assertIsInstance(error, AccessError, f"{operation}: {error}")
            return False
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.rollback()
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def test_no_domain_sees_another_company(self):
        other = self.env["res.company"].create({"name": "Other Builder"})
        for name, user in self.actors.items():
            with self.subTest(name):
                self.assertEqual(user.company_ids, self.company)
                self.assertNotIn(other, user.company_ids)

    def test_each_domain_sees_all_jobs_of_its_company(self):
        for name in DOMAINS:
            with self.subTest(name):
                self.assertTrue(self.actors[name]._construction_sees_all_jobs())
                self.assertIn(self.job, self.env["project.project"].with_user(self.actors[name]).search([]))

    def test_types_of_a_domain_give_its_group(self):
        kinds = self.env["construction.event.type"].search([("name", "=like", "procurement.%")])
        expected = {
            "procurement.material.requested": "order",
            "procurement.purchase_order.approved": "order",
            "procurement.purchase_order.changed": "order",
            "procurement.purchase_order.cancelled": "order",
            "procurement.delivery.received": "receipt",
            "procurement.invoice.received": "bill",
        }
        for kind in kinds.filtered(lambda kind: kind.name in expected):
            with self.subTest(kind.name):
                self.assertEqual(kind._service_group(), self.env.ref(GROUP + expected[kind.name]))
        self.suppliers.event_type_ids = kinds.filtered(lambda k: k.name == "procurement.invoice.received")
        self.assertEqual(
            self.suppliers.user_id.group_ids,
            self.env.ref(GROUP + "bill") | self.env.ref("construction_sync.group_service"),
        )
