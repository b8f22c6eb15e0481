# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which of two events that carry the whole state of one object is the newer one."""

from datetime import datetime
from typing import NamedTuple


class Stamp(NamedTuple):
    """What says how new an event is; what it does not carry is None.

    ``arrival`` is the number under which it was received.
    """

    revision: int | None = None
    sequence: int | None = None
    occurred_at: datetime | None = None
    arrival: int | None = None

    def as_json(self):
        """A list that JSON takes."""
        moment = self.occurred_at and self.occurred_at.isoformat()
        return [self.revision, self.sequence, moment, self.arrival]

    @classmethod
    def from_json(cls, values):
        """The stamp of :meth:`as_json`."""
        revision, sequence, moment, arrival = values
        return cls(revision, sequence, datetime.fromisoformat(moment) if moment else None, arrival)


def is_older(mine, applied):
    """Whether ``mine`` has nothing to say any more, because ``applied`` is newer.

    Decided by revision, else sequence, else time to the microsecond, else arrival: the first of
    these that both carry and in which they differ.

    >>> is_older(Stamp(revision=2), Stamp(revision=3))
    True
    >>> is_older(Stamp(revision=3, arrival=1), Stamp(sequence=9, arrival=2))
    True
    """
    for mine_value, applied_value in zip(mine, applied, strict=True):
        if mine_value is not None and applied_value is not None and mine_value != applied_value:
            return mine_value < applied_value
    return False


def in_sequence(items, key, sequence):
    """Put those of one key that carry a sequence in its order, on the places that they hold.

    :param key: function of an item: what it is about
    :param sequence: function of an item: its number, or None
    :return: a list; items without a number, and those of other keys, stay where they are

    >>> in_sequence(["b2", "a", "b1"], lambda i: i[0], lambda i: i[1:] or None)
    ['b1', 'a', 'b2']
    """
    places = {}
    for place, item in enumerate(items):
        if sequence(item) is not None:
            places.setdefault(key(item), []).append(place)
    result = list(items)
    for held in places.values():
        ordered = sorted((items[place] for place in held), key=sequence)
        for place, item in zip(held, ordered, strict=True):
            result[place] = item
    return result
