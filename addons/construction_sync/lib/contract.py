# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What makes a contract of a handler and its schema: checked when its module is installed or updated."""

import json
import re

from . import definitions, envelope, schema

PLACE = "{module}/schemas/{type}.v{version}.json"
FILE = re.compile(r"(.+)\.v([1-9][0-9]*)\.json", re.ASCII)
MARKS = (schema.RESTRICTED, schema.PERSONAL)
MOST_PATIENCE = 24 * 366
MOST_DAYS = 10 * 366


def declared_faults(event_type, version):
    """What is wrong with the name of a type and its version, as a handler declares them.

    :return: list of phrases that follow the handler's name

    >>> declared_faults("site.note.written", 1)
    []
    """
    found = []
    if not envelope.is_type(event_type):
        found.append(
            f"_event_type {event_type!r} is no name of an event: <domain>.<object>.<past participle> in "
            "small letters, digits and _, as site.note.written"
        )
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= 9999:
        found.append(f"_event_version {version!r} is no version: a whole number from 1")
    return found


def contract_of(file):
    """The type and the version whose schema a file is by its name, or None where it is none.

    >>> contract_of("site.note.written.v1.json")
    ('site.note.written', 1)
    >>> contract_of("definitions.json")
    """
    found = FILE.fullmatch(file)
    return (found[1], int(found[2])) if found and envelope.is_type(found[1]) else None


def choice_faults(lane, lanes, priority, patience, personal_days=1):
    """What is wrong with how a handler wants its events to be treated.

    :return: list of phrases that follow the handler's name
    """
    found = []
    if lane not in lanes:
        found.append(f"_event_lane {lane!r} is no lane: one of {', '.join(lanes)}")
    if not _is_number(priority) or priority != int(priority):
        found.append(f"_event_priority {priority!r} is no whole number")
    if not _is_number(patience) or not 0 <= patience <= MOST_PATIENCE:
        found.append(f"_event_patience_hours {patience!r} is no time: 0 to {MOST_PATIENCE} hours")
    if not _is_number(personal_days) or not 1 <= personal_days <= MOST_DAYS or personal_days % 1:
        found.append(f"_event_personal_days {personal_days!r} is no age: 1 to {MOST_DAYS} whole days")
    return found


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value - value == 0


def read(text):
    """The whole schema of a contract, as text: with the common definitions, so that it stands by itself.

    :raises schema.BrokenSchema: when ``text`` is not JSON
    """
    try:
        return json.dumps(definitions.complete(json.loads(text)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise schema.BrokenSchema(f"not JSON: {error}") from error


def schema_faults(text, event_type, version):
    """What is wrong with the whole schema of a contract.

    :return: list of phrases that follow the file's name
    """
    broken = schema.is_broken(text)
    if broken:
        return [f"is not a JSON Schema: {broken}"]
    root = json.loads(text)
    if not isinstance(root, dict):
        return ["says nothing of the data: it must be an object"]
    found = []
    if root.get("type", "object") != "object":
        found.append('is not the schema of an object: its "type" must be "object"')
    unlimited = schema.unlimited(text)
    if unlimited:
        found.append(f"lets in texts of any length: give a maxLength to {', '.join(unlimited)}")
    own = root.get("$id")
    if own is not None and (envelope.version_of(own) != version or event_type not in own):
        found.append(
            f"calls itself {own!r}: its $id must name the event and end in its version, "
            f"as urn:construction:{event_type}:v{version}"
        )
    return found + _classification_faults(root, text)


def _classification_faults(root, text):
    """Values that nobody would find to hide them, or that cannot be taken out."""
    found = []
    seen = {"/".join(("", *path)) for path, _kind in schema.hidden_paths(text)}
    for pointer, place, value in _classified(root):
        if value not in MARKS:
            known = " and ".join(map(repr, MARKS))
            found.append(f"{pointer} has {schema.CLASSIFICATION} {value!r}: those there are, are {known}")
        elif place not in seen:
            mark = schema.CLASSIFICATION
            found.append(f"{pointer} is not found where {mark} stands: put it beside the property")
    return found + [
        f"requires {'/'.join(('', *path))}, which is personal: what is taken out one day is optional"
        for path, kind in schema.hidden_paths(text)
        if kind == schema.PERSONAL and not _is_optional(root, path)
    ]


def _is_optional(root, path):
    """Whether the data keep their contract without the value at a path."""
    if not path or path[-1] == "*":
        return False
    for step in path[:-1]:
        root = root["items"] if step == "*" else root["properties"][step]
    return path[-1] not in root.get("required", ())


def _classified(node, pointer="", place=""):
    """Where a schema classifies: (pointer into the schema, path of the value or None, what it says)."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _classified(item, f"{pointer}/{number}", None)
        return
    if not isinstance(node, dict):
        return
    mark = node.get(schema.CLASSIFICATION)
    if mark is not None and not isinstance(mark, dict):
        yield pointer or "/", place, mark
    for key, item in node.items():
        if key == "properties" and isinstance(item, dict):
            for name, value in item.items():
                below = None if place is None else f"{place}/{name}"
                yield from _classified(value, f"{pointer}/{key}/{name}", below)
        elif key == "items":
            yield from _classified(item, f"{pointer}/{key}", None if place is None else f"{place}/*")
        elif key not in ("enum", "const", "default", "examples"):
            yield from _classified(item, f"{pointer}/{key}", None)
