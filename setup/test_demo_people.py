# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The people of the demonstration: the firm's, and those of the roles that addons bring."""

import json
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "demo"))
import people  # noqa: E402

ANN = {"name": "Ann Lee", "function": "Buyer", "group": "base.group_user", "home": "base.action_partner_form"}


def merged(*files):
    return people.merged({f"{number}": json.dumps(found) for number, found in enumerate(files)})


def test_an_addon_brings_its_role():
    assert merged({"buyer": ANN}, {"planner": ANN}) == {"buyer": ANN, "planner": ANN}


@pytest.mark.parametrize(
    "files, said",
    [
        ([{"buyer": ANN}, {"buyer": ANN}], "1: buyer is Ann Lee already"),
        ([{"buyer": {"name": "Ann Lee"}}], "0: buyer must say function, group, home, name"),
    ],
)
def test_what_is_no_declaration_is_told(files, said):
    with pytest.raises(SystemExit, match=said):
        merged(*files)
    with pytest.raises(SystemExit, match="fleet/demo/people.json: "):
        people.merged({"fleet/demo/people.json": "{"})


def test_the_firm_s_people():
    found = people.merged({"people.json": (HERE / "demo" / "people.json").read_text()})
    assert len({person["name"] for person in found.values()}) == len(found) == 7
