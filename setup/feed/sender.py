# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Signs events as Standard Webhooks says and posts them; a ten-line client with names."""

import json
from datetime import datetime, timezone

import requests
from standardwebhooks import Webhook


class Sender:
    """Sends the events of one source.

    :param base_url: where the suite answers
    :param code: code of the source, the last but one part of the address
    :param secret: its ``whsec_`` secret
    """

    def __init__(self, base_url, code, secret):
        self.url = f"{base_url}/construction/v1/{code}/events"
        self.hook = Webhook(secret)
        self.session = requests.Session()

    def post(self, delivery_id, body, content_type):
        """Send one signed delivery. :return: (HTTP status, parsed answer)"""
        now = datetime.now(timezone.utc)
        answer = self.session.post(
            self.url,
            data=body.encode(),
            headers={
                "content-type": content_type,
                "webhook-id": delivery_id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self.hook.sign(delivery_id, now, body),
            },
            timeout=60,
        )
        try:
            return answer.status_code, answer.json()
        except ValueError:
            return answer.status_code, {}

    def send(self, event, delivery_id=None):
        """Send one event in a delivery of its own."""
        body = json.dumps(event.envelope(), sort_keys=True)
        return self.post(delivery_id or f"msg_{event.id}", body, "application/cloudevents+json")

    def send_batch(self, events, delivery_id):
        """Send many events in one delivery; each has its own fate."""
        body = json.dumps([event.envelope() for event in events], sort_keys=True)
        return self.post(delivery_id, body, "application/cloudevents-batch+json")
