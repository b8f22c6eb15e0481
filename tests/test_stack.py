"""The stack itself: it answers, every role can log in, and it comes back after a crash."""

import os
import stat

import pytest
import requests
import websocket
from conftest import ROOT, RpcError


def test_answers_on_the_local_machine_only(stack):
    assert stack.base_url.startswith("http://127.0.0.1:")
    assert requests.get(f"{stack.base_url}/web/health", timeout=30).json() == {"status": "pass"}


def test_every_role_can_log_in(stack):
    for role, login in stack.logins.items():
        user = stack.call(
            stack.session(role), "res.users", "search_read", [["login", "=", login["login"]]], ["login"]
        )
        assert [row["login"] for row in user] == [login["login"]], role


def test_a_wrong_call_is_an_error(stack):
    with pytest.raises(RpcError, match="no_such_field"):
        stack.call(stack.session("admin"), "res.users", "search_read", [], ["no_such_field"])


def test_web_sockets_are_taken(stack):
    """Else every screen would say that the connection is lost."""
    cookie = f"session_id={stack.session('buyer').cookies['session_id']}"
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
