# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an order line has in the ledger on each day, from what was known to hold since which day.

Each fact bears the day on which it happened, whenever it was entered. A fact that is entered late changes
the figures from its own day on and of no day before it, so that the report of a day, made anew, differs
from the one made then only by documents dated up to that day and entered since.
"""

from dataclasses import dataclass, fields, replace
from decimal import Decimal

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

from . import commitment
from .amounts import allocate, rounded

COMMITTED = "commitment"


@dataclass(frozen=True)
class Terms:
    """What an order line promises, in its own unit and the order's currency."""

    stage: str = ""  # "commitment", a stage of pending, or nothing at all
    amount: Decimal = ZERO
    quantity: Decimal = ZERO
    unit_price: Decimal = ZERO
    closed_short: bool = False
    factor: Decimal = Decimal(1)  # more, where a tax cannot be recovered
    rate: Decimal = Decimal(1)  # units of the currency for one of the company's
    currency: int = 0
    coding: tuple = ()  # ((job, code, type, fraction), ...): ids or False, and a decimal

    def stored(self):
        """As JSON keeps it.

        >>> Terms.read(Terms("commitment", Decimal("10.50"), coding=((1, 2, False, Decimal(1)),)).stored())
        Terms(stage='commitment', amount=Decimal('10.5'), quantity=Decimal('0'), unit_price=Decimal('0'), \
closed_short=False, factor=Decimal('1'), rate=Decimal('1'), currency=0, coding=((1, 2, False, Decimal('1')),))
        """
        values = {name: _plain(value) for name, value in vars(self).items() if name != "coding"}
        values["coding"] = [[*share[:3], _plain(share[3])] for share in self.coding]
        return values

    @classmethod
    def read(cls, values):  # pylint: disable=method-required-super
        kinds = {field.name: field.type for field in fields(cls)}
        known = {
            name: decimal(value) if kinds[name] in (Decimal, "Decimal") else value
            for name, value in values.items()
            if name in kinds and name != "coding"
        }
        coding = tuple((*share[:3], decimal(share[3])) for share in values.get("coding", ()))
        return cls(**known, coding=coding)


@dataclass(frozen=True)
class Step:
    """A change of an order line, since a day."""

    date: object
    received: Decimal = ZERO  # more (or less) than before
    terms: Terms | None = None  # None: as they were


@dataclass(frozen=True)
class Billed:
    """Quantity and net amount of a posted bill (less, of a credit note)."""

    date: object
    quantity: Decimal
    amount: Decimal
    unit: int = 0  # in which it was billed


def terms_on(day, steps):
    """The terms that hold on a day: those entered last of all that hold since then or before.

    >>> old, new = Terms("commitment", Decimal(10)), Terms("commitment", Decimal(6))
    >>> steps = [Step(10, terms=old), Step(5, terms=new)]
    >>> [terms_on(day, steps).amount for day in (4, 5, 10)]
    [Decimal('0'), Decimal('6'), Decimal('6')]
    """
    found = Terms()
    for step in steps:
        if step.terms is not None and step.date <= day:
            found = step.terms
    return found


def next_step(steps, date, terms, received):
    """The step from what was known to what is so now, or None."""
    if not steps and not terms.stage:
        return None
    known = next((step.terms for step in reversed(steps) if step.terms is not None), Terms())
    more = received - sum((step.received for step in steps), ZERO)
    if terms == known and not more:
        return None
    return Step(date, more, None if terms == known else terms)


def line_on(day, steps, bills, now):
    """(terms, lib.commitment.OrderLine) of a day.

    :param steps: in the order in which they were entered
    :param bills: every posted bill and credit note of the line
    :param now: the line as it stands, for what has no history
    """
    terms = terms_on(day, steps)
    received = sum((step.received for step in steps if step.date <= day), ZERO)
    counted = [bill for bill in bills if bill.date <= day] if terms.stage == COMMITTED else []
    line = replace(
        now,
        amount=terms.amount,
        quantity=terms.quantity,
        unit_price=terms.unit_price,
        closed_short=terms.closed_short,
        # what went back before it came, by its day, is not less than nothing
        received=ZERO if received * terms.quantity < 0 else received,
        billed=sum((bill.quantity for bill in counted), ZERO),
        billed_amount=sum((bill.amount for bill in counted), ZERO),
    )
    return terms, line


def split(kind, amount, terms, step, company_step, foreign=False, quantity=ZERO, stage=None):
    """Positions of an amount in the order's currency, shared by the coding to the cent.

    :param step, company_step: rounding of the order's and of the company's currency
    :param foreign: whether they are two currencies
    """
    if not terms.coding:
        return []
    fractions = [share[3] for share in terms.coding]
    amount = rounded(amount, step)
    in_company = rounded(amount / terms.rate, company_step) if foreign else amount
    if not (in_company or amount):
        return []
    shares = zip(
        terms.coding,
        allocate(in_company, fractions, company_step),
        allocate(amount, fractions, step),
        strict=True,
    )
    return [
        {
            "kind": kind,
            "stage": stage,
            "job_id": job,
            "cost_code_id": code,
            "cost_type_id": cost_type,
            "currency_id": terms.currency,
            "amount": share,
            "amount_currency": share_currency,
            "quantity": round(quantity * fraction, 6),
        }
        for (job, code, cost_type, fraction), share, share_currency in shares
    ]


