# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import definitions, schema

ADDONS = pathlib.Path(__file__).resolve().parents[2]
NAMES = st.sampled_from("abcdef")
REFERENCES = NAMES.map(lambda name: {"$ref": f"#/$defs/{name}"})
BODIES = st.recursive(
    REFERENCES | st.just({"type": "integer"}),
    lambda inner: st.builds(lambda items: {"anyOf": items}, st.lists(inner, min_size=1, max_size=3)),
    max_leaves=5,
)
DEFINITIONS = st.dictionaries(NAMES, BODIES)
SCHEMAS = st.builds(
    lambda properties, own: {"type": "object", "properties": properties, **({"$defs": own} if own else {})},
    st.dictionaries(st.sampled_from("xyz"), BODIES),
    DEFINITIONS,
)


def reached(whole):
    """The definitions that a schema reaches from its properties and its own definitions."""
    return set(definitions._references(whole))


@given(SCHEMAS, DEFINITIONS)
def test_whole_and_no_more(part, common):
    whole = definitions.complete(part, common)
    own = part.get("$defs", {})
    made = whole.get("$defs", {})
    assert {name: made[name] for name in own} == own
    # whatever it refers to is there, if anybody defines it
    assert reached(whole) - made.keys() <= reached(whole) - common.keys() - own.keys()
    # and nothing that it does not refer to
    assert made.keys() - own.keys() <= reached(whole)
    assert {**whole, "$defs": own} == {**part, "$defs": own}
    assert definitions.complete(whole, common) == whole


@given(SCHEMAS, DEFINITIONS)
def test_a_copy_is_a_fault_and_so_is_what_differs(part, common):
    faults = definitions.faults(part, common)
    for name, body in part.get("$defs", {}).items():
        about = [fault for fault in faults if fault.startswith(f"$defs/{name} ")]
        if name in common:
            assert about == [
                f"$defs/{name} is a copy of the common definition: leave it out"
                if body == common[name]
                else f"$defs/{name} differs from the common definition: give it a name of its own"
            ]
        else:
            assert bool(about) is (name not in reached(definitions.complete(part, common)))


@pytest.mark.parametrize("value", [None, 7, [], "x", True, {}, {"$defs": 7}, {"$defs": []}, {"$ref": 3}])
def test_what_is_no_schema_is_left_alone(value):
    assert definitions.complete(value) == value
    assert definitions.faults(value) == []


def test_what_nobody_defines_is_named_by_the_check():
    whole = definitions.complete({"properties": {"a": {"$ref": "#/$defs/no_such"}}})
    assert "no_such" in schema.is_broken(json.dumps(whole))


def test_the_common_definitions_hold():
    common = definitions.common()
    assert schema.is_broken(json.dumps({"$defs": common})) is None
    assert schema.unlimited(json.dumps({"$defs": common})) == []
    assert reached({"$defs": common}) <= common.keys()


@pytest.mark.parametrize("path", sorted(ADDONS.glob("*/schemas/*.v*.json")), ids=lambda path: path.name)
def test_they_stand_once(path):
    assert definitions.faults(json.loads(path.read_text())) == []
