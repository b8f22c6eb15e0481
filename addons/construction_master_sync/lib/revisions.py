# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Versions of one business object: which one stands."""

APPLY, REPEAT, SUPERSEDED = "apply", "repeat", "superseded"


def order_of(applied, revision):
    """Say what to do with ``revision`` when ``applied`` already stands.

    Either may be None (nothing applied yet; no revision given, read as 0).

    >>> order_of(4, 3), order_of(3, 4), order_of(4, 4), order_of(None, None)
    ('superseded', 'apply', 'repeat', 'apply')
    """
    if applied is None:
        return APPLY
    revision = revision or 0
    if revision < applied:
        return SUPERSEDED
    return REPEAT if revision == applied else APPLY
