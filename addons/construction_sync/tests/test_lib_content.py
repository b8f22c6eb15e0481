# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import unicodedata
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib.content import (
    HIDDEN,
    canonical,
    content_hash,
    differences,
    revision_of,
)

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "receipt": {"$ref": "#/$defs/key"},
            "revision": {"type": "integer", "x-revision": True},
            "received_at": {"$ref": "#/$defs/when"},
            "final": {"type": "boolean", "default": False},
            "bank_account": {"type": "string", "x-classification": "restricted"},
            "document": {"type": "object", "properties": {"name": {"type": "string"}, "base64": {}}},
            "lines": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "line": {"$ref": "#/$defs/key"},
                        "quantity": {"$ref": "#/$defs/number"},
                        "tax_percent": {"$ref": "#/$defs/number", "default": 0},
                    },
                },
            },
        },
        "$defs": {
            "key": {"type": "string"},
            "number": {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9.]+$"}]},
            "when": {
                "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
            },
        },
    }
)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
UNKNOWN = st.dictionaries(st.text(min_size=1, max_size=6).map(lambda name: f"x_{name}"), JSON, max_size=3)


def data(**extra):
    return {
        "receipt": "R-1",
        "received_at": "2026-03-05T15:00:00-06:00",
        "lines": [{"line": "1", "quantity": "25"}, {"line": "2", "quantity": "1"}],
        **extra,
    }


def same(first, second, unseal=None):
    return content_hash(SCHEMA, first, unseal) == content_hash(SCHEMA, second, unseal)


@given(NUMBERS, st.integers(0, 5))
def test_a_number_is_what_it_counts(number, zeros):
    text = f"{number:f}" + "0" * zeros
    for other in (text, number, float(number) if number == Decimal(str(float(number))) else number):
        assert same(
            data(lines=[{"line": "1", "quantity": f"{number.normalize():f}"}]),
            data(lines=[{"line": "1", "quantity": other}]),
        )


@given(NUMBERS, NUMBERS)
def test_another_number_is_another_content(first, second):
    one, two = (data(lines=[{"line": "1", "quantity": str(n)}]) for n in (first, second))
    assert same(one, two) is (first == second)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_is_when_it_was(moment, first, second):
    texts = [
        moment.replace(tzinfo=timezone.utc).astimezone(timezone(timedelta(minutes=offset))).isoformat()
        for offset in (first, second)
    ]
    assert same(data(received_at=texts[0]), data(received_at=texts[1]))


@given(UNKNOWN, UNKNOWN)
def test_unknown_fields_are_kept(first, second):
    assert same(data(**first), data(**second)) is (
        json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    )
    assert bool(differences(SCHEMA, data(**first), data(**second))) is not same(data(**first), data(**second))


@given(UNKNOWN)
def test_the_order_of_names_says_nothing(extra):
    whole = data(**extra)
    assert canonical(SCHEMA, whole) == canonical(SCHEMA, dict(reversed(whole.items())))


def test_what_does_not_count():
    whole = data()
    assert same(whole, data(captured_at="2026-01-01T00:00:00Z", captured_by="Ana", captured_device="p1"))
    assert same(whole, data(revision=4))
    assert same(whole, data(final=False))
    assert same(whole, data(lines=list(reversed(whole["lines"]))))
    assert same(whole, data(lines=[{**line, "tax_percent": "0.00"} for line in whole["lines"]]))
    assert same(
        data(document={"name": "a", "base64": "QQ=="}), data(document={"name": "a", "base64": "QUI="})
    )


@given(st.text(max_size=40))
def test_accents_are_the_same_however_they_are_put_together(text):
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    assert len({content_hash(SCHEMA, {"receipt": form, "more": form}) for form in forms}) == 1


def test_what_counts():
    assert not same(data(), data(final=True))
    assert not same(data(received_at="2026-03-05"), data(received_at="2026-03-06"))
    assert not same(data(document={"name": "a"}), data(document={"name": "b"}))
    assert not same(data(x_note="1.0"), data(x_note="1"))
    assert not same(data(x_note=1), data(x_note="1"))
    # where no schema says that it is one, a revision is business
    assert not same(data(x_part={"revision": 1}), data(x_part={"revision": 2}))


def test_a_sealed_value_is_compared_opened_and_never_shown():
    plain = {"enc:v1:a": "DE1", "enc:v1:b": "DE1", "enc:v1:c": "DE2"}
    one, two, three = (data(bank_account=token) for token in plain)
    assert same(one, two, plain.get) and not same(one, three, plain.get)
    (found,) = differences(SCHEMA, one, three, plain.get)
    assert (found.label, found.before, found.after) == ("Bank account", HIDDEN, HIDDEN)
    assert differences(SCHEMA, data(), three, plain.get)[0].before == ""


def test_differences_are_named_for_a_clerk():
    after = data(
        received_at="2026-03-06T15:00:00-06:00",
        lines=[{"line": "1", "quantity": 40}, {"line": "3", "quantity": 2}],
    )
    found = [(item.label, item.before, item.after) for item in differences(SCHEMA, data(), after)]
    assert found == [
        ("Received at", "2026-03-05T21:00:00+00:00", "2026-03-06T21:00:00+00:00"),
        ("Line 1, quantity", "25", "40"),
        ("Line 2", "line 2, quantity 1, tax percent 0", ""),
        ("Line 3", "", "line 3, quantity 2, tax percent 0"),
    ]


def test_quantities_are_named_with_their_units():
    one, two = ({"line": "1", "quantity": q, "uom": unit} for q, unit in ((25, "EA"), (2, "DZN")))
    found = [tuple(vars(item).values()) for item in differences(SCHEMA, data(lines=[one]), data(lines=[two]))]
    assert found == [("Line 1, quantity", "25 EA", "2 DZN"), ("Line 1, uom", "EA", "DZN")]


def test_amounts_are_named_with_their_currency():
    one, two = (
        data(currency=currency, total=total, lines=[{"line": "1", "unit_price": price}])
        for currency, total, price in (("EUR", "500", "5"), ("USD", "600.50", "6"))
    )
    found = {item.label: (item.before, item.after) for item in differences(SCHEMA, one, two)}
    assert found["Total"] == ("500 EUR", "600.50 USD")
    assert found["Line 1, unit price"] == ("5 EUR", "6 USD")
    assert found["Currency"] == ("EUR", "USD")


def test_the_revision_of_a_document():
    assert revision_of(SCHEMA, data(revision=3)) == 3
    assert revision_of(SCHEMA, data()) is None
    assert revision_of('{"properties": {"revision": {"type": "string"}}}', {"revision": "B"}) is None
