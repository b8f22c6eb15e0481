# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one client of Odoo's JSON-RPC."""

import json

import pytest
import rpc


class Session:
    """Answers as Odoo does: without a `result` where a method returns None."""

    answers = {
        "authenticate": {"result": {"uid": 2}},
        "action_nothing": {"jsonrpc": "2.0", "id": None},
        "search": {"result": [7]},
        "write": {
            "error": {
                "message": "Odoo Server Error",
                "data": {"name": "odoo.exceptions.AccessError", "message": "not yours"},
            }
        },
    }

    def post(self, address, **request):
        self.answer = self.answers[address.rpartition("/")[2]]
        return self

    def json(self):
        return self.answer


@pytest.fixture(autouse=True)
def odoo(monkeypatch):
    monkeypatch.setattr(rpc.requests, "Session", Session)


def test_what_a_method_returns():
    client = rpc.Client("http://here", "db", "buyer", "secret")
    assert client.call("res.partner", "search", []) == [7]
    assert client.call("res.partner", "action_nothing") is None
    with pytest.raises(rpc.RpcError, match="not yours") as caught:
        client.call("res.partner", "write", [7], {})
    assert caught.value.name == "odoo.exceptions.AccessError"


@pytest.mark.parametrize("answer", [{}, {"result": {"uid": None}}, {"result": None}])
def test_a_login_that_is_refused(monkeypatch, answer):
    monkeypatch.setitem(Session.answers, "authenticate", answer)
    with pytest.raises(rpc.RpcError, match="buyer cannot log in"):
        rpc.Client("http://here", "db", "buyer", "wrong")


def test_the_stack_is_the_one_that_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(rpc, "RUN", tmp_path)
    for name in ("stack", "stack-second"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"database": name}))
    monkeypatch.delenv("STACK", raising=False)
    assert rpc.stack()["database"] == "stack"
    monkeypatch.setenv("STACK", "second")
    assert rpc.stack()["database"] == "stack-second"
    assert rpc.stack("demo")["database"] == "stack"
    with pytest.raises(SystemExit, match="make up STACK=third"):
        rpc.stack("third")
