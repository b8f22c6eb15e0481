# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, replace
from datetime import date as Date

# the key of the context
CAUSES = "construction_cost_causes"


@dataclass(frozen=True)
class Cause:
    """What causes cost entries: the date of what happened, and the identity of the event that told of it.

    Values only, so that whoever notes one keeps what held at that moment.
    """

    date: Date | None = None
    correlation: str | None = None

    def __bool__(self):
        """Whether it says anything.

        >>> bool(Cause()), bool(Cause(correlation="a"))
        (False, True)
        """
        return bool(self.date or self.correlation)


class Causes(dict):
    """{(model, id) of a document or of a line of one: Cause}.

    In the context, under ``CAUSES``, it is one object for all documents of a batch, and
    equal to no other: Odoo keeps an environment for every context that differs and compares each new
    one with all of them, which took a third of a batch of forty.

    >>> Causes() == Causes()
    False
    """

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def note(self, key, cause):
        """Keep a cause, unless one that says something is there: the first is why the record changed.

        Of several dates the earliest stays: from then on the record has to be looked at.

        >>> causes = Causes()
        >>> for day, correlation in ((None, None), (3, "a"), (2, "b"), (4, "c")):
        ...     causes.note(("purchase.order", 1), Cause(day, correlation))
        >>> causes[("purchase.order", 1)]
        Cause(date=2, correlation='a')
        """
        known = self.get(key)
        if not known:
            self[key] = cause
        elif known.date and cause.date and cause.date < known.date:
            self[key] = replace(known, date=cause.date)


class Changes(Causes):
    """What changes together: the causes of lines, and what there was before.

    ``before`` is for who looks at the change as a whole when it ends; ``decided`` says that somebody has,
    who may.
    """

    decided = False

    def __init__(self, *args):
        super().__init__(*args)
        self.before = {}
