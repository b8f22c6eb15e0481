# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_base.lib import named_error
from odoo.addons.construction_base.lib.named_error import SEVERITIES, DayLocked, NamedError

WORDS = st.from_regex(r"[a-z][a-z_]*", fullmatch=True)
NAMES = st.lists(st.from_regex(r"[a-z_][a-z0-9_]*", fullmatch=True).map(lambda n: f"x{n}"), max_size=3)


class Wet(NamedError, ValueError):
    category = "data"


def test_doctests():
    options = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    assert not doctest.testmod(named_error, optionflags=options).failed


@given(category=WORDS, severity=st.sampled_from(SEVERITIES), cause=st.none() | WORDS, shows=NAMES.map(tuple))
def test_a_declaration_holds(category, severity, cause, shows):
    made = {"category": category, "severity": severity, "cause": cause, "shows": shows}
    for bases in ((NamedError,), (NamedError, ValueError), (NamedError, KeyError), (Wet,)):
        error = type("Declared", bases, made)("Something is wrong.")
        assert (error.category, error.severity, error.cause) == (category, severity, cause)
        assert error.sentence == "Something is wrong."
        assert error.figures == {}
        try:
            raise error
        except NamedError as caught:
            assert caught is error
        for name in shows:
            setattr(error, name, 5)
        assert error.figures == {name.replace("_", " "): "5" for name in shows}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"category": ""},
        {"category": "Wrong Data"},
        {"category": 5},
        {"category": "data", "severity": "urgent"},
        {"category": "data", "severity": None},
        {"category": "data", "cause": "two words"},
        {"category": "data", "cause": ""},
        {"category": "data", "shows": "date"},
        {"category": "data", "shows": ["date"]},
        {"category": "data", "shows": ("a date",)},
        {"category": "data", "shows": (5,)},
    ],
)
def test_what_is_declared_wrongly_is_no_class(wrong):
    with pytest.raises(TypeError, match="Declared: (category|severity|cause|shows) is"):
        type("Declared", (NamedError, ValueError), wrong)


@pytest.mark.parametrize("say", [Wet, lambda words, **info: Wet(words).about(**info)])
def test_what_one_error_says(say):
    error = say("It rains.", cause_key="rain", job="J-1", figures={"mm": 3}, owner=None, severity="low")
    assert (error.cause_key, error.job, error.owner, error.severity) == ("rain", "J-1", None, "low")
    assert error.figures == {"mm": 3}
    assert Wet.severity == "medium"
    error.about(job=None, owner="Ann")
    assert (error.job, error.owner) == ("J-1", "Ann")
    with pytest.raises(TypeError, match="colour, shape"):
        error.about(shape="round", colour="red")
    error.sentence = f"{error.sentence} Take an umbrella."
    assert str(error) == "It rains. Take an umbrella."
    assert Wet().sentence == ""
    assert Wet("Other.").figures == {}


def test_a_locked_day():
    class Shut(DayLocked, RuntimeError):
        locks = ("a_lock_date",)

        def __init__(self, date, proposed_date):
            super().__init__(f"{date} is locked.")
            self.date, self.proposed_date = date, proposed_date

    error = Shut("2026-01-31", "2026-02-01").about(figures={"amount": "5.00"})
    assert error.category == "period"
    assert list(error.figures.items()) == [
        ("date", "2026-01-31"),
        ("proposed date", "2026-02-01"),
        ("amount", "5.00"),
    ]
