# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The scripts, in a checkout of their own whose Odoo, database server and pytest only note their calls."""

import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

SETUP = pathlib.Path(__file__).resolve().parent
PYTHON = """#!/bin/sh
if [ "$1 $2" = "-m pytest" ]; then
    echo "$*" >> "$CALLS"
    while [ "$1" != --counts ]; do shift; done
    echo '{{"a test": "passed"}}' > "$2"
    exit ${{PYTEST_STATUS:-0}}
fi
exec {python} "$@"
"""


class Checkout:
    def __init__(self, root):
        self.root = root
        self.calls = root / "calls"
        shutil.copytree(SETUP, root / "setup", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("prepare", "postgres", "template"):
            self.script(f"setup/{name}", f'#!/bin/sh\necho {name} "$@" >> "$CALLS"\n')
        self.script("setup/bin/dropdb", "#!/bin/sh\n")
        self.script(".venv/bin/python", PYTHON.format(python=sys.executable))
        self.add("addons/hub", "test_lib_keys", "test_inbox", system="test_wire")
        self.add("addons/plain", "test_lib_sums")
        self.add("addons/stock", "test_orders")
        self.add("addons/bare")
        self.add("tests", "test_answers")

    def script(self, path, text):
        path = self.root / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def add(self, path, *tests, system=None):
        home = self.root / path
        (home / "tests" / "system").mkdir(parents=True)
        if path != "tests":
            (home / "__manifest__.py").write_text("{}")
        for name in tests:
            (home / ("tests" if path != "tests" else "") / f"{name}.py").write_text("def test_it(): pass")
        if system:
            (home / "tests" / "system" / f"{system}.py").write_text("def test_it(): pass")

    def run(self, *command, **environment):
        """Run one of its scripts. :return: what happened, with what was called meanwhile"""
        self.calls.write_text("")
        done = subprocess.run(
            [self.root / command[0], *command[1:]],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.root),
                "CALLS": str(self.calls),
                "CONSTRUCTION_SYNC_KEY": "x",
                "PGHOST": "/nowhere" if command[0] == "setup/test" else "",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=60,
        )
        done.calls = self.calls.read_text().splitlines()
        return done

    def collected(self, *arguments, **environment):
        """Which files the stages of setup/test gave to pytest."""
        done = self.run("setup/test", *arguments, **environment)
        files = {}
        for call in done.calls:
            words = call.split()
            if "pytest" in words:
                stage = pathlib.Path(words[words.index("--counts") + 1]).stem
                paths = (word for word in words if word.endswith(".py"))
                files[stage] = sorted(os.path.relpath(path, self.root) for path in paths)
                files[stage] += [word for word in words if word in ("setup", "tests")]
        return files, done


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    ("addon", "files"),
    [
        (
            "hub",
            {
                "lib": ["addons/hub/tests/test_lib_keys.py"],
                "odoo": ["addons/hub/tests/test_inbox.py"],
                "system": ["addons/hub/tests/system/test_wire.py"],
            },
        ),
        ("plain", {"lib": ["addons/plain/tests/test_lib_sums.py"]}),
        ("stock", {"odoo": ["addons/stock/tests/test_orders.py"]}),
    ],
)
def test_tests_of_one_addon_are_its_own(checkout, addon, files):
    """Without a file of a kind, pytest was given none, and took all of the repository."""
    found, done = checkout.collected(addon)
    assert found == files, done.stderr
    assert done.stdout.splitlines()[-1] == f"{len(files)} passed, 0 failed, 0 skipped"


def test_a_run_that_was_interrupted_has_failed(checkout):
    _found, done = checkout.collected("plain", PYTEST_STATUS="3")
    assert done.stdout.splitlines() == [
        "FAILED lib: it ended without results, see above",
        "0 passed, 1 failed, 0 skipped",
    ]
    assert checkout.collected("plain", PYTEST_STATUS="5")[1].stdout == "1 passed, 0 failed, 0 skipped\n"


def test_an_addon_without_tests_runs_none(checkout):
    found, done = checkout.collected("bare")
    assert (found, done.returncode) == ({}, 1)
    assert "no tests of the stages lib odoo system in" in done.stderr
    found, done = checkout.collected("no_such_addon")
    assert (found, done.returncode) == ({}, 1)
    assert "there is no addon no_such_addon in" in done.stderr


def test_all_tests(checkout):
    found, _done = checkout.collected()
    assert found["lib"] == [
        "addons/hub/tests/test_lib_keys.py",
        "addons/plain/tests/test_lib_sums.py",
        "setup",
    ]
    inside = [path for stage in found for path in found[stage] if stage.startswith("odoo")]
    assert sorted(inside) == ["addons/hub/tests/test_inbox.py", "addons/stock/tests/test_orders.py"]
    assert found["system"] == ["addons/hub/tests/system/test_wire.py", "tests"]


