# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import etree

from odoo.tests import tagged

from odoo.addons.construction_base.tests.fakes import fake_models

from .common import HubCommon

TRACED = "construction.trace.mixin"
MESSAGES, OWNERS = "action_construction_messages", "action_construction_owners"


def own_boxes(arch):
    """The button boxes of a form itself, the one that the web client shows first."""
    return etree.fromstring(arch).xpath("//div[@name='button_box'][not(ancestor::field)]")


@tagged("post_install", "-at_install")
class TestTracedForms(HubCommon):
    """Every form of every traced model has the button to its messages: models are found, not listed."""

    def traced(self):
        mixin = self.env.registry[TRACED]
        return [
            self.env[name]
            for name, model in sorted(self.env.registry.items())
            if issubclass(model, mixin) and not model._abstract
        ]

    def forms(self, model):
        views = self.env["ir.ui.view"].search(
            [("model", "=", model._name), ("type", "=", "form"), ("mode", "=", "primary")], order="id"
        )
        return [False, *views.ids]

    def buttons(self, model, user, view_id=False):
        """The names of the buttons in the first box of a form, as a user gets it."""
        arch = model.with_user(user).sudo().get_view(view_id, "form")["arch"]
        boxes = own_boxes(arch)
        return boxes[0].xpath("button/@name") if boxes else []

    def test_each_form_of_each_traced_model_has_it_once(self):
        kinds = self.env["construction.ownership.rule"]._owned_models().values()
        anybody = self.user_with("anybody", "base.group_user")
        roles = (
            (self.users["buyer"], 1, 0),
            (self.users["auditor"], 1, 1),
            (anybody, 0, 0),
        )
        for model in self.traced():
            for view_id in self.forms(model):
                for user, messages, owners in roles:
                    with self.subTest(model=model._name, view=view_id, user=user.login):
                        found = self.buttons(model, user, view_id)
                        # who may not read such records opens no form of theirs
                        may = messages and int(model.with_user(user).has_access("read"))
                        self.assertEqual(found.count(MESSAGES), may)
                        self.assertEqual(found.count(OWNERS), owners and int(model._name in kinds))

    def test_no_view_names_it(self):
        """It stands once, in the hub: what adds a view of its own need not think of it."""
        named = self.env["ir.ui.view"].search(
            [("arch_db", "like", "construction_message_count"), ("type", "=", "form")]
        )
        self.assertFalse(named.mapped("xml_id"))

    def test_a_model_that_only_inherits_the_mixin_has_it(self):
        # imported here, for a model of Odoo's is registered where its class is made
        from .fake_contracts import FakeTraced

        self.enterContext(fake_models(self.env, FakeTraced))
        form, _view = self.env[FakeTraced._name]._get_view(False, "form")
        self.assertEqual(form.xpath("sheet/div[@name='button_box']/button/@name"), [MESSAGES])
        listed, _view = self.env[FakeTraced._name]._get_view(False, "list")
        self.assertFalse(listed.xpath("//button"))
