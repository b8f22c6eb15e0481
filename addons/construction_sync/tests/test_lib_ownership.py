# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib.ownership import (
    FINANCE,
    GROUPS,
    ODOO,
    Owner,
    Rule,
    mark,
    may_write,
    owner_of,
    split,
)

groups = st.sampled_from(GROUPS)
owners = st.builds(Owner, st.none() | st.integers(1, 3))
made = st.builds(
    Rule,
    st.builds(Owner, st.integers(1, 3), st.sampled_from("AB")),
    of_record=st.just(True),
    made=st.just(True),
)
said = st.builds(Rule, owners, st.none() | groups, st.booleans())
rules = st.lists(said, max_size=6, unique_by=lambda rule: (rule.of_record, rule.group))
values = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@given(groups)
def test_what_a_person_made_odoo_owns(group):
    assert owner_of(group, []) == ODOO
    assert not may_write(group, [], 1, "A")


@given(rules, made, groups)
def test_who_made_it_owns_what_nobody_said_otherwise(found, maker, group):
    expected = maker.owner if not [r for r in found if r.group in (None, group)] else owner_of(group, found)
    assert owner_of(group, [*found, maker]) == expected


@given(rules, groups)
def test_the_nearest_word_counts(found, group):
    for rule in found:
        if rule.of_record and rule.group == group:
            assert owner_of(group, found) == rule.owner
    of_record = [rule for rule in found if rule.of_record and rule.group in (None, group)]
    if of_record:
        assert owner_of(group, found) in [rule.owner for rule in of_record]


@given(rules, made, groups, st.data())
def test_the_order_of_rules_says_nothing(found, maker, group, data):
    found = [*found, maker]
    assert owner_of(group, found) == owner_of(group, data.draw(st.permutations(found)))


@given(rules, made, groups, st.sampled_from("AB"))
def test_of_sources_one_at_most_writes(found, maker, group, key):
    writers = [source for source in (1, 2, 3) if may_write(group, [*found, maker], source, key)]
    assert len(writers) <= 1
    assert not (writers and group in FINANCE)


@given(made, groups)
def test_who_made_it_writes_it_by_the_key_that_it_made_it_by(maker, group):
    other = "A" if maker.owner.key == "B" else "B"
    assert may_write(group, [maker], maker.owner.source, maker.owner.key) == (group not in FINANCE)
    assert not may_write(group, [maker], maker.owner.source, other)


@given(values)
def test_a_split_loses_nothing(vals):
    parts = split(vals, {"status": ("a", "b"), "hierarchy": ("c",)})
    assert {name: value for part in parts.values() for name, value in part.items()} == vals
    assert sum(map(len, parts.values())) == len(vals)
    assert set(parts) <= {"identity", "status", "hierarchy"}


@given(values, values)
def test_a_mark_tells_values_apart(one, two):
    assert (mark(one) == mark(two)) == (one == two)
