# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import proposals
from odoo.addons.construction_sync.lib.proposals import differ, heard, stamp

# (source, {field: value; None says what stands})
events = st.lists(
    st.tuples(st.integers(1, 3), st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 2))),
    max_size=8,
)


def told(said):
    """What stands proposed after messages of (place in time, source, values)."""
    entries = []
    for at, source, values in said:
        items = [{"unit": u, "rows": [], "mark": str(v)} for u, v in sorted(values.items()) if v is not None]
        left = {unit for unit, value in values.items() if value is None}
        entries = heard(entries, items, left, {"source": source, "at": f"{at:03}", "message": at})
    return entries


def as_set(entries):
    return {(entry["source"], entry["unit"], entry["mark"]) for entry in entries}


def test_examples():
    assert not doctest.testmod(proposals).failed


@given(events)
def test_the_newest_of_each_field_of_each_source_stands(said):
    said = [(at, *event) for at, event in enumerate(said)]
    newest = {(source, unit): value for _at, source, values in said for unit, value in values.items()}
    expected = {(*key, str(value)) for key, value in newest.items() if value is not None}
    assert as_set(told(said)) == expected


@given(events)
def test_a_source_takes_nothing_from_another(said):
    said = [(at, *event) for at, event in enumerate(said)]
    for source in (1, 2, 3):
        alone = told([event for event in said if event[1] == source])
        assert as_set(alone) == {row for row in as_set(told(said)) if row[0] == source}


@given(events, st.integers(1, 3), st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), min_size=1))
def test_an_older_one_replaces_nothing(said, source, values):
    entries = told([(at + 1, *event) for at, event in enumerate(said)])
    late = [{"unit": unit, "rows": [], "mark": str(value)} for unit, value in values.items()]
    after = heard(entries, late, (), {"source": source, "at": "000", "message": 0})
    assert as_set(entries) <= as_set(after)
    assert all(stamp(entry)[1] == 0 for entry in after if entry not in entries)


@given(events)
def test_heard_again_changes_nothing(said):
    said = [(at, *event) for at, event in enumerate(said)]
    entries = told(said)
    if said:
        at, source, values = said[-1]
        items = [{"unit": u, "rows": [], "mark": str(v)} for u, v in values.items() if v is not None]
        left = {unit for unit, value in values.items() if value is None}
        again = heard(entries, items, left, {"source": source, "at": f"{at:03}", "message": at})
        assert as_set(again) == as_set(entries)


@given(events)
def test_what_differs_needs_two_sources(said):
    entries = told([(at, *event) for at, event in enumerate(said)])
    if differ(entries):
        assert len({entry["source"] for entry in entries}) > 1
