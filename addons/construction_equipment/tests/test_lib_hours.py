# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import hours

DAY = tuple(hours.Span(day, start, end) for day in range(5) for start, end in ((7, 12), (13, 16.5)))


def test_examples():
    assert doctest.testmod(hours).failed == 0


@pytest.mark.parametrize(
    "moment, within",
    [
        (datetime(2026, 3, 2, 5, 59, 59), False),
        (datetime(2026, 3, 2, 6), True),
        (datetime(2026, 3, 2, 11), False),
        (datetime(2026, 3, 2, 15, 29), True),
        (datetime(2026, 3, 2, 15, 30), False),
        (datetime(2026, 3, 7, 9), False),
        # summer time
        (datetime(2026, 3, 30, 5), True),
        (datetime(2026, 3, 30, 14, 30), False),
        # a holiday
        (datetime(2026, 4, 6, 9), False),
    ],
)
def test_where_the_job_is(moment, within):
    easter = (datetime(2026, 4, 5, 22), datetime(2026, 4, 6, 22))
    assert hours.Hours("Europe/Berlin", DAY, (easter,)).hold(moment) is within


def test_weeks_that_take_turns():
    found = hours.Hours("UTC", (hours.Span(0, 0, 24, week=0),))
    mondays = [found.hold(datetime(2026, 3, 2) + timedelta(weeks=number)) for number in range(4)]
    assert mondays in ([True, False] * 2, [False, True] * 2)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))
def test_without_hours_none_is_outside(moment):
    assert hours.Hours("UTC", ()).hold(moment)
    whole = tuple(hours.Span(day, 0, 24) for day in range(7))
    assert hours.Hours("America/St_Johns", whole).hold(moment)
