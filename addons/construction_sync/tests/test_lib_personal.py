# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import content, contract, envelope, personal, schema, seal, strict_json

PLACE = {"type": ["number", "string"], "maxLength": 32, "x-classification": "personal"}
ROOT = {
    "type": "object",
    "properties": {
        "page": {"type": "string", "maxLength": 20},
        "readings": {
            "type": "array",
            "items": {"type": "object", "required": ["at"], "properties": {"at": {}, "latitude": PLACE}},
        },
        "driver": {"type": "object", "properties": {"name": PLACE}},
        "iban": {"type": "string", "maxLength": 34, "x-classification": "restricted"},
    },
}
SCHEMA = json.dumps(ROOT)
PATHS = (("readings", "*", "latitude"), ("driver", "name"))
values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["readings", "latitude", "driver", "name", "at"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def test_examples():
    assert doctest.testmod(personal).failed == 0


def test_what_is_personal():
    assert personal.paths(SCHEMA) == PATHS
    assert schema.restricted_paths(SCHEMA) == (("iban",),)
    data = {
        "page": "P",
        "readings": [{"at": 1, "latitude": 48.1}, {"at": 2}],
        "driver": {"name": "A", "age": 3},
    }
    assert personal.without(data, PATHS) == {
        "page": "P",
        "readings": [{"at": 1}, {"at": 2}],
        "driver": {"age": 3},
    }


@given(values)
def test_only_that_is_taken_out(data):
    left = personal.without(data, PATHS)
    assert personal.without(left, PATHS) == left
    for path in PATHS:
        assert schema.replace_at(left, path, lambda _value: pytest.fail("it is there still")) == left
    if isinstance(data, dict):
        assert left.keys() == data.keys()


@given(values)
def test_what_breaks_its_contract_is_rid_of_the_names(data):
    text = json.dumps(personal.without_names(data, PATHS))
    assert '"latitude":' not in text
    assert '"name":' not in text


def test_masked_and_put_back():
    data = {"readings": [{"at": 1, "latitude": 48}, {"at": 2, "latitude": "49"}]}
    shown = seal.mask(data, SCHEMA)
    assert "48" not in json.dumps(shown)
    assert seal.restore(shown, data, SCHEMA) == data
    shown["readings"][0]["latitude"] = 50
    assert seal.restore(shown, data, SCHEMA)["readings"][0]["latitude"] == 50
    assert seal.opened(data, SCHEMA) == data


def test_compared_and_not_shown():
    first, second = ({"readings": [{"at": 1, "latitude": place}]} for place in (48.1, 48.2))
    assert content.content_hash(SCHEMA, first) != content.content_hash(SCHEMA, second)
    [difference] = content.differences(SCHEMA, first, second)
    assert "48" not in difference.before + difference.after


def test_what_is_taken_out_is_optional():
    def faults(root):
        text = contract.read(json.dumps(root))
        return contract.schema_faults(text, "site.page.recorded", 1)

    root = {"type": "object", "properties": {"place": PLACE}}
    assert faults(root) == []
    [fault] = faults({**root, "required": ["place"]})
    assert "requires /place" in fault
    inner = {"type": "array", "items": {"type": "object", **root, "required": ["place"]}}
    [fault] = faults({"type": "object", "properties": {"all": inner}})
    assert "requires /all/*/place" in fault
    [fault] = faults({"type": "object", "properties": {"all": {"type": "array", "items": PLACE}}})
    assert "/all/*" in fault


@pytest.mark.parametrize("days", [0, 0.5, -1, True, None, 10**6])
def test_ages(days):
    choice = {"lane": "bulk", "lanes": ["bulk"], "priority": 1, "patience": 1}
    assert contract.choice_faults(**choice, personal_days=1) == []
    [fault] = contract.choice_faults(**choice, personal_days=days)
    assert "_event_personal_days" in fault


@pytest.mark.parametrize("form", ["structured", "batch", "binary"])
def test_bodies(form):
    headers = {"ce-type": "site.page.recorded", "Content-Type": "application/json"}
    data = {"page": "Größe", "price": 10.50}
    whole = data if form == "binary" else {"type": "site.page.recorded", "data": data}
    body = strict_json.dumps([whole, {"type": "x", "data": {}}] if form == "batch" else whole).encode()
    events = envelope.events(form, body, headers)
    assert envelope.events(form, personal.body_of(form, events), headers) == events
