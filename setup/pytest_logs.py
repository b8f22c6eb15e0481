# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""pytest plugin for Odoo's tests: a WARNING or ERROR in the log that a test did not ask for fails it.

A test that provokes one says so with `self.assertLogs(…)` or `odoo.tools.mute_logger(…)`.
"""

import logging
import re

import pytest

# Not of our making, and no sign of a fault in what is tested.
HARMLESS = [
    re.compile(pattern)
    for pattern in (
        r"Chrome headless|chrome|Screen(cast|shot)|heap",  # the browser's own start and stop
        r"^Killing chrome",
        r"unpatched",  # wkhtmltopdf as Debian builds it
    )
]


class Collector(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        message = record.getMessage()
        if not any(pattern.search(message) for pattern in HARMLESS):
            self.found.append(f"{record.levelname} {record.name}: {message[:2000]}")


def watched(item):
    collector = Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        result = yield
    finally:
        root.removeHandler(collector)
    if collector.found:
        pytest.fail("unexpected in the log:\n" + "\n".join(collector.found), pytrace=False)
    return result


pytest_runtest_setup = pytest.hookimpl(wrapper=True, specname="pytest_runtest_setup")(watched)
pytest_runtest_call = pytest.hookimpl(wrapper=True, specname="pytest_runtest_call")(watched)
