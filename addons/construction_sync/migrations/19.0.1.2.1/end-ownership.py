# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The systems of record: who made a record owns it, as its trace says, or whose events took it over."""

import logging

from psycopg2 import sql

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)

MADE = """
    INSERT INTO construction_ownership_rule
        (company_id, kind, res_model, res_id, source_id, key, origin, valid_from, create_date, write_date)
    SELECT made.company_id, %(kind)s, %(model)s, made.res_id, made.source_id, own.key, 'made', made.at,
           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
    FROM (
        SELECT DISTINCT ON (r.res_id) r.res_id, m.company_id, m.source_id,
               COALESCE(m.done_at, m.received_at) AS at
        FROM construction_message_record r
        JOIN construction_message m ON m.id = r.message_id
        JOIN {table} t ON t.id = r.res_id
        LEFT JOIN res_users u ON u.id = t.create_uid
        WHERE r.res_model = %(model)s AND m.type_name = ANY(%(types)s)
          -- a contact into which one that an event made was merged has its trace as well
          AND (u.id IS NULL OR u.construction_is_service)
          -- of a supplier that came with its account the trace said until now that it was changed
          AND (r.action = 'create' OR EXISTS (
            SELECT FROM construction_crosswalk c
            WHERE c.res_model = r.res_model AND c.res_id = r.res_id AND c.kind = %(kind)s
              AND c.source_id = m.source_id AND c.origin = 'event'))
        ORDER BY r.res_id, (r.action = 'create') DESC, r.id
    ) made
    LEFT JOIN LATERAL (
        SELECT c.key FROM construction_crosswalk c
        WHERE c.res_model = %(model)s AND c.res_id = made.res_id AND c.kind = %(kind)s
          AND c.source_id = made.source_id AND c.origin = 'event'
        ORDER BY c.id LIMIT 1
    ) own ON true
    ON CONFLICT DO NOTHING
"""
SAID = """
    INSERT INTO construction_ownership_rule
        (company_id, kind, res_model, res_id, source_id, origin, reason, decided_by_id, valid_from,
         create_date, write_date)
    SELECT DISTINCT ON (c.res_id) c.company_id, c.kind, c.res_model, c.res_id, c.source_id, 'said',
           'The events of its key ' || c.key || ' take over.', c.answered_by_id, c.valid_from,
           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
    FROM construction_crosswalk c
    JOIN {table} t ON t.id = c.res_id
    WHERE c.res_model = %(model)s AND c.kind = %(kind)s AND c.valid_until IS NULL
      AND c.is_alias IS NOT TRUE AND c.answered_by_id IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM construction_ownership_rule o
        WHERE o.res_model = c.res_model AND o.res_id = c.res_id AND o.source_id = c.source_id
          AND o.key = c.key AND o.valid_until IS NULL)
    ORDER BY c.res_id, c.id DESC
    ON CONFLICT DO NOTHING
"""


def migrate(cr, version):
    # at the end: the handlers of all addons are there, and say which objects have owners
    if version:
        fill(api.Environment(cr, SUPERUSER_ID, {}))


def fill(env):
    """One statement a kind of object for what events made, and one for what was taken over."""
    types = {}
    for handler in env["construction.event.handler"]._declared():
        owned = handler._owned_object()
        if owned[0]:
            types.setdefault(owned, []).append(handler._event_type)
    env.flush_all()
    for (kind, model), names in types.items():
        counts = []
        for statement in (MADE, SAID):
            query = sql.SQL(statement).format(table=sql.Identifier(env[model]._table))
            env.cr.execute(query, {"kind": kind, "model": model, "types": names})
            counts.append(env.cr.rowcount)
        _logger.info("%s: %s owned by who made them, %s by who took them over", kind, *counts)
    env.invalidate_all()
