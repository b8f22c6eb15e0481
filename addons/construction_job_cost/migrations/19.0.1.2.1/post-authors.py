# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who made or last wrote the lines of orders and budgets that wait for approval is noted as an author.

Until now nobody noted it. What is released or approved stays as it is.
"""

import logging

_logger = logging.getLogger(__name__)

DOCUMENTS = (
    ("purchase_order", "purchase_order_line", "order_id", ("draft", "sent", "to approve")),
    ("construction_budget", "construction_budget_line", "budget_id", ("draft", "submitted")),
)


def migrate(cr, version):
    for table, lines, link, states in DOCUMENTS:
        # names are ours
        cr.execute(
            f"""INSERT INTO {table}_res_users_rel ({table}_id, res_users_id)
                SELECT DISTINCT d.id, u.id
                  FROM {table} d
                  JOIN {lines} l ON l.{link} = d.id
                  JOIN res_users u ON u.id IN (l.create_uid, l.write_uid)
                 WHERE d.state = ANY(%s) AND u.id <> 1 AND u.id <> d.create_uid
                       AND NOT COALESCE((to_jsonb(u) ->> 'construction_is_service')::boolean, false)
           ON CONFLICT DO NOTHING""",
            [list(states)],
        )
        _logger.info("authors noted of %s: %s", table, cr.rowcount)
