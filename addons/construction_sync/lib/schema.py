# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""JSON Schema (Draft 2020-12) checks whose messages quote nothing of the payload."""

import functools
import json
from datetime import date, datetime, timedelta, timezone

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, SchemaError, ValidationError
from jsonschema.validators import extend

from .envelope import YEARS, parse_time

CLASSIFICATION = "x-classification"
# sealed where it is stored
RESTRICTED = "restricted"
# stored as it is, and taken out of what is stored (``personal``)
PERSONAL = "personal"
# JSON Schema counts characters, and an index row of the store counts bytes
MAX_BYTES = "x-maxBytes"
# days that a date, or a moment, of what has happened may lie ahead of our clock
MAX_AHEAD = "x-maxAheadDays"
MAX_FAULTS = 50
# what says of which kind a value is, or that it is an object
TYPED = {"type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf", "required", "properties"}
_FORMATS = FormatChecker(formats=())

_DETAILS = {
    "required": lambda value, error: f"lacks {_missing(error)}",
    "type": lambda value, error: (
        "must be of type " + " or ".join([value] if isinstance(value, str) else value)
    ),
    "enum": lambda value, error: "must be one of " + ", ".join(map(str, value)),
    "const": lambda value, error: f"must be {value}",
    "minLength": lambda value, error: f"must have at least {value} characters",
    "maxLength": lambda value, error: f"must have at most {value} characters",
    MAX_BYTES: lambda value, error: f"must have at most {value} bytes of UTF-8",
    MAX_AHEAD: lambda value, error: f"lies in the future: at most {value} days ahead are taken",
    "pattern": lambda value, error: f"must match the pattern {value}",
    "format": lambda value, error: f"must be a {value}",
    "minItems": lambda value, error: f"must have at least {value} entries",
    "maxItems": lambda value, error: f"must have at most {value} entries",
    "minimum": lambda value, error: f"must be at least {value}",
    "maximum": lambda value, error: f"must be at most {value}",
    "exclusiveMinimum": lambda value, error: f"must be more than {value}",
    "exclusiveMaximum": lambda value, error: f"must be less than {value}",
}


@_FORMATS.checks("date")
def _is_date(value):
    if not isinstance(value, str):
        return True
    try:
        # the years of the envelope's moments: beyond them it is a slip, and arithmetic may overflow
        return len(value) == 10 and date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


@_FORMATS.checks("date-time")
def _is_moment(value):
    return not isinstance(value, str) or parse_time(value) is not None


class BrokenSchema(ValueError):
    """The text is not a JSON Schema; says which rule is broken, and where."""


class _MaxBytes:
    """The keyword for the quick check."""

    def __init__(self, _parent, limit, _path):
        self.limit = limit

    def validate(self, value):
        if not self.is_valid(value):
            raise ValueError(f"more than {self.limit} bytes")

    def is_valid(self, value):
        return not isinstance(value, str) or len(value.encode()) <= self.limit


def _max_bytes(_validator, limit, value, _schema):
    """The keyword for the check that says why."""
    if isinstance(value, str) and len(value.encode()) > limit:
        yield ValidationError(f"more than {limit} bytes")


def _is_ahead(value, days):
    """Whether a date, or a moment, lies more than so many days in the future."""
    if not isinstance(value, str):
        return False
    latest = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(days=days)
    moment = parse_time(value)
    if moment is not None:
        return moment > latest
    # a date is over when it is over where the day ends last
    return _is_date(value) and date.fromisoformat(value) > latest.date() + timedelta(days=1)


class _MaxAhead:
    """The keyword for the quick check."""

    def __init__(self, _parent, days, _path):
        self.days = days

    def validate(self, value):
        if not self.is_valid(value):
            raise ValueError(f"more than {self.days} days ahead")

    def is_valid(self, value):
        return not _is_ahead(value, self.days)


def _max_ahead(_validator, days, value, _schema):
    """The keyword for the check that says why."""
    if _is_ahead(value, days):
        yield ValidationError(f"more than {days} days ahead")


@functools.lru_cache(maxsize=256)
def _matcher(pattern):
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid


def _pattern(_validator, pattern, value, _schema):
    """Patterns for the check that says why.

    By the engine of the quick check, which needs no longer the longer it looks: Python's would try
    every way to part a text that fits nearly, and a sender chooses the text.
    """
    if not _matcher(pattern)(value):
        yield ValidationError("does not match")


_Validator = extend(Draft202012Validator, {MAX_BYTES: _max_bytes, MAX_AHEAD: _max_ahead, "pattern": _pattern})


def _missing(error):
    present = error.instance
    return ", ".join(name for name in error.validator_value if name not in present)


