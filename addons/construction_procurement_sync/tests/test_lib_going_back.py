# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import given
from hypothesis import strategies as st

from ..lib.going_back import excesses, shares

counts = st.integers(0, 20)
parts_of_some = st.lists(st.tuples(counts, counts).map(lambda part: (sum(part), part[0])), max_size=5)


@given(there=counts, prepared=counts, taken=counts, step=st.integers(0, 2))
def test_two_returns_fit_or_are_named(there, prepared, taken, step):
    found = excesses({1: there}, {1: prepared}, {1: taken}, lambda line: step)
    both = prepared and taken
    assert bool(found) == bool(both and prepared + taken > there + step)
    for one in found:
        assert (one.line, one.prepared, one.taken, one.there) == (1, prepared, taken, there)


@given(st.dictionaries(st.integers(1, 4), st.tuples(counts, counts, counts)))
def test_each_line_stands_alone(lines):
    there, prepared, taken = ({line: row[place] for line, row in lines.items()} for place in range(3))
    together = {one.line for one in excesses(there, prepared, taken, lambda line: 0)}
    alone = {
        line
        for line in lines
        if excesses({line: there[line]}, {line: prepared[line]}, {line: taken[line]}, lambda line: 0)
    }
    assert together == alone


def test_nothing_is_there_of_a_line_that_nobody_received():
    [one] = excesses({}, {1: 1}, {1: 1}, lambda line: 0.5)
    assert one.there == 0


@given(st.integers(0, 120), parts_of_some)
def test_no_part_gives_more_than_is_there(quantity, parts):
    given_back = shares(quantity, parts)
    assert all(0 <= given <= there for given, (there, _prepared) in zip(given_back, parts, strict=True))
    assert sum(given_back) == min(quantity, sum(there for there, _prepared in parts))


@given(st.integers(0, 120), parts_of_some)
def test_what_is_prepared_is_left_as_long_as_it_can_be(quantity, parts):
    given_back = shares(quantity, parts)
    free = [there - prepared for there, prepared in parts]
    into = sum(max(given - left, 0) for given, left in zip(given_back, free, strict=True))
    assert into == min(max(quantity - sum(free), 0), sum(prepared for _there, prepared in parts))


@given(st.integers(0, 20), st.integers(0, 20))
def test_more_prepared_than_is_there_gives_last(there, free):
    assert shares(free, [(there, there + 5), (free, 0)]) == [0, free]
