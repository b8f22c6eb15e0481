# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib.likeness import closest, likeness, plain

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(WORDS, WORDS)
def test_likeness_is_of_both_sides(first, second):
    assert 0 <= likeness(first, second) <= 100
    assert likeness(first, second) == likeness(second, first)
    if plain(first):
        assert likeness(first, first) == 100


@given(st.lists(WORDS, max_size=3), st.dictionaries(st.integers(), st.lists(WORDS, max_size=2), max_size=8))
def test_the_nearest_come_first(wanted, names):
    found = closest(wanted, names)
    assert [score for _entry, score in found] == sorted((score for _entry, score in found), reverse=True)
    assert all(entry in names and score >= 60 for entry, score in found)


def test_examples():
    names = {1: ["Anchor bolt M16", "B-16"], 2: ["Rebar 12 mm"], 3: ["Anchor plate"]}
    assert closest(["Bolt, anchor, M16"], names)[0] == (1, 100)
    assert closest(["b16"], names)[0][0] == 1
    assert closest(["Crane"], names) == []
    assert closest([None, ""], names) == []
