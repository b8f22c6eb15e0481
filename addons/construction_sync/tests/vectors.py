# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Published vectors that the project did not write; they stand beside the checkout."""

import json
import unittest
from pathlib import Path


def load(name):
    """The parsed file ``name`` of ``../shared/data``; skips the test where it is absent."""
    for parent in Path(__file__).resolve().parents:
        path = parent / "shared" / "data" / name
        if path.is_file():
            return json.loads(path.read_text())
    raise unittest.SkipTest(f"shared/data/{name} does not stand beside this checkout")
