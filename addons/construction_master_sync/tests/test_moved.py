# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import TransactionCase, tagged

from ..hooks import _take_over
from ..lib import moved

GROUP = "construction_master_sync.group_service_master"


@tagged("post_install", "-at_install")
class TestMoved(TransactionCase):
    """What was a part of procurement changes hands before either module is updated."""

    def external_ids(self):
        """{name: (module, model, id)} of what this module has, and may have had elsewhere."""
        self.env.cr.execute(
            "SELECT name, module, model, res_id FROM ir_model_data WHERE module IN %s ORDER BY module = %s",
            [(moved.HERE, moved.FORMER), moved.HERE],
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall() if moved.is_moved(row[0])}

    def owner(self, table, name):
        self.env.cr.execute(
            f"SELECT m.name FROM {table} i JOIN ir_module_module m ON m.id = i.module WHERE i.name = %s",
            [name],
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def test_all_of_the_table_is_here(self):
        here = {name for name, found in self.external_ids().items() if found[0] == moved.HERE}
        self.assertFalse(moved.names() - here)
        for model in moved.MODELS:
            self.assertEqual(self.env[model]._original_module, moved.HERE)
            self.assertIn(f"field_{model.replace('.', '_')}__id", here)
        # what another module brought to a model of this one as well is that module's, too
        for model in moved.FIELDS:
            for field in moved.FIELDS[model]:
                self.assertIn(field, self.env[model]._fields)

    def test_a_database_from_before(self):
        before = self.external_ids()
        group = self.env.ref(GROUP)
        user = self.env["res.users"].create({"name": "S", "login": "s", "group_ids": [(4, group.id)]})
        relation = moved.RELATIONS[0]
        self.env.flush_all()
        former = self.env["ir.module.module"].search([("name", "=", moved.FORMER)])
        here = self.env["ir.module.module"].search([("name", "=", moved.HERE)])
        names = [name for name, found in before.items() if found[0] == moved.HERE]
        # a name that both have today was that of the former alone
        self.env.cr.execute(
            "DELETE FROM ir_model_data WHERE module = %s AND name = ANY(%s)", [moved.FORMER, names]
        )
        self.env.cr.execute(
            "UPDATE ir_model_data SET module = %s WHERE module = %s AND name = ANY(%s)",
            [moved.FORMER, moved.HERE, names],
        )
        for table in ("ir_model_relation", "ir_model_constraint"):
            self.env.cr.execute(f"UPDATE {table} SET module = %s WHERE module = %s", [former.id, here.id])
        self.env.registry.clear_cache()
        self.assertFalse(self.env.ref(GROUP, raise_if_not_found=False))
        _take_over(self.env.cr)
        self.env.registry.clear_cache()
        after = self.external_ids()
        self.assertEqual({name: after[name] for name in names}, {name: before[name] for name in names})
        self.assertEqual(self.env.ref(GROUP), group)
        self.assertIn(group, user.group_ids)
        self.assertEqual(self.owner("ir_model_relation", relation), [moved.HERE])
        keys = self.owner("ir_model_constraint", f"{relation}_exception_id_fkey")
        self.assertEqual(keys, [moved.HERE])
        # twice is once, and what is others' stays theirs
        _take_over(self.env.cr)
        self.assertEqual(self.external_ids(), after)
