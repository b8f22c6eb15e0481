# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.construction_master_sync.tools import given_names

__all__ = ["concat", "given_names", "is_coded"]


def is_coded(lines):
    """Whether any of these lines is cost of a construction job, wholly or in part."""
    return any(
        line.construction_job_id or any(split[0] for split in line._construction_coding_splits())
        for line in lines
        if line.analytic_distribution
    )


def concat(recordsets):
    """One recordset of many of one model, in their order."""
    first, *others = recordsets
    return first.concat(*others)
