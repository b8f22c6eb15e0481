# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What one rule of payment holds means beyond its name. Plain Python."""

from dataclasses import dataclass

# the figures that say what is wrong, line by line: words for a person, which no release goes by
LINES = "lines"


@dataclass(frozen=True)
class Rule:
    """A rule; by default its holds are variances that cost controllers release.

    :param type error: the kind of error that the hub is told
    :param tuple groups: whose word settles it as well: external ids, of whom the first are asked where nobody
        is known to answer
    :param tuple covers: further rules that who lets this one pass lets pass too
    """

    error: type
    groups: tuple = ()
    covers: tuple = ()


def covers(seen, now):
    """Whether who let figures pass let these pass: every list of things names no other one by now.

    >>> covers({"bills": [1, 2], "amount": 5.0}, {"bills": [2], "amount": 7.0, "lines": [{"line": "1"}]})
    True
    >>> covers({"bills": [1]}, {"bills": [1, 2]})
    False
    >>> covers({}, {"accounts": ["a1"]})
    False
    """
    return all(
        set(things) <= set(seen.get(name) or ())
        for name, things in now.items()
        if name != LINES and isinstance(things, list | tuple)
    )
