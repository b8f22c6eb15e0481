"""The stack itself: it answers, every role can log in, and it comes back after a crash."""

import os
import stat

import pytest
import requests
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
