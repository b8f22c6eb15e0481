# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What events have ordered was agreed with the supplier."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE purchase_order_line l SET construction_agreed = TRUE
        FROM purchase_order o
        WHERE l.order_id = o.id AND l.construction_external_line IS NOT NULL
          AND o.construction_external_key IS NOT NULL AND l.construction_agreed IS NOT TRUE
        """
    )
