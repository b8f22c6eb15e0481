# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which documents of a supplier have lapsed: insurances, licences, whatever a firm asks for.

A document is good through the day on which it expires. Of several of one kind the one that
expires last counts, for a renewal often comes under a number of its own.
"""

from dataclasses import dataclass
from datetime import date, timedelta

VALID, SOON, EXPIRED, WAIVED = "valid", "soon", "expired", "waived"


@dataclass(frozen=True)
class Document:
    """``waived_by`` let an expired document pass through the day ``waived_until``."""

    key: object
    kind: str
    expires: date
    waived_until: date | None = None
    waived_by: object = None


def normalise_kind(kind):
    """Bring the kind of a document to what identifies it.

    >>> normalise_kind(" General  Liability ")
    'general liability'
    """
    return " ".join((kind or "").split()).casefold()


def parse_kinds(text):
    """Kinds that a person listed, separated by commas or line breaks.

    >>> sorted(parse_kinds("Insurance, Trade licence,"))
    ['insurance', 'trade licence']
    """
    kinds = (normalise_kind(part) for part in (text or "").replace("\n", ",").split(","))
    return {kind for kind in kinds if kind}


def newest(documents):
    """The document that counts of each kind.

    :return: dict kind → :class:`Document`
    """
    found = {}
    for document in documents:
        kind = normalise_kind(document.kind)
        if kind not in found or document.expires > found[kind].expires:
            found[kind] = document
    return found


def status(document, today, warn_days=0, authors=()):
    """How a document stands on a day: "valid", "soon", "expired" or "waived".

    :param authors: who entered what it guards: their own waiver does not count
    """
    if document.expires >= today:
        return SOON if document.expires - today <= timedelta(days=warn_days) else VALID
    waived = document.waived_until and document.waived_until >= today
    return WAIVED if waived and document.waived_by not in authors else EXPIRED


def lapsed(documents, today, guarded=None, authors=()):
    """The documents that stop what they guard, the longest expired first.

    :param guarded: the kinds that guard, normalised; None for every kind
    """
    return sorted(
        (
            document
            for kind, document in newest(documents).items()
            if (guarded is None or kind in guarded) and status(document, today, 0, authors) == EXPIRED
        ),
        key=lambda document: (document.expires, document.kind),
    )
