# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which machine a provider means: certain by PIN or serial, else a proposal for a person.

A PIN, or a serial of a make that is not another, is certain where one machine alone has it. Everything else
is likeness, from 0 to 99, and decides nothing: digits and letters that are taken for each other, a serial
that ends a PIN, make, model and name. "missing", zeros, and what is too short to tell machines apart match
nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

from odoo.addons.construction_sync.lib.likeness import likeness, plain

from .figures import is_nothing

FLOOR = 60
LIMIT = 8
SHORTEST = 4  # signs of a number that tells machines apart
TAIL = 6  # signs of a serial that ends a PIN
CERTAIN = 100
_APART = re.compile(r"[^0-9A-Z]+")
_ALIKE = str.maketrans("OQDISZB", "0001528")


@dataclass(frozen=True)
class Machine:
    """What is said of a machine, by a provider or here."""

    key: Any
    serial: str | None = None
    pin: str | None = None
    make: str | None = None
    model: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Match:
    key: Any
    score: int  # 100: certain
    by: str  # pin | serial | likeness


def number(text):
    """A PIN or serial as it is compared, or "" if it is none.

    >>> number("cat 0320-EL"), number("Missing"), number("0000000"), number("N/A")
    ('CAT0320EL', '', '', '')
    """
    if is_nothing(text):
        return ""
    found = _APART.sub("", str(text).upper())
    placeholder = len(set(found)) == 1 or is_nothing(found)
    return "" if placeholder or len(found) < SHORTEST else found


def matches(said, machines, limit=LIMIT):
    """The machines that a provider may mean, the likeliest first.

    :return: list of Match; alone where it is certain. Where two machines have the number, or PIN and serial
        say different ones, none is certain: they are proposed with 99

    >>> here = [Machine(1, serial="KAB-12345", make="Caterpillar"), Machine(2, serial="missing")]
    >>> matches(Machine(None, serial="kab12345"), here)
    [Match(key=1, score=100, by='serial')]
    >>> matches(Machine(None, serial="missing"), here)
    []
    """
    machines = list(machines)
    found = {}
    for machine in machines:
        by = _same(said, machine)
        if by:
            found[machine.key] = Match(machine.key, CERTAIN, by)
    if len(found) == 1:
        return list(found.values())
    result = [Match(match.key, CERTAIN - 1, match.by) for match in found.values()]
    for machine in machines:
        score = 0 if machine.key in found else _score(said, machine)
        if score >= FLOOR:
            result.append(Match(machine.key, score, "likeness"))
    return sorted(result, key=lambda match: (-match.score, match.by, str(match.key)))[:limit]


def _same(said, machine):
    pins = number(said.pin), number(machine.pin)
    if pins[0] and pins[0] == pins[1]:
        return "pin"
    if all(pins):
        return ""  # two machines
    serial = number(said.serial)
    same = serial and serial == number(machine.serial)
    return "serial" if same and not _other_make(said, machine) else ""


def _other_make(one, other):
    """Whether two makes are known and different: CAT is Caterpillar."""
    first, second = plain(_known(one.make)), plain(_known(other.make))
    if not first or not second:
        return False
    return not (first.startswith(second) or second.startswith(first) or likeness(first, second) >= 80)


def _score(said, machine):
    make_model = _likeness(_described(said), _described(machine))
    name = _likeness(said.name, machine.name)
    numbers = max(
        (
            _numbers(one, other)
            for one in (number(said.pin), number(said.serial))
            for other in (number(machine.pin), number(machine.serial))
        ),
        default=0,
    )
    words = max(make_model, name) * 0.6 + min(make_model, name) * 0.2
    return int(min(CERTAIN - 1, max(words, numbers * 0.8 + words * 0.2)))


def _numbers(one, other):
    if not one or not other:
        return 0
    one, other = one.translate(_ALIKE), other.translate(_ALIKE)
    if one == other:
        return 99
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= TAIL and longer.endswith(shorter):
        return 95
    alike = likeness(one, other)
    return alike if alike >= 80 else 0  # most numbers have some signs in common


def _described(machine):
    return " ".join(filter(None, (_known(machine.make), _known(machine.model))))


def _known(text):
    return "" if is_nothing(text) else text


def _likeness(one, other):
    return likeness(_known(one), _known(other)) if one and other else 0
