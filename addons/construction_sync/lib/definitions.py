# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The common definitions of schemas: they stand once, and a schema refers to them without defining them."""

import functools
import json
import pathlib

FILE = pathlib.Path(__file__).resolve().parents[1] / "schemas" / "definitions.json"
_PREFIX = "#/$defs/"


@functools.cache
def common():
    """The definitions that every schema may refer to: {name: schema}."""
    return json.loads(FILE.read_text(encoding="utf-8"))["$defs"]


def _references(node):
    """The names of the definitions that a schema refers to, in the order in which they stand."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str) and target.startswith(_PREFIX):
            yield target[len(_PREFIX) :]
        for item in node.values():
            yield from _references(item)


def complete(schema, definitions=None):
    """The schema with the common definitions that it refers to: it then stands by itself.

    Its own definitions come first and stay. What nobody defines is left for the check of the schema.

    :param schema: any JSON value; what is not an object is given back
    :param dict definitions: {name: schema}, by default the common ones

    >>> complete({"anyOf": [{"$ref": "#/$defs/a"}]}, {"a": {"$ref": "#/$defs/b"}, "b": {}, "c": {}})["$defs"]
    {'a': {'$ref': '#/$defs/b'}, 'b': {}}
    """
    definitions = common() if definitions is None else definitions
    own = schema.get("$defs", {}) if isinstance(schema, dict) else None
    if not isinstance(own, dict):
        return schema
    taken, todo = {}, list(_references(schema))
    while todo:
        name = todo.pop(0)
        if name in definitions and name not in own and name not in taken:
            taken[name] = definitions[name]
            todo += _references(definitions[name])
    return {**schema, "$defs": {**own, **taken}} if taken else schema


def faults(schema, definitions=None):
    """What is wrong with the definitions of a schema as its file has it, in words for its author.

    :return: list of sentences
    """
    definitions = common() if definitions is None else definitions
    own = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    found = []
    used = set(_references(complete(schema, definitions)))
    for name, body in own.items() if isinstance(own, dict) else ():
        if name in definitions and body == definitions[name]:
            found.append(f"$defs/{name} is a copy of the common definition: leave it out")
        elif name in definitions:
            found.append(f"$defs/{name} differs from the common definition: give it a name of its own")
        elif name not in used:
            found.append(f"$defs/{name} is referred to by nothing")
    return found
