# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import batch as b
from odoo.addons.construction_equipment.lib.batch import Charged

amounts = st.integers(-50000, 50000).map(lambda cents: D(cents) / 100)
charges = st.lists(
    st.builds(
        Charged,
        amounts,
        st.sampled_from(["EX-1", "EX-2"]),
        st.sampled_from(["J-1", "J-2"]),
        st.sampled_from(["01", "02"]),
        st.just("E"),
        owner=st.sampled_from([None, "B"]),
        back=st.booleans(),
    )
    | st.builds(Charged, amounts, st.sampled_from(["EX-1", "EX-2"]), payer=st.just("C"), back=st.booleans()),
    max_size=12,
)


class TestBatch(unittest.TestCase):
    def test_examples_of_the_docstrings(self):
        failed, count = doctest.testmod(b)
        self.assertTrue(count)
        self.assertFalse(failed)

    @given(charges)
    def test_debits_are_the_charges_and_credits_as_much(self, charged):
        lines = b.lines(charged)
        self.assertEqual(sum(line.amount for line in lines), 0)
        debits = sum(line.amount for line in lines if line.side in (b.COST, b.DUE_FROM))
        self.assertEqual(debits, sum(found.amount for found in charged))
        for job in ("J-1", "J-2"):
            of_job = sum(line.amount for line in lines if line.job == job)
            self.assertEqual(of_job, sum(c.amount for c in charged if c.job == job and c.payer is None))

    @given(charges)
    def test_what_takes_back_stands_apart(self, charged):
        for back in (False, True):
            debits = sum(
                x.amount for x in b.lines(charged) if x.back == back and x.side in (b.COST, b.DUE_FROM)
            )
            self.assertEqual(debits, sum(c.amount for c in charged if c.back == back))

    def test_two_companies(self):
        """The same charge, seen from the job's company and from the machine's."""
        job = b.lines([Charged(D(760), "EX", "J-1", "01", "E", owner="A")])
        self.assertEqual(
            [(line.side, line.amount, line.company) for line in job],
            [(b.COST, 760, None), (b.DUE_TO, -760, "A")],
        )
        owner = b.lines([Charged(D(760), "EX", "J-1", "01", "E", payer="B")])
        self.assertEqual(
            [(line.side, line.amount, line.company) for line in owner],
            [(b.DUE_FROM, 760, "B"), (b.RECOVERY, -760, None)],
        )
        self.assertEqual({line.job for line in owner}, {None})
