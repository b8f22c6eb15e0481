# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ProcurementCommon


@tagged("post_install", "-at_install")
class TestReach(ProcurementCommon):
    """A project manager corrects messages of his own jobs, and reaches no other's by it."""

    def set_up_once(self):
        super().set_up_once()
        self.send_masters()
        self.send(
            self.master,
            "master.job.upserted",
            "J-2",
            {"job": "J-2", "name": "Depot", "status": "active"},
        )
        self.manager = self.user_with("manager_2", "construction_base.group_project_manager")
        self.mine = self.env["project.project"].search([("job_number", "=", "J-2")])
        self.mine.user_id = self.manager
        self.assertTrue(self.mine)

    def stopped(self, order="PO-9", **changed):
        """An order of the manager's own job that names an unknown cost code."""
        data = {
            **self.order_data(order, lines=[self.order_line(cost_code="99 99 99")]),
            "job": "J-2",
            **changed,
        }
        message = self.send(self.field, "procurement.purchase_order.approved", order, data)
        self.assertState(message, "exception")
        message.sudo().job_id = self.mine
        return message, data

    def test_his_own_job(self):
        message, data = self.stopped()
        data["lines"][0]["cost_code"] = self.order_line()["cost_code"]
        message.with_user(self.manager)._correct(data, "the code of the trade")
        self.run_all()
        self.assertState(message, "done")

    def test_the_job_of_another(self):
        message, data = self.stopped()
        data["lines"][0]["cost_code"] = self.order_line()["cost_code"]
        data["job"] = "J-1"
        with self.assertRaisesRegex(AccessError, "job J-1 is none of yours"):
            message.with_user(self.manager)._correct(data, "mine now")
        self.assertEqual(message.state, "exception")
        message.with_user(self.user_with("buys", "construction_base.group_buyer"))._correct(data, "it is J-1")
        self.run_all()
        self.assertState(message, "done")

    def test_the_order_and_the_bill_of_another(self):
        self.send_order()
        self.send_delivery()
        self.send_invoice()
        self.assertEqual(self.bill().state, "posted")
        data = self.invoice_data("INV-9", None, [self.invoice_line(cost_code="99 99 99", job="J-2")])
        for line in data["lines"]:
            line.pop("order_line", None)
        message = self.send(self.suppliers, "procurement.invoice.received", "INV-9", data)
        message.sudo().job_id = self.mine
        if message.exception_id.choices:
            # what asks for an answer of others is not his at all
            message.exception_id.sudo().choices = False
        self.assertState(message, "exception")
        mine = message.with_user(self.manager)
        with self.assertRaisesRegex(AccessError, "order po-1 is none of yours"):
            mine._correct({**data, "order": "PO-1"}, "belongs there")
        with self.assertRaisesRegex(AccessError, "invoice .* is none of yours"):
            mine._correct({**data, "invoice": "INV-001", "revision": 9}, "corrects that one")
        self.assertEqual(self.bill().state, "posted")

    def test_what_a_key_means_is_not_his_to_say(self):
        message, _data = self.stopped()
        item = message.exception_id
        code = self.env["construction.cost.code"].search([], limit=1)
        likely = {"model": code._name, "id": code.id, "why": "alike"}
        item.sudo().write({"job_id": self.mine.id, "candidates": [likely]})
        buyer = self.user_with("buys", "construction_base.group_buyer")
        for user, may in ((self.manager, False), (buyer, True)):
            with self.subTest(user.login):
                wizard = self.env["construction.exception.decide"].with_user(user)._of(item.with_user(user))
                self.assertTrue(wizard.option_ids)
                self.assertEqual(set(wizard.option_ids.mapped("allowed")), {may})

    def test_a_held_bill_is_of_who_can_release_it(self):
        controller = self.user_with("controls", "construction_base.group_cost_controller")
        self.env["project.project"].search([("job_number", "=", "J-1")]).user_id = self.manager
        self.send_order()
        self.send_delivery()
        message = self.send_invoice(lines=[self.invoice_line(price="30.00")])
        self.assertState(message, "exception")
        item = message.exception_id
        self.assertEqual(item.job_id.user_id, self.manager)
        self.assertNotEqual(item.owner_id, self.manager)
        groups = "construction_base.group_cost_controller", "construction_base.group_accounts_payable"
        self.assertTrue(any(item.owner_id.has_group(group) for group in groups))
        item.sudo().owner_id = controller

    def test_a_foreign_company_gets_nothing_of_his(self):
        other = self.env["res.company"].create({"name": "Other"})
        controller = self.user_with("controls_2", "construction_base.group_cost_controller")
        controller.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        env = self.env(user=controller, context={"allowed_company_ids": other.ids})
        supplier = self.env["res.partner"].create({"name": "Both"})
        document = env["construction.compliance.document"].create(
            {"partner_id": supplier.id, "kind": "insurance", "number": "1", "expires": "2030-01-01"}
        )
        code = env["construction.cost.code"].create({"code": "Z-1", "name": "Z"})
        for record in (document, code):
            self.assertEqual(record.company_id, other)
            with self.assertRaisesRegex(AccessError, "stays where it is"), self.cr.savepoint():
                record.write({"company_id": self.env.company.id})

    def test_the_goods_of_another(self):
        self.send_order()
        self.send_order("PO-2", job="J-2")
        self.send_delivery(lines=[self.delivery_line(quantity="40")])
        self.send_delivery("R-2", "PO-2", lines=[self.delivery_line(quantity="40")])
        theirs, own = self.order().order_line, self.order("PO-2").order_line
        self.assertEqual((theirs.qty_received, own.qty_received), (40, 40))
        # who approves orders has rights on all goods by Odoo
        self.manager.group_ids |= self.env.ref("purchase.group_purchase_manager")
        approver = self.user_with("approves", "purchase.group_purchase_manager")
        keeper = self.user_with("keeps", "stock.group_stock_user,construction_base.group_site_supervisor")
        buyer = self.user_with("buys", "construction_base.group_buyer")
        supervisor = self.user_with("site", "construction_base.group_site_supervisor")
        auditor = self.user_with("audits", "construction_base.group_auditor")

        def done(line):
            return line.move_ids.filtered(lambda move: move.state == "done")

        for user in (self.manager, supervisor, auditor):
            with self.subTest(user.login):
                for goods in (done(theirs), done(theirs).move_line_ids):
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        goods.with_user(user).write({"quantity": 50})
                with self.assertRaises(AccessError), self.cr.savepoint():
                    theirs.order_id.picking_ids.with_user(user).button_validate()
        self.assertEqual(theirs.qty_received, 40)
        for quantity, user in enumerate((approver, keeper, buyer), 41):
            with self.subTest(user.login):
                done(theirs).move_line_ids.with_user(user).write({"quantity": quantity})
                self.assertEqual(theirs.qty_received, quantity)
        done(own).with_user(self.manager).write({"quantity": 50})
        self.assertEqual(own.qty_received, 50)
