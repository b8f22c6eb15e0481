# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is billed of order lines in another unit than ordered is added up before it is rounded."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if version:
        add_up(api.Environment(cr, SUPERUSER_ID, {}))


def add_up(env):
    """Compute anew what is billed and to be billed. The ledger counted it exactly before."""
    env.cr.execute(
        """SELECT DISTINCT ordered.id
             FROM purchase_order_line AS ordered
             JOIN account_move_line AS billed ON billed.purchase_line_id = ordered.id
            WHERE billed.product_uom_id != ordered.product_uom_id"""
    )
    lines = env["purchase.order.line"].browse(row[0] for row in env.cr.fetchall())
    for name in ("qty_invoiced", "qty_to_invoice"):
        env.add_to_compute(lines._fields[name], lines)
    lines._recompute_recordset(["qty_invoiced", "qty_to_invoice"])
