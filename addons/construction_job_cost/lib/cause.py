from dataclasses import dataclass
from datetime import date as Date


@dataclass(eq=False)
class Cause:
    """What causes the cost entries of the moment: the date of it, and the identity of its event.

    It goes in the context as ``construction_cost_cause``, one object for a whole batch, and is set
    anew for each event: Odoo keeps an environment for every context that differs and compares each
    new one with all of them, which took a third of a batch of forty.
    """

    date: Date | None = None
    correlation: str | None = None
