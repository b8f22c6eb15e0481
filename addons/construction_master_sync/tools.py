# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal


def decimal(value, digits=6):
    """A float as a Decimal, without the noise of its binary form.

    >>> decimal(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(str(round(value, digits)))


def given_names(env, vals_list):
    """Names of the fields that a caller gives, as values or as defaults in the context."""
    defaults = {key.removeprefix("default_") for key in env.context if key.startswith("default_")}
    return defaults.union(*vals_list)
