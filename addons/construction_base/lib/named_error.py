# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Errors that say what is wrong so that a person can act on it: plain Python, without Odoo.

Any exception class becomes one by inheriting and by what it declares; a hub makes a work item of it, whoever
raises it and whichever addon brings it. Without a hub it is the exception that it is otherwise.
"""

import re

SEVERITIES = ("low", "medium", "high")
WORD = re.compile(r"[a-z][a-z_]*", re.ASCII)
DETAILS = frozenset(
    (
        *("severity", "cause_key", "job", "partner", "record", "owner", "groups", "figures"),
        *("question", "choices", "candidates", "comparison"),
    )
)


def _is_name(name):
    return isinstance(name, str) and name.isidentifier()


class NamedError(Exception):
    """An exception whose first argument is one sentence for the person who reads it.

    It is of another kind as well where that is inherited besides, such as Odoo's UserError.

    What the class declares is checked when it is made; one error says more by keyword, or in ``about``:

    >>> class Raining(NamedError):
    ...     category, shows = "data", ("millimetres",)
    ...     millimetres = 12
    >>> error = Raining("It rains.", figures={"since": "7:00"})
    >>> error.sentence, error.figures
    ('It rains.', {'millimetres': '12', 'since': '7:00'})
    >>> class Pouring(Raining):
    ...     severity = "wet"
    Traceback (most recent call last):
    ...
    TypeError: ...Pouring: severity is 'wet', and must be one of low, medium, high

    :cvar str category: the column of the queue of work items
    :cvar str severity: one of ``SEVERITIES``
    :cvar str cause: first word of the key under which messages stopped by the same are one work item; by
        default the category. What follows is the type and the document of the message
    :cvar tuple shows: attributes that are shown as figures, by their names
    """

    category = None
    severity = "medium"
    cause = None
    shows = ()

    # --- what one error says, beside its sentence
    # gathers all messages that are stopped by the same, instead of ``cause`` and the message's document
    cause_key = None
    # recordsets: what it is about, and a user
    job = partner = record = owner = None
    # who acts on it where nothing is asked, the only ones who own it: external ids of groups with commas
    groups = ""
    # what a person is asked, what may be answered, which records may be meant (a list, or a function that
    # gives it once a work item is really opened), and rows of (label, before, after) to choose by
    question = None
    choices = candidates = comparison = ()
    # key of the document that the message brings; the hub notes it
    document = None

    def __init_subclass__(cls, **kwargs):
        result = super().__init_subclass__(**kwargs)
        name = f"{cls.__module__}.{cls.__qualname__}"
        for attribute in ("category", "cause"):
            value = getattr(cls, attribute)
            wanted = attribute == "category" or value is not None
            if wanted and not (isinstance(value, str) and WORD.fullmatch(value)):
                raise TypeError(f"{name}: {attribute} is {value!r}, and must be a word such as 'data'")
        if cls.severity not in SEVERITIES:
            listed = ", ".join(SEVERITIES)
            raise TypeError(f"{name}: severity is {cls.severity!r}, and must be one of {listed}")
        if not isinstance(cls.shows, tuple) or not all(map(_is_name, cls.shows)):
            raise TypeError(f"{name}: shows is {cls.shows!r}, and must be a tuple of names of attributes")
        return result

    def __init__(self, *args, **info):
        """:param info: what ``about`` takes"""
        super().__init__(*args)
        self.about(**info)

    def about(self, **details):
        """Say more of this error: any of ``DETAILS``; None says nothing.

        :return: the error itself
        :raises TypeError: for what no error says
        """
        unknown = sorted(details.keys() - DETAILS)
        if unknown:
            raise TypeError(f"{type(self).__name__} says nothing of: {', '.join(unknown)}")
        for name, value in details.items():
            if value is not None:
                setattr(self, name, value)
        return self

    @property
    def sentence(self):
        """What is wrong and what to do about it."""
        return self.args[0] if self.args else ""

    @sentence.setter
    def sentence(self, sentence):
        self.args = (sentence, *self.args[1:])

    @property
    def figures(self):
        """{label: value} for the person who decides: what it shows, then what was said of it."""
        shown = {name.replace("_", " "): getattr(self, name, None) for name in self.shows}
        return {
            **{label: str(value) for label, value in shown.items() if value not in (None, False, "")},
            **self.__dict__.get("_figures", {}),
        }

    @figures.setter
    def figures(self, figures):
        self._figures = dict(figures or {})


class DayLocked(NamedError):
    """What is to be dated a day that is locked: ``proposed_date`` is the next open one.

    :ivar locks: what locks it, as names of the company's fields. Once none of them locks ``date`` any more,
        the messages that this stops go on by themselves
    """

    category = "period"
    shows = ("date", "proposed_date")
    date = proposed_date = None
    locks = ()
