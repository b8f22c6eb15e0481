# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
from datetime import datetime, timezone
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_equipment.lib import page

NOW = datetime(2026, 3, 12, 12, tzinfo=timezone.utc)


def reading(**said):
    return {"device": "D-1", "at": "2026-03-12T08:00:00Z", "origin": "telematics", **said}


def test_examples():
    assert doctest.testmod(page).failed == 0


@pytest.mark.parametrize(
    "said, figure, kind",
    [
        ({"meter_hours": "missing"}, "meter_hours", "missing"),
        ({"meter_hours": -1}, "meter_hours", "negative"),
        ({"meter_hours": "9999999"}, "meter_hours", "out_of_range"),
        ({"idle_hours": "five"}, "idle_hours", "unreadable"),
        ({"meter_hours": 1, "at": "0001-01-01T00:00:00Z"}, "at", "moment"),
        ({"meter_hours": 1, "at": "2026-03-14T00:00:00Z"}, "at", "moment"),
        ({"meter_hours": 1, "at": "missing"}, "at", "missing"),
        ({"meter_hours": 1, "device": "missing"}, "device", "missing"),
        ({"fuel_used": 5}, "fuel_unit", "missing"),
        ({"fuel_used": 5, "fuel_unit": "barrel"}, "fuel_unit", "unreadable"),
        ({"latitude": 91, "longitude": 5}, "latitude", "out_of_range"),
        ({}, "meter_hours", "missing"),
    ],
)
def test_what_is_odd_is_told_and_stops_no_other(said, figure, kind):
    rows, odd = page.read([reading(**said), reading(device="D-2", meter_hours=7)], NOW)
    assert [(one.figure, one.kind) for one in odd] == [(figure, kind)]
    assert [row.device for row in rows] == ["D-2"]


def test_a_bad_figure_leaves_the_others_of_its_reading():
    [row], [odd] = page.read([reading(meter_hours="5267.25", idle_hours="missing")], NOW)
    assert row.figures == (D("5267.250"), None, None, None, None)
    assert odd.figure == "idle_hours"


def test_units_are_litres_and_kilometres():
    [row], _odd = page.read(
        [reading(fuel_used=10, fuel_unit="gal_us", distance="1", distance_unit="mi")], NOW
    )
    assert row.figures[3:] == (D("37.854"), D("1.609"))


def test_half_a_position_is_none():
    [row], _odd = page.read([reading(meter_hours=1, latitude=46.78)], NOW)
    assert row.position == (None, None)
    [row], _odd = page.read([reading(latitude="46.7834567", longitude=-92.1)], NOW)
    assert row.position == (D("46.783457"), D("-92.100000"))


SAID = st.one_of(st.none(), st.integers(-5, 300000), st.text(max_size=8), st.floats(allow_nan=False))


@given(
    st.lists(st.fixed_dictionaries({"meter_hours": SAID, "latitude": SAID, "longitude": SAID}), max_size=8)
)
def test_whatever_is_said_every_reading_is_stored_or_told(said):
    for figures in said:
        rows, odd = page.read([reading(**figures)], NOW)
        assert rows or odd
        assert page.read([reading(**figures)] * 3, NOW) == (rows, odd)
