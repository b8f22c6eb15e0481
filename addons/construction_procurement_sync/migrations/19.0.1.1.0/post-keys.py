# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which state of an object stands is kept at its key from here on: taken over from the records."""

STATES = {
    "job": ("master.job.upserted", "project.project"),
    "cost_code": ("master.cost_code.upserted", "construction.cost.code"),
    "supplier": ("master.supplier.upserted", "res.partner"),
    "item": ("master.item.upserted", "product.product"),
    "order": ("procurement.purchase_order.changed", "purchase.order"),
}


def migrate(cr, version):
    for kind, (event, model) in STATES.items():
        cr.execute(
            f"""
            UPDATE construction_crosswalk c
            SET applied = jsonb_build_object(%(event)s::text, jsonb_build_array(
                nullif(r.construction_revision, 0), NULL,
                CASE WHEN %(kind)s != 'order'
                    THEN to_char(r.construction_occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') END,
                NULL))
            FROM {model.replace(".", "_")} r
            WHERE c.res_id = r.id AND c.res_model = %(model)s AND c.kind = %(kind)s
              AND c.valid_until IS NULL AND c.is_alias IS NOT TRUE AND c.applied IS NULL
              AND (r.construction_revision > 0
                   OR %(kind)s != 'order' AND r.construction_occurred_at IS NOT NULL)
            """,
            {"event": event, "kind": kind, "model": model},
        )
