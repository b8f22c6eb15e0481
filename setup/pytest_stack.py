# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""pytest plugin of the whole-system tests, which talk to a running stack over HTTP, as anybody would.

`stack` is the one that the runner started for all of them: what it finds there is what earlier tests left.
`new_stack` starts another on a database of its own, for tests that need a clean one or break it.
"""

import contextlib
import dataclasses
import os
import pathlib
import socket
import subprocess
import sys

import pytest
import rpc

ROOT = pathlib.Path(__file__).resolve().parent.parent
# `wire` of tests/ for those that lie in an addon; the feed's own client and scenario
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "setup" / "feed")]


@dataclasses.dataclass
class Stack:
    """A running stack: what `.run/stack.json` says, and a few ways to speak to it."""

    info: dict
    environment: dict

    def __getattr__(self, name):
        try:
            return self.info[name]
        except KeyError:
            raise AttributeError(name) from None

    def control(self, *arguments):
        """Run setup/stack on it: `up`, `kill jobs`, `kill worker`, …"""
        subprocess.run([ROOT / "setup" / "stack", *arguments], env=self.environment, check=True, timeout=600)

    def runs(self):
        """Are both of its processes alive? (Odoo's job server ends with its database.)"""
        states = subprocess.run(
            [ROOT / "setup" / "stack", "status"],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return "stopped" not in states

    def read_info(self):
        self.info = rpc.stack(self.environment["STACK"])

    def postgres(self, action):
        """`kill` the database server as a power cut would, or `start` it again."""
        subprocess.run([ROOT / "setup" / "postgres", action], env=self.environment, check=True, timeout=120)

    @contextlib.contextmanager
    def transaction(self, database=None):
        """A cursor beside Odoo, on its own database or another one of its server; committed at the end."""
        import psycopg2

        connection = psycopg2.connect(
            host=self.pghost, dbname=database or self.database, user=os.environ.get("PGUSER", "odoo")
        )
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def sql(self, query, *parameters, database=None):
        """Rows of a query."""
        with self.transaction(database) as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def client(self, role):
        """A session of a role (`buyer`, `auditor`, … as in stack.json), which calls models' methods."""
        return rpc.client(self.info, role)


def start(name):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "STACK": name,
        "DATABASE": f"{name}_{os.environ.get('TEST_KEY', 'x')}",
        "PORT": str(port),
    }
    stack = Stack({}, environment)
    stack.control("reset")
    stack.control("up")
    stack.read_info()
    return stack


@pytest.fixture(scope="session")
def stack():
    stack = start("tests")
    yield stack
    stack.control("reset")


@pytest.fixture(autouse=True)
def revive(request):
    """Bring the shared stack back, as a supervisor would, when a test crashed the database server."""
    if "stack" in request.fixturenames:
        stack = request.getfixturevalue("stack")
        if not stack.runs():
            stack.control("up")
            stack.read_info()


@pytest.fixture
def new_stack():
    started = []

    def new(name):
        started.append(start(name))
        return started[-1]

    yield new
    for stack in started:
        stack.control("reset")
