# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Changes of released orders that were parked with their messages become documents.

A change stopped by approval, budget or a supplier's documents kept its message open and the order held its
revision. Each such message is taken through its handler once more: it is done, and the change is a pending
construction.order.change with its net effect in the ledger, dated by its event, and with its work item. What
cannot be read any more stays the work item that it is.
"""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)
KINDS = ("procurement.purchase_order.changed", "procurement.purchase_order.approved")
CAUSES = ("acceptance:", "budget:", "compliance:")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    links = env["construction.message.record"].search(
        [
            ("res_model", "=", "purchase.order"),
            ("message_id.state", "=", "exception"),
            ("message_id.event_type_id.name", "in", KINDS),
        ]
    )
    released = env["purchase.order"].browse(links.mapped("res_id")).exists()
    released = set(released.filtered(lambda order: order.state == "purchase").ids)
    parked = links.filtered(lambda link: link.res_id in released).message_id.filtered(
        lambda message: (message.exception_id.cause_key or "").startswith(CAUSES)
    )
    for message in parked.sorted("id"):
        message._requeue(env._("Changes of released orders are documents of their own now."))
        message._process()
        env.flush_all()
        _logger.info("change of %s: %s", message.subject, message.state)
