# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A copied database takes and sends nothing, whoever copied it."""

import os
import shutil
import socket
import subprocess

from pytest_stack import ROOT, Stack
from wire import Sender, event, wait_for

VARIABLE = "CONSTRUCTION_ENVIRONMENT"


def copy_of(stack, name):
    """A stack on a copy of another's database, made with `createdb -T`; nothing is changed in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**stack.environment, "STACK": name, "PORT": str(port)}
    environment["DATABASE"] = stack.environment["DATABASE"].replace("original", name)
    copy = Stack({}, environment)
    copy.control("reset")
    data = ROOT / ".run" / "data"
    names = stack.environment["DATABASE"], environment["DATABASE"]
    postgres = {**os.environ, "PGHOST": stack.pghost, "PGUSER": os.environ.get("PGUSER", "odoo")}
    subprocess.run(["createdb", "-T", *names], env=postgres, check=True, timeout=300)
    for kind in ("addons", "json", "demo"):
        shutil.copy(data / f"{names[0]}.{kind}", data / f"{names[1]}.{kind}")
    return copy


def started(stack, variable=None):
    stack.environment.pop(VARIABLE, None)
    if variable:
        stack.environment[VARIABLE] = variable
    for part in ("web", "jobs") if stack.runs() else ():
        stack.control("kill", part)
    stack.control("up")
    stack.read_info()
    return Sender(stack)


def base_url(stack):
    return f"http://127.0.0.1:{stack.environment['PORT']}"


def states(stack, *events):
    rows = stack.sql(
        "SELECT state FROM construction_message WHERE event_id = ANY(%s)", [e["id"] for e in events]
    )
    return sorted(row[0] for row in rows)


def sweep(stack):
    admin = stack.client("admin")
    for model in ("construction.message", "construction.source"):
        crons = admin.call("ir.cron", "search", [["model_id.model", "=", model]])
        for cron in crons:
            admin.call("ir.cron", "method_direct_trigger", [cron])


def test_a_copy_takes_and_sends_nothing(new_stack):
    original = new_stack("original")
    uuid = original.sql("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")[0][0]
    named = f"production:{uuid}@{original.environment['DATABASE']}@{base_url(original)}"
    sender = started(original, named)
    admin = original.client("integration_manager")
    live = admin.call("construction.source", "search", [["state", "=", "live"]])
    admin.call("construction.source", "action_say_production", live)
    done, left = event(), event()
    assert sender.post(done).status == 202
    wait_for(lambda: states(original, done) == ["done"], 60)
    original.control("kill", "jobs")
    assert sender.post(left).status == 202
    original.control("down")
    copy = copy_of(original, "copy")
    try:
        for variable in (None, named):
            sender = started(copy, variable)
            answer = sender.post(event())
            assert (answer.status, answer.type) == (503, "application/problem+json"), variable
            assert int(answer.headers["Retry-After"]) > 0
            assert sender.post(event(), secret="whsec_" + "AAAA" * 8).status == 401
            sweep(copy)
            assert states(copy, left) == ["received"]
            assert not copy.sql(
                "SELECT 1 FROM construction_exception WHERE create_date > now() - interval '1 minute'"
            )
        test = f"test:{uuid}@{copy.environment['DATABASE']}@{base_url(copy)}"
        sender = started(copy, test)
        assert sender.post(event()).status == 202, "as a test, where somebody says so by name"
        sweep(copy)
        wait_for(lambda: states(copy, left) == ["done"], 120)
    finally:
        copy.control("reset")
    assert states(original, left) == ["received"], "what the copy did is the copy's"
    started(original, named)
    wait_for(lambda: states(original, left) == ["done"], 120)
