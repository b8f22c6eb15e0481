# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tax numbers as they are compared: filled by one statement, not contact by contact."""


def migrate(cr, version):
    cr.execute("ALTER TABLE res_partner ADD COLUMN IF NOT EXISTS construction_tax_key varchar")
    cr.execute(
        "UPDATE res_partner SET construction_tax_key ="
        " nullif(regexp_replace(upper(vat), '[^0-9A-Z]', '', 'g'), '') WHERE vat IS NOT NULL"
    )
