# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The stack itself: it answers, every role can log in, and it comes back after a crash."""

import os
import signal
import stat
import subprocess
import sys

import pytest
import requests
import websocket
from pytest_stack import ROOT
from rpc import RpcError
from wire import Sender, event, wait_for


def test_answers_on_the_local_machine_only(stack):
    assert stack.base_url.startswith("http://127.0.0.1:")
    assert requests.get(f"{stack.base_url}/web/health", timeout=30).json() == {"status": "pass"}


def test_every_role_can_log_in(stack):
    for role, login in stack.logins.items():
        mine = [["login", "=", login["login"]]]
        user = stack.client(role).search_read("res.users", mine, ["login"])
        assert [row["login"] for row in user] == [login["login"]], role


def test_a_wrong_call_is_an_error(stack):
    with pytest.raises(RpcError, match="no_such_field"):
        stack.client("admin").call("res.users", "search_read", [], ["no_such_field"])


def test_web_sockets_are_taken(stack):
    """Else every screen would say that the connection is lost."""
    cookie = f"session_id={stack.client('buyer').session.cookies['session_id']}"
    address = stack.base_url.replace("http", "ws", 1) + "/websocket"
    opened = websocket.create_connection(address, cookie=cookie, origin=stack.base_url, timeout=60)
    assert opened.connected
    opened.close()


def test_while_the_web_server_is_away_the_answer_is_503(stack):
    stack.control("kill", "web")
    answer = requests.get(f"{stack.base_url}/web/health", timeout=30)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    stack.control("up")
    stack.read_info()
    assert requests.get(f"{stack.base_url}/web/health", timeout=30).status_code == 200


def test_what_tells_secrets_is_readable_by_the_owner_only(stack):
    for path in (ROOT / ".run" / "stack-tests.json", ROOT / ".run" / "sync.key"):
        assert not stat.S_IMODE(os.stat(path).st_mode) & 0o077, path


def test_up_again_keeps_what_runs_and_restarts_what_died(stack):
    before = dict(stack.info)
    stack.control("kill", "jobs")
    assert not stack.runs()
    stack.control("up")
    stack.read_info()
    assert stack.pids["web"] == before["pids"]["web"]
    assert stack.pids["jobs"] != before["pids"]["jobs"]
    assert stack.logins == before["logins"]


def test_up_without_a_port_keeps_the_one_it_has(stack):
    """So `make feed` finds what `PORT=… make up` has started."""
    before = dict(stack.info)
    without = {name: value for name, value in stack.environment.items() if name != "PORT"}
    for action in ("found", "up"):
        subprocess.run([ROOT / "setup" / "stack", action], env=without, check=True, timeout=300)
    stack.read_info()
    assert (stack.base_url, stack.pids) == (before["base_url"], before["pids"])
    nowhere = {**without, "STACK": "no-such-stack"}
    assert subprocess.run([ROOT / "setup" / "stack", "found"], env=nowhere).returncode


def children(pid):
    """Processes of the group that a part of the stack leads."""
    found = subprocess.run(["pgrep", "-g", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in found.split()]


def test_a_killed_job_runner_leaves_nobody_behind(stack):
    """Its child would keep the lock that says who runs the jobs."""
    sender = Sender(stack)
    master = stack.pids["jobs"]
    assert len(children(master)) > 2
    os.kill(master, signal.SIGKILL)
    wait_for(lambda: not children(master), 20, "the end of its children")
    new = event()
    assert sender.post(new).status == 202
    stack.control("up")
    stack.read_info()
    state = "SELECT state FROM construction_message WHERE event_id = %s"
    wait_for(lambda: stack.sql(state, new["id"]) == [("done",)], 120, "the message")


def test_what_a_killed_master_left_is_cleared(stack):
    """Where the kernel did not end it, `up` does."""
    folder = ROOT / ".run" / "stack-tests"
    stack.control("kill", "jobs")
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)", str(folder / "jobs.conf")]
    left = subprocess.Popen(sleeper, start_new_session=True)
    other = subprocess.Popen(sleeper[:-1], start_new_session=True)
    try:
        for process, ended in ((other, False), (left, True)):
            (folder / "jobs.pid").write_text(f"{process.pid} 1\n")
            stack.control("up")
            assert (process.poll() is not None) == ended
            stack.control("kill", "jobs")
    finally:
        for process in (left, other):
            process.kill()
            process.wait()
        stack.control("up")
        stack.read_info()
