# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from itertools import permutations
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.construction_base.tests.common import ROLES as ROLES_BUT_PAYABLE

from .common import ProcurementCommon

JOB, CODE, TYPE = CODING = ("construction_job_id", "cost_code_id", "cost_type_id")
ROLES = (*ROLES_BUT_PAYABLE, "accounts_payable")
PICKS = list(permutations(CODING))
# kind of document → its lines, and the roles that enter it
DOCUMENTS = {
    "purchase.order": ("order_line", ("buyer", "cost_controller")),
    "purchase.request": ("line_ids", ("buyer",)),
    "in_invoice": ("invoice_line_ids", ("accounts_payable", "cost_controller", "buyer")),
    "entry": ("line_ids", ("cost_controller",)),
}


@tagged("post_install", "-at_install")
class TestCodingByHand(ProcurementCommon, HttpCase):
    """Whoever enters a document codes its lines, whichever field comes first."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        company = [("company_id", "=", self.company.id)]
        self.code, self.code_2 = self.env["construction.cost.code"].search(company, order="code", limit=2)
        self.job_2 = self.job.copy({"name": "Library", "job_number": "J-2"})
        self.labor = self.env.ref("construction_base.cost_type_labor")
        self.product = self.env["product.product"].search([("construction_external_key", "=", "BOLT")])
        self.supplier = self.env["res.partner"].search([("construction_external_key", "=", "S-1")])
        self.coding = {JOB: self.job, CODE: self.code, TYPE: self.labor}

    def open_form(self, kind, user, record=None):
        model = kind if "." in kind else "account.move"
        records = (record or self.env[model]).with_user(user)
        form = Form(records.with_context(default_move_type=kind) if model == "account.move" else records)
        if not record and kind not in ("purchase.request", "entry"):
            form.partner_id = self.supplier
        return form

    def pick(self, line, picks, product_after=None):
        for count, name in enumerate(picks):
            if count == product_after:
                line.product_id = self.product
            setattr(line, name, self.coding[name])

    def assert_coded(self, lines, message):
        for line in lines.sudo():
            self.assertEqual([line[name] for name in CODING], [*self.coding.values()], message)
            self.assertEqual(line._construction_coding_splits(), [(*self.coding.values(), 1.0)], message)

    def test_in_any_order(self):
        users = {role: self.user_with(f"u_{role}", f"construction_base.group_{role}") for role in ROLES}
        for kind, (lines, roles) in DOCUMENTS.items():
            model = self.env[kind if "." in kind else "account.move"]
            may = {role for role, user in users.items() if model.with_user(user).has_access("create")}
            # entries of the general journal are not for those who only enter bills
            apart = {"accounts_payable", "buyer"} if kind == "entry" else set()
            self.assertEqual(may - apart, set(roles), kind)
            for role in roles:
                with self.subTest(kind=kind, role=role):
                    user = users[role]
                    self.assertFalse(user.has_group("analytic.group_analytic_accounting"))
                    form = self.open_form(kind, user)
                    for number, picks in enumerate(PICKS if role == roles[0] else PICKS[1:4:2]):
                        with getattr(form, lines).new() as line:
                            if kind != "entry":
                                self.pick(line, picks, product_after=number % 3)
                                continue
                            line.account_id = self.company_data["default_account_expense"]
                            line.name = str(number)
                            self.pick(line, picks)
                    document = form.save()
                    self.assertGreaterEqual(len(document[lines]), 2)
                    self.assert_coded(document[lines], (kind, role))

    def test_what_was_saved_is_coded_otherwise(self):
        """From the coding of one field at a time to another, each in a form of its own."""
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [Command.create({"product_id": self.product.id, JOB: self.job_2.id})],
            }
        )
        for name in PICKS[3]:
            with self.open_form("purchase.order", buyer, order) as form, form.order_line.edit(0) as line:
                setattr(line, name, self.coding[name])
        self.assert_coded(order.order_line, "one at a time")
        with self.open_form("purchase.order", buyer, order) as form, form.order_line.edit(0) as line:
            line.cost_code_id = self.env["construction.cost.code"]
        self.assertEqual(
            order.order_line._construction_coding_splits()[0][:3], (self.job, line.cost_code_id, self.labor)
        )

    def test_a_split_is_not_lost(self):
        """A form of single fields changes one of them and keeps the shares over the others."""
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        shares = {
            self.account(self.job, self.code): 60.0,
            self.account(self.job, self.code_2): 40.0,
        }
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "analytic_distribution": shares})
                ],
            }
        )
        with self.open_form("purchase.order", buyer, order) as form, form.order_line.edit(0) as line:
            line.product_qty = 7
        line = order.order_line
        self.assertEqual(line.analytic_distribution, shares)
        line.with_user(buyer).write({CODE: False, TYPE: False, "name": "as a form may send it"})
        self.assertEqual(line.analytic_distribution, shares)
        with self.open_form("purchase.order", buyer, order) as form, form.order_line.edit(0) as edited:
            edited.construction_job_id = self.job_2
            self.assertFalse(edited.cost_code_id)
        self.assertEqual(
            line.analytic_distribution,
            {self.account(self.job_2, self.code): 60.0, self.account(self.job_2, self.code_2): 40.0},
        )
        self.assertEqual(line.copy_data()[0]["analytic_distribution"], line.analytic_distribution)

    def account(self, *records):
        return ",".join(str(a) for a in sorted(r._construction_analytic_accounts().id for r in records))

    def test_a_proposed_distribution_adds_to_the_coding(self):
        """What a firm has its products distributed to by itself takes no job away."""
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.product.id,
                "analytic_distribution": {self.account(self.code_2): 100},
            }
        )
        self.coding[CODE] = self.code_2
        for kind, (lines, roles) in ((kind, DOCUMENTS[kind]) for kind in ("purchase.order", "in_invoice")):
            user = self.user_with(f"u_{kind}", f"construction_base.group_{roles[0]}")
            form = self.open_form(kind, user)
            with getattr(form, lines).new() as line:
                self.pick(line, (TYPE, JOB))
                line.product_id = self.product
                self.assertEqual(line.construction_job_id, self.job)
            self.assert_coded(form.save()[lines], kind)

    def test_one_change_of_a_confirmed_order_is_one_difference(self):
        buyer = self.user_with("buyer", "construction_base.group_buyer")
        self.send_order()
        order = self.order()
        self.post_ledger()
        line = order.order_line
        entries = self.env["construction.cost.entry"].search(
            [("res_model", "=", line._name), ("res_id", "=", line.id)]
        )
        # by a plain edit it would be refused: more is asked of the new job
        wizards = self.env["construction.order.change.request"].with_user(buyer)
        form = Form(wizards.with_context(default_order_id=order.id))
        form.reason = "Ordered for the wrong job"
        with form.line_ids.edit(0) as edited:
            edited.cost_type_id = self.labor
            edited.construction_job_id = self.job_2
            edited.cost_code_id = self.code_2
        form.save().action_request()
        self.post_ledger()
        domain = [("res_model", "=", line._name), ("res_id", "=", line.id)]
        new = self.env["construction.cost.entry"].search(domain) - entries
        self.assertEqual(
            sorted((entry.job_id.job_number, entry.amount) for entry in new),
            [("J-1", -1000.0), ("J-2", 1000.0)],
        )

    # --- a code without a job -----------------------------------------------------------------

    def put_forward(self, kind, document):
        """The ways in which a document is no draft any more: its button, and a write of its state."""
        button, state = {
            "purchase.order": ("button_confirm", "purchase"),
            "purchase.request": ("button_to_approve", "to_approve"),
            "in_invoice": ("action_post", "posted"),
        }[kind]
        return getattr(document, button), lambda: document.write({"state": state})

    def draft(self, kind, **coding):
        """A document of one line as a person begins it, who has picked this much of its coding."""
        lines, roles = DOCUMENTS[kind]
        line = {"product_id": self.product.id, "name": "Sixty bolts", **coding}
        vals = {lines: [Command.create(line)], "partner_id": self.supplier.id}
        if kind == "purchase.request":
            del vals["partner_id"]
            line["product_qty"] = 1
        else:
            line["price_unit"] = 7
        if kind == "in_invoice":
            vals.update(move_type=kind, ref=f"H-{len(coding)}", invoice_date="2026-03-20")
        user = self.user_with(f"d_{kind}", f"construction_base.group_{roles[0]}")
        model = self.env[kind if "." in kind else "account.move"].with_user(user)
        return model.create(vals), lines

    def test_a_code_without_a_job_goes_no_further_than_a_draft(self):
        for kind in ("purchase.order", "purchase.request", "in_invoice"):
            for coding in ({CODE: self.code.id}, {CODE: self.code.id, TYPE: self.labor.id}):
                with self.subTest(kind=kind, coding=coding), self.env.cr.savepoint() as undo:
                    document, lines = self.draft(kind, **coding)
                    for way in self.put_forward(kind, document):
                        with self.env.cr.savepoint() as back:
                            with self.assertRaisesRegex(ValidationError, "Name the job") as refused:
                                way()
                            back.rollback()
                            self.env.invalidate_all()
                        self.assertIn(f"Sixty bolts ({self.code.display_name})", str(refused.exception))
                    document[lines].write(dict.fromkeys(coding, False))
                    self.put_forward(kind, document)[0]()
                    self.assertNotEqual(document.state, "draft", "what has no coding is overhead")
                    # nor does what counts become one, by a mass edit or an import
                    with self.assertRaisesRegex(ValidationError, "Name the job"):
                        document[lines].with_user(self.env.user).write(coding)
                    undo.rollback()
                    self.env.invalidate_all()

    def test_a_share_without_a_job_is_one_too(self):
        order, _lines = self.draft("purchase.order", **{JOB: self.job.id, CODE: self.code.id})
        order.order_line.analytic_distribution = {
            self.account(self.job, self.code): 60.0,
            self.account(self.code_2): 40.0,
        }
        words = f"Sixty bolts .{self.code_2.display_name}."
        with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
            order.button_confirm()
        order.order_line.analytic_distribution = {
            self.account(self.job, self.code): 60.0,
            self.account(self.job_2, self.code_2): 40.0,
        }
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_what_was_posted_so_is_taken_back(self):
        """A bill of before the rule: its reversal is coded as it is."""
        bill, _lines = self.draft("in_invoice")
        bill.action_post()
        lines = bill.sudo().invoice_line_ids
        with patch.object(type(lines), "_construction_binding", lambda found: found.browse()):
            lines.write({CODE: self.code.id})
        back = bill.sudo()._reverse_moves([{"invoice_date": "2026-03-21", "ref": "back"}])
        self.assertEqual(back.invoice_line_ids.cost_code_id, self.code)
        back.action_post()
        self.assertEqual(back.state, "posted")

    def test_buyer_codes_in_the_browser(self):
        self.user_with("buyer", "construction_base.group_buyer")
        line = {"product_id": self.product.id, "product_qty": 1, "price_unit": 1}
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [Command.create({**line, "name": name}) for name in ("first", "second")],
            }
        )
        self.start_tour(
            f"/odoo/action-purchase.purchase_form_action/{order.id}",
            "construction_code_by_hand",
            login="buyer",
        )
        self.env.invalidate_all()
        self.assert_coded(order.order_line, "in the browser")
