# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError, ValidationError
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
        (message,) = self.delivered(self.note(name, mode="ask"))
        self.run_all()
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
        self.delivered(self.note("N-8", supplier="X"))
        self.run_all()
        other = self.Exception.search([("cause_key", "=", "missing:supplier:X")])
        self.assertEqual(other.owner_id, controller)

    def test_where_none_of_them_is_left_the_integration_manager_decides(self):
        message, _item = self.asked()
        item, manager = message.exception_id, self.users["integration_manager"]
        self.assertFalse(item.with_user(manager).can_decide)
        buyers = self.env.ref("construction_base.group_buyer").all_user_ids
        buyers.group_ids = [(3, self.env.ref("construction_base.group_buyer").id)]
        item.invalidate_recordset()
        self.assertTrue(item.owner_id.has_group("construction_base.group_integration_manager"))
        self.assertIn("it is decided by Integration Manager", item.sentence)
        self.assertFalse(item.with_user(self.other).can_decide)
        item.with_user(manager).action_decide("red", "Nobody else is left")
        self.run_all()
        self.assertEqual(message.state, "done", message.problem)

    def test_a_role_lost_by_the_other_side(self):
        """The sweep sees that an owner who can open a question may no longer answer it."""
        _message, item = self.asked()
        item = item.sudo()
        self.other.group_ids |= self.env.ref("construction_base.group_buyer")
        item.owner_id = self.other
        self.env.cr.execute(
            "DELETE FROM res_groups_users_rel WHERE uid = %s AND gid = %s",
            [self.other.id, self.env.ref("construction_base.group_buyer").id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.Exception._tell_owners()
        self.assertTrue(item.owner_id.has_group("construction_base.group_buyer"))

    def test_a_decision_is_kept_and_read(self):
        message, item = self.asked()
        item.action_decide("red", "It is the usual one")
        self.run_all()
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
        self.run_all()
        self.assertEqual((message.state, message.decision), ("ignored", "keep"))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "N-7")]))

    def test_no_other_door_answers_it(self):
        """To correct or to ignore what asks is an answer as well, and so is to hand it to who may not."""
        message, item = self.asked()
        for role in ("cost_controller", "integration_manager"):
            user = self.users[role]
            with self.subTest(role):
                with self.assertRaisesRegex(AccessError, "is decided by: Buyer"):
                    message.with_user(user)._correct({"name": "N-7", "mode": "ask"}, "I say so")
                with self.assertRaisesRegex(AccessError, "is decided by: Buyer"):
                    message.with_user(user)._ignore("not needed")
                with self.assertRaisesRegex(AccessError, "is decided by: Buyer"):
                    item.with_user(user)._ignore("not needed")
                with self.assertRaisesRegex(ValidationError, "may not answer"):
                    item.with_user(user).owner_id = user
        self.assertEqual((message.state, item.state), ("exception", "open"))
        message.with_user(self.buyer)._correct({"name": "N-7"}, "It was meant so")
        self.run_all()
        self.assertEqual(message.state, "done")

    def test_it_escalates_to_who_may_answer(self):
        _message, item = self.asked()
        second = self._create_decider("decides_too", "construction_base.group_buyer")
        item.sudo().write({"owner_id": self.buyer.id, "escalate_at": "2026-01-01 00:00:00"})
        self.Exception._escalate_overdue()
        self.assertNotEqual(item.owner_id, self.buyer)
        self.assertTrue(item.owner_id.has_group("construction_base.group_buyer"))
        self.assertTrue(second)

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
        self.run_all()
        self.assertEqual(message.state, "done")
        self.assertEqual(message._decided("colour")._record(), self.company.partner_id)

    def test_by_a_dialog_that_shows_what_was_asked_before(self):
        """What somebody did not see is not what they answered."""
        message, item = self.asked()
        dialogs = self.env["construction.exception.decide"].with_user(self.buyer)
        dialog = dialogs.browse(item.action_open_decide()["res_id"])
        for name, value in (
            ("comparison", [["Colour", "red", "green"]]),
            ("sentence", "Which of three?"),
            ("candidates", []),
        ):
            with self.subTest(name), self.env.cr.savepoint() as undo:
                message.exception_id.sudo()[name] = value
                with self.assertRaisesRegex(UserError, "Since you opened this"):
                    dialog.option_ids[0].action_choose()
                undo.rollback()
                self.env.invalidate_all()
        message.exception_id.sudo().owner_id = self.buyer
        dialog.reason = "As agreed"
        dialog.option_ids[0].action_choose()
        self.assertEqual(message._decided("colour").code, "red")

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
