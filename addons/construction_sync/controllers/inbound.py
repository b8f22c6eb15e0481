# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import json
import logging
from datetime import datetime, timezone

import psycopg2

from odoo import http
from odoo.http import request

from ..lib import crypto, envelope, signature, sqlstate, strict_json
from ..models.construction_accept import BrokenContract, Unstorable
from . import body as request_body
from .problem import AWAY, Refused, answer, problem, refusal_of, unavailable

_logger = logging.getLogger(__name__)

METHODS = "OPTIONS, POST"
KEPT_HEADERS = (
    "Content-Type",
    "User-Agent",
    "Webhook-Id",
    "Webhook-Timestamp",
    "X-Request-Id",
)
# verified against when the source is unknown, so that its absence cannot be timed
DECOY = {0: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}


class InboundController(http.Controller):
    @http.route(
        "/construction/v1/<string:source_code>/events",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        raw_body=True,
    )
    def events(self, source_code):
        """Take CloudEvents from a source; the answers are those of the public contract."""
        if request.httprequest.method == "OPTIONS":  # which Odoo adds to any route
            return http.Response(status=204, headers={"Allow": METHODS})
        try:
            return answer(*self._take(source_code))
        except Refused as refusal:
            return problem(refusal)
        except (psycopg2.Error, *AWAY) as error:
            # without a traceback: the error of a statement may quote it, with the event's data
            refusal = refusal_of(error)
            _logger.warning("answered %s: %s", refusal.status, sqlstate.describe(error))
            return problem(refusal)

    def _take(self, source_code):
        if not request.db:
            raise unavailable()
        headers = request.httprequest.headers
        # all that is told before the signature is known to be good is the same for all sources
        body = request_body.read(request.httprequest, request.env["construction.accept"]._largest_body())
        mode = envelope.mode(request.httprequest.mimetype, headers)
        if mode is None:
            raise Refused(415)
        if (headers.get("Content-Encoding") or "identity").strip().lower() != "identity":
            raise Refused(415, "Content encodings are not taken.")
        config = request.env["construction.source"]._runtime(source_code)
        credential_id = _authenticate(config, body, headers)
        if len(body) > config["max_body_bytes"]:
            raise Refused(413)
        standing = request.env["construction.source"]._stands(config)
        if standing:
            raise Refused(503, standing[0], {"Retry-After": str(standing[1])})
        events = _parse(mode, body, headers)
        delivery = _prepare_delivery(body, headers, credential_id)
        accept = request.env["construction.accept"]
        try:
            results = accept._accept(config, delivery, events)
        except BrokenContract as error:
            _logger.error("a contract cannot be read: %s", error)
            accept._tell_broken_contract(config, error)
            raise unavailable(300) from error
        except Unstorable as error:
            _logger.error("a delivery cannot be stored: %s", error)
            raise Refused(500) from None
        if results is None:
            raise Refused(409)
        if mode == "batch":
            return 202, {"results": results}
        return _single(results[0])


def _readable(config, now):
    """The secrets of a source's valid credentials, and whether some of them cannot be read.

    One that was sealed with another key stands in no other's way.
    """
    if not config or config["state"] not in ("live", "suspended"):
        return DECOY, False
    known, unreadable = {}, False
    for credential_id, token, since, until in config["credentials"]:
        if since > now or (until and until <= now):
            continue
        try:
            known[credential_id] = crypto.decrypt_secret(token)
        except (crypto.MissingKey, crypto.Unreadable) as error:
            _logger.error("credentials cannot be read: %s", error)
            unreadable = True
    return known, unreadable


def _authenticate(config, body, headers):
    """The id of the credential that signed; all that fails fails alike."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    known, unreadable = _readable(config, now)
    try:
        credential_id = signature.verify(body, headers, known)
    except UnicodeDecodeError as error:
        raise Refused(400, "the body is not UTF-8") from error
    except signature.BadSignature as error:
        if unreadable:
            # it may be signed by what cannot be read: the sender is to try again, not to give up
            raise unavailable() from error
        _logger.info("delivery refused for %s: %s", request.httprequest.path, error)
        raise Refused(401) from error
    if known is DECOY:
        _logger.info("delivery refused for %s: no live source", request.httprequest.path)
        raise Refused(401)
    return credential_id


def _parse(mode, body, headers):
    try:
        return envelope.events(mode, body, headers)
    except strict_json.MalformedJson as error:
        raise Refused(400, str(error)) from error


def _prepare_delivery(body, headers, credential_id):
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    kept.update({k: v for k, v in headers.items() if k.lower().startswith("ce-")})
    return {
        "webhook_id": headers["webhook-id"],
        # in binary mode the envelope is in the headers and belongs to the identity
        "body_hash": hashlib.sha256(body + _envelope_bytes(headers)).hexdigest(),
        "body": body,
        "content_type": (headers.get("Content-Type") or "")[:255],
        "headers_text": json.dumps(kept, indent=1).replace("\\u0000", ""),
        "credential_id": credential_id,
        "received_at": datetime.now(timezone.utc).replace(tzinfo=None),
    }


def _envelope_bytes(headers):
    attributes = sorted(
        f"\n{name.lower()}:{value}" for name, value in headers.items() if name.lower().startswith("ce-")
    )
    return "".join(attributes).encode()


def _single(result):
    if result["status"] == "rejected":
        raise Refused(422, faults=result["faults"])
    if result["status"] == "conflict":
        raise Refused(409)
    return 202, result
