# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""CloudEvents 1.0 over HTTP: structured, batched and binary, as a list of plain dicts.

Source: CloudEvents 1.0.2, HTTP protocol binding, sections 3.1 (binary), 3.2 (structured)
and 3.3 (batched).
"""

import re
from datetime import datetime, timezone
from urllib.parse import unquote

from . import strict_json

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json", re.ASCII)
_VERSION = re.compile(r"[/:]v([1-9][0-9]{0,3})$", re.ASCII)
_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){1,3}", re.ASCII)
YEARS = range(1970, 2201)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_CHARACTERS = 255
# what an index row of the store takes, in bytes of UTF-8: its columns together stay below 2,700,
# and (source, id) is one index
BYTES = {"id": 768, "source": 1024, "type": 255, "subject": 768, "correlationid": 768}


def mode(mimetype, headers):
    """Which of the three forms the request has.

    :param str mimetype: the media type without parameters
    :param headers: mapping with a case-insensitive ``get``
    :return: "structured", "batch", "binary", or None for a form that is not taken
    """
    if mimetype == STRUCTURED:
        return "structured"
    if mimetype == BATCH:
        return "batch"
    if _JSON.fullmatch(mimetype) and headers.get("ce-specversion") is not None:
        return "binary"
    return None


def from_headers(headers, content_type, data):
    """The event of a binary request.

    :param headers: iterable of (name, value)
    :param str content_type: becomes ``datacontenttype``
    :param data: the parsed body
    """
    event = {"datacontenttype": content_type}
    for name, value in headers:
        name = name.lower()
        if name.startswith("ce-"):
            event[name[3:]] = unquote(value).strip()
    event["data"] = data
    return event


def events(form, body, headers):
    """The events of a request, parsed, any JSON value each.

    :param str form: what :func:`mode` gave
    :param bytes body: as it came
    :param headers: mapping with a case-insensitive ``get``
    :raises MalformedJson: with the reason, which quotes nothing of the body
    """
    parsed = strict_json.loads(body)
    if form == "binary":
        return [from_headers(headers.items(), headers.get("Content-Type"), parsed)]
    if form == "batch":
        if not isinstance(parsed, list):
            raise strict_json.MalformedJson("a batch must be a JSON array")
        return parsed
    return [parsed]


def parse_time(text):
    """An RFC 3339 moment as naive UTC, to the microsecond, or None when it is not one.

    >>> parse_time("2026-02-03T22:00:00.1234567+10:00")
    datetime.datetime(2026, 2, 3, 12, 0, 0, 123456)
    """
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        moment = moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None
    if moment.year not in YEARS:
        return None
    return moment.replace(tzinfo=None)


def version_of(dataschema):
    """The contract version that a ``dataschema`` ends in, or None. The ``$id`` of a schema is one.

    >>> version_of("https://example.com/procurement.delivery.received/v1")
    1
    >>> version_of("urn:construction:procurement.delivery.received:v2")
    2
    """
    match = _VERSION.search(dataschema) if isinstance(dataschema, str) else None
    return int(match.group(1)) if match else None


def is_type(name):
    """Whether a value is the name of an event type, in the form and length that an envelope may carry.

    Where the domain is itself the object, its name stands once:

    >>> is_type("site.note.written"), is_type("equipment.transferred"), is_type("transferred")
    (True, True, False)
    """
    return isinstance(name, str) and len(name) <= BYTES["type"] and bool(_TYPE.fullmatch(name))


def faults(event, latest=None):
    """What is wrong with an envelope.

    :param event: the parsed event
    :param datetime latest: naive UTC; a later ``time`` comes of a clock that is wrong
    :return: list of {"pointer", "detail"}; empty when all is well
    """
    if not isinstance(event, dict):
        return [_fault("", "an event must be an object")]
    found = []
    for name in ("id", "source", "type", "subject"):
        found += _text_faults(event, name)
    if event.get("specversion") != "1.0":
        found.append(_fault("/specversion", 'must be "1.0"'))
    if isinstance(event.get("type"), str) and not _TYPE.fullmatch(event["type"]):
        found.append(
            _fault("/type", "must be <domain>.<object>.<past participle>, or <object>.<past participle>")
        )
    moment = parse_time(event.get("time"))
    if moment is None:
        found.append(_fault("/time", "must be an RFC 3339 moment with its offset"))
    elif latest and moment > latest:
        found.append(_fault("/time", f"lies in the future: at most {latest:%Y-%m-%dT%H:%M:%SZ} is taken"))
    if version_of(event.get("dataschema")) is None:
        found.append(_fault("/dataschema", "must end in the contract version, as /v1 or :v1"))
    found += _extension_faults(event)
    if "data_base64" in event:
        found.append(_fault("/data_base64", "must be JSON in data instead"))
    elif not isinstance(event.get("data"), dict):
        found.append(_fault("/data", "must be an object"))
    content_type = event.get("datacontenttype")
    if content_type is not None and not _is_json(content_type):
        found.append(_fault("/datacontenttype", "must be application/json"))
    return found


def _fault(pointer, detail):
    return {"pointer": pointer, "detail": detail}


def _is_json(content_type):
    return isinstance(content_type, str) and bool(_JSON.fullmatch(content_type.split(";")[0].strip().lower()))


def _text_faults(event, name):
    value = event.get(name)
    if value is None:
        return [_fault(f"/{name}", "is required")]
    if not isinstance(value, str) or not value.strip():
        return [_fault(f"/{name}", "must be a string that is not empty")]
    if not value.isprintable():
        return [_fault(f"/{name}", "must be printable")]
    if name != "source" and len(value) > _CHARACTERS:
        return [_fault(f"/{name}", f"must have at most {_CHARACTERS} characters")]
    if len(value.encode()) > BYTES[name]:
        return [_fault(f"/{name}", f"must have at most {BYTES[name]} bytes of UTF-8")]
    return []


def clip(value, limit):
    """As much of a value that may be anything as a column of ``limit`` bytes takes; None for no text.

    >>> clip("Größe", 4)
    'Grö'
    """
    if not isinstance(value, str):
        return None
    return value.encode()[:limit].decode(errors="ignore").replace("\x00", "")


def _extension_faults(event):
    found = []
    if event.get("correlationid") is not None:
        found += _text_faults(event, "correlationid")
    if "sequence" in event and sequence_of(event) is None:
        found.append(_fault("/sequence", "must be a whole number from 0 to 2^63-1"))
    trace = event.get("traceparent")
    if trace is not None and not (isinstance(trace, str) and _TRACEPARENT.fullmatch(trace)):
        found.append(_fault("/traceparent", "must be a W3C trace parent"))
    return found


def sequence_of(event):
    """The event's ``sequence`` as an integer, or None when it has none that is valid."""
    value = event.get("sequence")
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)  # a header can only carry text
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    return None
