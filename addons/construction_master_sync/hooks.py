# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tools import SQL, sql

from .lib import moved


def pre_init_hook(env):
    """Take over what was a part of the former module, and fill the tax numbers by one statement."""
    _take_over(env.cr)
    _fill_tax_keys(env.cr)
    env.registry.clear_cache()


def _take_over(cr):
    """Rename what changed hands: it is there, and only whose it is changes."""
    cr.execute(
        "SELECT id, name FROM ir_model_data former WHERE module = %s AND NOT EXISTS"
        " (SELECT FROM ir_model_data here WHERE here.module = %s AND here.name = former.name)",
        [moved.FORMER, moved.HERE],
    )
    ids = [row[0] for row in cr.fetchall() if moved.is_moved(row[1])]
    cr.execute("UPDATE ir_model_data SET module = %s WHERE id = ANY(%s)", [moved.HERE, ids])
    cr.execute(
        "DELETE FROM ir_model_data WHERE module = %s AND name = ANY(%s)", [moved.FORMER, list(moved.UNNAMED)]
    )
    for table, names in (
        ("ir_model_relation", list(moved.RELATIONS)),
        ("ir_model_constraint", [f"{name}\\_%" for name in moved.RELATIONS]),
    ):
        cr.execute(
            SQL(
                "UPDATE %s item SET module = here.id FROM ir_module_module former, ir_module_module here"
                " WHERE item.module = former.id AND former.name = %s AND here.name = %s"
                " AND item.name LIKE ANY(%s)",
                SQL.identifier(table),
                moved.FORMER,
                moved.HERE,
                names,
            )
        )


def _fill_tax_keys(cr):
    """Contact by contact it would take long."""
    if sql.column_exists(cr, "res_partner", "construction_tax_key"):
        return
    sql.create_column(cr, "res_partner", "construction_tax_key", "varchar")
    cr.execute(
        "UPDATE res_partner SET construction_tax_key ="
        " nullif(regexp_replace(upper(vat), '[^0-9A-Z]', '', 'g'), '') WHERE vat IS NOT NULL"
    )
