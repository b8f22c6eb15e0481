# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import pathlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import contract, envelope, schema

ADDONS = pathlib.Path(__file__).resolve().parents[2]
TYPE = "site.note.written"
LANES = ["critical", "standard", "bulk"]
HIDDEN = {"type": "integer", "x-classification": "restricted"}
WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


def faults(**root):
    return contract.schema_faults(contract.read(json.dumps(root)), TYPE, 1)


@given(st.lists(WORDS, min_size=3, max_size=4), st.integers(1, 9999))
def test_what_an_envelope_may_carry_may_be_declared(words, version):
    name = ".".join(words)
    assert contract.declared_faults(name, version) == []
    event = {"type": name, "dataschema": f"urn:construction:{name}:v{version}"}
    assert not {"/type", "/dataschema"} & {fault["pointer"] for fault in envelope.faults(event)}
    # the $id is good as dataschema, and is that version
    assert envelope.version_of(event["dataschema"]) == version
    assert envelope.version_of(f"https://example.com/{name}/v{version}") == version


@given(
    st.text() | st.none() | st.integers() | st.sampled_from(["note", "Site.Note.Written", "a.b", "a.b.c.d"])
)
def test_what_no_envelope_may_carry_is_not_declared(name):
    fits = isinstance(name, str) and not {"/type"} & {f["pointer"] for f in envelope.faults({"type": name})}
    found = contract.declared_faults(name, 1)
    assert bool(found) is not fits
    assert all("_event_type" in fault for fault in found)


@pytest.mark.parametrize("version", [0, -1, 10000, "1", 1.0, None, True])
def test_a_version_is_a_whole_number(version):
    [fault] = contract.declared_faults(TYPE, version)
    assert "_event_version" in fault


@pytest.mark.parametrize(
    "choice",
    [
        {"lane": "fast"},
        {"lane": None},
        {"priority": "50"},
        {"priority": 1.5},
        {"priority": float("inf")},
        {"patience": -1},
        {"patience": float("nan")},
        {"patience": None},
        {"patience": 10**6},
    ],
)
def test_choices(choice):
    good = {"lane": "bulk", "priority": 50, "patience": 0.5}
    assert contract.choice_faults(lanes=LANES, **good) == []
    [fault] = contract.choice_faults(lanes=LANES, **{**good, **choice})
    assert next(iter(choice)) in fault


@pytest.mark.parametrize("text", ["", "{", "[1,", '{"a": }', "\ufeff{}"])
def test_what_is_not_json(text):
    with pytest.raises(schema.BrokenSchema, match="not JSON"):
        contract.read(text)


def test_a_whole_schema():
    properties = {"job": {"$ref": "#/$defs/key"}, "at": {"$ref": "#/$defs/when"}}
    assert faults(type="object", properties=properties) == []
    assert faults(**{"$id": f"urn:construction:{TYPE}:v1", "properties": properties}) == []
    assert faults(**{"$id": f"https://example.com/{TYPE}/v1"}) == []


@pytest.mark.parametrize(
    ("root", "rule"),
    [
        ({"type": "text"}, "is not a JSON Schema: /type"),
        ({"properties": {"a": {"$ref": "#/$defs/no_such"}}}, "is not a JSON Schema"),
        ({"type": "array"}, '"type" must be "object"'),
        ({"properties": {"a": {"type": "string"}, "b": {}}}, "maxLength to /properties/a, /properties/b"),
        ({"$id": "urn:construction:site.note.written:v2"}, "$id must name the event"),
        ({"$id": "urn:construction:site.other.written:v1"}, "$id must name the event"),
        ({"$id": "site.note.written.v1.json"}, "as urn:construction:site.note.written:v1"),
        (
            {"properties": {"iban": {"$ref": "#/$defs/i"}}, "$defs": {"i": HIDDEN}},
            "/$defs/i is not found where x-classification stands",
        ),
        ({"properties": {"a": {"anyOf": [HIDDEN]}}}, "/properties/a/anyOf/0 is not found"),
        ({"properties": {"a": {"type": "integer", "x-classification": "secret"}}}, "'secret'"),
    ],
)
def test_broken(root, rule):
    found = faults(**root)
    assert len(found) == 1
    assert rule in found[0]


@given(st.lists(st.sampled_from("ab") | st.just("*"), max_size=4))
def test_restricted_where_it_is_hidden(path):
    """What is classified beside its property is found by who hides it, and is no fault."""
    node = HIDDEN
    for step in reversed(path):
        kind = "array" if step == "*" else "object"
        node = {"type": kind, **({"items": node} if step == "*" else {"properties": {step: node}})}
    root = {"type": "object", "properties": {"first": node}}
    assert faults(**root) == []
    assert schema.restricted_paths(json.dumps(root)) == (("first", *path),)


@pytest.mark.parametrize("path", sorted(ADDONS.glob("*/schemas/*.v*.json")), ids=lambda path: path.name)
def test_the_contracts_of_the_suite(path):
    name, version = re.fullmatch(r"(.+)\.v(\d+)\.json", path.name).groups()
    text = contract.read(path.read_text())
    assert contract.schema_faults(text, name, int(version)) == []
    assert envelope.version_of(json.loads(text)["$id"]) == int(version)
