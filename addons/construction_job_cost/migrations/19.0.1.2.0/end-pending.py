# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Drafts that nobody has put forward counted as pending: they are taken out on the next open day."""

import logging
from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields

from odoo.addons.construction_job_cost.lib.period import next_open_date

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    # at the end: what puts an order forward is known when all addons are there
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        "SELECT DISTINCT res_id FROM construction_cost_entry"
        " WHERE res_model = 'purchase.order.line' AND kind = 'pending'"
    )
    known = env["purchase.order.line"].browse([row[0] for row in cr.fetchall()]).exists()
    lines = known.filtered(lambda line: line.order_id.state in ("draft", "sent"))
    for company, found in lines.grouped("company_id").items():
        day = next_open_date(fields.Date.context_today(lines), company.construction_cost_lock_date or None)
        entries = env["construction.cost.entry"]._post_sources([(found, day)])
        changed = defaultdict(float)
        for entry in entries:
            changed[entry.reference] += entry.amount
        for reference, amount in changed.items():
            _logger.info("%s: pending %+.2f on %s, for nobody has put it forward", reference, amount, day)
