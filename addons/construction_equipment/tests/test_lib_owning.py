# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from decimal import Decimal as D

from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import owning
from odoo.addons.construction_equipment.lib.owning import Owned, Recovery, Way

money = st.integers(0, 10**6).map(lambda cents: D(cents) / 100)
ways = st.builds(Way, money, money)


class TestFormulas(unittest.TestCase):
    def test_ep_1110_1_8(self):
        machine = Owned(
            value=D(300000),
            salvage=D("0.20"),
            life_hours=D(12000),
            tyres=D(16000),
            tyre_index=D("1.0"),
            hours_a_year=D(1500),
            interest=D("0.04"),
        )
        self.assertEqual(machine.years, 8)
        self.assertEqual(round(machine.depreciation, 2), D("18.67"))
        self.assertEqual(round(machine.cost_of_money, 2), D("5.20"))
        self.assertEqual(round(machine.standby, 2), D("14.53"))

    def test_only_results_are_rounded(self):
        """Half of a rounded 18.67 and 5.20 would be 14.54."""
        machine = Owned(D(300000), D("0.20"), D(12000), D(16000), D(1), D(1500), D("0.04"))
        rounded = round(machine.depreciation, 2) / 2 + round(machine.cost_of_money, 2)
        self.assertEqual(rounded, D("14.535"))
        self.assertLess(machine.standby, rounded)

    def test_the_pamphlet_s_own_example(self):
        machine = Owned(D(1181907), D("0.20"), D(20000), D(10560), D("0.944"))
        self.assertEqual(round(machine.depreciation, 2), D("46.78"))

    def test_fhwa(self):
        self.assertEqual(owning.fhwa(D(8800), D("0.95"), D("1.04"), D("42.10")), D("91.50"))

    def test_doctests(self):
        self.assertEqual(doctest.testmod(owning).failed, 0)


class TestRecovery(unittest.TestCase):
    def test_of_the_issue(self):
        found = Recovery(D(182000), D(1610), D(1610) * 104)
        self.assertEqual(found.under, 14560)
        self.assertEqual(round(found.proposed, 2), D("113.04"))
        self.assertIsNone(Recovery(D(100)).proposed)

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.builds(Recovery, money, money, money))))
    def test_classes_add_up(self, machines):
        classes = owning.by_class(machines)
        self.assertEqual(
            sum(found.under for found in classes.values()), sum(found.under for _class, found in machines)
        )

    @given(money, st.integers(1, 10**5).map(D))
    def test_the_proposed_rate_recovers_the_pool(self, pool, hours):
        found = Recovery(pool, hours)
        self.assertLess(abs(found.proposed * hours - pool), D("1e-12"))


class TestOwnOrRent(unittest.TestCase):
    def test_owning_wins_below(self):
        found = owning.compared(Way(D(5200), D("31.50")), Way(D(8900), D(18)))
        self.assertEqual((found.owning, round(found.hours, 2)), ("below", D("274.07")))

    def test_owning_wins_above(self):
        found = owning.compared(Way(D(6800), D(38)), Way(D(0), D(95)))
        self.assertEqual((found.owning, round(found.hours, 2)), ("above", D("119.30")))

    def test_without_a_crossing(self):
        cheap, dear = Way(D(1), D(1)), Way(D(2), D(1))
        self.assertEqual(owning.compared(cheap, dear).owning, "always")
        self.assertEqual(owning.compared(dear, cheap).owning, "never")
        self.assertEqual(owning.compared(dear, dear).owning, "equal")

    @given(ways, ways, st.integers(0, 744).map(D))
    def test_the_word_holds_at_any_hours(self, own, rent, hours):
        found = owning.compared(own, rent)
        gain = rent.cost(hours) - own.cost(hours)
        if found.owning in (owning.ALWAYS, owning.NEVER, owning.EQUAL):
            signs = {owning.ALWAYS: gain >= 0, owning.NEVER: gain <= 0, owning.EQUAL: gain == 0}
            self.assertTrue(signs[found.owning])
            return
        self.assertGreater(found.hours, 0)
        assume(abs(hours - found.hours) > D("1e-9"))
        self.assertEqual(gain > 0, (hours < found.hours) == (found.owning == owning.BELOW))

    @given(ways, ways)
    def test_the_other_way_round(self, own, rent):
        swapped = {"below": "above", "above": "below", "always": "never", "never": "always", "equal": "equal"}
        one, other = owning.compared(own, rent), owning.compared(rent, own)
        self.assertEqual((other.owning, other.hours), (swapped[one.owning], one.hours))

    @given(ways, ways)
    def test_the_lines_cross_where_drawn(self, own, rent):
        for hours, first, second in owning.series(own, rent, D(744))[1:-1]:
            self.assertEqual(hours, owning.compared(own, rent).hours)
            self.assertLess(abs(first - second), D("1e-9"))
