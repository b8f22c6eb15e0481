# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import errors
from .common import HubCommon

CONTROLLER = "construction_base.group_cost_controller"
ROLES = ("buyer", "cost_controller", "integration_manager", "project_manager", "auditor")


@tagged("post_install", "-at_install")
class TestAnsweredOnly(HubCommon):
    """What asks ends by an answer, whichever button is pressed; what tells is seen to by who cures it."""

    def doors(self, item):
        yield "done", item.action_resolve
        yield "ignore", lambda: item._ignore("away with it")
        yield "ask to ignore", item.action_ignore
        yield "replay", item.action_replay
        yield "write", lambda: item.write({"state": "resolved"})
        yield "delete", item.unlink

    def test_no_other_door_ends_what_asks(self):
        ask = errors.Undecided(
            "Which?",
            cause_key="asks",
            question="which",
            groups=CONTROLLER,
            choices=[
                errors.Choice("a", "This one", CONTROLLER),
                errors.Choice("b", "None", CONTROLLER),
            ],
        )
        item = self.Exception._open(self.company, ask)
        for role in ROLES:
            mine = item.with_user(self.users[role])
            self.assertFalse(mine.can_resolve, role)
            for name, door in self.doors(mine):
                with self.subTest(role=role, door=name), self.assertRaises(UserError):
                    door()
                self.assertEqual(item.state, "open", (role, name))
        with self.assertRaisesRegex(AccessError, "“This one” or “None”.*Cost Controller"):
            item.with_user(self.users["buyer"]).action_resolve()
        told = self.Exception._open(self.company, errors.SyncError("Told.", cause_key="told"))
        with self.assertRaises(AccessError):
            (told | item).with_user(self.users["buyer"]).action_resolve()
        self.assertEqual(told.state, "open", "all of a list, or none")
        item.with_user(self.users["cost_controller"]).action_decide("a", "as drawn")
        self.assertEqual(item.state, "resolved")

    def test_who_cures_it_sees_to_it(self):
        for role in ROLES:
            told = errors.SyncError("Look.", cause_key=f"told:{role}", groups=CONTROLLER)
            item = self.Exception._open(self.company, told)
            mine = item.with_user(self.users[role])
            may = role == "cost_controller"
            self.assertEqual(mine.can_resolve, may)
            if may:
                mine.action_resolve()
                self.assertEqual(item.state, "resolved")
                continue
            for name, door in list(self.doors(mine))[:4]:
                with self.subTest(role=role, door=name), self.assertRaises(UserError):
                    door()
