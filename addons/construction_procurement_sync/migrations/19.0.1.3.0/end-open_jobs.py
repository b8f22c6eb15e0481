# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Changes that waited for a closed job of which they ask nothing more are written to their orders.

Of an order for two jobs, one of them closed, a change of the other one's lines waited, too.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    waiting = env["construction.order.change"].search(
        [("state", "=", "pending"), ("stop", "=", "job")], order="id"
    )
    for change in waiting:
        change._construction_retry()
        if change.state != "pending" or change.stop != "job":
            _logger.info("%s waits for no closed job: %s, %s", change.name, change.state, change.stop)
