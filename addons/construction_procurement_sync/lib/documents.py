# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An attached document from outside: a safe name, a type found in its bytes.

What the sender says of a file is not believed. Nothing active (HTML, SVG, XML that
a browser would run) keeps a type that a browser opens: it is kept as plain text,
and what is not recognised as a mere download, so that the evidence is not lost.
"""

import base64
import binascii
import re
import unicodedata

MAX_NAME = 120
EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "application/xml": ".xml",
    "text/plain": ".txt",
    "application/octet-stream": ".bin",
}
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_ACTIVE = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|xsl:|\?xml-stylesheet)"
    rb"|xmlns\s*(?::\w+)?=\s*[\"']http://www\.w3\.org/(?:1999/xhtml|2000/svg|1999/XSL)"
    rb"|<\?xml-stylesheet|<!ENTITY",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"[^\w .,()+-]")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


class UnsafeDocument(ValueError):
    """The document cannot be kept; the message says why, for a person."""


def decode(text):
    """Return the bytes of strict base64, line breaks allowed."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnsafeDocument("The document is not valid base64.") from error


def sniff(content):
    """Return the media type under which these bytes may be kept."""
    if not content:
        raise UnsafeDocument("The document is empty.")
    for signature, media_type in _SIGNATURES:
        if content.startswith(signature):
            return media_type
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "application/octet-stream"
    if "\x00" in text:
        return "application/octet-stream"
    if text.lstrip().startswith("<?xml") and not _ACTIVE.search(text.encode()):
        return "application/xml"
    return "text/plain"


def safe_name(name, media_type):
    """Return a file name without path, control or bidirectional characters.

    Its ending is the one of ``media_type``, whatever the sender gave.

    >>> safe_name("../../etc/passwd", "application/pdf")
    'passwd.pdf'
    >>> safe_name("scan.pdf.html", "application/pdf")
    'scan.pdf'
    """
    extension = EXTENSIONS[media_type]
    stem = unicodedata.normalize("NFKC", name or "")
    stem = "".join(c for c in stem if unicodedata.category(c)[0] != "C")
    # before the endings are taken off: what is stripped later may leave another one bare
    stem = _UNSAFE.sub("_", re.split(r"[/\\]", stem)[-1]).strip(" ._-")
    stem = stem[: MAX_NAME - len(extension)].strip(" ._-")
    while True:
        head, dot, tail = stem.rpartition(".")
        if not dot or not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,4}|", tail.strip()):
            break
        stem = head.strip(" ._-")
    if not stem or _RESERVED.match(stem):
        stem = "document"
    return stem + extension
