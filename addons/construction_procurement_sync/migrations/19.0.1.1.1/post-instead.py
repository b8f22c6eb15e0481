# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which bills stand in the place of others, and what events took back for that."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE account_move m SET construction_back_by_event = TRUE
        FROM construction_message_record r
        WHERE r.res_model = 'account.move' AND r.res_id = m.id AND r.action = 'create'
          AND m.reversed_entry_id IS NOT NULL AND m.construction_again_of_id IS NULL
          AND m.construction_back_by_event IS NOT TRUE
        """
    )
    cr.execute(
        """
        UPDATE account_move m SET construction_instead_of_id = b.id
        FROM construction_crosswalk now
        JOIN construction_crosswalk before
          ON before.source_id = now.source_id AND before.kind = now.kind AND before.key = now.key
         AND before.version = now.version - 1 AND before.res_model = now.res_model
         AND before.res_id <> now.res_id AND before.closed_reason = 'remapped'
        JOIN account_move b ON b.id = before.res_id
        WHERE now.kind = 'invoice' AND now.res_model = 'account.move' AND now.res_id = m.id
          AND now.origin = 'event' AND m.construction_again_of_id IS NULL
          AND m.construction_instead_of_id IS NULL AND b.company_id = m.company_id
          AND (b.state = 'cancel' OR EXISTS (
                SELECT 1 FROM account_move r WHERE r.reversed_entry_id = b.id AND r.state = 'posted'))
        """
    )
