# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When are two supplier invoices one?"""

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

NEAR_DAYS = 7
AGAIN_DAYS = 300
_SEPARATORS = re.compile(r"[^0-9A-Z]+")
_PART = re.compile(r"[A-Z]+|[0-9]+")


@lru_cache(maxsize=4096)
def normalise_reference(reference):
    """Bring a supplier's reference to what identifies it.

    Case, separators and leading zeros of a number do not distinguish two
    invoices; the border between two numbers does (``1-23`` is not ``12-3``).

    >>> normalise_reference("INV-00123") == normalise_reference("inv 123")
    True
    >>> normalise_reference("1-23") == normalise_reference("12-3")
    False
    """
    text = unicodedata.normalize("NFKC", reference or "").upper()
    parts = [
        part.lstrip("0") or "0" if part.isdigit() else part
        for chunk in _SEPARATORS.split(text)
        for part in _PART.findall(chunk)
    ]
    glued = ""
    for part in parts:
        if glued and glued[-1].isdigit() and part[0].isdigit():
            glued += "-"
        glued += part
    return glued


@dataclass(frozen=True)
class Bill:
    """What the test looks at. ``supplier`` is the commercial partner's id."""

    key: object
    supplier: object
    company: object
    kind: str
    reference: str
    date: datetime.date
    total: Decimal
    currency: str
    document_hash: str | None = None
    receipts: frozenset = frozenset()  # that its lines name
    delivery_notes: frozenset = frozenset()


def used_again(first, second):
    """Whether a supplier used one number for two invoices: a year apart, for another amount.

    :param first: (date, total) of one, ``second`` of the other

    >>> day = datetime.date
    >>> used_again((day(2025, 1, 7), Decimal(5)), (day(2026, 1, 5), Decimal(6)))
    True
    >>> used_again((day(2025, 12, 30), Decimal(5)), (day(2026, 1, 5), Decimal(6)))
    False
    """
    return abs((second[0] - first[0]).days) >= AGAIN_DAYS and first[1] != second[1]


def compare(new, old):
    """Return ``"exact"``, ``"near"``, ``"warn"`` or None for two bills.

    * exact: one supplier, company and kind, the same normalised reference;
      if the supplier used it again (:func:`used_again`): warn;
    * near: another reference, but the same amount within ``NEAR_DAYS`` days, or
      the very same document; not where each names other receipts.
    A second partial bill of one order differs in amount or in date, and is none.
    """
    if new.key == old.key and new.key is not None:
        return None
    if (new.supplier, new.company, new.kind) != (old.supplier, old.company, old.kind):
        return None
    reference = normalise_reference(new.reference)
    if reference and reference == normalise_reference(old.reference):
        reused = used_again((old.date, old.total), (new.date, new.total))
        return "warn" if reused else "exact"
    if new.document_hash and new.document_hash == old.document_hash:
        return "near"
    same_amount = (new.total, new.currency) == (old.total, old.currency)
    if same_amount and abs((new.date - old.date).days) <= NEAR_DAYS and not other_receipts(new, old):
        return "near"
    return None


def other_receipts(new, old):
    """Whether two bills name receipts, or delivery notes, and none that is the other's as well."""
    pairs = ((new.receipts, old.receipts), (new.delivery_notes, old.delivery_notes))
    return any(one and two for one, two in pairs) and not any(one & two for one, two in pairs)


def find(new, others):
    """Return ``{"exact": [...], "near": [...], "warn": [...]}`` of keys."""
    found = {"exact": [], "near": [], "warn": []}
    for old in others:
        verdict = compare(new, old)
        if verdict:
            found[verdict].append(old.key)
    return found
