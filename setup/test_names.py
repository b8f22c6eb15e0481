# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What CONTRIBUTING says of names, and that a database of before is brought along to them."""

import ast
import csv
import doctest
import pathlib
import re
from xml.etree import ElementTree

import license_line
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOMES = sorted(
    path.parent for folder in ("addons", "examples") for path in (ROOT / folder).glob("*/__manifest__.py")
)
VIEW_TYPES = ("form", "list", "kanban", "search", "pivot", "graph", "calendar", "activity")
MODEL_OF_ACTION = {
    "ir.actions.act_window": "res_model",
    "ir.actions.report": "model",
    "ir.actions.server": "model_id",
    "ir.actions.client": "res_model",
}


def plain(model):
    """
    >>> plain("project.project"), plain("project.model_project_project")
    ('project_project', 'project_project')
    """
    return re.sub(r"^([a-z_]+\.)?model_", "", model).replace(".", "_")


def records(root):
    """(model, name, element) of what a file of data brings itself: not of another module's records."""
    for item in root.iter():
        name = item.get("id")
        if name and item.tag in ("record", "menuitem") and "." not in name:
            yield item.get("model", "ir.ui.menu"), name, item


def value(item, name):
    field = item.find(f"field[@name='{name}']")
    return "" if field is None else field.get("ref") or field.text or ""


def form_of(model, item, shown):
    """The pattern that an external id has to match, or None where any will do.

    :param dict shown: {action: model that it shows}
    """
    if model == "ir.ui.view":
        arch = item.find("field[@name='arch']")
        kind = "|".join(VIEW_TYPES) if value(item, "inherit_id") or arch is None else arch[0].tag
        return rf"{plain(value(item, 'model'))}_view_({kind})(_\w+)?"
    if model in MODEL_OF_ACTION:
        return rf"{plain(value(item, MODEL_OF_ACTION[model]))}_action(_\w+)?"
    if model == "ir.ui.menu":
        of = shown.get(item.get("action") or value(item, "action"))
        return rf"{of}_menu(_\w+)?" if of else r"\w+_menu"
    if model == "ir.rule":
        return rf"{plain(value(item, 'model_id'))}_rule_\w+"
    if model == "ir.cron":
        return rf"{plain(value(item, 'model_id'))}_cron_\w+"
    return {"res.groups": r"group_\w+", "ir.model.access": r"access_\w+"}.get(model)


def trees(home):
    return [
        ElementTree.parse(path).getroot()
        for path in sorted(home.rglob("*.xml"))
        if "static" not in path.relative_to(home).parts
    ]


def misnamed(roots):
    """What is not called as it should be, as sentences."""
    found = [record for root in roots for record in records(root)]
    shown = {
        name: plain(value(item, MODEL_OF_ACTION[model]))
        for model, name, item in found
        if model in MODEL_OF_ACTION
    }
    for model, name, item in found:
        form = form_of(model, item, shown)
        if form and not re.fullmatch(form, name):
            yield f"{name} ({model}): {form}"


@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.name)
def test_external_ids_have_one_form(home):
    assert not list(misnamed(trees(home)))
    rights = home / "security" / "ir.model.access.csv"
    if rights.is_file():
        names = [row["id"] for row in csv.DictReader(rights.open())]
        assert not [name for name in names if not name.startswith("access_")]


VIEW = '<record id="{}" model="ir.ui.view"><field name="model">hub.source</field>{}</record>'
OWN = '<field name="arch" type="xml"><list /></field>'
INHERITED = '<field name="inherit_id" ref="hub.x" /><field name="arch" type="xml"><xpath /></field>'
ACTION = '<record id="{}" model="ir.actions.act_window"><field name="res_model">hub.source</field></record>'
RULE = '<record id="{}" model="{}"><field name="model_id" ref="hub.model_hub_source" /></record>'


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (VIEW.format("hub_source_view_list", OWN), True),
        (VIEW.format("hub_source_view_list_morning", OWN), True),
        (VIEW.format("hub_source_view_form", OWN), False),
        (VIEW.format("hub_source_list", OWN), False),
        (VIEW.format("view_hub_source_list", OWN), False),
        (VIEW.format("hub_source_view_form", INHERITED), True),
        (VIEW.format("source_view_form", INHERITED), False),
        (VIEW.format("hub.source_form", INHERITED), True),  # another module's
        (ACTION.format("hub_source_action"), True),
        (ACTION.format("hub_source_action_open"), True),
        (ACTION.format("action_hub_source"), False),
        (
            ACTION.format("hub_source_action")
            + '<menuitem id="hub_source_menu" action="hub_source_action" />',
            True,
        ),
        (
            ACTION.format("hub_source_action") + '<menuitem id="sources_menu" action="hub_source_action" />',
            False,
        ),
        ('<menuitem id="root_menu" />', True),
        ('<menuitem id="menu_root" />', False),
        (RULE.format("hub_source_rule_company", "ir.rule"), True),
        (RULE.format("rule_source_company", "ir.rule"), False),
        (RULE.format("hub_source_cron_watch", "ir.cron"), True),
        (RULE.format("cron_watch", "ir.cron"), False),
        ('<record id="group_keeper" model="res.groups" />', True),
        ('<record id="keepers" model="res.groups" />', False),
        ('<record id="weekly" model="mail.activity.type" />', True),
    ],
)
def test_the_form_is_told(text, right):
    assert (not list(misnamed([ElementTree.fromstring(f"<odoo>{text}</odoo>")]))) == right


def renamed(script):
    for node in ast.parse(script.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "RENAMED":
            return ast.literal_eval(node.value)
    raise AssertionError(f"{script} names nothing")


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("addons/*/migrations/*/pre-xml_ids.py")), ids=lambda path: path.parts[-4]
)
def test_what_was_renamed_is_there_under_its_new_name(script):
    pairs = renamed(script)
    here = {name for root in trees(script.parents[2]) for _model, name, _item in records(root)}
    assert not set(pairs.values()) - here
    assert not set(pairs) & here
    assert len(set(pairs.values())) == len(pairs)


def test_doctests():
    assert not doctest.testmod(license_line).failed


def test_the_license_line_is_asked_for_and_written(tmp_path, capsys):
    files = {
        "hub.py": '"""Hub."""\n',
        "__init__.py": "",
        "send": "#!/usr/bin/env python3\n1\n",
        "notes": "1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "icon").write_bytes(b"\x89PNG\xff")
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    with pytest.raises(SystemExit) as told:
        license_line.main(paths)
    assert [pathlib.Path(line.split(":")[0]).name for line in str(told.value).splitlines()] == [
        "hub.py",
        "send",
    ]
    license_line.main(["--write", *paths])
    license_line.main(paths)
    assert (tmp_path / "hub.py").read_text() == license_line.LINE + files["hub.py"]
    assert (tmp_path / "__init__.py").read_text() == ""
    assert (tmp_path / "send").read_text() == f"#!/usr/bin/env python3\n{license_line.LINE}1\n"
    assert (tmp_path / "notes").read_text() == "1\n"
