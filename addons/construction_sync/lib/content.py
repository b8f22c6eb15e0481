# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The business content of a document: what is compared when it comes again.

It is the data as its schema reads it: decimals without regard to how they are written, moments in
UTC, defaults filled in, unknown fields kept. It leaves out who captured it on which device, the
bytes of attached files, the order of numbered lines, and the document's own revision.
"""

import functools
import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Context, Decimal, InvalidOperation

from .schema import CLASSIFICATION, PERSONAL, RESTRICTED

CAPTURED = "captured_"
BYTES = "base64"
HIDDEN = "••••••"
QUANTITY, UNIT, CURRENCY = "quantity", "uom", "currency"
# what is said in the currency of the document
MONEY = {"amount", "discount", "net total", "prepaid", "rounding", "tax total", "total", "unit price"}
MAX_SHOWN = 200
# more digits than the reader of JSON lets in: nothing is rounded
_EXACT = Context(prec=500)


@dataclass(frozen=True)
class Difference:
    """One field that differs, in words for a clerk; an absent side is an empty text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Sealed:
    """An opened restricted value, or a personal one: it is compared, and never shown."""

    text: str


class _Absent:
    """What is not there, which is not the same as null."""


ABSENT = _Absent()


class _Reader:
    """Reads data as one schema does."""

    def __init__(self, schema_text):
        self.root = json.loads(schema_text)
        self.kinds = {}

    def resolve(self, schema):
        """The schema behind local references, with what stands beside them."""
        while isinstance(schema, dict) and "$ref" in schema:
            target = self.root
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target.get(step, {})
            schema = {**target, **{name: item for name, item in schema.items() if name != "$ref"}}
        return schema if isinstance(schema, dict) else {}

    def kinds_of(self, schema):
        """Which of "number" and "date-time" a value of this schema may be."""
        known = self.kinds.get(id(schema))
        if known is None:
            # the schema is kept beside the answer, or its id could come to be another's
            known = self.kinds[id(schema)] = (self._kinds_of(schema), schema)
        return known[0]

    def _kinds_of(self, schema):
        schema = self.resolve(schema)
        types = schema.get("type", ())
        found = {types} if isinstance(types, str) else set(types)
        found.add(schema.get("format"))
        for name in ("anyOf", "oneOf", "allOf"):
            for option in schema.get(name, ()):
                found |= self.kinds_of(option)
        return found & {"number", "integer", "date-time"}

    def read(self, value, schema, unseal, top=False):  # pylint: disable=method-required-super
        schema = schema or {}
        whole = self.resolve(schema)
        if whole.get(CLASSIFICATION) == PERSONAL:
            return Sealed(_dump(self.read(value, {}, None)))
        if whole.get(CLASSIFICATION) == RESTRICTED:
            return Sealed(_dump(self.read(unseal(value) if unseal else value, {}, None)))
        if isinstance(value, dict):
            return self._read_object(value, whole, unseal, top)
        if isinstance(value, list):
            items = [self.read(item, whole.get("items"), unseal) for item in value]
            return sorted(items, key=_line_rank) if _numbered(items) else items
        return _scalar(value, self.kinds_of(schema))

    def _read_object(self, value, schema, unseal, top):
        properties = schema.get("properties") or {}
        filled = {
            name: option["default"]
            for name, option in ((n, self.resolve(s)) for n, s in properties.items())
            if "default" in option and name not in value
        }
        return {
            name: self.read(item, properties.get(name), unseal)
            for name, item in {**value, **filled}.items()
            if not name.startswith(CAPTURED)
            and not (name == BYTES and not top)
            and not (top and name == self.revision_name)
        }

    @functools.cached_property
    def revision_name(self):
        for name, schema in (self.root.get("properties") or {}).items():
            if self.resolve(schema).get("x-revision"):
                return name
        return None


@functools.lru_cache(maxsize=256)
def _reader(schema_text):
    return _Reader(schema_text)


def _scalar(value, kinds):
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if kinds & {"number", "integer"} and "date-time" not in kinds:
        try:
            return _number(value)
        except InvalidOperation:
            return value
    if "date-time" in kinds and len(value) > 10:
        return _moment(value)
    # the same text, however its accents are put together
    return unicodedata.normalize("NFC", value)


def _number(value):
    number = Decimal(str(value))
    if not number.is_finite():
        raise InvalidOperation
    number = number.normalize(_EXACT)
    return Decimal(0) if not number else number


