# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Keys of documents: what makes a document one, as one text.

A number alone does not: two suppliers may both send an invoice ``N-1``. The key of a document
therefore joins the numbers and keys that tell it from any other, in a fixed order.
"""

from .keyform import clean

SEPARATOR = "/"


def fold(text):
    """A number or key as it is compared: trimmed, without regard to case.

    >>> fold(" Gh-103 ") == fold("GH-103")
    True
    """
    # an empty field is False in Odoo
    return "" if text is None or text is False else clean(clean(text).casefold())


def document_key(*parts):
    """One key of several parts, each folded; no two lists of parts give the same key.

    :param parts: texts, or None for a part that is not there
    :rtype: str

    >>> document_key("V-100", "invoice", "GH-103 ")
    'v-100/invoice/gh-103'
    >>> document_key("a/b", "c") == document_key("a", "b/c")
    False
    """
    return SEPARATOR.join(fold(part).replace("~", "~0").replace(SEPARATOR, "~1") for part in parts)


def document_parts(key):
    """The folded parts of which :func:`document_key` made a key, as a tuple."""
    return tuple(part.replace("~1", SEPARATOR).replace("~0", "~") for part in key.split(SEPARATOR))


def numbered(key, suffix):
    """The key of a further document under the same number: ``#2``, or ``#2025`` of another year.

    >>> numbered("v-1/invoice/n-1", 2)
    'v-1/invoice/n-1#2'
    """
    return f"{key}#{suffix}"
