# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which stack runs, and Odoo's JSON-RPC as the web client speaks it: for feed, screenshots and tests.

odoo = rpc.client(rpc.stack(), "buyer")
odoo.call("purchase.order", "search_count", [])
"""

import json
import os
import pathlib

import requests

RUN = pathlib.Path(__file__).resolve().parent.parent / ".run"


class RpcError(Exception):
    """What Odoo refused; ``name`` is the exception's class there, such as odoo.exceptions.AccessError."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}" if name else message)
        self.name = name


class Client:
    """A session of one user.

    :raises RpcError: when Odoo refuses the login or a call
    """

    def __init__(self, base_url, database, login, password):
        self.base_url = base_url
        self.session = requests.Session()
        params = {"db": database, "login": login, "password": password}
        answer = self._rpc("/web/session/authenticate", params)
        if not (answer and answer.get("uid")):
            raise RpcError(None, f"{login} cannot log in")

    def _rpc(self, path, params):
        request = {"jsonrpc": "2.0", "method": "call", "params": params}
        response = self.session.post(self.base_url + path, json=request, timeout=120)
        answer = response.json()
        if answer.get("error"):
            data = answer["error"].get("data") or {}
            raise RpcError(data.get("name"), data.get("message") or answer["error"].get("message"))
        return answer.get("result")  # Odoo leaves it out where a method returns None

    def call(self, model, method, *args, **kwargs):
        """What a method of a model returns."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._rpc(f"/web/dataset/call_kw/{model}/{method}", params)

    def search_read(self, model, domain, fields, **kwargs):
        return self.call(model, "search_read", domain, fields=fields, **kwargs)


def stack_path(name=None):
    """Where ``setup/stack`` says what runs under a name; by default under that in ``STACK``."""
    name = name or os.environ.get("STACK") or "demo"
    return RUN / ("stack.json" if name == "demo" else f"stack-{name}.json")


def stack(name=None):
    """Address, database, logins and sources of a running stack.

    :raises SystemExit: when none runs under that name
    """
    path = stack_path(name)
    if not path.exists():
        name = name or os.environ.get("STACK") or "demo"
        raise SystemExit(f"no stack {name} runs in this checkout: start it with `make up STACK={name}`")
    return json.loads(path.read_text())


def client(running, role):
    """The session of a role (`buyer`, `auditor`, …) on a stack."""
    login = running["logins"][role]
    return Client(running["base_url"], running["database"], login["login"], login["password"])
