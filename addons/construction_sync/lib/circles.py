# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which of many that wait for each other wait in a circle."""


def circles(edges):
    """The groups of which each member waits, by others, for itself.

    :param edges: pairs of (who waits, for whom)
    :return: list of sets, none of one member unless it waits for itself

    >>> sorted(sorted(group) for group in circles([(1, 2), (2, 1), (3, 1), (4, 4), (5, 6)]))
    [[1, 2], [4]]
    """
    after = {}
    for waiter, awaited in edges:
        after.setdefault(waiter, []).append(awaited)
    number, low, path, on_path, found = {}, {}, [], set(), []
    for start in after:
        if start in number:
            continue
        # Tarjan's components, without recursion: a chain may be as long as a code table
        steps = [(start, iter(after[start]))]
        _enter(start, number, low, path, on_path)
        while steps:
            node, rest = steps[-1]
            follower = next(rest, None)
            if follower is not None:
                if follower not in number:
                    _enter(follower, number, low, path, on_path)
                    steps.append((follower, iter(after.get(follower, ()))))
                elif follower in on_path:
                    low[node] = min(low[node], number[follower])
                continue
            steps.pop()
            if steps:
                low[steps[-1][0]] = min(low[steps[-1][0]], low[node])
            if low[node] == number[node]:
                group = _leave(node, path, on_path)
                if len(group) > 1 or node in after.get(node, ()):
                    found.append(group)
    return found


def _enter(node, number, low, path, on_path):
    number[node] = low[node] = len(number)
    path.append(node)
    on_path.add(node)


def _leave(node, path, on_path):
    group = set()
    while True:
        member = path.pop()
        on_path.discard(member)
        group.add(member)
        if member == node:
            return group
