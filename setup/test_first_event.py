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


ADDONS = ("construction_base", "construction_sync", "construction_master_sync", "construction_job_cost")
TREES = [ast.parse(path.read_text()) for addon in ADDONS for path in (ROOT / "addons" / addon).rglob("*.py")]
DEFINED = {}
for node in (node for tree in TREES for node in ast.walk(tree)):
    if isinstance(node, ast.FunctionDef):
        DEFINED.setdefault(node.name, []).append(node.args)
CALLS = sorted(set(re.findall(r"`(?:self\.|work\.)?(_?[a-z_]+)\(", GUIDE)))
ERRORS = sorted(set(re.findall(r"^\| `([A-Z][a-z][A-Za-z]+)", GUIDE, re.M)))
SHOWN = sorted(
    set(re.findall(r"`((?:self|work)\._?[a-z_]+\([^`…]*\))`", GUIDE)) | {"self._ref(work, kind, key)"}
)


@pytest.mark.parametrize("name", CALLS)
def test_what_it_calls_is_there(name):
    assert name in DEFINED, name


def fits(call, defined):
    """Whether a call names the arguments of a function in their order, and all that it must be given."""
    names = [arg.arg for arg in defined.args if arg.arg not in ("self", "cls")]
    needed = len(names) - len(defined.defaults)
    given = [
        arg.id if isinstance(arg, ast.Name) else name for arg, name in zip(call.args, names, strict=False)
    ]
    optional = {
        name: ast.unparse(value) for name, value in zip(names[needed:], defined.defaults, strict=True)
    }
    said = {word.arg: ast.unparse(word.value) for word in call.keywords}
    return (
        needed <= len(call.args) <= len(names)
        and given == names[: len(call.args)]
        and all(optional.get(name) == value for name, value in said.items())
    )


@pytest.mark.parametrize("shown", SHOWN)
def test_what_is_called_is_called_so(shown):
    """Each call of the guide has the arguments of the code, by their names."""
    call = ast.parse(shown, mode="eval").body
    assert any(fits(call, defined) for defined in DEFINED[call.func.attr]), shown


def test_the_calls_of_the_table_are_compared():
    shown = {text.partition("(")[0].partition(".")[2] for text in SHOWN}
    table = GUIDE.partition("| call | gives |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(?:self|work)\.(_?[a-z_]+)\(", table)) <= shown


def test_errors_have_the_category_that_is_told():
    found = {}
    for part in ast.parse(sources("addons/construction_sync/errors.py")).body:
        if isinstance(part, ast.ClassDef):
            said = re.search(r"^    category = '([a-z]+)'", ast.unparse(part), re.M)
            found[part.name] = said[1] if said else found.get("".join(map(ast.unparse, part.bases)))
    told = dict(re.findall(r"^\| `([A-Z][a-z][A-Za-z]+)[^|]*\| `([a-z]+)` \|", GUIDE, re.M))
    assert told == {name: found[name] for name in ERRORS}


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
