# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What changed between an order and the whole order as it now stands."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class LineState:
    """An order line now: ordered, received and billed in the order's unit."""

    line: str
    quantity: Decimal
    received: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)
    slack: Decimal = Decimal(0)  # by so much quantities may differ and be the same

    @property
    def floor(self):
        """The least quantity that the line may still fall to."""
        return max(self.received, self.billed, Decimal(0))


@dataclass(frozen=True)
class TooLow:
    """A line that the new order puts below what was received or billed."""

    line: str
    wanted: Decimal
    floor: Decimal


@dataclass(frozen=True)
class OrderDiff:
    added: tuple = ()
    kept: tuple = ()
    removed: tuple = ()
    too_low: tuple = ()


def diff_order(old, new):
    """Compare the lines of an order with the whole order as it now stands.

    :param old: iterable of :class:`LineState`
    :param new: mapping of line key to quantity, in the order of the event
    :return: :class:`OrderDiff` of line keys; a line that is gone counts as 0
    """
    before = {state.line: state for state in old}
    too_low = tuple(
        TooLow(key, new.get(key, Decimal(0)), state.floor)
        for key, state in before.items()
        if new.get(key, Decimal(0)) < state.floor - state.slack
    )
    return OrderDiff(
        added=tuple(key for key in new if key not in before),
        kept=tuple(key for key in new if key in before),
        removed=tuple(key for key in before if key not in new),
        too_low=too_low,
    )
