# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from decimal import Decimal


def decimal(value, digits=6):
    """A float as a Decimal, without the noise of its binary form.

    >>> decimal(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(str(round(value, digits)))


def is_coded(lines):
    """Whether any of these lines is cost of a construction job, wholly or in part."""
    return any(
        line.construction_job_id or any(split[0] for split in line._construction_coding_splits())
        for line in lines
        if line.analytic_distribution
    )


def given_names(env, vals_list):
    """Names of the fields that a caller gives, as values or as defaults in the context."""
    defaults = {key.removeprefix("default_") for key in env.context if key.startswith("default_")}
    return defaults.union(*vals_list)


def concat(recordsets):
    """One recordset of many of one model, in their order."""
    first, *others = recordsets
    return first.concat(*others)
