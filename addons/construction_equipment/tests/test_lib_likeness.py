# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import likeness
from odoo.addons.construction_equipment.lib.likeness import CERTAIN, Machine, matches

DIGGER = Machine(1, "KAB12345", "CAT0320EJKAB12345", "Caterpillar", "320E", "Excavator 320 north")
ROLLER = Machine(2, "H2110044", None, "Hamm", "HD 12", "Roller")
NAMELESS = Machine(3, "missing", "", None, None, None)
FLEET = [DIGGER, ROLLER, NAMELESS]

nothing = st.sampled_from(
    [None, "", "missing", "Missing ", "N/A", "unknown", "0", "0000000", "---", "12", "XXXX"]
)
texts = st.one_of(nothing, st.text("AB01-", max_size=8))
machines = st.builds(Machine, st.integers(), texts, texts, texts, texts, texts)


def said(**values):
    return Machine("device", **values)


class TestLikeness(unittest.TestCase):
    def found(self, **values):
        return [(match.key, match.score, match.by) for match in matches(said(**values), FLEET)]

    def test_pin_and_serial_are_certain(self):
        self.assertEqual(self.found(pin="cat 0320EJ-KAB12345"), [(1, 100, "pin")])
        self.assertEqual(self.found(serial="h2 110 044"), [(2, 100, "serial")])
        self.assertEqual(self.found(serial="H2110044", make="HAMM AG"), [(2, 100, "serial")])

    def test_a_serial_of_another_make_is_not(self):
        found = self.found(serial="H2110044", make="Volvo")
        self.assertEqual([(key, by) for key, _score, by in found], [(2, "likeness")])
        self.assertLess(found[0][1], CERTAIN)

    def test_another_pin_is_another_machine(self):
        found = self.found(pin="CAT0320EJKAB99999", serial="KAB12345")
        self.assertNotIn(CERTAIN, [score for _key, score, _by in found])

    def test_two_machines_with_one_serial(self):
        fleet = [Machine(1, "KAB12345"), Machine(2, "KAB12345")]
        found = matches(said(serial="KAB12345"), fleet)
        self.assertEqual([(match.key, match.score) for match in found], [(1, 99), (2, 99)])

    def test_pin_and_serial_of_two_machines(self):
        found = self.found(pin="CAT0320EJKAB12345", serial="H2110044")
        self.assertEqual([(key, score) for key, score, _by in found], [(1, 99), (2, 99)])

    def test_likely(self):
        """A letter for a digit; the end of a PIN; make, model and name."""
        for values in (
            {"serial": "KABI2345"},
            {"serial": "EJKAB12345"},
            {"make": "Caterpillar", "model": "320 E", "name": "Excavator 320"},
        ):
            (key, score, by), *_others = self.found(**values)
            self.assertEqual((key, by), (1, "likeness"))
            self.assertTrue(likeness.FLOOR <= score < CERTAIN)

    def test_a_serial_that_ends_a_pin(self):
        fleet = [Machine(1, pin=DIGGER.pin), Machine(2, pin="HAMM000000H2110044")]
        self.assertEqual([match.key for match in matches(said(serial="KAB12345"), fleet)], [1])

    def test_nothing_matches_nothing(self):
        for word in ("missing", "", None, "n/a", "0", "00000000", "-", "12"):
            self.assertEqual(self.found(serial=word, pin=word, make=word, model=word, name=word), [])

    @given(nothing, nothing, nothing, nothing)
    def test_what_is_no_number_is_never_certain(self, serial, pin, other_serial, other_pin):
        fleet = [Machine(1, other_serial, other_pin), Machine(2, serial, pin)]
        self.assertEqual(matches(said(serial=serial, pin=pin), fleet), [])

    @given(machines, st.lists(machines, max_size=5, unique_by=lambda machine: machine.key), st.data())
    def test_whatever_the_order(self, found, fleet, data):
        shuffled = data.draw(st.permutations(fleet))
        self.assertEqual(matches(found, shuffled), matches(found, fleet))

    @given(machines, st.lists(machines, max_size=5, unique_by=lambda machine: machine.key))
    def test_one_at_most_is_certain(self, found, fleet):
        scores = [match.score for match in matches(found, fleet)]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertTrue(CERTAIN not in scores or len(scores) == 1)

    def test_doctests(self):
        self.assertEqual(doctest.testmod(likeness).failed, 0)
