# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever a handler declares has a user, and no handler declares what nobody reads."""

import ast
import pathlib

ADDONS = pathlib.Path(__file__).resolve().parents[2]
HUB = ADDONS / "construction_sync/models"
ODOOS = {"_name", "_inherit", "_description"}


def declared(paths):
    """{name of a private class attribute: where a class sets it}"""
    found = {}
    for path in paths:
        classes = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef))
        for statement in (statement for made in classes for statement in made.body):
            for target in statement.targets if isinstance(statement, ast.Assign) else ():
                name = getattr(target, "id", "")
                if name.startswith("_") and not name.startswith("__") and name not in ODOOS:
                    found.setdefault(name, str(path.relative_to(ADDONS)))
    return found


def read(paths):
    """Names of all attributes that code reads."""
    return {
        node.attr
        for path in paths
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


def test_each_choice_of_the_hub_has_a_user_in_it():
    bases = [path for path in HUB.glob("construction_event_*.py") if "event_type" not in path.name]
    choices = declared(bases)
    assert {"_event_type", "_event_lane", "_event_patience_hours", "_document_kind", "_undoes"} <= set(
        choices
    )
    assert set(choices) <= read(HUB.parent.glob("*/*.py"))


def test_no_handler_chooses_what_nobody_reads():
    """A choice that is misspelled would be none."""
    code = [path for path in ADDONS.glob("*/*/*.py") if path.parent.name != "tests"]
    choices, users = declared(ADDONS.glob("*/handlers/*.py")), read(code)
    assert not {f"{where}: {name}" for name, where in choices.items() if name not in users}
