# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is left of what came, how much of it may go back, and of which part of it?"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Excess:
    """A line of which more would go back than is there."""

    line: Any
    prepared: float
    taken: float
    there: float


@dataclass(frozen=True)
class Moved:
    """What a transfer moved, in one unit, and what was returned of it, and of that again."""

    quantity: float
    returns: tuple = ()


def net(moved):
    """What is left of what was moved: less what went back, and with what came back of that.

    Less than nothing where more was returned than moved: it came from elsewhere, and is missing there.

    >>> net(Moved(10, (Moved(3, (Moved(2),)), Moved(1))))
    8
    """
    return moved.quantity - sum(net(back) for back in moved.returns)


def came_again(moved):
    """How much came back of what was returned.

    >>> came_again(Moved(10, (Moved(3, (Moved(2, (Moved(1),)),)), Moved(1))))
    1
    """
    return sum(net(again) for back in moved.returns for again in back.returns)


def excesses(there, prepared, taken, step):
    """The lines of which two returns take more together than is there.

    What only one of them takes from is no matter of the other.

    :param dict there: {line: received less returned already}
    :param dict prepared: {line: what persons mean to send back}
    :param dict taken: {line: what goes back beside it}
    :param step: says of a line by how much its quantities may differ and be the same

    >>> [excess.line for excess in excesses({1: 10, 2: 10}, {1: 7, 2: 4}, {1: 6, 2: 6}, lambda line: 0.01)]
    [1]
    """
    found = (
        Excess(line, prepared[line], quantity, there.get(line, 0.0))
        for line, quantity in taken.items()
        if prepared.get(line, 0.0) > 0 and quantity > 0
    )
    return [one for one in found if one.prepared + one.taken - one.there > step(one.line)]


def shares(quantity, parts, is_some=lambda quantity: quantity > 0):
    """Share out over parts what goes back of them: first what nobody has prepared to send back.

    :param parts: (there, prepared) of each part, in the order in which they give
    :param is_some: whether a quantity is more than nothing
    :return: what each gives

    >>> shares(5, [(5, 4), (5, 0)]), shares(8, [(5, 4), (5, 0)])
    ([1, 4], [3, 5])
    """
    given = [0] * len(parts)
    for left in (lambda there, prepared: there - prepared, lambda there, prepared: there):
        for place, (there, prepared) in enumerate(parts):
            part = min(quantity, left(there, prepared) - given[place])
            if is_some(part):
                given[place] += part
                quantity -= part
    return given
