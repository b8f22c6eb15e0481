# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.construction_sync.lib import work_item


def migrate(cr, version):
    """Old items get what new ones are opened with.

    Causes longer than an index takes get the key under which they are found from now on. What is
    overdue already goes to the next person in a day, not all at once.
    """
    cr.execute(
        """
        UPDATE construction_exception
        SET escalations = 0,
            escalate_at = greatest(due_at, (now() AT TIME ZONE 'UTC')::timestamp(0) + interval '1 day')
        WHERE escalate_at IS NULL AND state = 'open'
        """
    )
    cr.execute(
        """
        UPDATE construction_exception item SET event_type_id = (
            SELECT event_type_id FROM construction_message message
            WHERE message.exception_id = item.id AND event_type_id IS NOT NULL ORDER BY id LIMIT 1)
        WHERE item.event_type_id IS NULL AND item.state = 'open'
        """
    )
    cr.execute(
        "SELECT id, cause_key FROM construction_exception WHERE octet_length(cause_key) > %s",
        [work_item.KEY_BYTES],
    )
    for item_id, key in cr.fetchall():
        cr.execute(
            "UPDATE construction_exception SET cause_key = %s WHERE id = %s",
            [work_item.cause_key(key), item_id],
        )
