# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
def migrate(cr, version):
    """Work items get a company of their own, by which the record rules go."""
    cr.execute(
        """
        UPDATE construction_exception item SET company_id = source.company_id
        FROM construction_source source
        WHERE source.id = item.source_id AND item.company_id IS DISTINCT FROM source.company_id
        """
    )
