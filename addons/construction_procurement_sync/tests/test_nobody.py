# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_content import RequestCommon
from .test_receipt_life import ReceiptLifeCommon


@tagged("post_install", "-at_install")
class TestWithoutBuyer(ReceiptLifeCommon):
    """An order that nobody buys asks by rule: goods are received, and no question is a fault."""

    def set_up_once(self):
        super().set_up_once()
        self.job.user_id = False
        self.send_order("PO-2")
        self.order("PO-1").user_id = False
        self.assertFalse(self.order("PO-2").user_id)

    def assertBuyerAsked(self, message, question="content"):
        item = self.assertAsks(message, question)
        self.assertTrue(item.owner_id.has_group("construction_base.group_buyer"), item.owner_id.name)
        self.assertTrue(item.with_user(self.buyer).can_decide)

    def test_one_note_at_two_orders(self):
        self.receipt("6", delivery_note="L-4")
        self.assertState(self.receipt("6", "R-2", "PO-2", delivery_note="L-4"), "done")
        self.assertEqual((self.received(), self.received("PO-2")), ([6], [6]))
        self.assertTrue(self.same_note().owner_id.has_group("construction_base.group_buyer"))

    def test_other_content_of_a_receipt(self):
        self.receipt("6")
        self.assertBuyerAsked(self.receipt("8"))

    def test_other_content_of_an_order(self):
        self.assertBuyerAsked(self.send_order("PO-2", [self.order_line(quantity="7")]))

    def test_goods_after_the_last_delivery(self):
        self.receipt("6", final=True)
        self.assertState(self.receipt("2", "R-2"), "done")
        self.assertEqual(self.received(), [8])
        told = self.env["construction.exception"].search([("cause_key", "=like", "after_final:%")])
        self.assertTrue(told.owner_id)

    def test_below_what_is_billed(self):
        self.receipt("6")
        self.send_invoice(lines=[self.invoice_line(quantity="6")])
        self.assertBuyerAsked(self.receipt("4", revision=2), "return")

    def test_a_correction_after_a_return(self):
        self.return_goods(self.record(self.receipt("6"), "stock.picking"), 6)
        self.assertBuyerAsked(self.receipt("8", revision=2), "returned")

    def test_a_substitute(self):
        message = self.receipt("6")
        self.assertState(message, "done")
        line = self.delivery_line(quantity="2", item="REBAR", uom="kg")
        self.assertBuyerAsked(self.send_delivery("R-9", lines=[line]), "substitute:1")

    def test_a_buyer_who_left(self):
        gone = self.user_with("gone", "construction_base.group_buyer")
        self.order().user_id = gone
        gone.active = False
        self.receipt("6")
        message = self.receipt("8")
        self.assertBuyerAsked(message)
        self.assertNotEqual(message.exception_id.owner_id, gone)

    def test_a_service_user_as_buyer(self):
        self.left_to(self.order(), self.service)
        self.receipt("6")
        self.assertBuyerAsked(self.receipt("8"))

    def test_a_service_user_manages_and_buys_nothing(self):
        data = {"job": "J-9", "name": "Bridge", "status": "active"}
        made = self.send(self.master, "master.job.upserted", "J-9", data)
        self.assertFalse(self.record(made, "project.project").user_id)
        # as jobs that came before were left
        self.left_to(self.job, self.service)
        self.send_order("PO-3")
        self.assertFalse(self.order("PO-3").user_id)

    def test_two_orders_of_one_number(self):
        order = self.order()
        order._construction_tell_other(
            self.env["construction.crosswalk"].search([("kind", "=", "order"), ("res_id", "=", order.id)])[:1]
        )
        self.assertTrue(self.env["construction.exception"].search([("cause_key", "=like", "same_number:%")]))


@tagged("post_install", "-at_install")
class TestQuestionIsAnswerable(RequestCommon):
    """What a job's manager is asked, the buyer is where the job has none who can open it and act."""

    def set_up_once(self):
        super().set_up_once()
        self.integrator = self.owner

    def assertBuyerAnswers(self, message):
        item = self.assertAsks(message)
        item.invalidate_recordset()
        self.assertTrue(item.owner_id.has_group("construction_base.group_buyer"), item.owner_id.name)
        self.assertTrue(item.with_user(self.buyer).can_decide)
        self.assertIn("Buyer", item.with_user(self.integrator).deciders_text)
        self.assertIn("decided by Buyer", item.sentence)
        self.decide(message, "replace", self.buyer)
        self.assertState(message, "done")

    def asks(self):
        self.ask("3")
        return self.ask("5")

    def test_a_service_user_as_manager(self):
        self.left_to(self.job, self.service)
        self.assertBuyerAnswers(self.asks())

    def test_an_archived_manager(self):
        self.manager.active = False
        self.assertBuyerAnswers(self.asks())

    def test_a_manager_without_the_role(self):
        self.job.user_id = self.user_with("helper", "base.group_user")
        self.assertBuyerAnswers(self.asks())

    def test_a_manager_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertBuyerAnswers(self.asks())

    def test_a_manager_who_leaves_later(self):
        message = self.asks()
        self.assertEqual(message.exception_id.owner_id, self.manager)
        self.manager.active = False
        self.assertBuyerAnswers(message)

    def test_a_manager_who_loses_the_role_later(self):
        message = self.asks()
        role = self.env.ref("construction_base.group_project_manager")
        self.manager.group_ids = [(3, role.id)]
        self.assertBuyerAnswers(message)

    def test_a_manager_who_leaves_the_job_later(self):
        message = self.asks()
        self.job.user_id = False
        self.env["construction.exception"]._tell_owners()
        self.assertBuyerAnswers(message)

    def test_ignored_and_corrected_by_who_decides(self):
        self.job.user_id = False
        message = self.asks()
        with self.assertRaisesRegex(AccessError, "Buyer"):
            message.with_user(self.integrator)._ignore("not ours")
        message.with_user(self.buyer)._ignore("not ours")
        self.assertEqual(message.state, "ignored")

    def test_a_manager_who_comes_back_may_be_given_it(self):
        self.job.user_id = False
        item = self.assertAsks(self.asks())
        self.job.user_id = self.manager
        item.with_user(self.buyer).owner_id = self.manager
        self.assertTrue(item.with_user(self.manager).can_decide)

    def test_who_administers_the_system_is_no_manager_of_the_job(self):
        roles = ("project_manager", "buyer")
        groups = ["base.group_system", *(f"construction_base.group_{role}" for role in roles)]
        self.user_with("admins", ",".join(groups))
        self.job.user_id = False
        self.assertBuyerAnswers(self.asks())

    def test_without_any_buyer_the_integration_manager_decides(self):
        self.env.ref("construction_base.group_buyer").all_user_ids.active = False
        self.job.user_id = False
        message = self.asks()
        item = self.assertAsks(message)
        self.assertTrue(item.owner_id.has_group("construction_base.group_integration_manager"))
        self.assertTrue(item.with_user(item.owner_id).can_decide)
        self.decide(message, "replace", item.owner_id)
        self.assertState(message, "done")

    def test_a_request_that_was_deleted_offers_no_old_answers(self):
        first = self.ask("3")
        message = self.ask("5")
        item = self.assertAsks(message)
        self.record(first, "purchase.request").with_user(self.buyer).sudo().unlink()
        item.invalidate_recordset()
        self.assertIn("deleted", item.sentence)
        self.assertFalse(item.choices or item.question or item.comparison)
        item.with_user(self.buyer).action_replay()
        self.run_all()
        self.assertIn(message.state, ("done", "exception"), message.problem)
        self.assertNotEqual(message.exception_id.question, "content")
