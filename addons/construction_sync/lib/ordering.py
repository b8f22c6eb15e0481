"""Which shard an event belongs to, and in which waves a claimed batch is handled."""

import zlib

SHARDS = 8


def shard_of(ordering_key):
    """The shard, 0 to 7, of an ordering key; the same in every process."""
    return zlib.crc32(ordering_key.encode()) % SHARDS


def backoff(attempts):
    """Seconds until the next try after ``attempts`` failures: 5 s, 20 s, 80 s … one hour."""
    return min(5 * 4 ** max(attempts - 1, 0), 3600)


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
