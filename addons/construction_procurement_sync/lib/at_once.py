# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass, field

AT_ONCE = "construction_at_once"


@dataclass(eq=False)
class AtOnce:
    """What holds for all lines of one order or transfer at work, asked of the database once.

    It is equal to itself only, as Odoo compares the contexts in which it lies, and no call from outside
    can put such an object there.
    """

    # stock.quant rows whose lock this transaction has
    locked: set = field(default_factory=set)
    # stock.move without a value that a person gave
    unvalued: set = field(default_factory=set)
    # (product, place, routes, …) -> id of the push rule
    rules: dict = field(default_factory=dict)
    # purchase.order.line that no purchase request asked for
    unrequested: set = field(default_factory=set)
    # stock.move that keep what they have reserved
    reserved: set = field(default_factory=set)


def at_once(env):
    """The AtOnce of an environment, or None."""
    found = env.context.get(AT_ONCE)
    return found if isinstance(found, AtOnce) else None
