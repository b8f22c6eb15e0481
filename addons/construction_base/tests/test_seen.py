# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import inspect

from lxml import etree

from odoo.tests import TransactionCase, tagged

MIXIN = "construction.seen.mixin"
OURS = "construction_"
TO_DO = (
    "{name}: what was opened earlier must not decide on what its user never saw. Have it inherit "
    f"{MIXIN}, name the fields it shows something of in _shows, say what that is in _shown, and ask "
    "_check_seen() first in each button; or say in a sentence, in _nothing_seen, why it needs none of that."
)


@tagged("post_install", "-at_install")
class TestWizardsSeen(TransactionCase):
    """Each wizard of each addon decides on what was seen, or says why nothing has to be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mixin = cls.env.registry[MIXIN]
        ours = {
            name: model
            for name, model in cls.env.registry.items()
            if model._transient and not model._abstract and model._original_module.startswith(OURS)
        }
        cls.deciding = {name: model for name, model in ours.items() if issubclass(model, mixin)}
        cls.others = {name: model for name, model in ours.items() if name not in cls.deciding}

    def test_each_says_what_it_shows_or_why_it_does_not(self):
        for name, model in self.others.items():
            with self.subTest(name):
                self.assertGreater(len(getattr(model, "_nothing_seen", "")), 20, TO_DO.format(name=name))
        for name, model in self.deciding.items():
            with self.subTest(name):
                self.assertTrue(model._shows, TO_DO.format(name=name))
                self.assertLessEqual(set(model._shows), set(model._fields))
                self.assertEqual(self.env[name]._seen_marks(), {}, f"{name}: nothing shown, no mark")

    def test_each_form_brings_the_mark_back(self):
        views = self.env["ir.ui.view"].search(
            [("model", "in", list(self.deciding)), ("type", "=", "form"), ("mode", "=", "primary")]
        )
        for view in views:
            with self.subTest(view.model):
                arch = etree.fromstring(self.env[view.model].get_view(view.id)["arch"])
                own = {field.get("name") for field in arch.iter("field")}
                self.assertIn("seen", own, TO_DO.format(name=view.model))

    def test_each_button_asks_first(self):
        views = self.env["ir.ui.view"].search([("model", "in", list(self.deciding)), ("type", "=", "form")])
        for view in views:
            arch = etree.fromstring(self.env[view.model].get_view(view.id)["arch"])
            for button in arch.xpath("//button[@type='object'][not(ancestor::field)]"):
                method = button.get("name")
                with self.subTest(view.model, method=method):
                    sources = [
                        inspect.getsource(vars(parent)[method])
                        for parent in type(self.env[view.model]).mro()
                        if method in vars(parent)
                    ]
                    asked = any("_check_seen()" in source for source in sources)
                    self.assertTrue(asked, TO_DO.format(name=f"{view.model}.{method}"))
