# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Of several keys of a kind and source that mean one record, the oldest is its own."""


def migrate(cr, version):
    cr.execute("ALTER TABLE construction_crosswalk ADD COLUMN IF NOT EXISTS is_alias boolean")
    cr.execute(
        """
        UPDATE construction_crosswalk SET is_alias = true WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (
                    PARTITION BY res_model, res_id, source_id, kind ORDER BY id) AS place
                FROM construction_crosswalk WHERE valid_until IS NULL
            ) ranked WHERE place > 1)
        """
    )
