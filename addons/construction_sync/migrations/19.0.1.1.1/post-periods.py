# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
def migrate(cr, version):
    """Open work items of a closed period say which day is closed, so that they end when it is opened."""
    cr.execute(
        r"""
        UPDATE construction_exception SET closed_date = (figures->>'date')::date
        WHERE state = 'open' AND category = 'period' AND closed_date IS NULL
          AND figures->>'date' ~ '^\d{4}-\d\d-\d\d$'
        """
    )
