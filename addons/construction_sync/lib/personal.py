# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Taking personal values out of what was stored: the data of messages, and the bodies of deliveries."""

from . import schema, strict_json


def paths(schema_text):
    """The paths, as tuples with ``*`` for any index, of values that a schema marks personal.

    >>> paths("no schema")
    ()
    """
    if schema.is_broken(schema_text):
        return ()
    return tuple(path for path, kind in schema.hidden_paths(schema_text) if kind == schema.PERSONAL)


def without(data, where):
    """A copy of ``data`` without what stands at these paths.

    >>> without({"readings": [{"at": 1, "latitude": 48}, {"at": 2}]}, [("readings", "*", "latitude")])
    {'readings': [{'at': 1}, {'at': 2}]}
    """
    for path in where:
        data = _without(data, path)
    return data


def _without(value, path):
    step, rest = path[0], path[1:]
    if step == "*" and isinstance(value, list):
        return [_without(item, rest) for item in value]
    if not isinstance(value, dict) or step not in value:
        return value
    if not rest:
        return {name: item for name, item in value.items() if name != step}
    return {**value, step: _without(value[step], rest)}


def without_names(data, where):
    """The same of data that break their contract: what is called so is taken out wherever it stands.

    >>> without_names({"reading": {"latitude": 48, "at": [{"latitude": 1}]}}, [("readings", "*", "latitude")])
    {'reading': {'at': [{}]}}
    >>> without_names("48.1", [("latitude",)]) is None
    True
    """
    if not isinstance(data, (dict, list)):
        return None
    return _without_names(data, {path[-1] for path in where})


def _without_names(value, names):
    if isinstance(value, list):
        return [_without_names(item, names) for item in value]
    if isinstance(value, dict):
        return {name: _without_names(item, names) for name, item in value.items() if name not in names}
    return value


def body_of(form, events):
    """The body of a request that has these events, which ``envelope.events`` reads again.

    :param str form: as ``envelope.mode`` gives it
    """
    if form == "batch":
        whole = events
    else:
        (whole,) = events
        whole = whole["data"] if form == "binary" else whole
    return strict_json.dumps(whole).encode()
