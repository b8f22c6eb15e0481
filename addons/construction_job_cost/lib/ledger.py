"""Comparison of what a record should have in the ledger with what was posted for it."""

from .amounts import ZERO


def differences(expected, posted):
    """What to append so that the posted sums become the expected ones.

    :param expected: {key: (amount, amount in currency, quantity)}
    :param posted: the same, summed over the entries of the record
    :return: the same, without keys where nothing is missing

    >>> changes = differences({"a": (5, 5, 1)}, {"a": (3, 3, 1), "b": (2, 2, 0)})
    >>> changes == {"a": (2, 2, 0), "b": (-2, -2, 0)}
    True
    """
    nothing = (ZERO, ZERO, ZERO)
    result = {}
    for key in [*expected, *(key for key in posted if key not in expected)]:
        wanted, present = expected.get(key, nothing), posted.get(key, nothing)
        change = tuple(w - p for w, p in zip(wanted, present, strict=True))
        if any(change):
            result[key] = change
    return result
