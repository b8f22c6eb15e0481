# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""pytest plugin: keep what became of each test function, for the closing line of setup/test.

    pytest -p pytest_counts --counts FILE

A function is one test, whatever its subtests; one that cannot be collected has failed.
"""

import json
import pathlib

RANK = ("passed", "skipped", "failed")


class Counts:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.outcomes = {}

    def note(self, nodeid, outcome):
        self.outcomes[nodeid] = max(outcome, self.outcomes.get(nodeid, "passed"), key=RANK.index)

    def pytest_collectreport(self, report):
        if report.failed:
            self.note(report.nodeid, "failed")

    def pytest_runtest_logreport(self, report):
        inner = hasattr(report, "context")  # of a subtest: a skipped one does not skip its function
        if not (inner and report.skipped):
            self.note(report.nodeid, report.outcome)

    def pytest_sessionfinish(self):
        self.path.write_text(json.dumps(self.outcomes, indent=1))


def pytest_addoption(parser):
    parser.addoption("--counts", metavar="FILE", help="what became of each test function, as JSON")


def pytest_configure(config):
    if config.getoption("--counts"):
        config.pluginmanager.register(Counts(config.getoption("--counts")))