@functools.lru_cache(maxsize=256)
def validator(schema_text):
    """A compiled validator for a schema given as text, kept for the process.

    :raises BrokenSchema: when the text is not a schema
    """
    try:
        schema = json.loads(schema_text)
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = "".join(f"/{step}" for step in error.absolute_path) or "/"
        raise BrokenSchema(f"{where}: {error.message}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise BrokenSchema(f"not JSON: {error}") from error
    return _Validator(schema, format_checker=_FORMATS)


@functools.lru_cache(maxsize=256)
def quick_check(schema_text):
    """A function that says quickly whether a value is valid, but not why not.

    Nearly every event is valid, and ``jsonschema`` takes longer to say so than all else that
    accepting one takes.

    :raises BrokenSchema: when the text is not a schema, or refers to what is not there
    """
    formats = {"date": _is_date, "date-time": _is_moment}
    try:
        return jsonschema_rs.Draft202012Validator(
            validator(schema_text).schema,
            validate_formats=True,
            formats=formats,
            keywords={MAX_BYTES: _MaxBytes, MAX_AHEAD: _MaxAhead},
        ).is_valid
    except BrokenSchema:
        raise
    except (ValueError, TypeError, jsonschema_rs.ValidationError) as error:
        raise BrokenSchema(str(error).splitlines()[0]) from error


def is_broken(schema_text):
    """Why a text cannot be used as a schema, in a sentence for its author; None for a good one."""
    try:
        quick_check(schema_text)
    except BrokenSchema as error:
        return str(error)
    return None


def unlimited(schema_text):
    """Where a contract lets in texts of any length, as pointers into the schema.

    What has no limit fits no column and no index: one such event would fail wherever it is written.

    >>> unlimited('{"properties": {"a": {"type": "string"}, "b": {"enum": ["x"]}}}')
    ['/properties/a']
    """
    return [f"/{'/'.join(path)}" for path, node in texts(json.loads(schema_text)) if not _is_limited(node)]


def _is_limited(node):
    # a day or a moment has the length of its form
    return "maxLength" in node or node.get("format") in ("date", "date-time")


def texts(node, path=()):
    """Every place of a schema where a text may stand: (path as a tuple of steps, schema)."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from texts(item, (*path, str(number)))
        return
    if not isinstance(node, dict):
        return
    kinds = node.get("type", ())
    if "string" in ([kinds] if isinstance(kinds, str) else kinds):
        if not {"enum", "const"} & node.keys():
            yield path, node
    elif path and not TYPED & node.keys():
        # says nothing of its type: a text would do
        yield path, node
    for key, item in node.items():
        if key in ("properties", "$defs"):
            for child, value in item.items():
                yield from texts(value, (*path, key, child))
        elif key in ("items", "additionalProperties", "anyOf", "oneOf", "allOf"):
            yield from texts(item, (*path, key))


def faults(schema_text, data, prefix="/data"):
    """Where ``data`` violates the schema.

    :return: list of {"pointer", "detail"} with JSON pointers (RFC 6901), at most 50
    """
    if quick_check(schema_text)(data):
        return []
    found = {}
    for error in validator(schema_text).iter_errors(data):
        for leaf in _leaves(error):
            pointer = prefix + "".join(
                "/" + str(step).replace("~", "~0").replace("/", "~1") for step in leaf.absolute_path
            )
            found.setdefault((pointer, _detail(leaf)))
        if len(found) >= MAX_FAULTS:
            break
    # the two read a pattern's end or an odd number apart: what one of them refuses is refused
    found = found or {(prefix, "violates the contract"): None}
    return [{"pointer": pointer, "detail": detail} for pointer, detail in sorted(found)[:MAX_FAULTS]]


def _leaves(error):
    # of an anyOf only the branch that came nearest says something useful
    if error.validator in ("anyOf", "oneOf") and error.context:
        deepest = max(len(item.absolute_path) for item in error.context)
        if deepest > len(error.absolute_path):
            return [i for i in error.context if len(i.absolute_path) == deepest]
    return [error]


def _detail(error):
    describe = _DETAILS.get(error.validator)
    if describe:
        return describe(error.validator_value, error)
    description = isinstance(error.schema, dict) and error.schema.get("description")
    return f"must be {_within(description)}" if description else f"fails {error.validator}"


def _within(sentence):
    """A description as it stands within a sentence.

    >>> _within("A decimal of zero or more"), _within("RFC 3339 with offset"), _within("X")
    ('a decimal of zero or more', 'RFC 3339 with offset', 'X')
    """
    is_name = sentence[1:2].isupper() or not sentence[1:]
    return sentence if is_name else sentence[0].lower() + sentence[1:]


def restricted_paths(schema_text):
    """The paths, as tuples with ``*`` for any index, of values marked restricted."""
    return tuple(path for path, kind in hidden_paths(schema_text) if kind == RESTRICTED)


@functools.lru_cache(maxsize=256)
def hidden_paths(schema_text):
    """What no person reads in a message: (path as a tuple with ``*`` for any index, how it is marked)."""
    found = []

    def walk(schema, path):
        if not isinstance(schema, dict):
            return
        if schema.get(CLASSIFICATION) in (RESTRICTED, PERSONAL):
            found.append((path, schema[CLASSIFICATION]))
            return
        for name, item in (schema.get("properties") or {}).items():
            walk(item, path + (name,))
        if isinstance(schema.get("items"), dict):
            walk(schema["items"], path + ("*",))

    walk(json.loads(schema_text), ())
    return tuple(found)


def replace_at(value, path, change):
    """A copy of ``value`` with ``change(item)`` in place of every item at ``path``."""
    if not path:
        return value if value is None else change(value)
    step, rest = path[0], path[1:]
    if step == "*" and isinstance(value, list):
        return [replace_at(item, rest, change) for item in value]
    if isinstance(value, dict) and step in value:
        return {**value, step: replace_at(value[step], rest, change)}
    return value
