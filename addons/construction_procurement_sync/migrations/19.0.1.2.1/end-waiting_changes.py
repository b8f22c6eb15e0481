# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Changes of orders that wait and are in nobody's sight are looked at again.

A replay of the work item of one closed it, and the change waited on: it is tried again, and where it is
still stopped its work item is open again.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)
CHANGE = "construction.order.change"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    waiting = env[CHANGE].search([("state", "=", "pending")], order="id")
    references = [f"{CHANGE},{change.id}" for change in waiting]
    items = env["construction.exception"].search([("state", "=", "open"), ("record_ref", "in", references)])
    seen = {item.record_ref.id for item in items}
    for change in waiting.filtered(lambda change: change.id not in seen):
        before = change.amount_change
        change._construction_retry()
        _logger.info(
            "%s: nobody knew of it; %s, net effect %s -> %s",
            change.name,
            change.state,
            before,
            change.amount_change,
        )
