# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Comparison of what a record should have in the ledger with what was posted for it."""

from odoo.addons.construction_base.lib.decimals import ZERO, decimal

# What tells two entries of one record apart; the sums of a record are kept by it.
KEY = ("kind", "stage", "job_id", "cost_code_id", "cost_type_id", "currency_id")
FIGURES = ("amount", "amount_currency", "quantity")


def figure(value):
    """Figure as a decimal without the noise of floating point sums."""
    return round(decimal(value), 6).normalize() + 0


def sums(positions):
    """{key: figures} of the positions of one record."""
    result = {}
    for position in positions:
        key = tuple(position.get(name) or False for name in KEY)
        figures = tuple(figure(position.get(name)) for name in FIGURES)
        present = result.get(key)
        result[key] = tuple(a + b for a, b in zip(present, figures, strict=True)) if present else figures
    return result


def differences(expected, posted):
    """What to append so that the posted sums become the expected ones.

    :param expected: {key: (amount, amount in currency, quantity)}
    :param posted: the same, summed over the entries of the record
    :return: the same, without keys where nothing is missing

    >>> changes = differences({"a": (5, 5, 1)}, {"a": (3, 3, 1), "b": (2, 2, 0)})
    >>> changes == {"a": (2, 2, 0), "b": (-2, -2, 0)}
    True
    """
    nothing = (ZERO, ZERO, ZERO)
    result = {}
    for key in [*expected, *(key for key in posted if key not in expected)]:
        wanted, present = expected.get(key, nothing), posted.get(key, nothing)
        change = tuple(w - p for w, p in zip(wanted, present, strict=True))
        if any(change):
            result[key] = change
    return result
