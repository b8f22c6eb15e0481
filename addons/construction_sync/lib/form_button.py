# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Smart buttons that are put on a form from code, where the client shows them."""

from lxml.builder import E

# what the web client takes for the button box of a form; those of forms inside its fields are not it
_OWN = "[not(ancestor::field)]"


def smart_button(action, icon, field, label, invisible, groups):
    """A smart button that shows a field.

    :param str action: method of the form's model
    :param str groups: external ids with commas between; others do not get it
    """
    return E.button(
        E.field(name=field, widget="statinfo", string=label),
        {"class": "oe_stat_button"},
        name=action,
        type="object",
        icon=icon,
        invisible=invisible,
        groups=groups,
    )


def put(form, button):
    """Put a smart button last into the button box of a form, unless the form has it.

    A form without a button box gets one.

    :param form: the ``form`` element of a view, which is changed
    """
    if form.xpath(f"//button[@name=$name]{_OWN}", name=button.get("name")):
        return
    boxes = form.xpath(f"//div[@name='button_box']{_OWN}")
    if not boxes:
        boxes = [E.div({"class": "oe_button_box"}, name="button_box")]
        sheets = form.xpath(f"//sheet{_OWN}")
        (sheets[0] if sheets else form).insert(0, boxes[0])
    boxes[0].append(button)
