# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A page of readings, as a provider sends it: rows to store, and what is odd about single figures.

The contract checks shape alone. A reading with a moment keeps what is right in it; each figure that is none
is told apart, and stops neither the others nor other readings.
"""

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

from . import figures

MOST = {
    "meter_hours": figures.MOST_HOURS,
    "operating_hours": figures.MOST_HOURS,
    "idle_hours": figures.MOST_HOURS,
    "fuel_used": Decimal(100_000_000),
    "distance": Decimal(100_000_000),
}
STEP = Decimal("0.001")
UNITS = {
    "fuel_used": (
        "fuel_unit",
        {"l": Decimal(1), "gal_us": Decimal("3.785411784"), "gal_imp": Decimal("4.54609")},
    ),
    "distance": ("distance_unit", {"km": Decimal(1), "mi": Decimal("1.609344"), "m": Decimal("0.001")}),
}
POSITION = {"latitude": 90, "longitude": 180}
# not even a wrong one is written down where it is not forgotten
HIDDEN = "…"
POSITION_STEP = Decimal("0.000001")  # a tenth of a metre


@dataclass(frozen=True)
class Row:
    """A reading to store: figures as decimals in hours, litres and kilometres, the moment as naive UTC."""

    device: str
    at: datetime
    figures: tuple  # by the order of MOST, None for what is not said
    position: tuple  # latitude and longitude, or None for both
    origin: str


@dataclass(frozen=True)
class Odd:
    """A figure, moment or device that is none."""

    device: str
    at: str  # as it was said
    figure: str
    kind: str
    said: str


def read(readings, now=None):
    """(rows, odd ones) of a page; a row that is there twice is there once.

    :param now: when it was received, with its zone

    >>> rows, odd = read([
    ...     {"device": "D", "at": "2026-03-12T08:00:00Z", "meter_hours": "5267.5", "idle_hours": -1,
    ...      "origin": "telematics"},
    ...     {"device": "D", "at": "0001-01-01T00:00:00Z", "meter_hours": 1, "origin": "telematics"},
    ... ])
    >>> [(str(row.at), row.figures[0]) for row in rows], [(one.figure, one.kind) for one in odd]
    ([('2026-03-12 08:00:00', Decimal('5267.500'))], [('idle_hours', 'negative'), ('at', 'moment')])
    """
    rows, odd = {}, {}
    for reading in readings:
        row, found = _read(reading, now)
        odd.update(dict.fromkeys(found))
        if row:
            rows[row] = None
    return list(rows), list(odd)


def _read(reading, now):
    device, said = str(reading["device"]).strip(), str(reading["at"])
    odd = []

    def note(figure, kind, value):
        odd.append(Odd(device, said, figure, kind, str(value)))

    at = figures.moment(reading["at"], now)
    if isinstance(at, figures.Bad):
        note("at", at.kind, at.said)
    if figures.is_nothing(device):
        note("device", "missing", reading["device"])
    found = []
    for name, most in MOST.items():
        value = _figure(reading, name, most, note) if reading.get(name) is not None else None
        found.append(value)
    position = _position(reading, note)
    if odd and (isinstance(at, figures.Bad) or figures.is_nothing(device)):
        return None, odd
    if not any(value is not None for value in (*found, position[0])):
        if not odd:
            note("meter_hours", "missing", "")
        return None, odd
    naive = at.astimezone(timezone.utc).replace(tzinfo=None)
    return Row(device, naive, tuple(found), position, reading["origin"]), odd


def _figure(reading, name, most, note):
    value = figures.figure(reading[name], most)
    if isinstance(value, figures.Bad):
        note(name, value.kind, value.said)
        return None
    unit, factors = UNITS.get(name, (None, {}))
    if unit:
        said = reading.get(unit)
        if said not in factors:
            note(unit, "missing" if figures.is_nothing(said) else "unreadable", said)
            return None
        value *= factors[said]
    return value.quantize(STEP)


def _position(reading, note):
    """Latitude and longitude, both or none: half a position is none."""
    result = []
    for name, most in POSITION.items():
        if reading.get(name) is None:
            continue
        try:
            value = Decimal(str(reading[name]).strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            kind = "missing" if figures.is_nothing(reading[name]) else "unreadable"
            note(name, kind, reading[name] if kind == "missing" else HIDDEN)
        elif abs(value) > most:
            note(name, "out_of_range", HIDDEN)
        else:
            result.append(value.quantize(POSITION_STEP))
    return tuple(result) if len(result) == 2 else (None, None)
