# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import json

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import work_item

ANY_TEXT = st.text(alphabet=st.characters())


class Mute:
    def __str__(self):
        raise RuntimeError("cannot say")


def test_examples():
    assert not doctest.testmod(work_item).failed


@given(ANY_TEXT, st.integers(10, 300))
def test_text_fits_and_is_storable(value, limit):
    found = work_item.text(value, limit)
    assert len(found.encode("utf-8")) <= limit
    assert "\x00" not in found


@given(st.text(), st.text())
def test_long_keys_stay_apart(one, two):
    keys = [work_item.cause_key("€" * 400 + end) for end in (one, two)]
    assert all(len(key.encode("utf-8")) <= work_item.KEY_BYTES for key in keys)
    same = one.replace("\x00", "") == two.replace("\x00", "")
    assert (keys[0] == keys[1]) == same


def test_what_cannot_speak_has_a_name():
    assert work_item.text(Mute()) == "<Mute>"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.decimals() | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT | st.integers(), inner),
    )
)
def test_figures_are_json(value):
    text = json.dumps(work_item.figures(value), allow_nan=False)
    assert "\\u0000" not in text
