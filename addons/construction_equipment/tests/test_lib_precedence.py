# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import precedence
from odoo.addons.construction_equipment.lib.precedence import RANKS, Claim, chosen, heard

values = st.one_of(st.none(), st.integers(0, 24))
claims = st.lists(
    st.builds(
        Claim,
        st.sampled_from(RANKS),
        st.sampled_from("abc"),
        st.tuples(values, values).map(lambda pair: (("hours", pair[0]), ("idle_hours", pair[1]))),
        st.integers(0, 2),
    ),
    max_size=8,
)


def hours(rank, value, key="a", version=0):
    return Claim(rank, key, (("hours", value),), version)


class TestPrecedence(unittest.TestCase):
    def test_the_order(self):
        found = [hours(rank, number, rank) for number, rank in enumerate(RANKS)]
        while found:
            choice = chosen(found[::-1])["hours"]
            self.assertEqual((choice.claim, choice.beside), (found[0], tuple(found[1:])))
            found.pop(0)

    def test_by_figure(self):
        meter = Claim("meter_of_record", "a", (("hours", 0), ("idle_hours", None)))
        rental = Claim("rental", "b", (("hours", 8), ("idle_hours", 1)))
        found = chosen([rental, meter])
        self.assertEqual((found["hours"].value, found["idle_hours"].value), (0, 1))
        self.assertEqual(found["hours"].beside, (rental,))

    def test_two_of_one_rank(self):
        """The later word of a person; of two devices always the same one."""
        self.assertEqual(
            chosen([hours("approved", 7, "a", 1), hours("approved", 8, "b", 2)])["hours"].value, 8
        )
        self.assertEqual(
            chosen([hours("telematics", 7, "a", 1), hours("telematics", 8, "b", 2)])["hours"].value, 7
        )

    def test_a_newer_version_takes_the_place(self):
        found = chosen([hours("rental", 9, version=2), hours("rental", 8, version=1)])["hours"]
        self.assertEqual((found.value, found.beside), (9, ()))

    @given(claims, st.randoms(use_true_random=False))
    def test_whatever_comes_first(self, found, chance):
        shuffled = found[:]
        chance.shuffle(shuffled)
        self.assertEqual(chosen(shuffled), chosen(found))

    @given(claims, claims)
    def test_whatever_was_known_before(self, first, second):
        """What is kept of some, with others, is what is kept of all."""
        self.assertEqual(heard([*heard(first), *second]), heard([*first, *second]))
        self.assertEqual(heard([*first, *first]), heard(first))

    @given(claims)
    def test_nothing_is_lost(self, found):
        for name, choice in chosen(found).items():
            there = {claim for claim in heard(found) if claim.says(name) is not None}
            self.assertEqual({choice.claim, *choice.beside}, there)
            ranks = [RANKS.index(claim.rank) for claim in (choice.claim, *choice.beside)]
            self.assertEqual(ranks, sorted(ranks))

    @given(claims, st.integers(0, 24))
    def test_what_is_below_changes_no_figure(self, found, value):
        kept = [claim for claim in found if claim.rank != "manual"]
        before, after = chosen(kept), chosen([*kept, hours("manual", value)])
        self.assertEqual(
            {name: choice.value for name, choice in {**after, **before}.items()},
            {name: choice.value for name, choice in after.items()},
        )

    def test_doctests(self):
        self.assertEqual(doctest.testmod(precedence).failed, 0)
