from odoo.addons.construction_sync.lib import work_item


def migrate(cr, version):
    """Causes longer than an index takes get the key under which they are found from now on."""
    cr.execute(
        "SELECT id, cause_key FROM construction_exception WHERE octet_length(cause_key) > %s",
        [work_item.KEY_BYTES],
    )
    for item_id, key in cr.fetchall():
        cr.execute(
            "UPDATE construction_exception SET cause_key = %s WHERE id = %s",
            [work_item.cause_key(key), item_id],
        )
