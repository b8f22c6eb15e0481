# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from types import SimpleNamespace

from odoo.addons.construction_sync.lib.words import NAMED, listed

ENV = SimpleNamespace(_=lambda text, **given: text % given)


def test_few_are_all_named():
    assert listed(ENV, []) == ""
    assert listed(ENV, ["a"]) == "a"
    assert listed(ENV, ("a", "b"), "; ") == "a; b"
    assert listed(ENV, "abcdef") == "a, b, c, d, e, f"


def test_many_are_counted():
    assert listed(ENV, "abcdefg") == "a, b, c, d, e and 2 more"
    assert listed(ENV, (str(number) for number in range(1200)), "; ").endswith(f"and {1200 - NAMED} more")
    assert listed(ENV, "abcdefg", named=2) == "a, b and 5 more"
