# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import keyform, newest
from odoo.addons.construction_sync.lib.newest import Stamp, in_sequence, is_older

MOMENT = datetime(2026, 3, 2, 8)
moments = st.none() | st.integers(0, 3).map(lambda n: MOMENT + timedelta(microseconds=n))
numbers = st.none() | st.integers(0, 3)
stamps = st.builds(Stamp, numbers, numbers, moments, st.integers(1, 5))


def test_examples():
    assert doctest.testmod(newest).failed == 0
    assert doctest.testmod(keyform).failed == 0


@given(stamps, stamps)
def test_one_of_two_is_older_at_most(one, two):
    assert not (is_older(one, two) and is_older(two, one))


@given(stamps, stamps)
def test_two_that_arrived_apart_are_never_both_the_newest(one, two):
    if one.arrival != two.arrival:
        assert is_older(one, two) != is_older(two, one)


@given(stamps)
def test_the_same_again_is_not_older(one):
    assert not is_older(one, one)


@given(stamps, stamps)
def test_a_higher_revision_stands_whatever_else_is_said(one, two):
    if one.revision is not None and two.revision is not None and one.revision > two.revision:
        assert is_older(two, one)


@given(stamps, stamps)
def test_a_sequence_decides_where_no_two_revisions_do(one, two):
    both = one.sequence is not None and two.sequence is not None
    if None in (one.revision, two.revision) and both and one.sequence > two.sequence:
        assert is_older(two, one)


def test_a_microsecond_is_enough():
    early, late = Stamp(None, None, MOMENT, 9), Stamp(None, None, MOMENT + timedelta(microseconds=1), 1)
    assert is_older(early, late)


@given(stamps)
def test_json_keeps_a_stamp(one):
    assert Stamp.from_json(one.as_json()) == one


items = st.lists(st.tuples(st.sampled_from("ab"), numbers, st.integers()), max_size=12)


@given(items)
def test_in_sequence_keeps_all_and_moves_only_numbered(found):
    ordered = in_sequence(found, lambda i: i[0], lambda i: i[1])
    assert sorted(map(str, ordered)) == sorted(map(str, found))
    for before, after in zip(found, ordered, strict=True):
        assert before[0] == after[0]
        assert before == after or None not in (before[1], after[1])
    for key in "ab":
        numbered = [i[1] for i in ordered if i[0] == key and i[1] is not None]
        assert numbered == sorted(numbered)


@given(st.text())
def test_a_clean_key_stays_as_it_is(text):
    assert keyform.clean(keyform.clean(text)) == keyform.clean(text)
