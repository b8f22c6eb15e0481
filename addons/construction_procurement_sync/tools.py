# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal


def decimal(value, digits=6):
    """A float as a Decimal, without the noise of its binary form.

    >>> decimal(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(str(round(value, digits)))
