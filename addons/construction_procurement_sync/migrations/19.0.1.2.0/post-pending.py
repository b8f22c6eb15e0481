# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Orders that came by event and were stopped count as pending; other drafts count nowhere from now on."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE purchase_order o SET construction_stopped = TRUE
        WHERE o.state IN ('draft', 'sent') AND o.construction_external_key IS NOT NULL
          AND o.construction_stopped IS NOT TRUE
          AND (
            SELECT bool_or(m.state IN ('exception', 'waiting', 'retry'))
                   OR bool_and(m.state IN ('ignored', 'superseded'))
            FROM construction_message_record r JOIN construction_message m ON m.id = r.message_id
            WHERE r.res_model = 'purchase.order' AND r.res_id = o.id
              AND m.type_name IN ('procurement.purchase_order.approved', 'procurement.purchase_order.changed')
          )
        """
    )
