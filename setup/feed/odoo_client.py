"""Reads what became of the events, as a user of the web client would."""

import requests


class OdooClient:
    """A session of one user.

    :raises RuntimeError: when Odoo refuses the login or a call
    """

    def __init__(self, base_url, database, login, password):
        self.base_url = base_url
        self.session = requests.Session()
        answer = self._rpc(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        if not answer.get("uid"):
            raise RuntimeError(f"{login} cannot log in")

    def _rpc(self, path, params):
        answer = self.session.post(
            self.base_url + path,
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=120,
        ).json()
        if answer.get("error"):
            data = answer["error"].get("data") or {}
            raise RuntimeError(data.get("message") or answer["error"].get("message"))
        return answer["result"]

    def call(self, model, method, *args, **kwargs):
        return self._rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    def search_read(self, model, domain, fields, **kwargs):
        return self.call(model, "search_read", domain, fields=fields, **kwargs)
