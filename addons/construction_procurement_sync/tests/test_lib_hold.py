# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_procurement_sync.lib import hold

NAMES = ("bills", "documents", "weather", "machines")
FIGURES = st.dictionaries(st.sampled_from(NAMES), st.lists(st.integers(0, 5), max_size=4))
OTHERS = st.dictionaries(st.sampled_from(("amount", "asked", "billed")), st.floats() | st.booleans())


def test_doctests():
    assert not doctest.testmod(hold).failed


@given(seen=FIGURES, now=FIGURES, lines=st.lists(st.dictionaries(st.text(), st.text())), others=OTHERS)
def test_whatever_a_rule_lists_counts(seen, now, lines, others):
    """The lists of a rule that nobody here knows count as those that are known; words and amounts do not."""
    wanted = all(set(now[name]) <= set(seen.get(name, ())) for name in now)
    assert hold.covers(seen, now) == wanted
    assert hold.covers(seen, {**now, **others, "lines": lines}) == wanted


@given(figures=FIGURES)
def test_what_was_seen_is_covered(figures):
    assert hold.covers(figures, figures)
    assert hold.covers(figures, {})
