"""pytest plugin for `test_lib*.py`: tests of plain Python (`lib/`), in milliseconds, without Odoo.

The addons' own `__init__.py` would import their models, and these Odoo. Empty stand-ins for the packages
let `from odoo.addons.<addon>.lib import …` find `lib/` alone.
"""

import pathlib
import sys
import types

ADDONS = pathlib.Path(__file__).resolve().parent.parent / "addons"


def stand_in(name, path):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = [str(path)]
    parent, _dot, child = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, module)


def pytest_configure(config):
    stand_in("odoo", ADDONS / "no such folder")
    stand_in("odoo.addons", ADDONS)
    for manifest in ADDONS.glob("*/__manifest__.py"):
        addon = manifest.parent
        for name in (addon.name, f"odoo.addons.{addon.name}"):
            stand_in(name, addon)
            stand_in(f"{name}.tests", addon / "tests")
