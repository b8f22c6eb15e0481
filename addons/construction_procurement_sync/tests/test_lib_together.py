# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import given
from hypothesis import strategies as st

from ..lib.together import MANY, together


@given(st.lists(st.integers(1, 20), min_size=2, max_size=6), st.data())
def test_parts_of_a_whole_are_found(parts, data):
    chosen = data.draw(st.lists(st.sampled_from(range(len(parts))), unique=True, min_size=2))
    whole = sum(parts[place] for place in chosen)
    found = together(parts, lambda group: sum(group) == whole)
    assert 2 <= len(found) <= len(chosen)
    assert sum(found) == whole


def test_of_very_many_only_all_are_looked_at():
    parts = [1] * (MANY + 1)
    assert together(parts, lambda group: sum(group) == 3) == ()
    assert together(parts, lambda group: sum(group) == MANY + 1) == tuple(parts)


def test_one_part_is_no_group():
    assert together([5], lambda group: sum(group) == 5) == ()
