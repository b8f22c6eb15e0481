# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Standard Webhooks 1.0 signatures, with what the reference library lets pass refused.

Source: the Standard Webhooks specification, "Verifying webhook authenticity": the signed
content is ``{webhook-id}.{webhook-timestamp}.{body}``, HMAC-SHA256, compared in constant
time, and a timestamp more than five minutes away is refused.
"""

import base64
import re
import secrets

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
# The signed timestamp is whole seconds; the library would also take "1e9", " 7" or "nan",
# and sign another text than the sender's.
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,10}", re.ASCII)
_WEBHOOK_ID = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
# one expression for all of them would try every way to part a long one, before anything is verified
_SIGNATURE = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
MAX_SIGNATURES = 10
SECRET_BYTES = 32


class BadSignature(Exception):
    """The request is not from a holder of the secret, or not from now."""


def new_secret():
    """A fresh ``whsec_`` secret of 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_secret(secret):
    """:raises ValueError: when ``secret`` cannot be used to sign."""
    try:
        Webhook(secret)
    except Exception as error:
        raise ValueError("not a webhook secret: whsec_ and base64 are expected") from error


def verify(body, headers, secrets_by_id):
    """Find the credential that signed ``body``.

    :param bytes body: the body as received, UTF-8
    :param headers: mapping with a case-insensitive ``get``
    :param dict secrets_by_id: credential id → ``whsec_`` secret, all that are live
    :return: the id of the credential whose secret fits
    :raises BadSignature: whatever is wrong, in words for the log only
    :raises UnicodeDecodeError: when the body is not UTF-8, which nobody can have signed
    """
    body.decode()
    values = {name: headers.get(name) or "" for name in HEADERS}
    if not _WEBHOOK_ID.fullmatch(values["webhook-id"]):
        raise BadSignature("webhook-id is missing or malformed")
    if not _TIMESTAMP.fullmatch(values["webhook-timestamp"]):
        raise BadSignature("webhook-timestamp is missing or malformed")
    # an unknown version or a broken base64 among several must not hide the good one
    signatures = [part for part in _parts(values["webhook-signature"]) if _is_v1(part)]
    values["webhook-signature"] = " ".join(signatures) or "v0,"
    reason = "no live credential"
    for credential_id, secret in secrets_by_id.items():
        try:
            Webhook(secret).verify(body, values, json_parse=False)
        except (WebhookVerificationError, ValueError) as error:
            reason = str(error)
        else:
            return credential_id
    raise BadSignature(reason)


def _parts(header):
    """The signatures of a header, which a blank each parts.

    :raises BadSignature: when there are none, too many, or one that none can be
    """
    parts = header.removesuffix(" ").split(" ", MAX_SIGNATURES)
    if len(parts) > MAX_SIGNATURES or not all(map(_SIGNATURE.fullmatch, parts)):
        raise BadSignature("webhook-signature is missing or malformed")
    return parts


def _is_v1(part):
    version, _comma, signature = part.partition(",")
    if version != "v1":
        return False
    try:
        base64.b64decode(signature, validate=True)
    except ValueError:
        return False
    return True
