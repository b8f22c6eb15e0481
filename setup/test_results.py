# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the closing line of the tests says."""

import json
import os
import pathlib
import subprocess
import sys

import summary

SAMPLE = """
import unittest, pytest

class TestSome(unittest.TestCase):
    def test_many_subtests(self):
        for number in range(5):
            with self.subTest(number=number):
                self.assertTrue(number >= 0)

    def test_two_wrong_subtests(self):
        for number in range(5):
            with self.subTest(number=number):
                self.assertLess(number, 3)

    def test_one_left_out(self):
        for number in range(2):
            with self.subTest(number=number):
                if number:
                    self.skipTest("not here")

    @unittest.skip("not now")
    def test_skipped(self):
        pass

def test_subtests_of_pytest(subtests):
    for number in range(3):
        with subtests.test(number=number):
            pass

@pytest.fixture
def broken():
    yield
    raise ValueError

def test_with_a_broken_fixture(broken):
    pass
"""


def outcomes(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    results = tmp_path / "results" / "lib.json"
    results.parent.mkdir()
    results.with_suffix(".started").touch()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:odoo",
        "-p",
        "pytest_counts",
        "--counts",
        results,
        tmp_path,
    ]
    environment = os.environ | {"PYTHONPATH": str(pathlib.Path(__file__).parent)}
    done = subprocess.run(
        [*command, "--continue-on-collection-errors"], env=environment, capture_output=True, text=True
    )
    assert results.exists(), done.stdout + done.stderr
    return {name.rpartition("::")[2]: outcome for name, outcome in json.loads(results.read_text()).items()}


def test_a_test_function_is_one_whatever_its_subtests(tmp_path, capsys):
    found = outcomes(tmp_path, test_some=SAMPLE, test_broken="import no_such_module")
    assert found == {
        "test_broken.py": "failed",
        "test_many_subtests": "passed",
        "test_two_wrong_subtests": "failed",
        "test_one_left_out": "passed",
        "test_skipped": "skipped",
        "test_subtests_of_pytest": "passed",
        "test_with_a_broken_fixture": "failed",
    }
    assert summary.main(tmp_path / "results") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "3 passed, 3 failed, 1 skipped"
    assert len(lines) == 4 and all(line.startswith("FAILED lib: ") for line in lines[:3])


def test_a_stage_that_ended_without_results_has_failed(tmp_path, capsys):
    (tmp_path / "lib.started").touch()
    (tmp_path / "lib.json").write_text(json.dumps({"a": "passed", "b": "passed"}))
    assert summary.main(tmp_path) == 0
    (tmp_path / "odoo-2.started").touch()
    assert summary.main(tmp_path) == 1
    assert capsys.readouterr().out.splitlines() == [
        "2 passed, 0 failed, 0 skipped",
        "FAILED odoo-2: it ended without results, see above",
        "2 passed, 1 failed, 0 skipped",
    ]


def test_no_test_at_all_is_a_failure(tmp_path, capsys):
    assert summary.main(tmp_path) == 1
    assert capsys.readouterr().out == "0 passed, 0 failed, 0 skipped\n"
