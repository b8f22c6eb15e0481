"""A quick "it is valid" for the schemas that contracts use, beside ``jsonschema``.

Nearly every event is valid, and ``jsonschema`` takes longer to say so than all else that
accepting one takes. A schema is compiled here to plain functions once; a schema with a keyword
that is not known here is not compiled at all, and what does not pass is left to ``jsonschema``,
which alone says what is wrong.
"""

import re
from decimal import Decimal

ANNOTATIONS = {"$schema", "$defs", "title", "description", "default", "examples", "x-classification"}
NUMBERS = (int, float, Decimal)


class _NotCompiled(Exception):
    """The schema says something that only ``jsonschema`` reads."""


def compile_check(schema, formats):
    """A function that says whether a value is valid, or None for ``jsonschema`` to say it.

    :param schema: the parsed schema
    :param formats: a ``jsonschema.FormatChecker``
    """
    try:
        return _Compiler(schema, formats).compile(schema)
    except _NotCompiled:
        return None


def _is_number(value):
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def _is_integer(value):
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_integer,
}


class _Compiler:
    def __init__(self, root, formats):
        self.root = root
        self.formats = formats
        self.referring = []

    def compile(self, schema):
        if not isinstance(schema, dict):
            raise _NotCompiled("a schema that is true or false")
        checks = []
        for keyword, value in schema.items():
            if keyword in ANNOTATIONS or keyword == "$id" and schema is self.root:
                continue
            build = getattr(self, f"_{keyword.removeprefix('$')}", None)
            if build is None:
                raise _NotCompiled(keyword)
            checks.append(build(value))
        if len(checks) == 1:
            return checks[0]
        return lambda value: all([check(value) for check in checks])

    def _ref(self, pointer):
        if not pointer.startswith("#/") or pointer in self.referring or {"%", "~"} & set(pointer):
            raise _NotCompiled(pointer)
        target = self.root
        for step in pointer[2:].split("/"):
            if not isinstance(target, dict) or step not in target:
                raise _NotCompiled(pointer)
            target = target[step]
        self.referring.append(pointer)
        check = self.compile(target)
        self.referring.pop()
        return check

    # ---- any value -------------------------------------------------------------------

    def _type(self, names):
        if isinstance(names, str):
            return TYPES[names]
        checks = [TYPES[name] for name in names]
        return lambda value: any(check(value) for check in checks)

    def _enum(self, values):
        if not all(isinstance(value, str) for value in values):
            raise _NotCompiled("an enumeration of other than strings")
        known = frozenset(values)
        return lambda value: isinstance(value, str) and value in known

    def _anyOf(self, schemas):
        checks = [self.compile(schema) for schema in schemas]
        return lambda value: any(check(value) for check in checks)

    def _format(self, name):
        return lambda value: self.formats.conforms(value, name)

    # ---- text ------------------------------------------------------------------------

    def _pattern(self, pattern):
        search = re.compile(pattern).search
        return lambda value: not isinstance(value, str) or search(value) is not None

    def _minLength(self, limit):
        return lambda value: not isinstance(value, str) or len(value) >= limit

    def _maxLength(self, limit):
        return lambda value: not isinstance(value, str) or len(value) <= limit

    # ---- numbers ---------------------------------------------------------------------

    def _minimum(self, limit):
        return lambda value: not _is_number(value) or value >= limit

    def _maximum(self, limit):
        return lambda value: not _is_number(value) or value <= limit

    def _exclusiveMinimum(self, limit):
        return lambda value: not _is_number(value) or value > limit

    def _exclusiveMaximum(self, limit):
        return lambda value: not _is_number(value) or value < limit

    # ---- arrays and objects ----------------------------------------------------------

    def _items(self, schema):
        check = self.compile(schema)
        return lambda value: not isinstance(value, list) or all(map(check, value))

    def _minItems(self, limit):
        return lambda value: not isinstance(value, list) or len(value) >= limit

    def _maxItems(self, limit):
        return lambda value: not isinstance(value, list) or len(value) <= limit

    def _required(self, names):
        names = frozenset(names)
        return lambda value: not isinstance(value, dict) or names <= value.keys()

    def _properties(self, schemas):
        checks = {name: self.compile(schema) for name, schema in schemas.items()}

        def check(value):
            if not isinstance(value, dict):
                return True
            for name, item in value.items():
                known = checks.get(name)
                if known and not known(item):
                    return False
            return True

        return check
