# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Items that came by event get the cost type that their last event said: it was read, and not kept."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

SAID = """
    SELECT DISTINCT ON (key.res_id) item.product_tmpl_id, key.source_id, said.data->>'cost_type'
      FROM construction_crosswalk key
      JOIN product_product item ON item.id = key.res_id
      JOIN construction_message message ON message.source_id = key.source_id
       AND message.type_name = 'master.item.upserted' AND message.state = 'done'
CROSS JOIN LATERAL (SELECT COALESCE(message.corrected_data, message.data)::jsonb AS data) said
     WHERE key.kind = 'item' AND key.res_model = 'product.product' AND key.valid_until IS NULL
       AND key.is_alias IS NOT TRUE AND btrim(said.data->>'item') = key.key
       AND said.data->>'cost_type' IS NOT NULL
  ORDER BY key.res_id, message.occurred_at DESC, message.id DESC
"""


def migrate(cr, version):
    if version:
        fill(api.Environment(cr, SUPERUSER_ID, {}))


def fill(env):
    """Set the usual type of items that have none. Figures do not change: it is for new lines."""
    types = env["construction.cost.type"].with_context(lang="en_US").search([])
    named = {name.strip().lower(): record.id for record in types for name in (record.code, record.name)}
    templates, mapped = {}, {}
    for template, source_id, key in env.execute_query(SQL(SAID)):
        if (source_id, key) not in mapped:
            source = env["construction.source"].browse(source_id)
            known = env["construction.crosswalk"]._lookup(source, "cost_type", [key]).get(key)
            mapped[source_id, key] = known[1] if known else named.get(key.strip().lower())
        if mapped[source_id, key]:
            templates.setdefault(mapped[source_id, key], []).append(template)
    for type_id, ids in templates.items():
        env.cr.execute(
            "UPDATE product_template SET usual_cost_type_id = %s"
            " WHERE id = ANY(%s) AND usual_cost_type_id IS NULL",
            [type_id, ids],
        )
    for model in ("product.template", "product.product"):
        env[model].invalidate_model(["usual_cost_type_id"])
