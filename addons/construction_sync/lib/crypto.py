# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Encryption at rest with Fernet (AES-128-CBC and HMAC-SHA256), keys from the environment.

``CONSTRUCTION_SYNC_KEY`` holds one Fernet key, or several with commas between them: the
first encrypts, all decrypt, so that a key can be rotated without a stop.
"""

import functools
import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

VARIABLE = "CONSTRUCTION_SYNC_KEY"
PREFIX = "enc:v1:"


class MissingKey(Exception):
    """The server's environment has no usable key."""


class Unreadable(Exception):
    """The value was encrypted with a key that the server does not have."""


@functools.lru_cache(maxsize=4)
def _cipher(keys):
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError as error:
        raise MissingKey(f"{VARIABLE} is empty or not a Fernet key (32 bytes in URL-safe base64)") from error


def cipher():
    """The server's cipher.

    :raises MissingKey: when the environment names no usable key
    """
    return _cipher(os.environ.get(VARIABLE, ""))


def available():
    """Whether this server can encrypt."""
    try:
        cipher()
    except MissingKey:
        return False
    return True


def encrypt(data):
    """Encrypt bytes to bytes."""
    return cipher().encrypt(data)


def decrypt(token):
    """Decrypt what :func:`encrypt` gave.

    :raises Unreadable: when no key of this server fits
    """
    try:
        return cipher().decrypt(bytes(token))
    except InvalidToken as error:
        raise Unreadable(f"encrypted with a key that {VARIABLE} no longer holds") from error


@functools.lru_cache(maxsize=256)
def _decrypt_secret(keys, token):
    return decrypt(token.encode()).decode()


def decrypt_secret(token):
    """The same for a credential's secret, kept in the process: it is needed at every request."""
    return _decrypt_secret(os.environ.get(VARIABLE, ""), token)
