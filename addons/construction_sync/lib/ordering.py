# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which shard an event belongs to, and in which waves a claimed batch is handled."""

import random
import zlib

SHARDS = 8
# an event of more lines than this is taken alone, after those of other keys
HEAVY = 500
# the lines of a batch: the event that brings it there is its last
BATCH_WEIGHT = 2000


def shard_of(ordering_key):
    """The shard, 0 to 7, of an ordering key; the same in every process."""
    return zlib.crc32(ordering_key.encode()) % SHARDS


def light(items, weight, limit=BATCH_WEIGHT):
    """The first items, up to the one that brings their weight to the limit.

    >>> light([3, 4, 5, 1], lambda item: item, 7)
    [3, 4]
    >>> light([9, 1], lambda item: item, 7)
    [9]
    """
    total = 0
    for number, item in enumerate(items):
        total += weight(item)
        if total >= limit:
            return items[: number + 1]
    return items


def backoff(failing, draw=random.random):
    """Seconds until the next try of what has failed for so long: three times as long again, 5 s to one hour.

    :param float failing: seconds since it failed first
    :param draw: gives a number from 0 to 1, for the jitter of a fifth that keeps tries apart

    >>> [round(backoff(seconds, lambda: 0.5)) for seconds in (0, 5, 20, 80, 320, 86400)]
    [5, 15, 60, 240, 960, 3600]
    """
    delay = min(max(3 * failing, 5), 3600)
    return delay * (0.9 + 0.2 * draw())


def waves(items, key, group, priority):
    """Split ``items`` so that no wave holds two of one ordering key.

    Items of one key keep their order, one wave after the other; within a wave items of
    one group come together, the groups by their priority.

    :return: list of lists

    >>> waves(["a1", "b1", "a2"], lambda i: i[0], lambda i: "x", lambda g: 0)
    [['a1', 'b1'], ['a2']]
    """
    depth = {}
    levels = {}
    for item in items:
        level = depth.get(key(item), 0)
        depth[key(item)] = level + 1
        levels.setdefault(level, {}).setdefault(group(item), []).append(item)
    result = []
    for level in sorted(levels):
        groups = levels[level]
        result += [groups[name] for name in sorted(groups, key=lambda g: (priority(g), g))]
    return result
