import hashlib
import json
import logging
from datetime import datetime, timezone

import psycopg2
from werkzeug.exceptions import RequestEntityTooLarge

from odoo import http
from odoo.http import request

from ..lib import crypto, envelope, signature, strict_json

_logger = logging.getLogger(__name__)

LIMIT_OF_ALL = 64 * 1024**2
KEPT_HEADERS = (
    "Content-Type",
    "User-Agent",
    "Webhook-Id",
    "Webhook-Timestamp",
    "X-Request-Id",
)
TITLES = {
    400: "The body is not well-formed",
    401: "Not authenticated",
    409: "This id was used before with other content",
    413: "The request is too large",
    415: "This media type is not taken",
    422: "The event violates its contract",
    503: "Temporarily unavailable",
}
# verified against when the source is unknown, so that its absence cannot be timed
DECOY = {0: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}


class Refused(Exception):
    """The request is answered with a problem and changes nothing."""

    def __init__(self, status, detail=None, headers=None, **members):
        super().__init__(detail or TITLES[status])
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.members = members


class InboundController(http.Controller):
    @http.route(
        "/construction/v1/<string:source_code>/events",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def events(self, source_code, **_query):
        """Take CloudEvents from a source; the answers are those of the public contract."""
        try:
            status, answer = self._take(source_code)
            return _answer(status, answer, "application/json")
        except Refused as refusal:
            return _problem(refusal)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            _logger.warning("the database is out of reach", exc_info=True)
            return _problem(_unavailable())

    def _take(self, source_code):
        if not request.db:
            raise _unavailable()
        headers = request.httprequest.headers
        mode = envelope.mode(request.httprequest.mimetype, headers)
        if mode is None:
            raise Refused(415)
        if (headers.get("Content-Encoding") or "identity").strip().lower() != "identity":
            raise Refused(415, "Content encodings are not taken.")
        config = request.env["construction.source"]._runtime(source_code)
        body = _read(config["max_body_bytes"] if config else 10 * 1024**2)
        credential_id = _authenticate(config, body, headers)
        standing = request.env["construction.source"]._stands(config)
        if standing:
            raise Refused(503, standing[0], {"Retry-After": str(standing[1])})
        events = _parse(mode, body, headers)
        delivery = _prepare_delivery(body, headers, credential_id)
        results = request.env["construction.inbox"]._accept(config, delivery, events)
        if results is None:
            raise Refused(409)
        if mode == "batch":
            return 202, {"results": results}
        return _single(results[0])


def _unavailable():
    return Refused(503, "Try again shortly.", {"Retry-After": "5"})


def _read(limit):
    """The body's bytes, at most ``limit``, declared or chunked."""
    httprequest = request.httprequest
    if (httprequest.content_length or 0) > limit:
        raise Refused(413)
    # one byte more than allowed tells a body that was cut from one that just fits
    httprequest.max_content_length = limit + 1
    try:
        body = httprequest.get_data()
    except RequestEntityTooLarge as error:
        raise Refused(413) from error
    if len(body) > limit:
        raise Refused(413)
    return body


def _authenticate(config, body, headers):
    """The id of the credential that signed; all that fails fails alike."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    known = DECOY
    if config and config["state"] in ("live", "suspended"):
        try:
            known = {
                credential_id: crypto.decrypt_secret(token)
                for credential_id, token, since, until in config["credentials"]
                if since <= now and (not until or now < until)
            }
        except (crypto.MissingKey, crypto.Unreadable) as error:
            _logger.error("credentials cannot be read: %s", error)
            raise _unavailable() from error
    try:
        credential_id = signature.verify(body, headers, known)
    except UnicodeDecodeError as error:
        raise Refused(400, "the body is not UTF-8") from error
    except signature.BadSignature as error:
        _logger.info("delivery refused for %s: %s", request.httprequest.path, error)
        raise Refused(401) from error
    if known is DECOY:
        _logger.info("delivery refused for %s: no live source", request.httprequest.path)
        raise Refused(401)
    return credential_id


def _parse(mode, body, headers):
    try:
        parsed = strict_json.loads(body)
    except strict_json.MalformedJson as error:
        raise Refused(400, str(error)) from error
    if mode == "binary":
        return [envelope.from_headers(headers.items(), headers.get("Content-Type"), parsed)]
    if mode == "batch":
        if not isinstance(parsed, list):
            raise Refused(400, "a batch must be a JSON array")
        return parsed
    return [parsed]


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


def _problem(refusal):
    body = {
        "type": "about:blank",
        "title": TITLES[refusal.status],
        "status": refusal.status,
    }
    if refusal.detail and refusal.status != 401:
        body["detail"] = refusal.detail
    body.update(refusal.members)
    return _answer(refusal.status, body, "application/problem+json", refusal.headers)


def _answer(status, body, mimetype, headers=None):
    response = http.Response(json.dumps(body), status=status, mimetype=mimetype)
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return response