def position(terms, line, *steps):
    """What a line has in the ledger under some terms: nothing, pending, or commitment and accrual.

    :param steps: as ``split`` takes them: step, company_step, foreign
    """
    if not terms.stage:
        return []
    amount, quantity = commitment.open_amount(line) * terms.factor, commitment.open_quantity(line)
    if terms.stage != COMMITTED:
        return split("pending", amount, terms, *steps, quantity=quantity, stage=terms.stage)
    accrual = commitment.received_not_billed(line) * terms.factor
    return split(COMMITTED, amount, terms, *steps, quantity=quantity) + split(
        "accrual", accrual, terms, *steps, quantity=commitment.unbilled(line)
    )


def days_of(*facts):
    """The days on which something happened, in order."""
    return sorted({fact.date for some in facts for fact in some})


def changes(expected, posted, since=None):
    """What to append, and dated when, so that the ledger says on each day what is expected of it.

    :param expected: {day: {key: figures}}: what holds from a day on, until the next one of these
    :param posted: {day: {key: figures}}: sums of the entries of each day
    :param since: leave what is dated before this day as it is; None: look at every day
    :return: {day: {key: figures}}, only where something is to be appended

    >>> posted = {15: {"a": (4,)}, 20: {"a": (-4,)}}
    >>> changes({10: {"a": (0,)}, 15: {"a": (4,)}, 17: {"a": (1,)}}, posted, 17)
    {17: {'a': (-3,)}, 20: {'a': (4,)}}
    """
    days = sorted({*expected, *posted})
    if since is not None:
        days = [since, *(day for day in days if day > since)]
    result, present, seen = {}, {}, set()
    for day in days:
        for entered in sorted(found for found in posted if found <= day and found not in seen):
            seen.add(entered)
            present = add(present, posted[entered])
        known = [found for found in expected if found <= day]
        wanted = expected[max(known)] if known else {}
        missing = difference(wanted, present)
        if missing:
            result[day] = missing
            present = add(present, missing)
    return result


@dataclass(frozen=True)
class Stretch:
    """Days on which the ledger says something else of one key than is expected."""

    key: tuple
    start: object
    end: object  # the last of these days; None: until now
    wanted: tuple
    present: tuple


def stretches(expected, posted, ends):
    """Where the ledger differs from what is expected, and from when to when.

    :param ends: the day before a day
    :return: list of Stretch, by day

    >>> posted = {30: {"a": (-400,)}, 33: {"a": (400,)}}
    >>> stretches({}, posted, lambda day: day - 1)
    [Stretch(key='a', start=30, end=32, wanted=(Decimal('0'),), present=(-400,))]
    """
    days = sorted({*expected, *posted})
    result, present = [], {}
    for index, day in enumerate(days):
        present = add(present, posted.get(day, {}))
        known = [found for found in expected if found <= day]
        wanted = expected[max(known)] if known else {}
        end = ends(days[index + 1]) if index + 1 < len(days) else None
        for key, figures in difference(wanted, present).items():
            nothing = (ZERO,) * len(figures)
            found = Stretch(key, day, end, wanted.get(key, nothing), present.get(key, nothing))
            joined = _joined(result, found, ends)
            if joined is None:
                result.append(found)
            else:
                result[joined] = replace(result[joined], end=end)
    return result


def _joined(result, found, ends):
    for index, before in enumerate(result):
        same = (before.key, before.wanted, before.present) == (found.key, found.wanted, found.present)
        if same and before.end == ends(found.start):
            return index
    return None


def add(some, others):
    """Sums of figures by key."""
    result = dict(some)
    for key, figures in others.items():
        before = result.get(key)
        result[key] = tuple(a + b for a, b in zip(before, figures, strict=True)) if before else tuple(figures)
    return result


def total(days):
    """Sums by key over all days.

    >>> total({1: {"a": (1, 2)}, 2: {"a": (3, 4), "b": (5, 6)}})
    {'a': (4, 6), 'b': (5, 6)}
    """
    result = {}
    for figures in days.values():
        result = add(result, figures)
    return result


def difference(wanted, present):
    """{key: figures wanted and not present}, without keys where nothing is missing."""
    negative = {key: tuple(-figure for figure in figures) for key, figures in present.items()}
    return {key: figures for key, figures in add(wanted, negative).items() if any(figures)}


def _plain(value):
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