def test_stages_are_chosen(checkout):
    assert list(checkout.collected(STAGES="system")[0]) == ["system"]
    assert list(checkout.collected("hub", STAGES="lib")[0]) == ["lib"]


def test_an_addon_of_another_folder(checkout, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    checkout.add(elsewhere / "weather", "test_lib_wind", "test_station", system="test_storm")
    found, done = checkout.collected("weather", EXTRA_ADDONS=str(elsewhere))
    assert [path.rpartition("/")[2] for paths in found.values() for path in paths] == [
        "test_lib_wind.py",
        "test_station.py",
        "test_storm.py",
    ], done.stderr
    found, _done = checkout.collected(EXTRA_ADDONS=str(elsewhere))
    assert any(path.endswith("weather/tests/test_lib_wind.py") for path in found["lib"])
    config = (checkout.root / ".run" / "odoo-1.conf").read_text()
    assert f"addons_path = {elsewhere},{checkout.root}/addons," in config
    done = checkout.run("setup/test", EXTRA_ADDONS="/no/such/folder")
    assert (done.returncode, done.calls) == (1, [])
    assert "EXTRA_ADDONS names no folder" in done.stderr
    done = checkout.run("setup/test", EXTRA_ADDONS=str(elsewhere / "weather"))
    assert (done.returncode, done.calls) == (1, [])
    assert f"name the folder that it lies in: EXTRA_ADDONS={elsewhere}\n" in done.stderr


def test_two_runs_at_once_do_not_share_databases(checkout):
    lock = checkout.root / ".run" / "test.lock"
    lock.parent.mkdir()
    with lock.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        other.write("setup/test hub (process 1, since 10:00)")
        other.flush()
        done = checkout.run("setup/test", "plain")
        assert (done.returncode, done.calls) == (1, [])
        assert "tests run in this checkout already: setup/test hub (process 1, since 10:00)" in done.stderr
        assert "git worktree add" in done.stderr
    assert checkout.run("setup/test", "plain").returncode == 0


def test_what_prepare_leaves_running_does_not_keep_the_lock(checkout):
    """The database server outlives the tests that started it."""
    checkout.script("setup/prepare", '#!/bin/sh\nsleep 30 > /dev/null 2>&1 &\necho $! > "$CALLS.pid"\n')
    try:
        for _twice in range(2):
            assert checkout.run("setup/test", "plain").returncode == 0
    finally:
        os.kill(int((checkout.root / "calls.pid").read_text()), signal.SIGKILL)


def shown(checkout, **environment):
    checkout.script("setup/show", '#!/bin/bash\nsource setup/lib.sh\necho "$DATABASE ${INFO##*/}"')
    return subprocess.run(
        [checkout.root / "setup" / "show"],
        cwd=checkout.root,
        env={"PATH": os.environ["PATH"], "HOME": "/", **environment},
        capture_output=True,
        text=True,
    )


def test_each_stack_has_a_database_of_its_own(checkout):
    assert shown(checkout).stdout == "construction stack.json\n"
    assert shown(checkout, STACK="second-one").stdout == "construction_second_one stack-second-one.json\n"
    assert shown(checkout, STACK="second", DATABASE="mine").stdout == "mine stack-second.json\n"
    assert "a name is made of" in shown(checkout, STACK="../other").stderr


def test_a_stack_keeps_the_database_that_it_was_started_with(checkout):
    conf = checkout.root / ".run" / "stack-trial" / "web.conf"
    conf.parent.mkdir(parents=True)
    server = {"PGHOST": "/server", "PG_PRIVATE": ""}
    conf.write_text("[options]\ndb_host = /server\ndb_name = trial\n")
    assert shown(checkout, STACK="trial", **server).stdout == "trial stack-trial.json\n"
    assert shown(checkout, STACK="trial", DATABASE="mine", **server).stdout == "mine stack-trial.json\n"
    assert shown(checkout, STACK="other", **server).stdout.startswith("construction_other_")
    elsewhere = shown(checkout, STACK="trial", PGHOST="/elsewhere")
    assert elsewhere.stdout.startswith("construction_trial_"), "of another server"


def test_the_last_stack_stops_the_database_server(checkout):
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        start = pathlib.Path(f"/proc/{sleeper.pid}/stat").read_text().rpartition(") ")[2].split()[19]
        other = checkout.root / ".run" / "stack-other"
        other.mkdir(parents=True)
        (other / "web.pid").write_text(f"{sleeper.pid} {start}\n")
        assert checkout.run("setup/stack", "down").calls == []
    finally:
        sleeper.kill()
        sleeper.wait()
    with (checkout.root / ".run" / "server.lock").open("w") as tests:
        fcntl.flock(tests, fcntl.LOCK_SH)
        assert checkout.run("setup/stack", "down", STACK="other").calls == []
    assert checkout.run("setup/stack", "down", STACK="other").calls == ["postgres stop"]
