# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ConstructionCommon


@tagged("post_install", "-at_install")
class TestCostCode(ConstructionCommon):
    def _import(self, rows, fields):
        return self.env["construction.cost.code"].load(fields, rows)

    def test_display_and_search(self):
        self.assertEqual(self.code.display_name, "T03 30 00 Cast-in-place concrete")
        for text in ("T03 30", "in-place conc", "T03 30 00 Cast"):
            found = self.env["construction.cost.code"].name_search(text)
            self.assertIn(self.code.id, [r[0] for r in found], text)

    def test_codes_are_text(self):
        code = self.make_code(" 0070  10 ", "Leading zero")
        self.assertEqual(code.code, "0070 10")

    @mute_logger("odoo.sql_db")
    def test_unique_by_company(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.make_code("T03 30 00", "Again")
            self.env.flush_all()

    def test_import_with_parent_by_code(self):
        result = self._import(
            [
                ["imp_71", "71 00 00", "Roofing", ""],
                ["imp_71_10", "71 10 00", "Membrane", "71 00 00"],
            ],
            ["id", "code", "name", "parent_id"],
        )
        self.assertFalse([m for m in result["messages"] if m["type"] == "error"], result)
        child = self.env["construction.cost.code"].browse(result["ids"][1])
        self.assertEqual(child.parent_id.code, "71 00 00")
        again = self._import([["imp_71", "71 00 00", "Roofs", ""]], ["id", "code", "name", "parent_id"])
        self.assertEqual(again["ids"], result["ids"][:1], "An external id updates the same code")
        self.assertEqual(child.parent_id.name, "Roofs")

    def test_import_of_unknown_parent_changes_nothing(self):
        result = self._import([["72 10 00", "Orphan", "no such parent"]], ["code", "name", "parent_id"])
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
        self.assertFalse(self.env["construction.cost.code"].search([("code", "=", "72 10 00")]))

    def test_parent_of_other_company_is_refused(self):
        with self.assertRaises(UserError), self.cr.savepoint():
            self.code.parent_id = self.other_code

    def test_no_cycle(self):
        self.code_2.parent_id = self.code
        with self.assertRaises(UserError), self.cr.savepoint():
            self.code.parent_id = self.code_2

    def test_account_is_made_once_and_follows_the_name(self):
        account = self.code._construction_analytic_accounts()
        self.assertEqual(account, self.code._construction_analytic_accounts())
        self.assertEqual(account.plan_id, self.env.ref("construction_base.plan_cost_code"))
        self.code.name = "Concrete in place"
        self.assertEqual(account.name, "Concrete in place")
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.code.company_id = self.other_company