def _moment(value):
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        return value
    if moment.tzinfo is None:
        return value
    return moment.astimezone(timezone.utc).isoformat()


def _numbered(items):
    lines = [item.get("line") if isinstance(item, dict) else None for item in items]
    return bool(lines) and None not in lines and len({str(line) for line in lines}) == len(lines)


def _line_rank(item):
    return str(item["line"])


def _dump(value):
    """Canonical JSON: names sorted, no spaces, a number in plain digits."""
    if isinstance(value, Sealed):
        return '{"sealed":' + value.text + "}"
    if isinstance(value, dict):
        inner = ",".join(f"{json.dumps(name)}:{_dump(value[name])}" for name in sorted(value))
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_dump, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value)


def canonical(schema_text, data, unseal=None):
    """The business content of ``data`` as canonical JSON.

    :param unseal: function that opens a sealed restricted value; without, values are as given
    """
    reader = _reader(schema_text)
    return _dump(reader.read(data, reader.root, unseal, top=True))


def content_hash(schema_text, data, unseal=None):
    """SHA-256 of the business content, in hexadecimal."""
    return hashlib.sha256(canonical(schema_text, data, unseal).encode()).hexdigest()


def revision_of(schema_text, data):
    """The document's own revision, where the schema marks one and ``data`` has it, else None."""
    name = _reader(schema_text).revision_name
    value = data.get(name) if name else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def differences(schema_text, before, after, unseal=None):
    """The fields in which two contents of one document differ.

    :return: list of :class:`Difference`, lines after the head, each named for a person
    """
    reader = _reader(schema_text)
    old = reader.read(before, reader.root, unseal, top=True)
    new = reader.read(after, reader.root, unseal, top=True)
    return list(_differ(old, new, (), [side.get(CURRENCY) for side in (old, new)]))


def _differ(old, new, path, currencies):
    if isinstance(old, dict) and isinstance(new, dict):
        names = [*old, *(name for name in new if name not in old)]
        for name in sorted(names, key=lambda name: isinstance(old.get(name, new.get(name)), list)):
            words = (*path, name.replace("_", " "))
            found = _differ(old.get(name, ABSENT), new.get(name, ABSENT), words, currencies)
            if name == QUANTITY:
                units = [side.get(UNIT) for side in (old, new)]
                found = (_in_units(difference, units) for difference in found)
            yield from found
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _by_label(old), _by_label(new)
        for label in [*before, *(label for label in after if label not in before)]:
            words = (*path[:-1], *_singular(path), label)
            yield from _differ(before.get(label, ABSENT), after.get(label, ABSENT), words, currencies)
    elif old is ABSENT or new is ABSENT or _dump(old) != _dump(new):
        found = Difference(_label(path), *_shown(old, new))
        yield _in_units(found, currencies) if path and path[-1] in MONEY else found


def _in_units(difference, units):
    """What two sides say in the units, or currencies, that stand beside it, as a person reads it."""
    texts = (difference.before, difference.after)
    return Difference(
        difference.label,
        *(
            f"{text} {unit}" if text and isinstance(unit, str) else text
            for text, unit in zip(texts, units, strict=True)
        ),
    )


def _by_label(items):
    if _numbered(items):
        return {str(_plain(item["line"])): item for item in items}
    return {str(number): item for number, item in enumerate(items, 1)}


def _singular(path):
    return (path[-1].removesuffix("s"),) if path else ()


def _label(path):
    words, skip = [], False
    for index, step in enumerate(path):
        if skip:
            skip = False
            continue
        following = path[index + 1] if index + 1 < len(path) else None
        if step == "line" and following is not None:
            words.append(f"line {following}")
            skip = True
        else:
            words.append(step)
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _shown(old, new):
    if isinstance(old, Sealed) or isinstance(new, Sealed):
        return tuple("" if side is ABSENT else HIDDEN for side in (old, new))
    return _plain(old), _plain(new)


def _plain(value):
    if value is ABSENT:
        return ""
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    if isinstance(value, Sealed):
        return HIDDEN
    if isinstance(value, dict):
        text = ", ".join(f"{name.replace('_', ' ')} {_plain(item)}" for name, item in value.items())
    elif isinstance(value, list):
        text = "; ".join(map(_plain, value))
    elif isinstance(value, Decimal):
        text = f"{value:f}"
    else:
        text = str(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
