# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Restricted and personal values on their way through a person's hands: masked, put back, sealed, opened.

Both are masked; what is restricted is sealed besides.
"""

import re

from . import crypto, schema, strict_json

MASK = "••••••"
MASKED = re.compile(MASK + r"(\d*)", re.ASCII)


class UnknownMask(ValueError):
    """A mask that stands for no value of the original."""


def _each(data, schema_text, change):
    for path, kind in schema.hidden_paths(schema_text):
        data = schema.replace_at(data, path, lambda value, kind=kind: change(value, kind))
    return data


def values(data, schema_text):
    """The hidden values of ``data`` as they are stored, in one fixed order."""
    found = []
    _each(data, schema_text, lambda value, _kind: found.append(value) or value)
    return found


def mask(data, schema_text):
    """``data`` with a mask for each hidden value; several masks have numbers, so that they may move."""
    count = len(values(data, schema_text))
    numbers = iter(range(1, count + 1))
    return _each(data, schema_text, lambda _value, _kind: MASK if count == 1 else f"{MASK}{next(numbers)}")


def restore(data, original, schema_text):
    """``data`` of a person, sealed: a mask stands for the original's value, what is typed anew is sealed.

    :raises UnknownMask: for a mask that the original does not have
    """
    stored = values(original, schema_text)

    def put_back(value, kind):
        found = MASKED.fullmatch(value) if isinstance(value, str) else None
        if not found:
            # also what looks like a sealed value: nobody but us seals
            return close(value) if kind == schema.RESTRICTED else value
        number = int(found[1] or 1)
        if not 1 <= number <= len(stored):
            raise UnknownMask(value)
        return stored[number - 1]

    return _each(data, schema_text, put_back)


def close(value):
    """A value as it is stored."""
    return crypto.PREFIX + crypto.encrypt(strict_json.dumps(value).encode()).decode()


def open_value(value):
    """The value behind a stored one."""
    if isinstance(value, str) and value.startswith(crypto.PREFIX):
        return strict_json.loads(crypto.decrypt(value[len(crypto.PREFIX) :].encode()))
    return value


def opened(data, schema_text):
    """``data`` with its restricted values in clear: to be checked, never to be kept."""

    def unseal(value, kind):
        return open_value(value) if kind == schema.RESTRICTED else value

    return _each(data, schema_text, unseal)
