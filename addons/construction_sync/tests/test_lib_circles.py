# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ..lib.circles import circles


def reaches(edges, start):
    """Whom one waits for, by others."""
    seen, todo = set(), [start]
    while todo:
        node = todo.pop()
        for waiter, awaited in edges:
            if waiter == node and awaited not in seen:
                seen.add(awaited)
                todo.append(awaited)
    return seen


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=14))
def test_who_waits_for_itself_is_in_one_circle(edges):
    found = circles(edges)
    members = {node for group in found for node in group}
    nodes = {node for edge in edges for node in edge}
    assert members == {node for node in nodes if node in reaches(edges, node)}
    assert len(members) == sum(map(len, found))
    for group in found:
        assert all(other in reaches(edges, node) for node, other in product(group, group))


def test_a_long_chain_is_no_circle_and_a_long_circle_is_one():
    chain = [(number, number + 1) for number in range(50000)]
    assert circles(chain) == []
    assert circles([*chain, (50000, 0)]) == [set(range(50001))]
