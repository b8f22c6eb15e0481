# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every error at and below /construction is a problem of RFC 9457, whoever raises it."""

import json

import psycopg2
from psycopg2.pool import PoolError
from werkzeug.exceptions import HTTPException

from odoo import http
from odoo.exceptions import ConcurrencyError

from ..lib import sqlstate

PREFIX = "/construction"
TITLES = {
    400: "The body is not well-formed",
    401: "Not authenticated",
    404: "There is nothing at this address",
    405: "This address does not take the method",
    408: "The body did not come in time",
    409: "This id was used before with other content",
    413: "The request is too large",
    415: "This media type is not taken",
    422: "The event violates its contract",
    500: "The server met an error",
    503: "Temporarily unavailable",
}
AWAY = (PoolError, http.RegistryError, ConcurrencyError)


class Refused(Exception):
    """The request is answered with a problem and changes nothing."""

    def __init__(self, status, detail=None, headers=None, **members):
        super().__init__(detail or TITLES.get(status, ""))
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members


def unavailable(seconds=5):
    return Refused(503, "Try again shortly.", {"Retry-After": str(seconds)})


def answer(status, body, mimetype="application/json", headers=None):
    response = http.Response(json.dumps(body), status=status, mimetype=mimetype)
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return response


def problem(refusal):
    """The response of a refusal."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(refusal.status) or f"Error {refusal.status}",
        "status": refusal.status,
    }
    if refusal.detail and refusal.status != 401:
        body["detail"] = refusal.detail
    body.update(refusal.members)
    return answer(refusal.status, body, "application/problem+json", refusal.headers)


def refusal_of(error):
    """What a sender is told of an error that it did not cause in a way of ours."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, AWAY):
        return unavailable()
    if isinstance(error, psycopg2.Error):
        return Refused(500) if sqlstate.verdict(error) == sqlstate.PERMANENT else unavailable()
    if not isinstance(error, HTTPException) or not error.code:
        return Refused(500)
    headers = {}
    if getattr(error, "valid_methods", None):
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if getattr(error, "retry_after", None):
        headers["Retry-After"] = str(error.retry_after)
    return Refused(error.code, headers=headers)


class ProblemDispatcher(http.HttpDispatcher):
    """Odoo's dispatcher of ``type="http"``, which it takes the place of.

    It also lets a route keep its body unread (``raw_body=True``): that of a form would be read
    before the controller is asked, without a limit of size or time.
    """

    def dispatch(self, endpoint, args):
        if not endpoint.routing.get("raw_body"):
            return super().dispatch(endpoint, args)
        self.request.params = dict(args)
        if self.request.db:
            return self.request.registry["ir.http"]._dispatch(endpoint)
        return endpoint(**self.request.params)

    def handle_error(self, exc):
        if not f"{self.request.httprequest.path}/".startswith(f"{PREFIX}/"):
            return super().handle_error(exc)
        return problem(refusal_of(exc))
