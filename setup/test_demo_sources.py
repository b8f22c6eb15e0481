# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The systems of the demonstration, as the addons declare them."""

import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "demo"))
import sources  # noqa: E402

MASTER = {"master": {"name": "Master Data", "owner": "buyer", "types": ["a.b.c"]}}
FLEET = {"fleet": {"name": "Fleet", "owner": "buyer", "authorities": ["master"], "types": ["x.y.z"]}}


def merged(*files):
    return sources.merged({f"{number}": json.dumps(systems) for number, systems in enumerate(files)})


def test_an_addon_brings_its_own_and_has_others_send_more():
    more = {"master": {"types": ["equipment.owned", "a.b.c"]}}
    found = merged(FLEET, more, MASTER)
    assert list(found) == ["master", "fleet"], "those whose keys are used come first"
    assert found["master"]["types"] == ["equipment.owned", "a.b.c"]
    assert (found["master"]["name"], found["fleet"]["authorities"]) == ("Master Data", ["master"])


@pytest.mark.parametrize(
    "files, said",
    [
        ([FLEET], "fleet uses the keys of master, which no addon brings"),
        ([{"fleet": {"name": "Fleet", "types": []}}], "fleet has no owner"),
        ([MASTER, {"master": {"name": "Other"}}], "master has another name: Master Data"),
        ([{"fleet": {"kinds": []}}], "fleet has kinds, and may have name, owner, authorities, types"),
        ([["fleet"]], "must be codes"),
        (
            [{c: {"name": c, "owner": "buyer", "authorities": [o]} for c, o in ("ab", "ba")}],
            "use one another's keys: a → b → a",
        ),
    ],
)
def test_what_is_no_declaration_is_told(files, said):
    with pytest.raises(SystemExit, match=said):
        merged(*files)


def test_what_is_no_json_names_its_file():
    with pytest.raises(SystemExit, match="fleet/demo/sources.json: "):
        sources.merged({"fleet/demo/sources.json": "{"})


def test_the_addons_declare_them():
    files = pathlib.Path(__file__).resolve().parent.parent.glob("addons/*/demo/sources.json")
    found = sources.merged({str(path): path.read_text() for path in files})
    assert list(found)[:1] == ["master"]
    assert all(system["types"] for system in found.values())


def test_what_is_left_of_systems_that_were_made_before():
    systems = merged(MASTER, FLEET, {"master": {"types": ["equipment.owned"]}})
    known = {"master": {"secret": "s", "types": ["a.b.c"]}}
    assert sources.left(systems, known) == {"master": ["equipment.owned"], "fleet": ["x.y.z"]}
    assert sources.left(merged(MASTER), known) == {}
    assert sources.left(systems, {}) == {"master": ["a.b.c", "equipment.owned"], "fleet": ["x.y.z"]}
