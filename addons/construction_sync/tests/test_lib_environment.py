# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
import itertools
import unittest

from odoo.addons.construction_sync.lib import environment
from odoo.addons.construction_sync.lib.environment import COPY, PRODUCTION, TEST, name_of, role

REAL = ("5d2f", "firm", "https://erp.firm.example")
OTHER = ("77aa", "firm_copy", "http://localhost:8069")


class TestEnvironment(unittest.TestCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(environment).failed, 0)

    def test_only_the_exact_name_is_production(self):
        for picks in itertools.product((0, 1), repeat=3):
            here = [(REAL, OTHER)[pick][part] for part, pick in enumerate(picks)]
            for was in (False, True):
                with self.subTest(here=here, was_production=was):
                    found = role(name_of("production", *REAL), *here, was)
                    expected = PRODUCTION if not any(picks) else COPY if was else TEST
                    self.assertEqual(found, expected)

    def test_without_the_variable_what_was_production_takes_nothing(self):
        for variable in (
            None,
            "",
            " ",
            "production",
            "production:",
            "test",
            "anything",
            "production:5d2f@firm",
        ):
            with self.subTest(variable):
                self.assertEqual(role(variable, *REAL, was_production=True), COPY)
                self.assertEqual(role(variable, *REAL), TEST)

    def test_neutralized_is_never_production(self):
        self.assertEqual(role(name_of("production", *REAL), *REAL, neutralized=True), COPY)
        self.assertEqual(role(None, *REAL, neutralized=True), COPY)

    def test_a_copy_may_be_named_a_test(self):
        variable = name_of("test", *OTHER)
        self.assertEqual(role(variable, *OTHER, was_production=True, neutralized=True), TEST)
        self.assertEqual(role(variable, *REAL, was_production=True), COPY)

    def test_nothing_is_named_by_nothing(self):
        self.assertEqual(role("production:@@", "", "", "", was_production=True), COPY)
        self.assertEqual(role("production:None@None@", None, None, None), TEST)

    def test_a_slash_at_the_end_says_nothing(self):
        self.assertEqual(role("production:u@d@https://a/", "u", "d", "https://a"), PRODUCTION)
