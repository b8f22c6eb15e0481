# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a machine costs its owner an hour, by formula and from the firm's own figures; and whether to rent it.

Formulas: USACE EP 1110-1-8 (depreciation, cost of money, standby), FHWA (a blue book rate by the hour).
Nothing is rounded in between: who shows a result rounds it.
"""

from dataclasses import dataclass
from decimal import Decimal

from odoo.addons.construction_base.lib.decimals import ZERO

ALWAYS, NEVER, BELOW, ABOVE, EQUAL = "always", "never", "below", "above", "equal"
MONTH_HOURS = Decimal(176)


@dataclass(frozen=True)
class Owned:
    """What EP 1110-1-8 asks about a machine."""

    value: Decimal  # TEV: total equipment value
    salvage: Decimal  # SLV: share of the value that is left in the end
    life_hours: Decimal
    tyres: Decimal = ZERO
    tyre_index: Decimal = Decimal(1)  # TCI
    hours_a_year: Decimal = ZERO
    interest: Decimal = ZERO  # a year: 0.04 is 4 %

    @property
    def years(self):
        """N, the life in years."""
        return self.life_hours / self.hours_a_year

    @property
    def depreciation(self):
        """An hour: [TEV × (1 − SLV) − TCI × tyres] / life hours.

        >>> tyres, index = Decimal(10560), Decimal("0.944")
        >>> pamphlet = Owned(Decimal(1181907), Decimal("0.20"), Decimal(20000), tyres, index)
        >>> round(pamphlet.depreciation, 2)
        Decimal('46.78')
        """
        return (self.value * (1 - self.salvage) - self.tyre_index * self.tyres) / self.life_hours

    @property
    def cost_of_money(self):
        """An hour: [(N − 1)(1 + SLV) + 2] / 2N × TEV × interest / hours a year."""
        average = ((self.years - 1) * (1 + self.salvage) + 2) / (2 * self.years)
        return average * self.value * self.interest / self.hours_a_year

    @property
    def standby(self):
        """An hour: half of the depreciation and the cost of money."""
        return self.depreciation / 2 + self.cost_of_money


def fhwa(monthly, area, year, operating):
    """Amount an hour: the monthly rate over 176 hours, adjusted for area and year, and the operating cost.

    >>> fhwa(Decimal(8800), Decimal("0.95"), Decimal("1.04"), Decimal("42.10"))
    Decimal('91.5000')
    """
    return monthly / MONTH_HOURS * area * year + operating


@dataclass(frozen=True)
class Recovery:
    """What a machine or class has cost, and what jobs were charged for it, in one time."""

    pool: Decimal = ZERO  # its costs
    hours: Decimal = ZERO  # charged
    recovered: Decimal = ZERO

    def __add__(self, other):
        return Recovery(self.pool + other.pool, self.hours + other.hours, self.recovered + other.recovered)

    @property
    def under(self):
        """Costs that no job has paid; less than 0 is more than they were."""
        return self.pool - self.recovered

    @property
    def proposed(self):
        """The rate of an hour that would have recovered the pool; None without hours.

        >>> excavators = Recovery(Decimal(182000), Decimal(1610), Decimal(1610) * 104)
        >>> excavators.under, round(excavators.proposed, 2)
        (Decimal('14560'), Decimal('113.04'))
        """
        return self.pool / self.hours if self.hours else None


def by_class(machines):
    """{class: Recovery} of (class, Recovery) of machines."""
    result = {}
    for category, recovery in machines:
        result[category] = result.get(category, Recovery()) + recovery
    return result


@dataclass(frozen=True)
class Way:
    """A way to have a machine for a month: what it costs without an hour, and each hour."""

    fixed: Decimal
    hourly: Decimal

    def cost(self, hours):
        return self.fixed + self.hourly * hours


@dataclass(frozen=True)
class Comparison:
    """Where owning costs less than renting."""

    owning: str  # below | above: the hours | always | never | equal
    hours: Decimal | None = None  # a month, at which both cost the same


def compared(own, rent):
    """When to own and when to rent. At the hours of the break-even itself both cost the same.

    >>> own, rent = Way(Decimal(5200), Decimal("31.50")), Way(Decimal(8900), Decimal(18))
    >>> found = compared(own, rent)
    >>> found.owning, round(found.hours, 2)
    ('below', Decimal('274.07'))
    """
    fixed, hourly = rent.fixed - own.fixed, own.hourly - rent.hourly
    if not fixed and not hourly:
        return Comparison(EQUAL)
    if fixed >= 0 >= hourly:
        return Comparison(ALWAYS)
    if fixed <= 0 <= hourly:
        return Comparison(NEVER)
    return Comparison(BELOW if hourly > 0 else ABOVE, fixed / hourly)


def series(own, rent, most):
    """[(hours, own, rent)] at the ends of the two lines and where they cross, to draw them.

    :param most: hours a month, to which they are drawn

    >>> [row[0] for row in series(Way(Decimal(0), Decimal(2)), Way(Decimal(100), Decimal(1)), Decimal(200))]
    [Decimal('0'), Decimal('100'), Decimal('200')]
    """
    crossing = compared(own, rent).hours
    hours = {ZERO, most} | ({crossing} if crossing is not None and crossing < most else set())
    return [(at, own.cost(at), rent.cost(at)) for at in sorted(hours)]
