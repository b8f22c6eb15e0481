# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which lines of a document an event coded by a key."""

from odoo.addons.construction_sync.lib.keyform import clean

PARTS = ("charges", "allowances")


def lines_that_name(data, kind, key):
    """The lines of what an event says that name a key of a kind, by what it calls them.

    A job or supplier stands on the document, and on a line where that is for another one.

    :param dict data: of the event
    :param str kind: "job", "cost_code", "cost_type", "supplier" or "item": the name of the field, too
    :return: set; what is charged or allowed on the document is called by where it stands

    >>> lines_that_name({"job": "J", "lines": [{"line": "1"}, {"line": "2", "job": "K"}]}, "job", " J ")
    {'1'}
    """
    key = clean(key)
    everywhere = data.get(kind) if isinstance(data.get(kind), str) else None
    rows = [(line.get("line"), line) for line in data.get("lines") or ()]
    for name in PARTS:
        rows += [(f"{name}/{number}", part) for number, part in enumerate(data.get(name) or ())]
    return {called for called, row in rows if called and clean(str(row.get(kind) or everywhere or "")) == key}


def document_names(data, kind, key):
    """Whether what an event says of a document without lines names a key of a kind.

    >>> document_names({"job": "J "}, "job", "j"), document_names({"job": "J"}, "cost_code", "J")
    (True, False)
    """
    return clean(str(data.get(kind) or "")) == clean(key)


def lines_said(data):
    """What an event calls the lines that it says something of."""
    return {line["line"] for line in data.get("lines") or () if line.get("line")}
