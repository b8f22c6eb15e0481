# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Signed events on the wire, made without the suite's own code."""

import base64
import hashlib
import hmac
import http.client
import itertools
import json
import time
import urllib.parse
import uuid

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
TYPE = "master.cost_code.upserted"
_numbers = itertools.count(1)
RUN = uuid.uuid4().hex[:8]


def event(kind=TYPE, subject=None, event_id=None, data=None, **attributes):
    """A CloudEvent; by default a new cost code that nothing else uses."""
    number = next(_numbers)
    subject = subject or f"W{RUN}-{number}"
    return {
        "specversion": "1.0",
        "id": event_id or f"{RUN}-{number}",
        "source": "/tests/wire",
        "type": kind,
        "time": "2026-02-03T10:00:00Z",
        "subject": subject,
        "dataschema": f"https://example.com/{kind}/v1",
        "data": data or {"cost_code": subject, "name": f"Code {subject}"},
        **attributes,
    }


def signed(body, secret, webhook_id=None, when=None):
    """The three headers of Standard Webhooks for ``body`` (bytes)."""
    webhook_id = webhook_id or f"wire-{RUN}-{next(_numbers)}"
    when = str(int(time.time()) if when is None else when)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{webhook_id}.{when}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": when,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()
        self.type = (response.headers.get("Content-Type") or "").split(";")[0]

    def json(self):
        return json.loads(self.text)


class Sender:
    """Posts to one source of a running stack."""

    def __init__(self, stack, code="master"):
        self.address = urllib.parse.urlsplit(stack.base_url)
        self.code = code
        self.secret = stack.sources[code]["secret"]

    def post(
        self,
        body,
        content_type=STRUCTURED,
        *,
        code=None,
        secret=None,
        chunked=False,
        webhook_id=None,
        when=None,
        **headers,
    ):
        """Send ``body`` (bytes, or anything that becomes JSON). :return: Answer"""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        values = {"Content-Type": content_type, **signed(body, secret or self.secret, webhook_id, when)}
        values.update({name.replace("_", "-"): value for name, value in headers.items()})
        values = {name: value for name, value in values.items() if value is not None}
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=120)
        try:
            connection.request(
                "POST",
                f"/construction/v1/{code or self.code}/events",
                body=(body[i : i + 65536] for i in range(0, len(body), 65536)) if chunked else body,
                headers=values,
                encode_chunked=chunked,
            )
            return Answer(connection.getresponse())
        finally:
            connection.close()


def wait_for(condition, seconds=60, what="it"):
    """Poll until ``condition()`` is true; its last value is returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} did not come within {seconds} s: {value!r}"
        time.sleep(0.2)


def problem(answer, status):
    assert answer.status == status, answer.text
    assert answer.type == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"]
    assert "Traceback" not in answer.text
    return body


def messages(stack, event_id):
    return stack.sql(
        "SELECT receipt, state FROM construction_message WHERE event_id = %s ORDER BY id", event_id
    )
