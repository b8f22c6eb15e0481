# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""JSON as RFC 8259 has it, without the extensions that Python's reader lets pass.

Money must not go through binary floating point, so that numbers with a fraction or an
exponent are read as :class:`decimal.Decimal`. A repeated key, ``NaN``, ``Infinity``, bad
UTF-8 and a structure nested too deep are refused: two readers could understand them in
two ways.
"""

import hashlib
import json
from decimal import Decimal, InvalidOperation

import simplejson

MAX_DEPTH = 64
MAX_DIGITS = 128
MAX_EXPONENT = 308


class MalformedJson(ValueError):
    """The text is not JSON that every reader understands alike."""


def _object(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedJson("an object repeats a key")
    for key in result:
        _check_text(key)
    return result


def _constant(name):
    raise MalformedJson(f"{name} is not a JSON number")


def _integer(text):
    if len(text) > MAX_DIGITS:
        raise MalformedJson(f"a number has more than {MAX_DIGITS} digits")
    return int(text)


def _fraction(text):
    if len(text) > MAX_DIGITS:
        raise MalformedJson(f"a number has more than {MAX_DIGITS} digits")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise MalformedJson("a number is out of range") from error
    if not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT:
        raise MalformedJson("a number is out of range")
    return value


def _check_text(text):
    # PostgreSQL stores neither a NUL nor half a surrogate pair
    if "\x00" in text:
        raise MalformedJson("a string holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise MalformedJson("a string holds half a surrogate pair") from error


def _check(value, depth=0):
    if depth > MAX_DEPTH:
        raise MalformedJson(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for item in value.values():
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_constant,
    parse_int=_integer,
    parse_float=_fraction,
)


def loads(raw):
    """Read one JSON text.

    :param bytes raw: the text, UTF-8 without a byte order mark
    :return: dict, list, str, int, Decimal, bool or None
    :raises MalformedJson: with the reason, which quotes nothing of the text
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson("the body is not UTF-8") from error
    try:
        value = _DECODER.decode(text)
    except MalformedJson:
        raise
    except RecursionError as error:
        raise MalformedJson(f"nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        raise MalformedJson("the body is not JSON") from error
    _check(value)
    return value


def dumps(value, indent=None):
    """Write ``value`` as JSON text; a Decimal keeps its digits as a number.

    >>> from decimal import Decimal
    >>> dumps({"price": Decimal("10.50")})
    '{"price":10.50}'
    """
    return simplejson.dumps(
        value,
        ensure_ascii=False,
        indent=indent,
        separators=(",", ": ") if indent else (",", ":"),
        use_decimal=True,
        allow_nan=False,
    )


def canonical_hash(value):
    """SHA-256, in hexadecimal, of ``value`` whatever the order of its keys or its spaces.

    >>> canonical_hash({"a": 1, "b": 2}) == canonical_hash({"b": 2, "a": 1})
    True
    """
    text = simplejson.dumps(
        value,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        use_decimal=True,
        allow_nan=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()
