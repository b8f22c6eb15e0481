# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The guide shows the example as it is: what it quotes stands there, and what it names is there."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "first-event.md").read_text()
EXAMPLE = ROOT / "examples" / "construction_site_diary"
QUOTES = re.findall(r"^```(?:python|json|xml)\n(.*?)^```", GUIDE, re.M | re.S)


def test_it_quotes_something():
    assert len(QUOTES) > 4


@pytest.mark.parametrize("quote", QUOTES)
def test_what_is_quoted_stands_in_the_example(quote):
    files = [path for path in EXAMPLE.rglob("*") if path.suffix in (".py", ".json", ".xml")]
    assert any(quote in path.read_text() for path in files), quote


def sources(*patterns):
    return "\n".join(path.read_text() for pattern in patterns for path in ROOT.glob(pattern))


CALLS = sorted(set(re.findall(r"`(?:self\.|work\.)?(_?[a-z_]+)\(", GUIDE)))
ERRORS = sorted(set(re.findall(r"^\| `([A-Z][A-Za-z]+)", GUIDE, re.M)))


@pytest.mark.parametrize("name", CALLS)
def test_what_it_calls_is_there(name):
    addons = ("construction_base", "construction_sync", "construction_master_sync")
    code = sources(*(f"addons/{addon}/**/*.py" for addon in addons))
    assert re.search(rf"def {name}\(", code) or name == "document_key" and name in code, name


WORDS = re.findall(r"^\| `([a-zA-Z_]+)\(.*\| [^|]*\|$", GUIDE.partition("| word | does | gives |")[2], re.M)


def test_the_words_of_the_kit_are_told():
    """Each word in the table is in the kit, and each of the kit in the table."""
    words = set()
    for addon, name in (("construction_base", "UserMixin"), ("construction_sync", "EventMixin")):
        kit = ast.parse((ROOT / "addons" / addon / "tests" / "common.py").read_text())
        (mixin,) = (part for part in kit.body if isinstance(part, ast.ClassDef) and part.name == name)
        words |= {part.name for part in mixin.body if isinstance(part, ast.FunctionDef)}
    assert {word for word in words if not word.startswith("_")} == set(WORDS)


@pytest.mark.parametrize("name", ERRORS)
def test_the_errors_are_there(name):
    assert re.search(
        rf"^class {name}\b",
        sources("addons/construction_sync/*.py", "addons/construction_base/lib/*.py"),
        re.M,
    ), name


@pytest.mark.parametrize("word", sorted(set(re.findall(r"`(_event_[a-z_]+|_document_kind)`?", GUIDE))))
def test_what_a_handler_declares_is_read(word):
    assert word in sources("addons/construction_sync/models/*.py"), word
