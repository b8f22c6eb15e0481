# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import copy

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib.corrections import corrected, corrections, places

WORDS = st.sampled_from(["V9", "S-9", "S-8", "J-1", " V9 "])
NAMES = st.sampled_from(["supplier", "job", "item"])
LINES = st.lists(
    st.builds(
        lambda line, names: {"line": line, **names, "quantity": "5"},
        st.sampled_from(["1", "2", "3"]),
        st.dictionaries(NAMES, WORDS, max_size=3),
    ),
    max_size=3,
    unique_by=lambda item: item["line"],
)
DATA = st.builds(lambda top, lines: {**top, "lines": lines}, st.dictionaries(NAMES, WORDS, max_size=3), LINES)


def always(place, text):
    return True


def test_a_line_and_a_name_left_out():
    sent = {"lines": [{"line": "1", "item": "X", "cost_code": "A"}, {"line": "2", "item": "X"}]}
    now = {"lines": [{"line": "1", "cost_code": "B"}]}
    found = corrections(sent, now, always)
    assert found == {("lines", "1", "item"): ("X", None), ("lines", "1", "cost_code"): ("A", "B")}
    again = {
        "lines": [{"line": "2", "item": "X"}, {"line": " 1", "item": "X", "cost_code": "C", "note": "n"}]
    }
    data, changed = corrected(again, found)
    assert data == {"lines": [{"line": "2", "item": "X"}, {"line": " 1", "cost_code": "C", "note": "n"}]}
    assert changed == [("lines", "1", "item")]


def test_a_unit_that_was_corrected_with_its_quantity():
    figures = {"uom": ("quantity", "unit_price")}
    sent = {"lines": [{"line": "1", "uom": "BX", "quantity": "1"}, {"line": "2", "uom": "BX", "quantity": 3}]}
    now = {"lines": [{"line": "1", "uom": "EA", "quantity": "10"}, {"line": "2", "uom": "EA", "quantity": 3}]}
    found = corrections(sent, now, lambda place, _text: place[-1] == "uom", figures)
    assert found == {("lines", "2", "uom"): ("BX", "EA")}


def test_what_names_nothing_stays():
    found = corrections(
        {"supplier": "V9", "reason": "x"}, {"supplier": "S-9", "reason": "y"}, lambda p, t: p == ("supplier",)
    )
    assert found == {("supplier",): ("V9", "S-9")}


def test_nothing_that_is_no_line_is_read():
    data = {
        "tags": ["V9", None, 3],
        "lines": [{"item": "V9"}, {"line": None, "item": "V9"}],
        "more": {"a": "V9"},
    }
    assert places(data) == {}
    assert corrected(data, {("tags",): ("V9", "S-9")}) == (data, [])


@given(DATA, DATA)
def test_what_was_sent_is_read_as_it_was_corrected(sent, now):
    before = copy.deepcopy((sent, now))
    data, changed = corrected(sent, corrections(sent, now, always))
    assert (sent, now) == before
    said, meant, was = places(data), places(now), places(sent)
    lines = {place[:-1] for place in places(now)}
    for place in was:
        if place[:-1] in lines | {()}:
            assert said.get(place) == meant.get(place)
        else:
            assert said[place] == was[place]
    assert set(changed) == {place for place in was if said.get(place) != was[place]}
    assert corrected(data, corrections(sent, now, always)) == (data, [])


@given(DATA, DATA, DATA)
def test_what_says_something_else_stays(sent, now, other):
    data, changed = corrected(other, corrections(sent, now, always))
    for place, text in places(other).items():
        if places(sent).get(place) != text:
            assert places(data)[place] == text
            assert place not in changed
