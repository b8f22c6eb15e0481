# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which of several parts are one whole?"""

from itertools import combinations

# of more parts than these only all together are looked at
MANY = 10


def together(parts, is_whole):
    """The first of the smallest groups of parts that are a whole together, as a tuple; empty where none is.

    :param parts: sequence, the likeliest first
    :param is_whole: says of a tuple of parts whether they are

    >>> together([3, 9, 4, 2], lambda group: sum(group) == 7)
    (3, 4)
    >>> together([3, 9], lambda group: sum(group) == 7)
    ()
    """
    parts = tuple(parts)
    sizes = range(2, len(parts) + 1) if len(parts) <= MANY else (len(parts),)
    groups = (group for size in sizes for group in combinations(parts, size))
    return next((group for group in groups if is_whole(group)), ())
