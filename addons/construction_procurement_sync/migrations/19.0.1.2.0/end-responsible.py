# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No service user manages a job or answers for a document; jobs that nobody manages are one work item."""

from odoo import SUPERUSER_ID, api

NAMED = {
    "project.project": "user_id",
    "purchase.order": "user_id",
    "purchase.request": "requested_by",
    "stock.picking": "user_id",
    "account.move": "invoice_user_id",
}


def migrate(cr, version):
    if version:
        clear(api.Environment(cr, SUPERUSER_ID, {}))


def clear(env):
    """Take service users out of where a person belongs. Figures do not change."""
    cleared = env["project.project"]
    for model, field in NAMED.items():
        named = env[model].with_context(active_test=False)
        named = named.search([(f"{field}.construction_is_service", "=", True)])
        table, column = env[model]._table, field
        if named:
            # as they stand: nobody is told of each, and no date of change moves
            env.cr.execute(f"UPDATE {table} SET {column} = NULL WHERE id = ANY(%s)", [named.ids])
            named.invalidate_recordset([field])
        if model == "project.project":
            cleared = named
    for company in cleared.company_id:
        env["project.project"]._construction_tell_unmanaged(company)
