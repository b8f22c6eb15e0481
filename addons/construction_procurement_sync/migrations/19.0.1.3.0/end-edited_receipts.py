# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bills of what a done receipt no longer brings are held, or their credit notes asked for.

Who edited a done receipt was not asked whether something of it was billed.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env["purchase.order.line"].search(
        [("state", "=", "purchase"), ("qty_invoiced", ">", 0), ("qty_received_method", "=", "stock_moves")],
        order="company_id, id",
    )
    lines = lines.filtered(
        lambda line: line._construction_compare(line.qty_invoiced, line._construction_received_to_bill()) > 0
    )
    held = env["construction.hold"].search([("state", "=", "open")]).move_id
    for company, found in lines.grouped("company_id").items():
        found.with_company(company)._construction_look_at_rest()
    for bill in env["construction.hold"].search([("state", "=", "open")]).move_id - held:
        _logger.info("%s bills more than is received, and is held", bill.display_name)
