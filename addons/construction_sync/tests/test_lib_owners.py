# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import unittest

from odoo.addons.construction_sync.lib import owners
from odoo.addons.construction_sync.lib.owners import Facts, Rule


class TestOwners(unittest.TestCase):
    def test_examples(self):
        self.assertFalse(doctest.testmod(owners).failed)

    def test_each_field_narrows(self):
        facts = Facts("hold", "bank:S-1", source=1, kind=2, job=3)
        wide = Rule(9)
        self.assertTrue(wide.fits(facts))
        for name, right, wrong in (
            ("category", "hold", "data"),
            ("cause_prefix", "bank:", "price:"),
            ("source", 1, 2),
            ("kind", 2, 3),
            ("job", 3, 4),
        ):
            with self.subTest(name):
                self.assertTrue(Rule(9, **{name: right}).fits(facts))
                self.assertFalse(Rule(9, **{name: wrong}).fits(facts))
                self.assertFalse(Rule(9, **{name: right}).fits(Facts()))
