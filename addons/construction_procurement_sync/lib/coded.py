# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether a bill costs what its order line was ordered for."""

CODE, TYPE = 1, 2
# fractions of a line that differ by less are the same: distributions are kept in percent, rounded
SAME = 1e-4


def agrees(billed, ordered):
    """Whether what is billed is cost of the job, code and type that it was ordered for.

    A code or type that the order does not name is free; so is a type that the bill does not name.

    :param billed: shares of a bill's line: (job, code, type, fraction), each empty where nothing is said
    :param ordered: the same of its order line

    >>> agrees([(1, 11, 21, 1.0)], [(1, 11, None, 1.0)]), agrees([(1, 12, 21, 1.0)], [(1, 11, 21, 1.0)])
    (True, False)
    >>> agrees([], [(1, 11, 21, 1.0)])
    False
    """
    ignored = {part for part in (CODE, TYPE) if not any(share[part] for share in ordered)}
    if not any(share[TYPE] for share in billed):
        ignored.add(TYPE)
    one, other = _cells(billed, ignored), _cells(ordered, ignored)
    return all(abs(one.get(key, 0) - other.get(key, 0)) < SAME for key in one.keys() | other)


def _cells(shares, ignored):
    """{(job, code, type): fraction} of what is of a job."""
    result = {}
    for *cell, fraction in shares:
        if cell[0]:
            key = tuple(None if part in ignored else value or None for part, value in enumerate(cell))
            result[key] = result.get(key, 0.0) + float(fraction)
    return result
