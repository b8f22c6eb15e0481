from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HubCommon


@tagged("post_install", "-at_install")
class TestDecisions(HubCommon):
    """A work item that asks: its answer is kept with the message, and its handler reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._create_decider("decides", "construction_base.group_buyer")
        cls.other = cls._create_decider("decides_not", "construction_base.group_cost_controller")

    @classmethod
    def _create_decider(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_id": cls.company.id,
                "company_ids": cls.company.ids,
                "group_ids": [(6, 0, [cls.env.ref(group).id])],
            }
        )

    def asked(self, name="N-7"):
        (message,) = self.messages(self.event(name, mode="ask"))
        self.run_lanes()
        self.assertEqual(message.state, "exception", message.problem)
        return message, message.exception_id.with_user(self.buyer)

    def test_what_is_asked(self):
        message, item = self.asked()
        self.assertTrue(item.can_decide)
        self.assertFalse(item.with_user(self.other).can_decide)
        self.assertEqual(item.candidates[0]["id"], self.company.partner_id.id)
        # what came from outside is shown, not run
        self.assertIn("&lt;b&gt;red", item.comparison_html)

    def test_it_goes_to_somebody_who_may_decide(self):
        controller = self.users["cost_controller"]
        self.env["construction.owner.rule"].create({"user_id": controller.id, "company_id": self.company.id})
        _message, item = self.asked()
        self.assertTrue(item.owner_id.has_group("construction_base.group_buyer"))
        self.assertEqual(item.with_user(controller).deciders_text, "Buyer")
        # what asks nothing goes by the rule
        self.messages(self.event("N-8", supplier="X"))
        self.run_lanes()
        other = self.Exception.search([("cause_key", "=", "missing:supplier:X")])
        self.assertEqual(other.owner_id, controller)

    def test_a_decision_is_kept_and_read(self):
        message, item = self.asked()
        item.action_decide("red", "It is the usual one")
        self.run_lanes()
        self.assertEqual(message.state, "done", message.problem)
        self.assertEqual(item.state, "resolved")
        self.assertEqual(
            (message.decision, message.decided_by_id, message.decision_reason),
            ("red", self.buyer, "It is the usual one"),
        )
        self.assertTrue(message.decided_at)
        self.assertEqual(self.env["res.partner"].search([("name", "=", "N-7")]).function, "red")

    def test_keep_has_no_effect(self):
        message, item = self.asked()
        item.action_decide("keep", "Enough")
        self.run_lanes()
        self.assertEqual((message.state, message.decision), ("ignored", "keep"))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "N-7")]))

    def test_who_may_not(self):
        _message, item = self.asked()
        with self.assertRaises(AccessError):
            item.with_user(self.other).action_decide("red", "Because")
        with self.assertRaises(UserError):
            item.action_decide("green", "Because")
        with self.assertRaises(UserError):
            item.action_decide("red", " ")
        with self.assertRaises(UserError):
            item.action_decide("as", "Because")
        item.action_decide("keep", "Enough")
        with self.assertRaises(UserError):
            item.action_decide("red", "Because")

    def test_by_the_dialog(self):
        message, item = self.asked()
        wizard = (
            self.env["construction.exception.decide"]
            .with_user(self.buyer)
            .browse(item.action_open_decide()["res_id"])
        )
        self.assertEqual(wizard.option_ids.mapped("code"), ["red", "keep", "as", "as"])
        wizard.option_ids[2].action_choose()
        self.run_lanes()
        self.assertEqual(message.state, "done")
        self.assertEqual(message._decided("colour")._record(), self.company.partner_id)

    def test_a_decision_does_not_change(self):
        message, item = self.asked()
        item.action_decide("red", "Because")
        decision = message.decision_ids
        for call in (lambda: decision.write({"code": "keep"}), decision.unlink):
            with self.assertRaises(UserError):
                call()
        with self.assertRaises(UserError):
            self.env["construction.message.decision"].with_user(self.buyer).create(
                {"message_id": message.id, "question": "x", "code": "y", "user_id": self.buyer.id}
            )
