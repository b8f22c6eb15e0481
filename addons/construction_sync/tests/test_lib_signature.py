# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time
import unittest
from unittest.mock import patch

from standardwebhooks.webhooks import Webhook

from odoo.addons.construction_sync.lib import signature

from . import hanging, vectors

SECRET = signature.new_secret()


def signed(body=b'{"a":1}', secret=SECRET, when=None, webhook_id="msg_1"):
    when = int(when if when is not None else time.time())
    content = f"{webhook_id}.{when}.".encode() + body
    import base64
    import hashlib
    import hmac

    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(when),
        "webhook-signature": f"v1,{digest}",
    }


class TestPublishedVectors(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.vectors = vectors.load("webhook_vectors/standard_webhooks.json")
        case = self.vectors["v1"]
        self.body = case["body"].encode()
        self.secret = case["secret"]
        self.headers = {k: v for k, v in case.items() if k.startswith("webhook-")}
        # the published timestamp lies years back: let the library's clock stand there
        self.now = int(self.headers["webhook-timestamp"])

    def verify(self, offset=0, secret=None, **headers):
        import datetime as real

        class Clock(real.datetime):
            @classmethod
            def now(cls, tz=None):
                return real.datetime.fromtimestamp(self.now + offset, tz)

        values = {**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        with patch("standardwebhooks.webhooks.datetime", Clock):
            return signature.verify(self.body, values, {7: secret or self.secret})

    def test_accepted(self):
        self.assertEqual(self.verify(), 7)

    def test_accepted_among_several(self):
        self.assertEqual(self.verify(webhook_signature=self.vectors["accept_multi"]), 7)

    def test_rejected_signatures(self):
        for bad in self.vectors["reject_signature"]:
            with self.assertRaises(signature.BadSignature):
                self.verify(webhook_signature=bad)

    def test_asymmetric_version_is_not_mistaken(self):
        with self.assertRaises(signature.BadSignature):
            self.verify(webhook_signature=self.vectors["v1a"]["webhook-signature"])

    def test_tolerance(self):
        for case in self.vectors["tolerance_cases"]:
            with self.assertRaises(signature.BadSignature):
                self.verify(offset=case["age_s"])
        self.assertEqual(self.verify(offset=self.vectors["tolerance_seconds"] - 1), 7)

    def test_secret_forms(self):
        for bad in self.vectors["secret_forms_rejected"]:
            with self.assertRaises(ValueError):
                signature.check_secret(bad)
        signature.check_secret(self.vectors["secret_forms_accepted_upstream"][0])


class TestSignature(unittest.TestCase):
    def test_which_credential_signed(self):
        other = signature.new_secret()
        headers = signed(secret=other)
        self.assertEqual(signature.verify(b'{"a":1}', headers, {1: SECRET, 2: other}), 2)

    def test_library_and_ours_agree(self):
        body = '{"a":"ü"}'
        from datetime import datetime, timezone

        now = datetime.now(tz=timezone.utc)
        headers = {
            "webhook-id": "x",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign("x", now, body),
        }
        self.assertEqual(signature.verify(body.encode(), headers, {1: SECRET}), 1)

    def test_refused(self):
        good = signed()
        for change in (
            {"webhook-id": ""},
            {"webhook-id": "a b"},
            {"webhook-id": "x" * 256},
            {"webhook-id": "other"},
            {"webhook-timestamp": ""},
            {"webhook-timestamp": "abc"},
            {"webhook-timestamp": good["webhook-timestamp"] + ".0"},
            {"webhook-timestamp": "1e9"},
            {"webhook-timestamp": " " + good["webhook-timestamp"]},
            {"webhook-timestamp": "-" + good["webhook-timestamp"]},
            {"webhook-timestamp": "nan"},
            {"webhook-signature": ""},
            {"webhook-signature": "v1"},
            {"webhook-signature": "v1,"},
            {"webhook-signature": "v1,!!!"},
            {"webhook-signature": good["webhook-signature"].replace("v1", "v2")},
            {"webhook-signature": good["webhook-signature"][:-6] + "AAAAA="},
            {"webhook-signature": "ü"},
            {"webhook-signature": good["webhook-signature"] + "  " + good["webhook-signature"]},
            {"webhook-signature": " ".join([good["webhook-signature"]] * 11)},
            {"webhook-signature": good["webhook-signature"] + " " + "x" * 201},
        ):
            with self.subTest(change), self.assertRaises(signature.BadSignature):
                signature.verify(b'{"a":1}', {**good, **change}, {1: SECRET})
        with self.assertRaises(signature.BadSignature):
            signature.verify(b'{"a":2}', good, {1: SECRET})
        with self.assertRaises(signature.BadSignature):
            signature.verify(b'{"a":1}', good, {})
        with self.assertRaises(signature.BadSignature):
            signature.verify(b'{"a":1}', signed(when=time.time() - 600), {1: SECRET})

    def test_what_is_not_signed_costs_nothing(self):
        # before a signature is verified anybody may send anything: an expression that tries every way to
        # part these takes minutes for the first and years for the others
        with hanging.ends():
            for text in ("v1," + "A" * 44 + "é", "v1," + "A" * 150 + "  v1,x", "A" * 100_000, "A " * 50_000):
                with self.assertRaises(signature.BadSignature):
                    signature.verify(b"{}", {**signed(), "webhook-signature": text}, {1: SECRET})

    def test_broken_neighbour_does_not_hide_the_good_one(self):
        good = signed()
        mixed = "v1,%%% v9 " + good["webhook-signature"]
        self.assertEqual(signature.verify(b'{"a":1}', {**good, "webhook-signature": mixed}, {1: SECRET}), 1)
