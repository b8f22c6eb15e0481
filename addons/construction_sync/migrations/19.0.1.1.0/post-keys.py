# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Meanings whose record is gone end; keys get their one spelling, and two of one key a work item."""

from odoo import SUPERUSER_ID, api

from odoo.addons.construction_sync.errors import UnusableReference
from odoo.addons.construction_sync.lib.keyform import clean


def migrate(cr, version):
    end_dangling(cr)
    env = api.Environment(cr, SUPERUSER_ID, {})
    spell(env)


def end_dangling(cr):
    """End the meanings of records that were deleted before anybody noticed."""
    cr.execute("SELECT DISTINCT res_model FROM construction_crosswalk WHERE valid_until IS NULL")
    for (model,) in cr.fetchall():
        table = model.replace(".", "_")
        cr.execute("SELECT to_regclass(%s)", [table])
        if cr.fetchone()[0]:
            cr.execute(
                f"""
                UPDATE construction_crosswalk c
                SET valid_until = now() AT TIME ZONE 'UTC', closed_reason = 'deleted'
                WHERE c.res_model = %s AND c.valid_until IS NULL
                  AND NOT EXISTS (SELECT FROM "{table}" r WHERE r.id = c.res_id)
                """,
                [model],
            )


def spell(env):
    """Give keys their one spelling, also where messages and work items wait for them."""
    cr = env.cr
    cr.execute(
        r"""
        SELECT id, source_id, kind, key FROM construction_crosswalk
        WHERE valid_until IS NULL AND (key ~ '^\s|\s$|\s\s|[^\S ]' OR key IS NOT NFC NORMALIZED)
        ORDER BY id
        """
    )
    for entry_id, source_id, kind, key in cr.fetchall():
        spelled = clean(key)
        cr.execute(
            "SELECT id FROM construction_crosswalk WHERE source_id = %s AND kind = %s AND key = %s"
            " AND valid_until IS NULL AND id != %s",
            [source_id, kind, spelled, entry_id],
        )
        if not cr.fetchone():
            cr.execute("UPDATE construction_crosswalk SET key = %s WHERE id = %s", [spelled, entry_id])
            continue
        cr.execute(
            "UPDATE construction_crosswalk SET valid_until = now() AT TIME ZONE 'UTC',"
            " closed_reason = 'remapped' WHERE id = %s",
            [entry_id],
        )
        tell_twice(env, entry_id, spelled)
    for table, kind, column in (
        ("construction_message", "wait_kind", "wait_key"),
        ("construction_exception", "missing_kind", "missing_key"),
    ):
        cr.execute(
            rf"SELECT id, {column} FROM {table} WHERE {kind} IS NOT NULL AND {column} ~ '^\s|\s$|\s\s'"
        )
        for row_id, key in cr.fetchall():
            cr.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [clean(key), row_id])


def tell_twice(env, entry_id, spelled):
    env.invalidate_all()
    entry = env["construction.crosswalk"].browse(entry_id)
    kind = entry.kind.replace("_", " ").capitalize()
    error = UnusableReference(
        "twice",
        entry.kind,
        spelled,
        entry.res_model,
        f"{kind} {spelled} of {entry.source_id.name} was known in two spellings: {entry.record_name} is the "
        f"one that has no key any more. Map the key to the right record, and archive the other.",
        record=entry,
    )
    env["construction.exception"]._open(entry.company_id, error, source=entry.source_id)
