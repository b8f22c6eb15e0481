# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.construction_base.tests.common import ConstructionCommon
from odoo.addons.construction_job_cost.lib.cause import Cause


class LedgerMixin:
    """What the cost ledger says, of a test class with ``job``."""

    def post_ledger(self):
        """What a commit does: post what was noted."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def sums(self, records=None, job=None, as_of=None):
        """What the ledger says of a job, or of some source records. :return: {kind: amount} but for zeros"""
        self.post_ledger()
        domain = [("job_id", "=", (job or self.job).id)]
        if records is not None:
            domain = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        if as_of:
            domain.append(("date", "<=", fields.Date.to_date(as_of)))
        groups = self.env["construction.cost.entry"]._read_group(domain, ["kind"], ["amount:sum"])
        return {kind: round(amount, 2) for kind, amount in groups if round(amount, 2)}

    def assertSums(self, expected, **kwargs):
        """That ``sums`` gives this."""
        self.assertEqual(self.sums(**kwargs), {k: float(v) for k, v in expected.items()})


@tagged("post_install", "-at_install")
class JobCostCommon(LedgerMixin, ConstructionCommon, AccountTestInvoicingCommon):
    """A chart of accounts, a supplier and goods that are received by stock moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create({"name": "Concrete Supply"})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Ready-mix",
                "type": "consu",
                "is_storable": False,
                "purchase_method": "receive",
                "standard_price": 0,
                "supplier_taxes_id": [Command.clear()],
                "property_account_expense_id": cls.company_data["default_account_expense"].id,
            }
        )
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.second_controller = cls.user_with("second_controller", "construction_base.group_cost_controller")
        cls.Entry = cls.env["construction.cost.entry"]
        # the ledger counts whatever is posted: what an addon above it holds back is tested there
        moves = cls.registry["account.move"]
        if hasattr(moves, "_construction_is_guarded"):
            cls.classPatch(moves, "_construction_is_guarded", lambda move: False)
        orders = cls.registry["purchase.order"]
        if hasattr(orders, "_construction_check_plain"):
            cls.classPatch(orders, "_construction_check_plain", lambda order, before: None)

    # --- documents --------------------------------------------------------------------------------

    @classmethod
    def make_order(cls, *lines, job=None, currency=None, confirm=True, user=None, on=None, **vals):
        """Order with lines given as (quantity, unit price[, cost code[, values]]), released on a day."""
        order = (
            cls.env["purchase.order"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "partner_id": cls.supplier.id,
                    "company_id": cls.company.id,
                    "currency_id": (currency or cls.company.currency_id).id,
                    "order_line": [Command.create(cls.order_line(job or cls.job, *line)) for line in lines],
                    **vals,
                }
            )
        )
        if confirm:
            (cls.dated(order, on) if on else order).button_confirm()
        return order

    @staticmethod
    def dated(order, date, correlation=None):
        """The order such that what it posts bears this date and correlation."""
        return order.with_context(construction_cost_cause=Cause(fields.Date.to_date(date), correlation))

    @classmethod
    def order_line(cls, job, quantity, price, code=None, extra=None):
        return {
            "product_id": cls.product.id,
            "product_qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.clear()],
            "construction_job_id": job.id,
            "cost_code_id": (code or cls.code).id,
            "cost_type_id": cls.material.id,
            **(extra or {}),
        }

    @classmethod
    def receive_by_hand(cls, order, quantity):
        """Receive a quantity (in the product's unit) of the first open move."""
        move = order.picking_ids.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))[:1]
        move.quantity = quantity
        move.picked = True
        move._action_done()

    @classmethod
    def make_bill(cls, order, quantity, price=None, date="2026-03-10", post=True, kind="in_invoice", **vals):
        """Bill (or credit note) of the order's first line."""
        line = order.order_line[:1]
        bill = cls.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": order.partner_id.id,
                "company_id": cls.company.id,
                "currency_id": order.currency_id.id,
                "invoice_date": date,
                "date": date,
                "invoice_line_ids": [
                    Command.create(
                        {
                            **line._prepare_account_move_line(),
                            "quantity": quantity,
                            "price_unit": line.price_unit if price is None else price,
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            bill.action_post()
        return bill

    @classmethod
    def make_budget(cls, *lines, job=None, kind="original", approve=True, date="2026-01-01"):
        """Budget with lines given as (amount[, cost code[, cost type]])."""
        budget = (
            cls.env["construction.budget"]
            .with_user(cls.users["cost_controller"])
            .create(
                {
                    "title": "Test",
                    "job_id": (job or cls.job).id,
                    "kind": kind,
                    "date": date,
                    "line_ids": [
                        Command.create(
                            {
                                "amount": line[0],
                                "cost_code_id": (line[1] if len(line) > 1 else cls.code).id,
                                "cost_type_id": (line[2] if len(line) > 2 else cls.material).id,
                            }
                        )
                        for line in lines
                    ],
                }
            )
        )
        if approve:
            budget.action_submit()
            budget.with_user(cls.second_controller).action_approve()
        return budget
