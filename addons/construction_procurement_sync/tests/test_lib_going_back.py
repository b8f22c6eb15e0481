# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import given
from hypothesis import strategies as st

from ..lib.going_back import Moved, came_again, excesses, net, shares

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


# --- what is left of what came: returns, and returns of returns ---------------------------


def trees(most):
    """What was moved of at most so much, and what was returned of it, no more than was left at the time."""

    @st.composite
    def tree(draw, most):
        quantity = draw(st.integers(0, most))
        left, returns = quantity, []
        for _return in range(draw(st.integers(0, 3)) if quantity else 0):
            back = draw(tree(left))
            returns.append(back)
            left = quantity - sum(net(found) for found in returns)
        return Moved(quantity, tuple(returns))

    return tree(most)


def in_and_out(moved, goes=1):
    """All that a tree of returns moved one way, and all that it moved the other."""
    below = [in_and_out(back, -goes) for back in moved.returns]
    came, went = (sum(row[place] for row in below) for place in range(2))
    return (came + moved.quantity, went) if goes > 0 else (came, went + moved.quantity)


any_tree = st.recursive(
    st.builds(Moved, counts),
    lambda deeper: st.builds(Moved, counts, st.lists(deeper, max_size=3).map(tuple)),
    max_leaves=12,
)


@given(any_tree)
def test_what_is_left_is_what_came_less_what_went(moved):
    came, went = in_and_out(moved)
    assert net(moved) == came - went <= came


@given(trees(20))
def test_no_less_than_nothing_and_no_more_than_came(moved):
    assert 0 <= net(moved) <= moved.quantity
    assert 0 <= came_again(moved)
    # without what came back, less is there
    assert net(moved) - came_again(moved) == moved.quantity - sum(back.quantity for back in moved.returns)


@given(any_tree, counts)
def test_a_return_taken_back_in_whole_never_was(moved, quantity):
    undone = Moved(quantity, (Moved(quantity),))
    assert net(Moved(moved.quantity, (*moved.returns, undone))) == net(moved)
