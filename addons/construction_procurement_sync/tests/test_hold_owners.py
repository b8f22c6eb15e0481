# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.construction_sync.errors import Hold

from ..lib.hold import Rule
from .common import ProcurementCommon

CONTROLLER = "construction_base.group_cost_controller"


@tagged("post_install", "-at_install")
class TestHoldOwners(ProcurementCommon):
    """The work item of a held bill is with somebody who may release it: not with who entered its figures."""

    def set_up_once(self):
        super().set_up_once()
        # whoever else could have it stands back
        self.env.ref(CONTROLLER).sudo().user_ids.active = False
        self.first = self.user_with("controls_1", f"{CONTROLLER},account.group_account_invoice")
        self.second = self.user_with("controls_2", f"{CONTROLLER},account.group_account_invoice")
        self.send_masters()
        self.send_order()
        self.send_delivery()
        self.message = self.send_invoice(lines=[self.invoice_line(price="30.00")])
        self.assertState(self.message, "exception", "variance")
        self.item = self.message.exception_id
        self.assertEqual(self.item.owner_id, self.first)

    def correct(self, user, price):
        data = self.invoice_data(lines=[self.invoice_line(price=price)])
        self.message.with_user(user)._correct(data, "Misread")
        self.run_all()
        self.assertState(self.message, "exception", "variance")
        self.item = self.message.exception_id

    def change(self, user, price):
        line = self.bill().invoice_line_ids
        values = {"invoice_line_ids": [Command.update(line.id, {"price_unit": price})]}
        self.bill().with_user(user).write(values)

    def test_what_a_rule_is_that_a_later_addon_brings(self):
        """What kind of error it is and whose word settles it is said with the rule, in no list besides."""
        holds, manager_group = self.registry["construction.hold"], "construction_base.group_project_manager"
        known = holds._construction_rules
        self.patch(
            holds,
            "_construction_rules",
            lambda model: {**known(model), "price": Rule(Hold, groups=(manager_group,))},
        )
        self.send_order("PO-2")
        self.send_delivery("R-2", "PO-2")
        message = self.send_invoice("INV-2", "PO-2", lines=[self.invoice_line(price="30.00")])
        self.assertState(message, "exception", "hold")
        self.assertIn(manager_group, message.exception_id.acting_groups)
        manager = self.user_with("manager_2", manager_group)
        self.job.job_member_ids += manager
        bill = self.bill("INV-2")
        prices = bill.construction_hold_ids.filtered(lambda hold: hold.rule == "price")
        self.assertEqual(prices._construction_may_release(manager), prices)
        others = bill.construction_hold_ids - prices
        self.assertFalse(others._construction_may_release(manager))
        self.assertIn("hold", holds._construction_categories(self.env["construction.hold"]))

    def test_who_corrects_it_hands_it_on(self):
        self.correct(self.first, "29.00")
        self.assertEqual((self.item.owner_id, self.item.told_at), (self.second, False))
        with self.assertRaises(AccessError):
            self.bill().with_user(self.first)._construction_release_holds("mine")
        self.bill().with_user(self.second)._construction_release_holds("agreed with the supplier")
        self.run_all()
        self.assertState(self.message, "done")

    def test_who_corrected_it_before_somebody_else_did(self):
        self.correct(self.first, "29.00")
        clerk = self.user_with("clerk_2", "construction_base.group_accounts_payable")
        data = self.message._payload()
        data["lines"][0]["description"] = "Bolts"
        self.message.with_user(clerk)._correct(data, "Words")
        self.run_all()
        self.assertEqual(self.message.exception_id.owner_id, self.second)
        with self.assertRaises(AccessError):
            self.bill().with_user(self.first)._construction_release_holds("mine")

    def test_who_changes_the_draft_hands_it_on(self):
        self.change(self.second, 29)
        self.assertEqual(self.item.owner_id, self.first, "it is not with who changed it")
        self.change(self.first, 28)
        self.assertTrue(self.item.owner_id)
        self.assertNotIn(self.item.owner_id, self.first | self.second, "both had a hand in it")
        for user in (self.first, self.second):
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.bill().with_user(user)._construction_release_holds("mine")

    def test_who_takes_a_line_out(self):
        bill = self.bill()
        bill.write(
            {"invoice_line_ids": [Command.create({"name": "Freight", "quantity": 1, "price_unit": 9})]}
        )
        added = bill.invoice_line_ids.filtered(lambda line: line.name == "Freight")
        bill.with_user(self.first).write({"invoice_line_ids": [Command.delete(added.id)]})
        self.assertEqual(self.item.owner_id, self.second)
        with self.assertRaises(AccessError):
            bill.with_user(self.first)._construction_release_holds("mine")

    def test_the_line_over_rpc(self):
        self.bill().invoice_line_ids.with_user(self.first).write({"price_unit": 29})
        self.assertEqual(self.item.owner_id, self.second)

    def test_it_is_not_handed_back(self):
        self.correct(self.first, "29.00")
        with self.assertRaisesRegex(ValidationError, "had a hand in"):
            self.item.with_user(self.second).owner_id = self.first
        self.item._escalate_overdue()
        self.item.sudo().escalate_at = "2020-01-01"
        self.item._escalate_overdue()
        self.assertNotEqual(self.item.owner_id, self.first)
        self.second.sudo().active = False
        self.assertNotEqual(self.item.owner_id, self.first)
        self.assertTrue(self.item.owner_id)

    def test_where_nobody_else_is_left_it_stays_in_sight(self):
        everybody = self.env["res.users"].search([("company_ids", "in", self.company.ids)])
        others = everybody - self.first - self.env.user
        others.filtered(lambda user: not self.item._is_service(user)).sudo().active = False
        self.correct(self.first, "29.00")
        self.assertTrue(self.item.owner_id)
