# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""pytest plugin for tests without Odoo: of plain Python (`test_lib*.py`), and of the whole system over HTTP.

The addons' own `__init__.py` would import their models, and these Odoo. Empty stand-ins for the packages
let `from odoo.addons.<addon>.lib import …` find `lib/` alone.
"""

import sys
import types

import addons


def stand_in(name, *paths):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = [str(path) for path in paths]
    parent, _dot, child = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, module)


def pytest_configure(config):
    homes = addons.homes()
    stand_in("odoo")
    stand_in("odoo.addons", *dict.fromkeys(home.parent for home in homes.values()))
    for addon, home in homes.items():
        for name in (addon, f"odoo.addons.{addon}"):
            stand_in(name, home)
            stand_in(f"{name}.tests", home / "tests")
