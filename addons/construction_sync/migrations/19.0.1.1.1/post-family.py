# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a person called a record for one system is an alias, where one that shares its keys says another."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE construction_crosswalk c SET is_alias = true
        FROM construction_source s
        WHERE s.id = c.source_id AND s.kind = 'system'
          AND c.origin = 'person' AND c.valid_until IS NULL AND c.is_alias IS NOT TRUE
          AND EXISTS (
            SELECT FROM construction_crosswalk o
            JOIN construction_source t ON t.id = o.source_id AND t.kind = 'system'
            JOIN construction_source_authority_rel r
                ON (r.source_id, r.authority_id) IN ((s.id, t.id), (t.id, s.id))
            WHERE o.res_model = c.res_model AND o.res_id = c.res_id AND o.kind = c.kind
              AND o.key <> c.key AND o.origin = 'event' AND o.valid_until IS NULL
              AND o.is_alias IS NOT TRUE)
        """
    )
