# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import copy
import unittest

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from odoo.addons.construction_sync.lib import form_button

BOX = "<div name='button_box'/>"
LEAVES = ("<group/>", BOX, "<button name='other'/>", "<field name='a'/>", "<header/>")


def nested(children):
    tags = st.sampled_from(("sheet", "group", "div", "page"))
    inner = st.lists(children, max_size=3).map("".join)
    inside = inner.map(lambda text: f"<field name='lines'><form>{text}</form></field>")
    return st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", tags, inner) | inside


FORMS = st.lists(st.recursive(st.sampled_from(LEAVES), nested, max_leaves=12), max_size=5).map(
    lambda parts: f"<form>{''.join(parts)}</form>"
)


def button(action="action_trace"):
    return form_button.smart_button(action, "fa-exchange", "count", "Events", "count == 0", "base.group_user")


def own(form, path):
    return form.xpath(f"{path}[not(ancestor::field)]")


class TestFormButton(unittest.TestCase):
    @given(FORMS)
    def test_stands_once_in_the_box_that_the_client_shows(self, text):
        form = etree.fromstring(text)
        before = copy.deepcopy(form)
        form_button.put(form, button())
        form_button.put(form, button())
        [placed] = own(form, "//button[@name='action_trace']")
        box = placed.getparent()
        self.assertIs(box, own(form, "//div[@name='button_box']")[0])
        self.assertIs(placed, box[-1])
        self.assertEqual(len(form.xpath("//button[@name='action_trace']")), 1)
        # and nothing else is another
        box.remove(placed)
        if not own(before, "//div[@name='button_box']"):
            box.getparent().remove(box)
        self.assertEqual(etree.tostring(form, method="c14n"), etree.tostring(before, method="c14n"))

    @given(FORMS)
    def test_two_stand_in_their_order(self, text):
        form = etree.fromstring(text)
        form_button.put(form, button("first"))
        form_button.put(form, button("second"))
        [box] = {placed.getparent() for placed in own(form, "//button[@name='first' or @name='second']")}
        self.assertEqual([placed.get("name") for placed in box[-2:]], ["first", "second"])

    def test_a_form_without_a_box(self):
        for text, place in (
            ("<form><header/><sheet><group/></sheet></form>", "sheet"),
            ("<form><group/></form>", "form"),
            (f"<form><field name='l'><form><sheet>{BOX}</sheet></form></field></form>", "form"),
        ):
            with self.subTest(text):
                form = etree.fromstring(text)
                form_button.put(form, button())
                [box] = own(form, "//div[@name='button_box']")
                self.assertEqual(box.getparent().tag, place)
                self.assertEqual(box.getparent()[0], box)
                self.assertIn("oe_button_box", box.get("class"))

    def test_what_a_view_names_by_itself_stays(self):
        form = etree.fromstring("<form><header><button name='action_trace'/></header></form>")
        form_button.put(form, button())
        self.assertEqual(len(form.xpath("//button")), 1)

    def test_who_gets_it_and_what_it_shows(self):
        made = button()
        self.assertEqual(made.get("groups"), "base.group_user")
        self.assertEqual(made.get("invisible"), "count == 0")
        self.assertEqual(made[0].get("name"), "count")
